import { LRUCache } from 'lru-cache';
import { atMost } from '#platform/at-most.ts';

/** False codes that one address may show within a minute: more than a smudged label or a few wrong letters make. */
export const MOST_FALSE = 20;
const MINUTE = 60_000;

/** Keeps count of false codes by address, in memory alone. */
export interface FalseCodes {
  /** Whether the address has shown too many: then none of its codes is looked at until a minute after the last. */
  blocked(address: string): boolean;
  /** One more. @returns true when this one was one too many, once */
  note(address: string): boolean;
}

/** Against trying out codes: with 2^75 possible serials nobody finds one so, but the county should know who tries. */
export function countFalseCodes(now: () => number = () => performance.now()): FalseCodes {
  const seen = new LRUCache<string, number>({ ...atMost(100_000), ttl: MINUTE, perf: { now } });
  return {
    blocked: (address) => (seen.get(address) ?? 0) > MOST_FALSE,
    note(address) {
      const count = (seen.get(address) ?? 0) + 1;
      seen.set(address, count);
      return count === MOST_FALSE + 1;
    },
  };
}
