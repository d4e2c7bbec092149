import { randomUUIDv7 } from 'node:crypto';

/** A six-digit statistical county code: the tenant key of everything a county owns. */
export type County = number;

/** A new UUIDv7: sorts by time of making, made by the program so that a row's id is known before it is written. */
export const newId = (): string => randomUUIDv7();
