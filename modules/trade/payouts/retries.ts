/** Waits between two tries in minutes, growing; the last one is repeated for as long as it takes. */
const waits = [1, 5, 15, 60, 180, 720, 1440];

/** After so many tries people are told; the tries go on. About a day and a half. */
export const RAISED_AFTER = 7;

/** When to try again after `attempts` tries that settled nothing. */
export function nextTry(now: Date, attempts: number): Date {
  const minutes = waits[Math.min(attempts, waits.length) - 1] ?? 1;
  return new Date(now.getTime() + minutes * 60_000);
}

/** What went wrong, short enough to be kept and shown. */
export const whyOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, 300) || '没有说明';
