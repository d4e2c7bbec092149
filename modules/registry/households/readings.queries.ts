import type { Role } from '#platform/actor.ts';
import type { Tx } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { personNames } from '../people/people.queries.ts';

/** Writes down, in the transaction that reads, who opened which sealed fields of a household and why. */
export async function noteReading(
  tx: Tx,
  reading: {
    county: number;
    household: string;
    person: string;
    role: Role;
    fields: readonly string[];
    reason: string;
    at: Date;
  },
): Promise<void> {
  const { fields, reason, ...rest } = reading;
  await tx
    .insertInto('registry.household_reading')
    .values({ ...rest, id: newId(), fields: [...fields], reason: reason.trim() })
    .execute();
}

/**
 * A page of who read whose file, newest first: of the households that the transaction's scope shows.
 *
 * @param tx with a scope
 */
export async function readingPage(
  tx: Tx,
  county: number,
  { household, page = 1, size = 20 }: { household?: string; page?: number; size?: number },
) {
  let found = tx
    .selectFrom('registry.household_reading as r')
    .innerJoin('registry.household as h', (join) =>
      join.onRef('h.county', '=', 'r.county').onRef('h.id', '=', 'r.household'),
    )
    .where('r.county', '=', county);
  if (household) found = found.where('r.household', '=', household);
  const { total } = await found.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const rows = await found
    .select(['r.id', 'r.household', 'h.code as householdCode', 'h.village'])
    .select(['r.person', 'r.role', 'r.fields', 'r.reason', 'r.at'])
    .orderBy('r.at', 'desc')
    .orderBy('r.id', 'desc')
    .limit(size)
    .offset((page - 1) * size)
    .execute();
  const names = await personNames(
    tx,
    rows.map((row) => row.person),
  );
  return { rows: rows.map((row) => ({ ...row, personName: names.get(row.person) ?? '' })), total, page, size };
}
