import { addDays } from '#platform/clock.ts';

/** A spray as the rule sees it. */
export interface Spray {
  /** the plot it fell on */
  plot: string;
  plotNumber: string;
  /** active ingredient */
  product: string;
  /** YYYY-MM-DD */
  onDay: string;
  /** the first day on which may be harvested again: the day of the spray and the label's days */
  freeOn: string;
}

/** The first day on which may be harvested: a label's 14 days are over on the fourteenth day after the spray. */
export const freeAfter = (onDay: string, intervalDays: number): string => addDays(onDay, intervalDays);

/**
 * The spray that stands against a harvest on a day: of those before it whose interval has not passed, the one that is
 * over last. A spray of the same day counts as before the harvest; null when none stands against it.
 */
export function sprayAgainst(sprays: readonly Spray[], day: string): Spray | null {
  const against = sprays.filter((spray) => spray.onDay <= day && day < spray.freeOn);
  return against.reduce<Spray | null>((last, one) => (last && last.freeOn >= one.freeOn ? last : one), null);
}
