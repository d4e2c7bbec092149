import { sql } from 'kysely';
import type { Role } from '#platform/actor.ts';
import { plainArray } from '#platform/database/arrays.ts';
import type { Tx } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { personNames } from '../people/people.queries.ts';

interface Reading {
  county: number;
  person: string;
  role: Role;
  fields: readonly string[];
  reason: string;
  at: Date;
}

/** Writes down, in the transaction that reads, who opened which sealed fields of a household and why. */
export const noteReading = (tx: Tx, { household, ...reading }: Reading & { household: string }): Promise<void> =>
  noteReadings(tx, [household], reading);

/** The same of many households at once. */
export async function noteReadings(tx: Tx, households: readonly string[], reading: Reading): Promise<void> {
  const { county, person, role, fields, reason, at } = reading;
  await sql`
    insert into registry.household_reading (county, id, household, person, role, fields, reason, at)
    select ${county}::int, r.id, r.household, ${person}, ${role}, ${[...fields]}::text[], ${reason.trim()}, ${at}::timestamptz
      from unnest(${plainArray(households.map(() => newId()))}::uuid[], ${plainArray(households)}::uuid[])
        as r (id, household)`.execute(tx);
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
