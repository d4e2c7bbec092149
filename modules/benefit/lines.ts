import type { RawBuilder } from 'kysely';
import { type Db, scoped } from '#platform/db.ts';
import type { Invariant } from '#platform/module.ts';

/** An invariant as one query over all counties that answers a line per breach. */
export const lines = (name: string, query: RawBuilder<{ line: string }>): Invariant => ({
  name,
  check: (db: Db) => scoped(db, 'all', async (tx) => (await query.execute(tx)).rows.map((row) => row.line)),
});
