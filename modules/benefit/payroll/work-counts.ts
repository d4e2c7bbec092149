import { sql } from 'kysely';
import { parcelsPackedOn } from '#fulfilment';
import type { Actor } from '#platform/actor.ts';
import { addDays, dayOf, startOfDay } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { plainArray, textArray } from '#platform/database/arrays.ts';
import { nextNumber, type OnceKey, once, type Tx, withScope } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { householdBrief, householdMembers, membersOfPersons, requireCounty } from '#registry';
import { payUnitWords } from '../agreements/agreement-kinds.ts';
import { requireMaker } from '../agreements/draft-agreement.ts';
import { agreementsHolding, type Held, heldRefusals, type NotHeld } from '../agreements/holding.ts';
import { refuse } from '../refuse.ts';
import { mostUnits } from './payroll-states.ts';
import { workSheet } from './work-sheet.ts';

interface Counted {
  household: string;
  member: string;
  units: number;
}
interface Day {
  county: County;
  org: string;
  /** YYYY-MM-DD */
  day: string;
}

/** Counts and payrolls of one employer come one after the other: a count is looked for before it is written. */
export const lockWork = (tx: Tx, county: County, org: string) => nextNumber(tx, county, `work ${org}`);

/** When work of a day is a fact: when the day is over, or now. What was signed or ended later that day counts already. */
export const factOf = (day: string, now: Date): Date =>
  new Date(Math.min(now.getTime(), startOfDay(addDays(day, 1)).getTime() - 1));

/**
 * The employer writes down what its workers did on a day: each under the version of the agreement that held on that day, all
 * or none.
 *
 * @throws Refusal `not-allowed` | `day-in-future` | `household-not-found` | `worker-not-found` | `no-agreement` |
 *   `wrong-period` | `agreement-ended` | `household-disputed` | `units-beyond-day` | `count-exists`
 */
export async function recordCounts(
  at: Context,
  by: Actor,
  input: Day & { counts: readonly Counted[] },
  key: OnceKey | null,
) {
  const { county, org, day, counts } = input;
  await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    await requireCounty(tx, county);
    requireMaker(by, county, org);
    if (day > dayOf(now)) throw refuse('day-in-future');
    await withScope(tx, String(county));
    await lockWork(tx, county, org);
    await writeCounts(tx, at, input, counts, { source: 'entered', by: by.person, at: now });
    return null;
  });
  return workSheet(at, by, { county, org, day });
}

/**
 * Pieces of packers are not typed but taken from fulfilment, which knows who packed which parcel; a packer is a member of
 * the household whose phone he or she signs in with. Once the day is over, so that nothing more can come to it.
 *
 * @throws Refusal `not-allowed` | `day-not-over` | `nothing-packed`
 */
export async function takePacking(at: Context, by: Actor, input: Day, key: OnceKey | null) {
  const { county, org, day } = input;
  await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    await requireCounty(tx, county);
    requireMaker(by, county, org);
    if (day >= dayOf(now)) throw refuse('day-not-over');
    await withScope(tx, String(county));
    await lockWork(tx, county, org);
    const packed = (await packedBy(tx, input, now)).map(({ parcels, ...one }) => ({ ...one, units: parcels }));
    const standing = await countsOf(tx, input);
    const fresh = packed.filter((one) => !standing.has(one.member));
    if (fresh.length === 0) throw refuse('nothing-packed');
    await writeCounts(tx, at, input, fresh, { source: 'parcels', by: by.person, at: now });
    return null;
  });
  return workSheet(at, by, { county, org, day });
}

/**
 * Takes a wrong count back by a second one below zero; if a payroll has paid for it, the next one pays so much less.
 *
 * @throws Refusal `count-not-found` | `not-allowed` | `count-is-a-reversal` | `count-already-reversed`
 */
export async function reverseCount(
  at: Context,
  by: Actor,
  input: { county: County; id: string; reason: string },
  key: OnceKey | null,
) {
  const { county, id, reason } = input;
  const of = await once(at.db, key, async (tx) => {
    await withScope(tx, String(county));
    const found = await tx
      .selectFrom('benefit.work_count as c')
      .innerJoin('benefit.agreement as a', (join) =>
        join.onRef('a.county', '=', 'c.county').onRef('a.id', '=', 'c.agreement'),
      )
      .selectAll('c')
      .select('a.org')
      .where('c.county', '=', county)
      .where('c.id', '=', id)
      .executeTakeFirst();
    if (!found) throw refuse('count-not-found');
    const { org, ...wrong } = found;
    requireMaker(by, county, org);
    if (wrong.reverses) throw refuse('count-is-a-reversal');
    await lockWork(tx, county, org);
    const { numInsertedOrUpdatedRows: written } = await tx
      .insertInto('benefit.work_count')
      .values({
        ...{ ...wrong, id: newId(), units: -wrong.units, reverses: id, reason: reason.trim() },
        ...{ by_person: by.person, at: at.clock.now() },
      })
      .onConflict((c) => c.columns(['county', 'reverses']).doNothing())
      .executeTakeFirstOrThrow();
    if (written === 0n) throw refuse('count-already-reversed');
    return { county, org, day: wrong.day };
  });
  return workSheet(at, by, of);
}

