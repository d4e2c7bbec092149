import { sql } from 'kysely';
import { skusById } from '#catalog';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { requireCounty } from '#registry';
import type { FreightRule } from '../freight/freight.ts';
import {
  type Bundle,
  type CampaignLine,
  type Coupon,
  type FullReduction,
  type PriceFacts,
  quotaKey,
  type SkuPrice,
  type SkuTerms,
} from './price-facts.ts';
import type { PriceAsk } from './price-order.ts';

/** Who wants what: enough of an ask to know which facts its price depends on. */
export type PriceWish = Pick<PriceAsk, 'person' | 'coupons'> & {
  lines: readonly { sku: string }[];
  /** whether all coupons of the buyer are wanted, not only those that are named */
  allCoupons?: boolean;
};

interface FactsRow {
  terms: ({ sku: string } & SkuTerms)[];
  prices: SkuPrice[];
  campaigns: CampaignLine[];
  bundles: Bundle[];
  fullReductions: FullReduction[];
  coupons: (Omit<Coupon, 'validUntil'> & { validUntil: string })[];
  members: { person: string }[];
  freightRules: FreightRule[];
  used: { subject: string; holder: string; used: number }[];
}

/**
 * Reads what the prices of many orders of one county depend on: three statements, however many orders there are and
 * however many promotions.
 *
 * @param now promotions that run at this moment count, and coupons that have not ended
 * @param partly whether bundles that hold only some of the goods are wanted, too
 * @throws Refusal `county-not-open`
 */
