const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** When a provider is asked again that has not known it for `asks` times: after 15 s, then twice as long, at most an hour. */
export const soonest = (now: Date, asks: number): Date =>
  new Date(now.getTime() + Math.min(HOUR, (MINUTE / 4) * 2 ** Math.min(asks, 10)));
