/** What is left until an instant, as people count it: 2 天 03:04:05; null once it is over. */
export function countdown(until: number, now: number, days: string): string | null {
  const seconds = Math.floor((until - now) / 1000);
  if (seconds <= 0) return null;
  const two = (n: number) => String(n).padStart(2, '0');
  const clock = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(':');
  return seconds >= 86_400 ? `${Math.floor(seconds / 86_400)} ${days} ${clock}` : clock;
}
