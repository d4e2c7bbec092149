import { sql } from 'kysely';
import { claimsWithoutCertificate } from '#catalog';
import { addDays } from '#platform/clock.ts';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { type Fen, type Grams, proportion } from '#platform/money.ts';
import { organisationsById } from '#registry';
import { liveAgreements } from '../agreements/holding.ts';
import type { AidRule } from './aid-rules.ts';
import {
  type BenefitGrounds,
  comparePrice,
  type LotProof,
  type Peer,
  type QualityGrounds,
  type SkuPrice,
} from './judge.ts';

/** A product that is tested. */
export interface Tested {
  product: string;
  org: string;
  crop: string;
  category: string;
  /** empty where its seller names none */
  variety: string;
  state: string;
}

/** Products of a county in some states; all of them, or those asked for. */
export async function testedProducts(
  tx: Tx,
  county: County,
  states: readonly string[],
  asked?: readonly string[],
): Promise<Tested[]> {
  const { rows } = await sql<Tested>`
    select product, org, crop, category, variety, state from catalog.product_facts
     where county = ${county} and state = any(${states as string[]}::text[])
       and (${asked === undefined} or product = any(${(asked ?? []) as string[]}::uuid[]))
     order by product`.execute(tx);
  return rows;
}

const ids = (products: readonly Tested[]) => products.map((one) => one.product);
const distinct = (values: readonly string[]) => [...new Set(values)];

/** What proves the quality of each product: its lots on sale and its marks. */
export async function qualityGrounds(
  tx: Tx,
  county: County,
  day: string,
  products: readonly Tested[],
): Promise<Map<string, QualityGrounds>> {
  const { rows } = await sql<LotProof & { product: string }>`
    select distinct s.product, q.number, q.certificate, q.reports_passed as reports, q.reports_failed as "failedReports",
           q.state <> 'recalled' and q.expires_on > ${day}::date as sound
      from catalog.sku_facts s
      join trade.shelf_facts f on f.county = s.county and f.sku = s.sku
      join trace.lot_quality_facts q on q.county = f.county and q.lot = f.lot
     where s.county = ${county} and s.on_sale and s.product = any(${ids(products)}::uuid[])
     order by s.product, q.number`.execute(tx);
  const lots = Map.groupBy(rows, (row) => row.product);
  const claims = await claimsWithoutCertificate(tx, county, day, ids(products));
  return new Map(
    products.map(({ product }) => [
      product,
      {
        lots: (lots.get(product) ?? []).map(({ product: _, ...lot }) => lot),
        marks: claims.get(product)?.valid ?? [],
        endedMarks: claims.get(product)?.ended ?? [],
      },
    ]),
  );
}

/** What other sellers took for a product of one kind and grade, and what households had been paid for it. */
interface Sold {
  crop: string;
  category: string;
  variety: string;
  grade: string;
  org: string;
  goodsFen: Fen;
  purchaseFen: Fen;
  grams: Grams;
}

/** What one buyer paid households at the scale for a kind and grade; variety '' is all of it, whatever was named. */
interface Weighed {
  crop: string;
  variety: string;
  grade: string;
  org: string;
  fen: Fen;
  grams: Grams;
  /** those that stand: a note and its reversal are none */
  notes: number;
}

/**
 * The price of each pack beside its peers: of the same crop, shelf, variety and grade. A peer is one seller's price and never one sale, so that who sells most does
 * not outvote the others; the seller of the product is none of its own. What was paid at the scale is brought to the shop
 * by what others' buyers paid for a fen paid to households; where no other has sold, notes are no peers. Of a variety
 * notes are peers where there are as many as there must be peers: one household's sale is no price of a variety.
 *
 * @param tx with the county's scope
 */
