import { randomUUIDv7 } from 'node:crypto';

/** A six-digit statistical county code: the tenant key of everything a county owns. */
export type County = number;

/**
 * A new UUIDv7, made by the program so that a row's id is known before it is written. Those of one process sort in the
 * order they were made, also within a millisecond: twelve of the random bits count (RFC 9562, 6.2, method 1). So rows
 * that became true at one time are read in the order they were written.
 */
export function newId(): string {
  const now = Date.now();
  if (now > last.ms) last = { ms: now, n: 0 };
  // A clock that goes back, or more than it can count: on from there.
  else last = last.n < 0xfff ? { ms: last.ms, n: last.n + 1 } : { ms: last.ms + 1, n: 0 };
  const time = last.ms.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${last.n.toString(16).padStart(3, '0')}${randomUUIDv7().slice(18)}`;
}

let last = { ms: 0, n: 0 };