export async function readPriceFacts(
  db: Db,
  county: County,
  wishes: readonly PriceWish[],
  now: Date,
  { partly = false }: { partly?: boolean } = {},
): Promise<PriceFacts> {
  const skus = [...new Set(wishes.flatMap((wish) => wish.lines.map((line) => line.sku)))];
  const persons = [...new Set(wishes.flatMap((wish) => wish.person ?? []))];
  const limits = wishes.flatMap(({ person, lines }) => (person ? lines.map(({ sku }) => ({ sku, person })) : []));
  const coupons = [...new Set(wishes.flatMap((wish) => (wish.coupons === 'best' ? [] : wish.coupons)))];
  const chooses = (wish: PriceWish) => wish.allCoupons || wish.coupons === 'best';
  const choosers = [...new Set(wishes.flatMap((wish) => (chooses(wish) && wish.person ? wish.person : [])))];
  const query = sql<FactsRow>`
    with running as materialized (
      select * from trade.promotion
       where county = ${county}::int and ends_at > ${now} and starts_at <= ${now} and ended_at is null),
    campaign as materialized (
      select l.id, l.promotion, p.name, p.bearer, p.position, l.sku, l.price_fen as "priceFen", l.pieces,
             l.buyer_packs as "buyerPacks", p.hold_minutes as "holdMinutes", p.starts_at as "startsAt", p.ends_at as "endsAt"
        from running p join trade.promotion_line l on l.county = p.county and l.promotion = p.id
       where p.kind = 'campaign' and l.county = ${county}::int and l.sku = any(${skus}::uuid[])),
    bundle as materialized (
      select p.id, p.name, p.bearer, p.position, p.price_fen as "priceFen", p.pieces,
             p.buyer_pieces as "buyerPieces", i.items, p.ends_at as "endsAt"
        from running p
        join lateral (select ${partly ? sql`bool_or` : sql`bool_and`}(l.sku = any(${skus}::uuid[])) as wanted,
                             json_agg(json_build_object('sku', l.sku, 'packs', l.packs) order by l.sku) as items
                        from trade.promotion_line l where l.county = ${county}::int and l.promotion = p.id) i on i.wanted
       where p.kind = 'bundle'),
    coupon as materialized (
      select c.id, t.name, t.bearer, c.person,
             json_build_object('org', t.org, 'category', t.category, 'products', t.products) as scope,
             t.on_reduced as "onReduced", t.off_fen as "offFen", t.from_fen as "fromFen", c.valid_until as "validUntil"
        from trade.coupon c join trade.coupon_template t on t.county = c.county and t.id = c.template
       where c.county = ${county}::int
         and (c.id = any(${coupons}::uuid[]) or (c.person = any(${choosers}::text[]) and c.valid_until > ${now})))
    select
      (select coalesce(json_agg(t), '[]') from (
        select sku, min_packs as "minPacks", step_packs as "stepPacks", buyer_packs as "buyerPacks",
               hold_minutes as "holdMinutes", by_weight as "byWeight"
          from trade.sku_terms where county = ${county}::int and sku = any(${skus}::uuid[])) t) as terms,
      (select coalesce(json_agg(p), '[]') from (
        select id, sku, kind, from_packs as "fromPacks", price_fen as "priceFen"
          from trade.sku_price
         where county = ${county}::int and sku = any(${skus}::uuid[]) and ended_at is null) p) as prices,
      (select coalesce(json_agg(c), '[]') from campaign c) as campaigns,
      (select coalesce(json_agg(b order by b.position, b.id), '[]') from bundle b) as bundles,
      (select coalesce(json_agg(f order by f.position, f.id), '[]') from (
        select p.id, p.name, p.bearer, p.position,
               json_build_object('org', p.org, 'category', p.category, 'products', p.products) as scope,
               p.on_reduced as "onReduced", p.repeats, p.ends_at as "endsAt",
               (select json_agg(json_build_object('fromFen', s.from_fen, 'offFen', s.off_fen))
                  from trade.promotion_step s where s.county = ${county}::int and s.promotion = p.id) as steps
          from running p where p.kind = 'full_reduction') f) as "fullReductions",
      (select coalesce(json_agg(c), '[]') from coupon c) as coupons,
      (select coalesce(json_agg(m), '[]') from (
        select person from trade.member
         where county = ${county}::int and person = any(${persons}::text[]) and left_at is null) m) as members,
      (select coalesce(json_agg(f), '[]') from (
        select to_region as "toRegion", first_grams as "firstGrams", first_fen as "firstFen",
               step_grams as "stepGrams", step_fen as "stepFen", free_from_fen as "freeFromFen",
               cold_first_fen as "coldFirstFen", cold_step_fen as "coldStepFen", free_covers_cold as "freeCoversCold"
          from trade.freight_rule where county = ${county}::int) f) as "freightRules",
      (select coalesce(json_agg(u), '[]') from (
        select q.subject, q.holder, q.used
          from (select sku as subject, person as holder
                  from unnest(${limits.map((l) => l.sku)}::uuid[], ${limits.map((l) => l.person)}::text[]) l (sku, person)
                union
                select id, '' from coupon
                union
                select t.id, h.holder
                  from (select id from campaign where pieces is not null or "buyerPacks" is not null
                        union all
                        select id from bundle where pieces is not null or "buyerPieces" is not null) t
                 cross join unnest(${['', ...persons]}::text[]) h (holder)) asked
          join trade.quota q
            on q.county = ${county}::int and q.subject = asked.subject and q.holder = asked.holder) u) as used`;
  // Together: a batch of orders waits for the slowest of them and not for their sum.
  const [open, briefs, { rows }] = await Promise.all([
    requireCounty(db, county),
    skusById(db, county, skus),
    query.execute(db),
  ]);
  const facts = rows[0] as FactsRow;
  return {
    county,
    countyName: open.name,
    now,
    skus: briefs,
    terms: new Map(facts.terms.map(({ sku, ...terms }) => [sku, terms])),
    prices: Map.groupBy(facts.prices, (price) => price.sku),
    campaigns: Map.groupBy(facts.campaigns, (line) => line.sku),
    bundles: facts.bundles,
    fullReductions: facts.fullReductions,
    coupons: facts.coupons.map((coupon) => ({ ...coupon, validUntil: new Date(coupon.validUntil) })),
    members: new Set(facts.members.map((row) => row.person)),
    freightRules: facts.freightRules,
    used: new Map(facts.used.map((row) => [quotaKey(row.subject, row.holder), row.used])),
  };
}
