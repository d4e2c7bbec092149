import { sql } from 'kysely';
import { skusById } from '#catalog';
import { type Actor, overCounty, sellersRead } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type Db, scoped } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';
import { cropsByCode, regionNames } from '#registry';
import { lotsMadeOf, lotsOfRecall, originsOf, recalledLots, recallView } from '#trace';
import { refuse } from '../refuse.ts';
import type { recallFinds, recallLineStates } from './recall-line-states.ts';
import { packsHit } from './recall-lines.queries.ts';

const provinceOf = (region: string) => `${region.slice(0, 2)}0000000000`;

/** What would be hit if a lot were called back now. @throws Refusal `lot-not-found`, also for somebody else's */
export async function recallPreview(db: Db, by: Actor, county: County, lot: string, reach: 'descendants' | 'lot') {
  return scoped(db, String(county), async (tx) => {
    const ids = reach === 'lot' ? [lot] : await lotsMadeOf(tx, county, lot);
    const lots = await recalledLots(tx, county, ids);
    const named = lots.find((one) => one.id === lot);
    const own = sellersRead(by, county);
    if (!named || (own !== 'all' && !own.includes(named.org))) throw refuse('lot-not-found');
    const { rows } = await sql<{ sent: number; waiting: number; buyers: number; sent_packs: number }>`
      select count(distinct "order") filter (where sent_at is not null)::int as sent,
             count(distinct "order") filter (where sent_at is null)::int as waiting,
             count(distinct person)::int as buyers,
             coalesce(sum(packs) filter (where sent_at is not null), 0)::int as sent_packs
        from (${packsHit(county, ids)}) hit`.execute(tx);
    const hit = rows[0] ?? { sent: 0, waiting: 0, buyers: 0, sent_packs: 0 };
    const stock = await stockOf(tx, county, ids);
    const origins = await originsOf(tx, county, lot);
    return {
      lots: lots.length,
      packedLots: lots.filter((one) => one.kind === 'packed').length,
      gramsOnHand: sum(lots, (one) => one.gramsOnHand),
      stockPacks: [...stock.values()].reduce((total, one) => total + one.onHand, 0),
      ordersSent: hit.sent,
      ordersWaiting: hit.waiting,
      packsSent: hit.sent_packs,
      buyers: hit.buyers,
      households: origins.reduce((total, one) => total + one.households, 0),
      notes: origins.reduce((total, one) => total + one.notes, 0),
      villages: origins.length,
    };
  });
}

/**
 * Where all of a recall is: its lots, what of them is on the shelf, with buyers, come back, destroyed; who was told.
 * The grams of each packed lot are the sum of where its packs are, so what cannot be found would show.
 *
 * @throws Refusal `recall-not-found`, also for somebody else's
 */
export async function recallReport(at: Context, by: Actor, county: County, id: string) {
  return (await reportWithLots(at, by, county, id)).report;
}

