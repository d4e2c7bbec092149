import type { sql } from 'kysely';
import { type Db, scoped } from '#platform/db.ts';
import type { Invariant } from '#platform/module.ts';

/** An invariant as the query that finds what breaks it; each row says `county`, what (`id`) and in what way (`why`). */
export const holds = (
  name: string,
  broken: ReturnType<typeof sql<{ county: number; id: string; why: string }>>,
): Invariant => ({
  name: `trace: ${name}`,
  check: (db: Db) =>
    // Notes and sources are people's records; reconciling is the product's own nationwide work.
    scoped(db, 'all', async (tx) => {
      const { rows } = await broken.execute(tx);
      return rows.map((row) => `${row.id} in county ${row.county}: ${row.why}`);
    }),
});