/** Parcels by worker, where an agreement by the piece held on that day. */
export async function packedBy(
  tx: Tx,
  { county, org, day }: Day,
  now: Date,
): Promise<{ household: string; member: string; parcels: number }[]> {
  const packed = new Map((await parcelsPackedOn(tx, county, org, day)).map((one) => [one.person, one.parcels]));
  const members = await membersOfPersons(tx, county, [...packed.keys()]);
  const held = await agreementsHolding(tx, county, {
    ...{ kind: 'employment', at: factOf(day, now), day, org, terms: { per: 'piece' }, households: members },
  });
  return members.flatMap(({ person, member, household }) =>
    typeof held.get(household) === 'object' ? { household, member, parcels: packed.get(person) as number } : [],
  );
}

/** The count that stands for each worker of an employer on a day. */
export async function countsOf(
  tx: Tx,
  { county, org, day }: Day,
): Promise<Map<string, { id: string; units: number; source: 'entered' | 'parcels'; payroll: string | null }>> {
  const { rows } = await sql<{
    id: string;
    member: string;
    units: number;
    source: 'entered' | 'parcels';
    payroll: string | null;
  }>`
    select c.id, c.member, c.units, c.source, p.number as payroll
      from benefit.work_count c
      join benefit.agreement a on a.county = c.county and a.id = c.agreement and a.org = ${org}
      left join benefit.payroll_line l on l.county = c.county and l.count = c.id and l.live
      left join benefit.payroll p on p.county = l.county and p.id = l.payroll
     where c.county = ${county} and c.day = ${day} and c.reverses is null
       and not exists (select from benefit.work_count r where r.county = c.county and r.reverses = c.id)`.execute(tx);
  return new Map(rows.map(({ member, ...row }) => [member, row]));
}

async function writeCounts(
  tx: Tx,
  at: Context,
  { county, org, day }: Day,
  counts: readonly Counted[],
  said: { source: 'entered' | 'parcels'; by: string; at: Date },
): Promise<void> {
  const households = await householdBrief(
    tx,
    at.sealer,
    county,
    counts.map((one) => one.household),
  );
  if (counts.some((one) => !households.has(one.household))) throw refuse('household-not-found');
  const members = new Map(
    (await householdMembers(tx, at.sealer, county, households.keys())).map((one) => [one.member, one.household]),
  );
  const held = await agreementsHolding(tx, county, {
    ...{ kind: 'employment', at: factOf(day, said.at), day, org },
    households: [...households.values()].map(({ id, village }) => ({ household: id, village })),
  });
  const standing = await countsOf(tx, { county, org, day });
  for (const { household, member, units } of counts) {
    const code = { household: households.get(household)?.code };
    if (members.get(member) !== household) throw refuse('worker-not-found', code);
    const under = held.get(household) as Held<'employment'> | NotHeld;
    if (typeof under === 'string') throw refuse(heldRefusals[under], code);
    const most = mostUnits[under.terms.per];
    if (units > most)
      throw refuse('units-beyond-day', { ...code, most: `${most} ${payUnitWords[under.terms.per].zh}` });
    if (standing.has(member)) throw refuse('count-exists', code);
    standing.set(member, { id: '', units, source: said.source, payroll: null });
  }
  const under = counts.map((one) => held.get(one.household) as Held<'employment'>);
  await sql`
    insert into benefit.work_count (county, id, agreement, version, household, village, member, day, units, source,
      by_person, at)
    select ${county}::int, n.id, n.agreement, n.version, n.household, n.village, n.member, ${day}::date, n.units,
           ${said.source}::text, ${said.by}::text, ${said.at}::timestamptz
      from unnest(${plainArray(counts.map(() => newId()))}::uuid[], ${plainArray(under.map((one) => one.agreement))}::uuid[],
        ${plainArray(under.map((one) => one.version))}::int[], ${plainArray(counts.map((one) => one.household))}::uuid[],
        ${textArray(counts.map((one) => households.get(one.household)?.village as string))}::text[],
        ${plainArray(counts.map((one) => one.member))}::uuid[], ${plainArray(counts.map((one) => one.units))}::int[])
        n (id, agreement, version, household, village, member, units)`.execute(tx);
}