/** The same report with the lots it sums up, read once. @throws Refusal `recall-not-found` */
export async function reportWithLots(at: Context, by: Actor, county: County, id: string) {
  return scoped(at.db, String(county), async (tx) => {
    const recall = await readableRecall(tx, by, county, id);
    const lots = await lotRows(tx, county, await lotsOfRecall(tx, county, id));
    const packed = lots.filter((one) => one.kind === 'packed');
    const lines = await tx
      .selectFrom('trade.recall_line')
      .select(['found', 'state'])
      .select((e) => [
        e.fn.count<string>('order').distinct().as('orders'),
        e.fn.count<string>('person').distinct().as('buyers'),
        e.fn.sum<string>('packs').as('packs'),
        e.fn.count<string>('seen_at').as('seen'),
      ])
      .where('county', '=', county)
      .where('recall', '=', id)
      .groupBy(['found', 'state'])
      .orderBy('found')
      .orderBy('state')
      .execute();
    const told = await tx
      .selectFrom('trade.recall_line')
      .select((e) => [
        e.fn.count<string>('order').distinct().as('orders'),
        e.fn.count<string>('person').distinct().as('buyers'),
        e.fn.count<string>('person').distinct().filterWhere('seen_at', 'is not', null).as('seen'),
      ])
      .where('county', '=', county)
      .where('recall', '=', id)
      .executeTakeFirstOrThrow();
    const messages = await tx
      .selectFrom('trade.recall_message')
      .select((e) => [
        e.fn.countAll<number>().filterWhere('state', '=', 'waiting').as('waiting'),
        e.fn.countAll<number>().filterWhere('state', '=', 'sent').as('sent'),
        e.fn.countAll<number>().filterWhere('state', '=', 'failed').as('failed'),
      ])
      .where('county', '=', county)
      .where('recall', '=', id)
      .executeTakeFirstOrThrow();
    const origins = await originsOf(tx, county, recall.lot);
    const names = await regionNames(
      tx,
      origins.map((one) => one.village),
    );
    const grams = (of: (one: LotOfRecall) => number) => sum(packed, (one) => of(one) * (one.packGrams ?? 0));
    const whereabouts = {
      packed: sum(packed, (one) => one.gramsIn),
      onHand: sum(packed, (one) => one.gramsOnHand),
      onShelf: grams((one) => one.shelfPacks),
      withBuyers: grams((one) => one.gonePacks - one.comeBackPacks),
      comeBack: grams((one) => one.comeBackPacks),
      destroyed: grams((one) => one.destroyedPacks) + sum(packed, (one) => one.lostGrams + one.usedGrams),
    };
    const { packed: all, ...places } = whereabouts;
    const report = {
      recall,
      raw: {
        lots: lots.length - packed.length,
        gramsOnHand: sum(lots, (one) => (one.kind === 'raw' ? one.gramsOnHand : 0)),
        gramsLost: sum(lots, (one) => (one.kind === 'raw' ? one.lostGrams : 0)),
      },
      packedLots: packed.length,
      grams: whereabouts,
      /** 0 when all is found */
      missingGrams: all - Object.values(places).reduce((total, one) => total + one, 0),
      lines: lines.map((one) => ({
        ...{ found: one.found as (typeof recallFinds)[number], state: one.state as (typeof recallLineStates)[number] },
        ...{ orders: Number(one.orders), buyers: Number(one.buyers), packs: Number(one.packs) },
      })),
      told: { orders: Number(told.orders), buyers: Number(told.buyers), seen: Number(told.seen), messages },
      villages: origins.map((one) => ({ ...one, villageName: names.get(one.village)?.name ?? one.village })),
    };
    return { report, lots };
  });
}

/** The lots of a recall, page by page. @throws Refusal `recall-not-found` */
export async function recallLots(
  at: Context,
  by: Actor,
  county: County,
  id: string,
  { page = 1, size = 20 }: { page?: number; size?: number },
) {
  await readableRecall(at.db, by, county, id);
  const rows = await lotRows(at.db, county, await lotsOfRecall(at.db, county, id));
  return { rows: rows.slice((page - 1) * size, page * size), total: rows.length, page, size };
}

/** The orders a recall hit, page by page, those that wait for a decision first. @throws Refusal `recall-not-found` */
export async function recallOrders(
  at: Context,
  by: Actor,
  county: County,
  id: string,
  query: { page?: number; size?: number; state?: (typeof recallLineStates)[number] },
) {
  const { page = 1, size = 20, state } = query;
  await readableRecall(at.db, by, county, id);
  const own = sellersRead(by, county);
  const found = at.db
    .selectFrom('trade.recall_line as r')
    .innerJoin('trade.order as o', (join) => join.onRef('o.county', '=', 'r.county').onRef('o.id', '=', 'r.order'))
    .where('r.county', '=', county)
    .where('r.recall', '=', id)
    .$if(own !== 'all', (e) => e.where('r.org', 'in', own as string[]))
    .$if(state !== undefined, (e) => e.where('r.state', '=', state as 'held'));
  const { total } = await found.select((e) => e.fn.countAll<string>().as('total')).executeTakeFirstOrThrow();
  const rows = await found
    .innerJoin('trade.order_line as l', (join) => join.onRef('l.county', '=', 'r.county').onRef('l.id', '=', 'r.line'))
    .select(['r.order', 'r.line', 'r.lot', 'r.packs', 'r.found', 'r.state', 'r.told_at as toldAt'])
    .select([
      'r.seen_at as seenAt',
      'o.number',
      'o.ship_region as shipRegion',
      'l.name',
      'l.sku_name as skuName',
      'l.org',
    ])
    .orderBy((e) => e('r.state', '<>', 'held'))
    .orderBy('o.number')
    .orderBy('r.line')
    .orderBy('r.lot')
    .limit(size)
    .offset((page - 1) * size)
    .execute();
  const names = await regionNames(
    at.db,
    rows.flatMap((row) => (row.shipRegion ? provinceOf(row.shipRegion) : [])),
  );
  const lots = new Map(
    (await recalledLots(at.db, county, [...new Set(rows.map((row) => row.lot))])).map((l) => [l.id, l]),
  );
  return {
    rows: rows.map(({ shipRegion, ...row }) => ({
      ...row,
      lotNumber: lots.get(row.lot)?.number ?? '',
      province: names.get(provinceOf(shipRegion ?? ''))?.name ?? '',
      mayDecide:
        row.state === 'held' && (overCounty(by, county, ['operator']) || (own !== 'all' && own.includes(row.org))),
    })),
    total: Number(total),
    page,
    size,
  };
}

