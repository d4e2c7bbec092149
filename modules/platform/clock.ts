/** Where the time comes from; tests give their own. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

const day = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** The calendar day in China of an instant, as YYYY-MM-DD. */
export const dayOf = (at: Date): string => day.format(at);

/** The calendar month in China of an instant, as YYYY-MM. */
export const monthOf = (at: Date): string => dayOf(at).slice(0, 7);

/** A day plus n days, as YYYY-MM-DD. */
export function addDays(from: string, days: number): string {
  const at = new Date(`${from}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** The instant so many times 24 hours after another, or before it. */
export const daysFrom = (at: Date, days: number): Date => new Date(at.getTime() + days * 86_400_000);

/** The instant at which a day begins in China (UTC+8 all year). */
export const startOfDay = (d: string): Date => new Date(`${d}T00:00:00+08:00`);
