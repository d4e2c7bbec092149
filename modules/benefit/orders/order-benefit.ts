import { sql } from 'kysely';
import type { Static } from 'typebox';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type Db, scoped, type Tx } from '#platform/db.ts';
import type { Lang } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { type Fen, type Grams, proportion, splitByWeight } from '#platform/money.ts';
import { sharersOf } from '#presale';
import { organisationsById, regionNames } from '#registry';
import { lotFacts, lotSources } from '#trace';
import { orderForReader, type PartOfOrder, settlementPartsOf, standingOf } from '#trade';
import type { OrderBenefit } from '../contract.ts';
import { categoriesOf } from '../entries/entries.queries.ts';
import { pocketsOf, type ShareSums, shareBp } from '../farm-share/of-hundred.ts';
import { lineSharesOf } from '../settled/settled.queries.ts';
import { type Attributed, attribute } from '../settled/share-out.ts';
import { whyOf } from './why.ts';

/** Packs of one lot in the order, with what households had or will have of them. */
interface OrderLot {
  lot: string;
  grams: Grams;
  purchase: Fen;
  shop: Fen;
}

/**
 * In whose pocket each part of an order's price ended and why, and which villages it reached; villages and counts,
 * never a household. Before settlement the parts are those held for the order and `settled` is false; of an order that
 * is not paid, or paid back, nothing is known and nothing is said.
 *
 * @throws Refusal `order-not-found`, also for those who may not read it
 */
export async function orderBenefit(
  at: Context,
  by: Actor,
  input: { county: County; order: string },
  lang: Lang,
): Promise<Static<typeof OrderBenefit>> {
  const { county } = input;
  const { order } = await orderForReader(at.db, by, county, input.order);
  const parts = (await settlementPartsOf(at.db, county, [order.id]))
    .map((part) => ({ ...part, fen: standingOf(part) }))
    .filter((part) => part.fen > 0);
  const rows = await lineSharesOf(at.db, county, order.id);
  const settled = order.promise ? order.state === 'closed' : rows.length > 0;
  const lots =
    rows.length > 0
      ? rows.map((row) => ({ lot: row.lot, grams: row.grams, purchase: row.purchase_fen, shop: row.shop_fen }))
      : parts.length > 0
        ? await expectedLots(at.db, county, order.id, parts)
        : [];

  const sums = sumsOf(parts, lots);
  const attributed = await scoped(at.db, String(county), (tx) =>
    order.promise ? backedBy(tx, county, order.promise, parts) : attributedOf(tx, county, lots),
  );
  const households = [...new Set(attributed.map((one) => one.household))];
  const categories = await scoped(at.db, String(county), (tx) => categoriesOf(tx, county, households));
  const count = (category: string) => households.filter((id) => categories.get(id) === category).length;
  const villages = await villagesOf(at.db, attributed);
  const organisations = await organisationsById(
    at.db,
    county,
    parts.flatMap(({ org }) => (org ? [org] : [])),
  );
  const orgNames = (kind: PartOfOrder['part']) => [
    ...new Set(parts.filter((p) => p.part === kind).flatMap((p) => organisations.get(p.org ?? '')?.name ?? [])),
  ];
  const names: Record<string, string[]> = {
    purchase: villages.map((v) => v.villageName),
    shop_share: villages.map((v) => v.villageName),
    merchant: orgNames('merchant'),
    station: orgNames('station'),
  };
  const householdFen = sums.purchase + sums.shop;
  return {
    order: order.id,
    settled,
    paidFen: sums.paid,
    householdFen,
    shareBp: shareBp(householdFen, sums.paid),
    parts: pocketsOf(sums)
      .filter(({ fen }) => fen !== 0)
      .map(({ pocket, fen }) => ({
        pocket,
        fen,
        names: names[pocket] ?? [],
        why: whyOf(pocket, { fen, settled, households: households.length, backed: order.promise !== null }, lang),
      })),
    households: households.length,
    liftedHouseholds: count('lifted'),
    monitoredHouseholds: count('monitored'),
    villages,
  };
}

/** The sums of an order's parts; `paid` is their sum, so what is said always adds up to what it is said of. */
function sumsOf(parts: readonly PartOfOrder[], lots: readonly OrderLot[]): ShareSums {
  const sum = (kind: PartOfOrder['part']) => parts.filter((p) => p.part === kind).reduce((fen, p) => fen + p.fen, 0);
  return {
    paid: parts.reduce((fen, p) => fen + p.fen, 0),
    purchase: lots.reduce((fen, lot) => fen + lot.purchase, 0),
    shop: sum('household'),
    merchant: sum('merchant'),
    station: sum('station'),
    freight: sum('freight'),
    platform: sum('platform'),
    fund: sum('fund') + sum('levy'),
  };
}

/** What the packs reserved or taken for a paid order will have brought, if it is settled as it stands. */
async function expectedLots(db: Db, county: County, order: string, parts: readonly PartOfOrder[]): Promise<OrderLot[]> {
  const { rows } = await sql<{ line: string; lot: string; packs: number; grams: Grams }>`
    select line, lot, packs, packs::bigint * pack_grams as grams
      from trade.line_lot_facts where county = ${county} and "order" = ${order} order by line, lot`.execute(db);
  const facts = await lotFacts(
    db,
    county,
    rows.map((row) => row.lot),
  );
  return [...Map.groupBy(rows, (row) => row.line)].flatMap(([line, ofLine]) => {
    const shop = parts.filter((p) => p.part === 'household' && p.line === line).reduce((fen, p) => fen + p.fen, 0);
    const shops = splitByWeight(
      shop,
      ofLine.map((row) => row.packs),
    );
    return ofLine.map((row, i) => {
      const lot = facts.get(row.lot);
      const purchase = lot ? proportion(lot.householdFen, row.packs, lot.packs) : 0;
      return { lot: row.lot, grams: row.grams, purchase, shop: shops[i] as number };
    });
  });
}

async function attributedOf(tx: Tx, county: County, lots: readonly OrderLot[]): Promise<Attributed[]> {
  const sources = Map.groupBy(await lotSources(tx, county, [...new Set(lots.map(({ lot }) => lot))]), (s) => s.lot);
  return lots.flatMap((lot) => attribute(lot, sources.get(lot.lot) ?? []));
}

/** Whose project a pledge backs, each with their share of what it has for households. */
async function backedBy(tx: Tx, county: County, project: string, parts: readonly PartOfOrder[]): Promise<Attributed[]> {
  const sharers = await sharersOf(tx, county, [project]);
  const fen = parts.filter((p) => p.part === 'household').reduce((sum, p) => sum + p.fen, 0);
  const shop = splitByWeight(
    fen,
    sharers.map((one) => one.bp),
  );
  return parts.length === 0
    ? []
    : sharers.map(({ household, village }, i) => ({ household, village, grams: 0, purchase: 0, shop: shop[i] as Fen }));
}

async function villagesOf(db: Db, attributed: readonly Attributed[]) {
  const byVillage = Map.groupBy(attributed, (one) => one.village);
  const names = await regionNames(db, byVillage.keys());
  return [...byVillage]
    .map(([village, ones]) => ({
      village,
      villageName: names.get(village)?.name ?? village,
      households: new Set(ones.map((one) => one.household)).size,
      grams: ones.reduce((sum, one) => sum + one.grams, 0),
      fen: ones.reduce((sum, one) => sum + one.purchase + one.shop, 0),
    }))
    .sort((a, b) => b.fen - a.fen || (a.village < b.village ? -1 : 1));
}
