import { sql } from 'kysely';
import { type Db, transact } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { openCounty } from '#registry';

/** A county's shop for load: as many SKUs as asked, each with one lot of a million packs. */
export interface Shop {
  county: number;
  org: string;
  skus: string[];
  /** of each SKU, in the same order */
  lots: string[];
}

const COUNTY = 621221;
const VILLAGE = '621221107206';

/** Opens a county and fills its shop straight in the tables: a bench measures selling, not weighing in. */
export async function fillShop(db: Db, count: number): Promise<Shop> {
  await openCounty(db, COUNTY);
  const org = newId();
  const station = newId();
  const products = Array.from({ length: Math.ceil(count / 10) }, newId);
  const skus = Array.from({ length: count }, newId);
  const lots = Array.from({ length: count }, newId);
  await transact(db, async (tx) => {
    await sql`insert into registry.organisation (county, id, kind, name, code, region, contact, phone, state, created_at) values
      (${COUNTY}, ${org}, 'cooperative', '测速合作社', 'bench-cooperative', '621221', '无', '19900000000', 'active', now()),
      (${COUNTY}, ${station}, 'station', '测速服务站', 'bench-station', ${VILLAGE}, '无', '19900000000', 'active', now())`.execute(
      tx,
    );
    await sql`insert into catalog.category values ('bench', null, '测速', 'Bench', 'none', 999) on conflict do nothing`.execute(
      tx,
    );
    await sql`insert into catalog.product (county, id, org, crop, category, name_zh, name_en, tagline_zh, tagline_en, story_zh, story_en, origin, storage, shelf_life_days, harvest_months, state, search, version, created_at, updated_at)
      select ${COUNTY}::int, id, ${org}::uuid, 'walnut', 'bench', '核桃 ' || n, 'Walnuts ' || n, '', '', '', '', ${VILLAGE}, 'ambient', 365, array[9], 'on_sale', ''::tsvector, 1, now(), now()
      from unnest(${products}::uuid[]) with ordinality as p(id, n)`.execute(tx);
    await sql`insert into catalog.sku (county, id, product, name_zh, name_en, net_grams, gross_grams, grade, price_fen, gtin, on_sale, position)
      select ${COUNTY}::int, id, (${products}::uuid[])[1 + (n - 1) / 10], '2.5 公斤', '2.5 kg', 2500, 2600, '一级', 3980, lpad((2621221000000 + n)::text, 14, '0'), true, n
      from unnest(${skus}::uuid[]) with ordinality as s(id, n)`.execute(tx);
    await sql`insert into trace.lot (county, id, number, kind, org, station, crop, grade, sku, village, harvested_from, harvested_to, made_on, expires_on, grams_in, grams_on_hand, household_fen, packs, pack_grams, state, created_by, created_at)
      select ${COUNTY}::int, lot, 'BENCH' || n, 'packed', ${org}::uuid, ${station}::uuid, 'walnut', '一级', sku, ${VILLAGE}, current_date, current_date, current_date, current_date + 365, 2500000000, 0, 2000000000, 1000000, 2500, 'closed', 'bench', now()
      from unnest(${lots}::uuid[], ${skus}::uuid[]) with ordinality as l(lot, sku, n)`.execute(tx);
    await sql`insert into trade.stock (county, sku, lot, org, expires_on, on_hand, reserved, state, created_at)
      select ${COUNTY}::int, sku, lot, ${org}::uuid, current_date + 365, 1000000, 0, 'on_sale', now()
      from unnest(${lots}::uuid[], ${skus}::uuid[]) as l(lot, sku)`.execute(tx);
    await sql`insert into trade.freight_rule values (${COUNTY}, ${newId()}, '', 3000, 1000, 1000, 200, null)`.execute(
      tx,
    );
    await sql`insert into trade.settlement_rule (county, id, position, name, basis, station_bp, platform_bp, fund_bp, household_fen_per_pack, valid_from, created_at)
      values (${COUNTY}, ${newId()}, 100, '测速', '测速用', 400, 200, 100, 100, '2020-01-01', now())`.execute(tx);
  });
  return { county: COUNTY, org, skus, lots };
}
