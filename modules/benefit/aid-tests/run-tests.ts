import { sql } from 'kysely';
import { followProduct } from '#catalog';
import type { ProductChanged } from '#catalog/events';
import { system } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { scoped, type Tx, withScope } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Subscriber } from '#platform/outbox.ts';
import { dishonestOn, everyOpenCounty } from '#registry';
import { aidRuleOn } from './aid-rules.ts';
import {
  type AidTest,
  aidTests,
  aidTestWords,
  type Occasion,
  type Standing,
  standingMoves,
  type Verdict,
} from './aid-states.ts';
import { benefitGrounds, priceGrounds, qualityGrounds, type Tested, testedProducts } from './grounds.queries.ts';
import {
  type BenefitGrounds,
  judgeBenefit,
  judgePrice,
  judgeQuality,
  type QualityGrounds,
  type SkuPrice,
  type StandsAt,
  standAfter,
} from './judge.ts';

/** Products judged in one transaction of the nightly run: a county's listings are many, and none waits for the others. */
const AT_ONCE = 200;
/** Those in review are judged for the operator to see; of what follows only those on sale and hidden know. */
const judged = ['review', 'on_sale', 'hidden'];

/** A product was reviewed, put on sale, or changed: tested in the transaction that hears of it. */
export const testsSubscriber = (at: Context): Subscriber<ProductChanged> => ({
  name: 'benefit.aid-tests',
  type: 'catalog.product-changed',
  async apply(tx, { county, payload }) {
    await withScope(tx, String(county));
    await runTests(tx, county, 'changed', at.clock.now(), [payload.product]);
  },
});

/** Every listing of every county, each night; products that the list or the tests hide no longer come back. */
export async function runNightlyTests(at: Context, signal?: AbortSignal): Promise<void> {
  for (const county of await everyOpenCounty(at.db)) {
    const now = at.clock.now();
    const all = await scoped(at.db, String(county), (tx) => testedProducts(tx, county, judged));
    for (let n = 0; n < all.length; n += AT_ONCE) {
      if (signal?.aborted) return;
      const some = all.slice(n, n + AT_ONCE).map((one) => one.product);
      await scoped(at.db, String(county), (tx) => runTests(tx, county, 'nightly', now, some));
    }
  }
}

/** What a product was found to be, and what each verdict rests on. */
export interface Run extends Tested {
  id: string;
  verdicts: Record<AidTest, Verdict>;
  rests: { quality: QualityGrounds; price: SkuPrice[]; benefit: BenefitGrounds };
}

/**
 * Judges products by the rule of a day, without writing anything.
 *
 * @param tx with the county's scope
 */
export async function judgeProducts(tx: Tx, county: County, day: string, products: readonly Tested[]): Promise<Run[]> {
  if (products.length === 0) return [];
  const rule = aidRuleOn(day);
  const quality = await qualityGrounds(tx, county, day, products);
  const price = await priceGrounds(tx, county, rule, day, products);
  const benefit = await benefitGrounds(tx, county, rule, day, products);
  return products.map((product) => {
    const rests = {
      quality: quality.get(product.product) ?? { lots: [], marks: [], endedMarks: [] },
      price: price.get(product.product) ?? [],
      benefit: benefit.get(product.product) ?? { agreements: [], notes: 0, households: 0 },
    };
    const verdicts: Record<AidTest, Verdict> = {
      quality: judgeQuality(rests.quality),
      price: judgePrice(rests.price),
      benefit: judgeBenefit(rests.benefit),
    };
    return { id: newId(), ...product, verdicts, rests };
  });
}

/** Which tests a run failed that the county has not excused on appeal. */
export async function failedOf(tx: Tx, county: County, day: string, run: Run): Promise<AidTest[]> {
  const { excused } = (await appealsOf(tx, county, day, [run.product])).get(run.product) ?? noAppeal;
  return aidTests.filter((test) => run.verdicts[test] === 'fail' && !excused.includes(test));
}

/**
 * Tests products, writes each run down with what it rests on, moves how they stand and makes their listings follow.
 *
 * @param tx with the county's scope
 */
