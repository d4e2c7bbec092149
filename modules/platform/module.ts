import type { FastifyInstance } from 'fastify';
import type { Context } from './context.ts';
import type { Db } from './db.ts';
import type { Job } from './jobs.ts';
import type { Subscriber } from './outbox.ts';

/** Something that must always hold; `check` answers one line per breach, and none when all is well. */
export interface Invariant {
  name: string;
  check(db: Db): Promise<string[]>;
}

/** One room of the house, as apps/server wires it. Each module's index.ts gives one. */
export interface Module {
  name: string;
  routes(app: FastifyInstance, at: Context): void | Promise<void>;
  subscribers?(at: Context): readonly Subscriber[];
  jobs?(at: Context): readonly Job[];
  invariants?: readonly Invariant[];
}
