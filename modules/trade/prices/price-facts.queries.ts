import { sql } from 'kysely';
import { skusById } from '#catalog';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { requireCounty } from '#registry';
import type { FreightRule } from '../freight/freight.ts';
import { type PriceFacts, quotaKey, type SkuTerms } from './price-facts.ts';

/** Who wants what: enough to know which facts an order's price depends on. */
export interface PriceWish {
  /** null for a visitor, whose limits are nobody's */
  person: string | null;
  lines: readonly { sku: string }[];
}

interface FactsRow {
  terms: ({ sku: string } & SkuTerms)[];
  freightRules: FreightRule[];
  used: { subject: string; holder: string; used: number }[];
}

/**
 * Reads what the prices of many orders of one county depend on: three statements, however many orders there are.
 *
 * @throws Refusal `county-not-open`
 */
export async function readPriceFacts(db: Db, county: County, wishes: readonly PriceWish[]): Promise<PriceFacts> {
  const open = await requireCounty(db, county);
  const skus = [...new Set(wishes.flatMap((wish) => wish.lines.map((line) => line.sku)))];
  const briefs = await skusById(db, county, skus);
  const limits = wishes.flatMap(({ person, lines }) => (person ? lines.map(({ sku }) => ({ sku, person })) : []));
  const { rows } = await sql<FactsRow>`
    select
      (select coalesce(json_agg(t), '[]') from (
        select sku, min_packs as "minPacks", step_packs as "stepPacks", buyer_packs as "buyerPacks",
               hold_minutes as "holdMinutes", by_weight as "byWeight"
          from trade.sku_terms where county = ${county}::int and sku = any(${skus}::uuid[])) t) as terms,
      (select coalesce(json_agg(f), '[]') from (
        select to_region as "toRegion", first_grams as "firstGrams", first_fen as "firstFen",
               step_grams as "stepGrams", step_fen as "stepFen", free_from_fen as "freeFromFen"
          from trade.freight_rule where county = ${county}::int) f) as "freightRules",
      (select coalesce(json_agg(u), '[]') from (
        select q.subject, q.holder, q.used
          from (select distinct sku, person
                  from unnest(${limits.map((l) => l.sku)}::uuid[], ${limits.map((l) => l.person)}::text[]) as l (sku, person)) l
          join trade.quota q on q.county = ${county}::int and q.subject = l.sku and q.holder = l.person) u) as used`.execute(
    db,
  );
  const facts = rows[0] as FactsRow;
  return {
    county,
    countyName: open.name,
    skus: briefs,
    terms: new Map(facts.terms.map(({ sku, ...terms }) => [sku, terms])),
    freightRules: facts.freightRules,
    used: new Map(facts.used.map((row) => [quotaKey(row.subject, row.holder), row.used])),
  };
}
