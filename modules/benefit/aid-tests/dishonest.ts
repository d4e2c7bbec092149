import { sql } from 'kysely';
import { type Actor, membershipsIn } from '#platform/actor.ts';
import { addDays, dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type Db, nextNumber, type OnceKey, once, type Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import {
  type DishonestListing,
  dishonestOn,
  dishonestOperators,
  liftDishonest,
  listDishonest,
  organisationsById,
} from '#registry';
import { refuse } from '../refuse.ts';
import { type AidRule, aidRuleOn } from './aid-rules.ts';
import { testedProducts } from './grounds.queries.ts';
import type { StandsAt } from './judge.ts';
import { followListings } from './run-tests.ts';

/**
 * Puts an operator on the list of dishonest operators from today on: repeated, where its products were withdrawn often
 * enough by the tests, or proven by a decision that is named. Its goods leave the shop at once; until the term is over it
 * cannot list, take stock on sale or sign (registry, requireHonest).
 *
 * @param input.endsOn last day of the term; nobody has to end it
 * @throws Refusal `organisation-not-found` | `own-organisation` | `term-backwards` | `term-too-long` | `listed-already` |
 *   `not-repeated`
 */
export async function putOnList(
  at: Context,
  by: Actor,
  input: {
    county: County;
    org: string;
    grounds: 'repeated' | 'proven';
    reason: string;
    document: string;
    endsOn: string;
  },
  key: OnceKey | null,
) {
  const { county, org, grounds, endsOn } = input;
  await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const day = dayOf(now);
    const rule = aidRuleOn(day);
    const found = (await organisationsById(tx, county, [org])).get(org);
    if (!found || !['merchant', 'cooperative'].includes(found.kind)) throw refuse('organisation-not-found');
    if (membershipsIn(by, county).some((m) => m.org === org)) throw refuse('own-organisation');
    if (endsOn < day) throw refuse('term-backwards');
    if (endsOn > addDays(day, rule.dishonestDays)) throw refuse('term-too-long', { days: rule.dishonestDays });
    // Given before the look at the list: of two who list it at once the second waits here and then sees the first.
    const number = `SX${day.slice(0, 4)}${String(await nextNumber(tx, county, 'dishonest')).padStart(4, '0')}`;
    if ((await dishonestOn(tx, county, day)).has(org)) throw refuse('listed-already');
    const times = (await withdrawnTimes(tx, county, rule, day)).find((one) => one.org === org)?.times ?? 0;
    if (grounds === 'repeated' && times < rule.repeatedTimes) {
      throw refuse('not-repeated', { times, needed: rule.repeatedTimes });
    }
    await listDishonest(tx, {
      ...{ county, number, org, grounds, startsOn: day, endsOn, by: by.person, at: now },
      ...{ reason: input.reason.trim(), document: input.document.trim() },
    });
    await followOrganisation(tx, county, org, now);
    return org;
  });
  return dishonestPage(at, county);
}

/**
 * Takes an operator off the list before its term, with the reason: what it rested on was wrong, or was put right.
 *
 * @throws Refusal `listing-not-found` | `own-organisation` | `listing-over`
 */
export async function takeOffList(
  at: Context,
  by: Actor,
  input: { county: County; id: string; reason: string },
  key: OnceKey | null,
) {
  const { county, id, reason } = input;
  await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const listing = (await dishonestOperators(tx, county)).find((one) => one.id === id);
    if (!listing) throw refuse('listing-not-found');
    if (membershipsIn(by, county).some((m) => m.org === listing.org)) throw refuse('own-organisation');
    const lifted =
      listing.endsOn >= dayOf(now) &&
      (await liftDishonest(tx, { county, listing: id, reason: reason.trim(), by: by.person, at: now }));
    if (!lifted) throw refuse('listing-over');
    await followOrganisation(tx, county, listing.org, now);
    return id;
  });
  return dishonestPage(at, county);
}

/** Its goods are hidden, or come back where the tests let them. */
async function followOrganisation(tx: Tx, county: County, org: string, now: Date): Promise<void> {
  const shown = (await testedProducts(tx, county, ['on_sale', 'hidden'])).filter((one) => one.org === org);
  const { rows } = await sql<{ product: string; state: StandsAt['state']; failed: string[] }>`
    select product, state, failed from benefit.aid_standing
     where county = ${county} and product = any(${shown.map((one) => one.product)}::uuid[])`.execute(tx);
  await followListings(tx, county, now, shown, new Map(rows.map((row) => [row.product, row])));
}

/** How often the tests withdrew products of each seller within the rule's days; what an appeal undid does not count. */
async function withdrawnTimes(db: Db, county: County, rule: AidRule, day: string) {
  const { rows } = await sql<{ org: string; times: number }>`
    select p.org, count(*)::int as times
      from benefit.aid_move m
      join catalog.product_facts p on p.county = m.county and p.product = m.product
     where m.county = ${county} and m.to_state = 'withdrawn'
       and m.at >= ${addDays(day, -rule.repeatedDays)}::date::timestamp at time zone 'Asia/Shanghai'
       and not exists (
         select from benefit.aid_appeal a
          where a.county = m.county and a.product = m.product and a.state = 'upheld' and a.decided_at >= m.at)
     group by p.org order by times desc, p.org`.execute(db);
  return rows;
}

/** The public list, and beside it those whom the rule calls repeated and whom the county has not listed yet. */
export async function dishonestPage(at: Context, county: County) {
  const day = dayOf(at.clock.now());
  const rule = aidRuleOn(day);
  const [listings, times, running] = await Promise.all([
    dishonestOperators(at.db, county),
    withdrawnTimes(at.db, county, rule, day),
    dishonestOn(at.db, county, day),
  ]);
  const repeated = times.filter((one) => one.times >= rule.repeatedTimes && !running.has(one.org));
  const orgs = await organisationsById(
    at.db,
    county,
    repeated.map((one) => one.org),
  );
  return {
    listings: listings.map((one) => publicListing(one, day)),
    repeated: repeated.map((one) => ({ ...one, orgName: orgs.get(one.org)?.name ?? '' })),
  };
}

const publicListing = (one: DishonestListing, day: string) => ({
  ...one,
  running: one.liftedAt === null && one.startsOn <= day && day <= one.endsOn,
});
