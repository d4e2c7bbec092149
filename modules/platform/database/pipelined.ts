import { type Dialect, DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, Transaction } from 'kysely';
import type { Db } from '../db.ts';
import { ListCompiler } from './list-compiler.ts';
import type { DB } from './tables.ts';

/** What PostgreSQL speaks, without a way to it: that is lent. */
const dialect: Dialect = {
  createDriver: () => new DummyDriver(),
  createQueryCompiler: () => new ListCompiler(),
  createAdapter: () => new PostgresAdapter(),
  createIntrospector: (db) => new PostgresIntrospector(db),
};
const driver = new DummyDriver();

/**
 * Lends a handle whose statements go down one connection without waiting for each other's answers: what is asked for
 * together is sent together, and run in the order of the asking. The database is then woken once for all of them, and
 * so is this process, which on a small machine costs more than most statements.
 *
 * Inside a transaction they stay in it; outside, each is a transaction of its own, all on one connection.
 */
export function pipelined<H extends Db, T>(db: H, work: (one: H) => Promise<T>): Promise<T> {
  const executor = db.getExecutor();
  return executor.provideConnection((connection) => {
    const direct = executor.withConnectionProvider({ provideConnection: (use) => use(connection) });
    const parts = { config: { dialect }, dialect, driver, executor: direct };
    return work((db.isTransaction ? new Transaction<DB>(parts) : new Kysely<DB>(parts)) as Db as H);
  });
}
