import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { personNames, requireCounty } from '#registry';
import { refuse } from '../refuse.ts';

/** The deposit rates a county has entered, the newest day first; at most 200. */
export async function depositRates({ db }: Context, county: County) {
  const rows = await db
    .selectFrom('benefit.deposit_rate')
    .selectAll()
    .where('county', '=', county)
    .orderBy('day', 'desc')
    .orderBy('at', 'desc')
    .limit(200)
    .execute();
  const people = await personNames(
    db,
    rows.map((row) => row.by_person),
  );
  return rows.map((row) => ({
    ...{ id: row.id, day: row.day, bp: row.bp, source: row.source, at: row.at },
    byName: people.get(row.by_person) ?? '',
  }));
}

/**
 * The county enters what a bank pays on a one-year deposit from a day on, and where that can be read. A wrong one is put
 * right by another for the same day; what was declared keeps the rate it was compared with.
 *
 * @param input.bp a year, in basis points
 * @throws Refusal `day-in-future`
 */
export async function setDepositRate(
  at: Context,
  by: Actor,
  input: { county: County; day: string; bp: number; source: string },
  key: OnceKey | null,
) {
  const { county, day, bp, source } = input;
  await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    await requireCounty(tx, county);
    if (day > dayOf(now)) throw refuse('day-in-future');
    await tx
      .insertInto('benefit.deposit_rate')
      .values({ county, id: newId(), day, bp, source: source.trim(), by_person: by.person, at: now })
      .execute();
    return null;
  });
  return depositRates(at, county);
}