export async function runTests(
  tx: Tx,
  county: County,
  occasion: Occasion,
  now: Date,
  asked: readonly string[],
): Promise<Run[]> {
  const day = dayOf(now);
  const rule = aidRuleOn(day);
  const runs = await judgeProducts(tx, county, day, await testedProducts(tx, county, judged, asked));
  if (runs.length === 0) return [];
  await tx
    .insertInto('benefit.aid_test')
    .values(
      runs.map(({ id, product, verdicts, rests }) => ({
        ...{ county, id, product, occasion, day, at: now, ...verdicts },
        rests_on: JSON.stringify(rests),
      })),
    )
    .execute();
  const onShelf = runs.filter((run) => run.state !== 'review');
  const stands = await lockStandings(
    tx,
    county,
    onShelf.map((run) => run.product),
    now,
  );
  const appeals = await appealsOf(tx, county, day, asked);
  for (const run of onShelf) {
    const before = stands.get(run.product) as StandsAt;
    const after = standAfter(rule, before, { day, verdicts: run.verdicts }, appeals.get(run.product) ?? noAppeal);
    if (after !== before) {
      await moveStanding(tx, { county, product: run.product }, before, after, {
        test: run.id,
        by: system.person,
        at: now,
      });
    }
    stands.set(run.product, after);
  }
  await followListings(tx, county, now, onShelf, stands);
  return runs;
}

const noAppeal = { open: false, excused: [] as string[] };

/** Standings, locked in the order of their ids; those that were not there are clear. */
export async function lockStandings(
  tx: Tx,
  county: County,
  products: readonly string[],
  now: Date,
): Promise<Map<string, StandsAt>> {
  await sql`
    insert into benefit.aid_standing (county, product, state, failed, due_on, since)
    select ${county}::int, p, 'clear', '{}', null, ${now}::timestamptz
      from unnest(${products as string[]}::uuid[]) p order by p
    on conflict do nothing`.execute(tx);
  const { rows } = await sql<StandsAt & { product: string }>`
    select product, state, failed, due_on as "dueOn" from benefit.aid_standing
     where county = ${county} and product = any(${products as string[]}::uuid[])
     order by product for update`.execute(tx);
  return new Map(rows.map(({ product, ...stands }) => [product, stands]));
}

/** Of each product whether an appeal is open, and what the county has excused on this day. */
async function appealsOf(tx: Tx, county: County, day: string, products: readonly string[]) {
  const { rows } = await sql<{ product: string; open: boolean; excused: string[] }>`
    select a.product, bool_or(a.state = 'open') as open,
           coalesce(array_agg(distinct f.test) filter (where a.excused_until >= ${day}::date), '{}') as excused
      from benefit.aid_appeal a cross join unnest(a.failed) f (test)
     where a.county = ${county} and a.product = any(${products as string[]}::uuid[]) and a.state <> 'rejected'
     group by a.product`.execute(tx);
  return new Map(rows.map(({ product, ...appeal }) => [product, appeal]));
}

/** Moves how a locked product stands along the graph and writes down why. */
export async function moveStanding(
  tx: Tx,
  of: { county: County; product: string },
  before: StandsAt,
  after: StandsAt,
  said: { test?: string; appeal?: string; by: string; at: Date },
): Promise<void> {
  standingMoves.require(before.state, after.state);
  const { failed, dueOn, state } = after;
  await tx
    .updateTable('benefit.aid_standing')
    .set({ state, failed, due_on: dueOn, since: said.at })
    .where('county', '=', of.county)
    .where('product', '=', of.product)
    .execute();
  await tx
    .insertInto('benefit.aid_move')
    .values({
      ...{ county: of.county, id: newId(), product: of.product, from_state: before.state, to_state: state },
      ...{ failed, due_on: dueOn, test: said.test ?? null, appeal: said.appeal ?? null },
      ...{ by_person: said.by, at: said.at },
    })
    .execute();
}

/** Makes listings follow: hidden or withdrawn as they stand, hidden while their seller is on the list, else on sale. */
export async function followListings(
  tx: Tx,
  county: County,
  now: Date,
  products: readonly Pick<Tested, 'product' | 'org' | 'state'>[],
  stands: ReadonlyMap<string, Pick<StandsAt, 'state' | 'failed'>>,
): Promise<void> {
  const dishonest = await dishonestOn(tx, county, dayOf(now));
  for (const { product, org, state } of products) {
    const stand = stands.get(product);
    const to = listingOf(stand?.state ?? 'clear', dishonest.has(org));
    if (to === state) continue;
    const failed = (stand?.failed ?? []).map((test) => aidTestWords[test as AidTest].zh).join('、');
    const until = dishonest.get(org);
    const reason = until ? `单位在失信名单上，到 ${until}` : failed ? `三项检验不通过：${failed}` : '三项检验恢复正常';
    await followProduct(tx, { county, id: product, to, reason, at: now });
  }
}

const listingOf = (stand: Standing, dishonest: boolean): 'on_sale' | 'hidden' | 'withdrawn' =>
  stand === 'withdrawn' ? 'withdrawn' : stand === 'hidden' || dishonest ? 'hidden' : 'on_sale';
