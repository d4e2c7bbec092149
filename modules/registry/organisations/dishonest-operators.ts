import { sql } from 'kysely';
import { dayOf } from '#platform/clock.ts';
import type { Db, Tx } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';

export const dishonestGrounds = ['repeated', 'proven'] as const;
export type DishonestGrounds = (typeof dishonestGrounds)[number];

/** One listing on the county's list of dishonest operators; anyone may read it. */
export interface DishonestListing {
  id: string;
  number: string;
  org: string;
  orgName: string;
  /** unified social credit code */
  orgCode: string;
  grounds: DishonestGrounds;
  reason: string;
  document: string;
  /** YYYY-MM-DD, both inclusive: it ends by itself */
  startsOn: string;
  endsOn: string;
  /** null while nobody took it back */
  liftedAt: Date | null;
  liftedBecause: string | null;
}

/** Puts an organisation on the list; who calls has looked whether it may. */
export async function listDishonest(
  tx: Tx,
  listing: {
    county: number;
    number: string;
    org: string;
    grounds: DishonestGrounds;
    reason: string;
    document: string;
    startsOn: string;
    endsOn: string;
    by: string;
    at: Date;
  },
): Promise<string> {
  const { startsOn, endsOn, by, ...rest } = listing;
  const id = newId();
  await tx
    .insertInto('registry.dishonest_operator')
    .values({ ...rest, id, starts_on: startsOn, ends_on: endsOn, by_person: by })
    .execute();
  return id;
}

/** Takes a listing back before its term; false when it was taken back before. */
export async function liftDishonest(
  tx: Tx,
  lift: { county: number; listing: string; reason: string; by: string; at: Date },
): Promise<boolean> {
  const { by, ...rest } = lift;
  const done = await tx
    .insertInto('registry.dishonest_lift')
    .values({ ...rest, by_person: by })
    .onConflict((c) => c.columns(['county', 'listing']).doNothing())
    .executeTakeFirst();
  return done.numInsertedOrUpdatedRows === 1n;
}

/** All listings of a county, running ones first, then the latest. */
export async function dishonestOperators(db: Db, county: number): Promise<DishonestListing[]> {
  const { rows } = await sql<DishonestListing>`
    select d.id, d.number, d.org, o.name as "orgName", o.code as "orgCode", d.grounds, d.reason, d.document,
           d.starts_on as "startsOn", d.ends_on as "endsOn", l.at as "liftedAt", l.reason as "liftedBecause"
      from registry.dishonest_operator d
      join registry.organisation o on o.county = d.county and o.id = d.org
      left join registry.dishonest_lift l on l.county = d.county and l.listing = d.id
     where d.county = ${county}
     order by l.at is not null, d.ends_on desc, d.id desc limit 500`.execute(db);
  return rows;
}

/** Which organisations of a county are on the list on a day, by id, with the last day of the term. */
export async function dishonestOn(db: Db, county: number, day: string): Promise<Map<string, string>> {
  const { rows } = await sql<{ org: string; until: string }>`
    select d.org, max(d.ends_on) as until
      from registry.dishonest_operator d
     where d.county = ${county} and ${day}::date between d.starts_on and d.ends_on
       and not exists (select from registry.dishonest_lift l where l.county = d.county and l.listing = d.id)
     group by d.org`.execute(db);
  return new Map(rows.map((row) => [row.org, row.until]));
}

/**
 * Stops an operator on the list from what an honest one may: to list goods, take stock on sale, sign agreements.
 *
 * @throws Refusal `operator-dishonest`
 */
export async function requireHonest(db: Db, county: number, org: string, now: Date): Promise<void> {
  const until = (await dishonestOn(db, county, dayOf(now))).get(org);
  if (until) throw refuse('operator-dishonest', { until });
}