export async function priceGrounds(
  tx: Tx,
  county: County,
  rule: AidRule,
  day: string,
  products: readonly Tested[],
): Promise<Map<string, SkuPrice[]>> {
  const since = addDays(day, -rule.priceDays);
  const crops = distinct(products.map((one) => one.crop));
  const { rows: skus } = await sql<{ sku: string; product: string; grade: string; priceFen: Fen; netGrams: Grams }>`
    select sku, product, grade, price_fen as "priceFen", net_grams as "netGrams" from catalog.sku_facts
     where county = ${county} and on_sale and product = any(${ids(products)}::uuid[])
     order by sku`.execute(tx);
  const { rows: sold } = await sql<Sold>`
    select p.crop, p.category, p.variety, s.grade, l.org, sum(l.paid_fen - l.freight_fen)::bigint as "goodsFen",
           sum(l.purchase_fen)::bigint as "purchaseFen", sum(l.grams)::bigint as grams
      from benefit.line_share l
      join catalog.product_facts p on p.county = l.county and p.product = l.product
      join catalog.sku_facts s on s.county = l.county and s.sku = l.sku
     where l.county = ${county} and p.crop = any(${crops}::text[])
       and l.at >= ${since}::date::timestamp at time zone 'Asia/Shanghai'
     group by p.crop, p.category, p.variety, s.grade, l.org
    having sum(l.paid_fen - l.freight_fen) > 0`.execute(tx);
  // With a variety, and all of a grade together under none: a seller who names none is compared with everything.
  const { rows: notes } = await sql<Weighed>`
    select crop, coalesce(variety, '') as variety, grade, buyer as org, sum(amount_fen)::bigint as fen,
           sum(grams)::bigint as grams, sum(sign(grams))::int as notes
      from trace.purchase_facts
     where county = ${county} and crop = any(${crops}::text[]) and day between ${since}::date and ${day}::date
     group by grouping sets ((crop, grade, buyer), (crop, variety, grade, buyer))
    having sum(grams) > 0 and sum(amount_fen) > 0 and (grouping(variety) = 1 or variety <> '')`.execute(tx);
  const { rows: market } = await sql<{
    crop: string;
    category: string;
    variety: string;
    grade: string;
    market: string;
    fenPerKg: Fen;
  }>`
    select distinct on (crop, category, variety, grade, market) crop, category, variety, grade, market, fen_per_kg as "fenPerKg"
      from benefit.market_price
     where county = ${county} and crop = any(${crops}::text[]) and day between ${since}::date and ${day}::date
     order by crop, category, variety, grade, market, day desc, at desc, id desc`.execute(tx);
  const orgs = await organisationsById(
    tx,
    county,
    [...sold, ...notes].map((row) => row.org),
  );
  const nameOf = (org: string) => orgs.get(org)?.name ?? '';

  const notesOf = ({ crop, variety }: Tested, grade: string) =>
    notes.filter((row) => row.crop === crop && row.variety === variety && row.grade === grade);
  /** Of a variety, how many notes there are where they are too few; null: enough, or none is named. */
  const fewNotesOf = (of: Tested, grade: string): number | null => {
    const found = notesOf(of, grade).reduce((sum, row) => sum + row.notes, 0);
    return of.variety !== '' && found < rule.fewestPeers ? found : null;
  };
  const peersOf = (of: Tested, grade: string): Peer[] => {
    const { org, crop, category, variety } = of;
    const others = sold.filter(
      (row) => row.org !== org && row.crop === crop && row.category === category && row.variety === variety,
    );
    const weighed = fewNotesOf(of, grade) === null ? notesOf(of, grade) : [];
    const goods = others.reduce((sum, row) => sum + (row.purchaseFen > 0 ? row.goodsFen : 0), 0);
    const paid = others.reduce((sum, row) => sum + row.purchaseFen, 0);
    return [
      ...others
        .filter((row) => row.grade === grade)
        .map((row) => ({
          source: 'sales' as const,
          name: nameOf(row.org),
          fenPerKg: proportion(row.goodsFen, 1000, row.grams),
        })),
      ...(paid === 0 ? [] : weighed).map((row) => ({
        source: 'notes' as const,
        name: nameOf(row.org),
        fenPerKg: proportion(proportion(row.fen, 1000, row.grams), goods, paid),
      })),
      ...market
        .filter(
          (row) => row.crop === crop && row.category === category && row.variety === variety && row.grade === grade,
        )
        .map((row) => ({ source: 'market' as const, name: row.market, fenPerKg: row.fenPerKg })),
    ];
  };
  const byProduct = Map.groupBy(skus, (sku) => sku.product);
  return new Map(
    products.map((one) => [
      one.product,
      (byProduct.get(one.product) ?? []).map((sku) =>
        comparePrice(rule, sku, peersOf(one, sku.grade), fewNotesOf(one, sku.grade)),
      ),
    ]),
  );
}

/**
 * What ties each product to households: its seller's live agreements that speak of it, and the season's notes of its crop.
 *
 * @param tx with the county's scope
 */
export async function benefitGrounds(
  tx: Tx,
  county: County,
  rule: AidRule,
  day: string,
  products: readonly Tested[],
): Promise<Map<string, BenefitGrounds>> {
  const orgs = distinct(products.map((one) => one.org));
  const agreements = await liveAgreements(tx, county, orgs, day);
  const { rows: notes } = await sql<{ org: string; crop: string; notes: number; households: number }>`
    select p.buyer as org, p.crop, count(*)::int as notes, count(distinct p.household)::int as households
      from trace.purchase_facts p
     where p.county = ${county} and p.buyer = any(${orgs}::uuid[]) and p.reverses is null
       and p.day between ${addDays(day, -rule.benefitDays)}::date and ${day}::date
       and not exists (select from trace.purchase_facts r where r.county = p.county and r.reverses = p.purchase)
     group by p.buyer, p.crop`.execute(tx);
  return new Map(
    products.map(({ product, org, crop }) => {
      const bought = notes.find((row) => row.org === org && row.crop === crop);
      const speaks = agreements.filter(
        (one) =>
          one.org === org &&
          (one.crop === null || one.crop === crop) &&
          (one.products.length === 0 || one.products.includes(product)),
      );
      return [
        product,
        {
          agreements: speaks.map((one) => one.number).sort(),
          notes: bought?.notes ?? 0,
          households: bought?.households ?? 0,
        },
      ];
    }),
  );
}
