/** What a datetime-local field holds, as the instant it means in China; undefined when it is empty. */
export const readMoment = (text: string | undefined): string | undefined =>
  text ? new Date(`${text.slice(0, 16)}:00+08:00`).toISOString() : undefined;

/** An instant as a datetime-local field of a clock in China shows it: 2026-11-27T18:00. */
export const momentInput = (at: Date): string => new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 16);