type LotOfRecall = Awaited<ReturnType<typeof lotRows>>[number];

/** Lots with where their packs are. */
async function lotRows(db: Db, county: County, ids: readonly string[]) {
  const lots = await recalledLots(db, county, ids);
  const stock = await stockOf(db, county, ids);
  const gone = await goneOf(db, county, ids);
  const skus = await skusById(db, county, [...new Set(lots.flatMap((lot) => lot.sku ?? []))]);
  const crops = await cropsByCode(db);
  return lots.map((lot) => {
    const shelf = stock.get(lot.id);
    const sku = skus.get(lot.sku ?? '');
    return {
      ...{ id: lot.id, number: lot.number, kind: lot.kind, packGrams: lot.packGrams },
      name: sku ? `${sku.nameZh} ${sku.skuNameZh}` : `${crops.get(lot.crop)?.nameZh ?? lot.crop} ${lot.grade}`,
      ...{ gramsIn: lot.gramsIn, gramsOnHand: lot.gramsOnHand, lostGrams: lot.lostGrams, usedGrams: lot.usedGrams },
      shelfPacks: shelf?.onHand ?? 0,
      reservedPacks: shelf?.reserved ?? 0,
      destroyedPacks: shelf?.destroyed ?? 0,
      gonePacks: gone.get(lot.id) ?? 0,
      comeBackPacks: shelf?.comeBack ?? 0,
    };
  });
}

/** Packs on the shelf, promised among them, destroyed, and come back unfit to be sold; by lot. */
async function stockOf(db: Db, county: County, lots: readonly string[]) {
  const { rows } = await sql<{
    lot: string;
    onHand: number;
    reserved: number;
    destroyed: number;
    comeBack: number;
  }>`
    select s.lot, s.on_hand as "onHand", s.reserved, coalesce(m.destroyed, 0)::int as destroyed,
           coalesce(m.lost, 0)::int as "comeBack"
      from trade.stock s
      left join (select lot, -sum(on_hand) filter (where kind = 'destroyed') as destroyed,
                        -sum(on_hand) filter (where kind = 'lost') as lost
                   from trade.stock_movement
                  where county = ${county} and lot = any(${lots as string[]}::uuid[]) and kind in ('destroyed', 'lost')
                  group by lot) m on m.lot = s.lot
     where s.county = ${county} and s.lot = any(${lots as string[]}::uuid[])`.execute(db);
  return new Map(rows.map((row) => [row.lot, row]));
}

/** Packs that were taken out of stock for orders and are not back on the shelf, by lot. */
async function goneOf(db: Db, county: County, lots: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ lot: string; packs: number }>`
    select lot, sum(packs - back_packs)::int as packs from trade.allocation
     where county = ${county} and lot = any(${lots as string[]}::uuid[]) and state = 'taken' group by lot`.execute(db);
  return new Map(rows.map((row) => [row.lot, row.packs]));
}

/** A recall that somebody may read: the county's own staff each, others those of their organisation's lots. */
async function readableRecall(db: Db, by: Actor, county: County, id: string) {
  const recall = await recallView(db, county, id);
  const own = sellersRead(by, county);
  if (own !== 'all' && !own.includes(recall.org)) throw refuse('recall-not-found');
  return recall;
}

const sum = <T>(all: readonly T[], of: (one: T) => Grams): Grams => all.reduce((total, one) => total + of(one), 0);
