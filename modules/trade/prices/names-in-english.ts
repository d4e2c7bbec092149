import { sql } from 'kysely';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { DiscountKind, LineDiscount } from './draft.ts';

/** Prices that nobody names are called by their kind. */
const ofKind: Partial<Record<DiscountKind, string>> = {
  tier: 'Price by quantity',
  member: 'Member price',
  institution: 'Institution price',
};

/**
 * What promotions, and coupons or their templates, are called in English, by their ids; whoever is not in it has only a
 * Chinese name. A translation is of no effect on a price: it is looked up when it is shown, and may come later.
 */
export async function namesInEnglish(db: Db, county: County, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ id: string; name: string }>`
    select id, name_en as name from trade.promotion
     where county = ${county} and id = any(${ids}::uuid[]) and name_en is not null
    union all
    select c.id, t.name_en from trade.coupon c
      join trade.coupon_template t on t.county = c.county and t.id = c.template
     where c.county = ${county} and c.id = any(${ids}::uuid[]) and t.name_en is not null`.execute(db);
  return new Map(rows.map((row) => [row.id, row.name]));
}

/** A discount with its English name, null where it has none. */
export const inEnglish = (discount: LineDiscount, names: ReadonlyMap<string, string>) => ({
  ...discount,
  nameEn: ofKind[discount.kind] ?? names.get(discount.rule) ?? null,
});
