import { sql } from 'kysely';
import type { Static } from 'typebox';
import { type Db, scoped } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { FarmShare } from '../contract.ts';
import { ofHundred, pocketsOf, type ShareSums, shareBp } from './of-hundred.ts';

/** Which settled lines: all of a county's, or those of a product, a SKU or a lot. */
export interface Of {
  product?: string;
  sku?: string;
  lot?: string;
}

const matching = (county: County, of: Of) => sql`
  county = ${county}
    ${of.product ? sql`and product = ${of.product}` : sql``}
    ${of.sku ? sql`and sku = ${of.sku}` : sql``}
    ${of.lot ? sql`and lot = ${of.lot}` : sql``}`;

/** How much of what buyers paid reached households, over settled lines; null shares where none is settled yet. */
export async function farmShare(db: Db, county: County, of: Of): Promise<Static<typeof FarmShare>> {
  const { rows } = await sql<ShareSums & { lines: number; product: string | null }>`
    select count(distinct line)::int as lines, min(product::text) as product, sum(paid_fen)::bigint as paid,
           sum(purchase_fen)::bigint as purchase, sum(shop_fen)::bigint as shop, sum(merchant_fen)::bigint as merchant,
           sum(station_fen)::bigint as station, sum(freight_fen)::bigint as freight,
           sum(platform_fen)::bigint as platform, sum(fund_fen)::bigint as fund
      from benefit.line_share where ${matching(county, of)}`.execute(db);
  const sums = rows[0];
  if (!sums || sums.lines === 0 || sums.paid === 0) {
    return { lines: 0, purchases: 0, paidFen: 0, householdFen: 0, shareBp: null, of100: [], peerMedianBp: null };
  }
  const householdFen = sums.purchase + sums.shop;
  const isOfOneProduct = of.product ?? of.sku ?? of.lot;
  return {
    lines: sums.lines,
    purchases: await purchasesBehind(db, county, of),
    paidFen: sums.paid,
    householdFen,
    shareBp: shareBp(householdFen, sums.paid),
    of100: ofHundred(pocketsOf(sums), sums.paid).filter((part) => part.fen !== 0),
    peerMedianBp: isOfOneProduct && sums.product ? await peerMedianBp(db, county, sums.product) : null,
  };
}

/** How many purchase notes the settled lots are made of. */
async function purchasesBehind(db: Db, county: County, of: Of): Promise<number> {
  return scoped(db, String(county), async (tx) => {
    const { rows } = await sql<{ purchases: number }>`
      select count(distinct purchase)::int as purchases
        from trace.lot_source_facts
       where county = ${county} and lot in (select lot from benefit.line_share where ${matching(county, of)})`.execute(
      tx,
    );
    return rows[0]?.purchases ?? 0;
  });
}

/** The median farm share of the county's products of the same crop; null while fewer than three are known. */
async function peerMedianBp(db: Db, county: County, product: string): Promise<number | null> {
  const { rows } = await sql<{ known: number; median: number | null }>`
    select count(*)::int as known, percentile_disc(0.5) within group (order by bp)::int as median
      from (select round(sum(s.purchase_fen + s.shop_fen) * 10000 / sum(s.paid_fen)) as bp
              from benefit.line_share s
              join catalog.product_facts p on p.county = s.county and p.product = s.product
             where s.county = ${county}
               and p.crop = (select crop from catalog.product_facts where county = ${county} and product = ${product})
             group by s.product having sum(s.paid_fen) > 0) peers`.execute(db);
  const peers = rows[0];
  return peers && peers.known >= 3 ? peers.median : null;
}

/** The share and the number of settled lines of several products, in the order asked. */
export async function farmShares(db: Db, county: County, products: readonly string[]) {
  const { rows } = await sql<{ product: string; lines: number; paid: number; household: number }>`
    select product, count(distinct line)::int as lines, sum(paid_fen)::bigint as paid,
           sum(purchase_fen + shop_fen)::bigint as household
      from benefit.line_share
     where county = ${county} and product = any(${products}::uuid[])
     group by product`.execute(db);
  const found = new Map(rows.map((row) => [row.product, row]));
  return products.map((product) => {
    const row = found.get(product);
    return { product, lines: row?.lines ?? 0, shareBp: row ? shareBp(row.household, row.paid) : null };
  });
}
