import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import { systemClock } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { scoped, type Tx, transact } from '#platform/db.ts';
import { folderStore } from '#platform/files.ts';
import { newId } from '#platform/ids.ts';
import { makeSealer } from '#platform/secrets.ts';
import { declareRecall, recallOrders, recallPreview, recallReport, stopRecalled } from '../test/fixtures-recall.ts';
import type { Shop } from '../test/fixtures-shop.ts';
import { type Figures, percentile, residentMb, round } from './figures.ts';
import { withShop } from './shop.ts';

const MIDDLE = 100;
const PER_MIDDLE = 100;
const ORDERS_PER_LOT = 10;
const TIMES = 5;

/**
 * A recall over 10,000 packed lots (of 100 lots of one lot) and 100,000 orders, half of them sent: how long the person
 * who asks waits for what it would hit, for the declaration, and for the report; and how long until trade has stopped
 * the stock and written down every order. The acts themselves are called, without HTTP between.
 */
export async function run(say: (text: string) => void): Promise<Figures> {
  return withShop({ skus: 1, packs: 10 }, say, async ({ db, secret, url, shop }) => {
    const at: Context = {
      ...{ db, clock: systemClock, sealer: makeSealer(secret), files: folderStore('/nowhere'), publicUrl: url },
      sandbox: true,
    };
    const { county } = shop;
    const role = { org: shop.org, orgKind: 'county_centre', orgName: '', role: 'operator' as const };
    const by: Actor = { person: 'bench', name: 'bench', memberships: [{ ...role, county, region: String(county) }] };
    say(`filling ${MIDDLE * PER_MIDDLE} lots and ${MIDDLE * PER_MIDDLE * ORDERS_PER_LOT} orders …`);
    // In one transaction: its tables of the moment are one connection's, and people's records need a scope.
    const raw = await scoped(db, 'all', (tx) => fill(tx, shop));
    await sql`analyze`.execute(db);

    const preview = await timed(TIMES, () => recallPreview(db, by, county, raw, 'descendants'));
    const recall = await timed(1, () =>
      declareRecall(
        at,
        by,
        { county, lot: raw, reach: 'descendants', reason: '测量', advice: '测量', unshipped: 'hold' },
        null,
      ),
    );
    const { id } = recall.answer;
    const event = { type: 'trace.lot-recalled' as const, county, payload: { recall: id }, id: newId() };
    const stop = await timed(1, () => transact(db, (tx) => stopRecalled(at).apply(tx, event)));
    const report = await timed(TIMES, () => recallReport(at, by, county, id));
    const orders = await timed(TIMES, () => recallOrders(at, by, county, id, {}));
    const words = {
      ...{ lots: preview.answer.lots, orders: orders.answer.total },
      missing_g: report.answer.missingGrams,
    };
    say(`preview ${spread(preview.ms)}, declared in ${ms(recall.ms)}, stopped and told in ${ms(stop.ms)},`);
    say(`report ${spread(report.ms)}, a page of its orders ${spread(orders.ms)}; ${JSON.stringify(words)}`);
    const slowest = Math.max(...preview.ms, ...recall.ms, ...report.ms, ...orders.ms) / 1000;
    return {
      ...{ rate: round(slowest), unit: 's for the slowest answer', limit: 2, ratio: round(slowest / 2) },
      ...{ p50_ms: round(percentile(preview.ms, 0.5)), p99_ms: round(percentile(preview.ms, 0.99)) },
      ...{ declare_ms: round(recall.ms[0] ?? 0, 0), stop_ms: round(stop.ms[0] ?? 0, 0) },
      ...{ report_ms: round(percentile(report.ms, 0.5), 0), orders_ms: round(percentile(orders.ms, 0.5), 0) },
      ...{ ...words, rss_mb: residentMb(process.pid) },
    };
  });
}

const ms = (times: readonly number[]): string => `${round(times[0] ?? 0, 0)} ms`;
const spread = (times: readonly number[]): string =>
  `${round(Math.min(...times), 0)}–${round(Math.max(...times), 0)} ms`;

async function timed<T>(times: number, work: () => Promise<T>): Promise<{ ms: number[]; answer: T }> {
  const took: number[] = [];
  let answer: T | undefined;
  for (let i = 0; i < times; i++) {
    const begun = performance.now();
    answer = await work();
    took.push(performance.now() - begun);
  }
  return { ms: took, answer: answer as T };
}

/** Writes lots, operations, stock and orders as the acts would have left them, in sets. @returns the lot all were made of */
async function fill(db: Tx, shop: Shop): Promise<string> {
  const { county, org } = shop;
  const sku = shop.skus[0] as string;
  const raw = newId();
  const packs = ORDERS_PER_LOT;
  const grams = packs * 500;
  const lotLike = (
    id: ReturnType<typeof sql>,
    number: ReturnType<typeof sql>,
    kind: 'raw' | 'packed',
    size: number,
  ) => sql`
    select l.county, ${id}, ${number}, ${kind}, l.org, l.station, l.crop, l.grade,
           ${kind === 'packed' ? sql`${sku}::uuid` : sql`null::uuid`}, l.village, l.harvested_from, l.harvested_to, l.made_on,
           l.expires_on, ${size}::bigint, 0, 0, ${kind === 'packed' ? sql`${packs}::int` : sql`null::int`},
           ${kind === 'packed' ? sql`500` : sql`null::int`}, 'closed', 'bench', l.created_at`;
  const into = sql`insert into trace.lot (county, id, number, kind, org, station, crop, grade, sku, village, harvested_from,
    harvested_to, made_on, expires_on, grams_in, grams_on_hand, household_fen, packs, pack_grams, state, created_by, created_at)`;
  const like = sql`trace.lot l where l.county = ${county} and l.kind = 'raw' limit 1`;
  await sql`create temporary table middle as select gen_random_uuid() as id, gen_random_uuid() as op, n
    from generate_series(1, ${MIDDLE}) n`.execute(db);
  await sql`create temporary table packed as select gen_random_uuid() as id, gen_random_uuid() as op, m.id as middle, m.n, k
    from middle m, generate_series(1, ${PER_MIDDLE}) k`.execute(db);
  await sql`create temporary table bought as select gen_random_uuid() as id, gen_random_uuid() as line, p.id as lot, p.n, p.k, i
    from packed p, generate_series(1, ${ORDERS_PER_LOT}) i`.execute(db);
  const whole = MIDDLE * PER_MIDDLE * grams;
  await sql`${into} ${lotLike(sql`${raw}::uuid`, sql`'LBENCH'`, 'raw', whole)} from ${like}`.execute(db);
  await sql`${into} select x.* from middle m cross join lateral (
    ${lotLike(sql`m.id`, sql`'LBENCH-' || m.n`, 'raw', PER_MIDDLE * grams)} from ${like}) x`.execute(db);
  await sql`${into} select x.* from packed p cross join lateral (
    ${lotLike(sql`p.id`, sql`'PBENCH-' || p.n || '-' || p.k`, 'packed', grams)} from ${like}) x`.execute(db);
  await sql`insert into trace.lot_source (county, lot, purchase, household, village, grams, fen, taken_grams, taken_fen)
    select p.county, x.lot, p.id, p.household, p.village, x.grams, 0, 0, 0
      from (select * from trace.purchase limit 1) p,
           (select ${raw}::uuid as lot, ${whole}::bigint as grams union all select id, ${grams}::bigint from packed) x`.execute(
    db,
  );
  const operation = (rows: ReturnType<typeof sql>, kind: string) => sql`
    insert into trace.operation (county, id, kind, org, place, loss_grams, note, by_person, at)
    select ${county}::int, op, ${kind}, ${org}::uuid, '', 0, null, 'bench', now() from ${rows}`;
  await operation(sql`middle`, 'split').execute(db);
  await operation(sql`packed`, 'pack').execute(db);
  await sql`insert into trace.operation_lot (county, operation, lot, side, grams, fen)
    select ${county}::int, op, ${raw}::uuid, 'in', ${PER_MIDDLE * grams}::bigint, 0 from middle
    union all select ${county}::int, op, id, 'out', ${PER_MIDDLE * grams}::bigint, 0 from middle
    union all select ${county}::int, op, middle, 'in', ${grams}::bigint, 0 from packed
    union all select ${county}::int, op, id, 'out', ${grams}::bigint, 0 from packed`.execute(db);
  await sql`insert into trace.lot_movement (county, id, lot, kind, grams, evidence_kind, evidence, by_person, at)
    select ${county}::int, gen_random_uuid(), id, 'made', ${grams}::bigint, 'operation', op, 'bench', now() from packed
    union all select ${county}::int, gen_random_uuid(), id, 'stocked', -${grams}::bigint, 'stock_movement', op, 'bench', now()
      from packed`.execute(db);
  await sql`insert into trade.stock (county, sku, lot, org, expires_on, on_hand, reserved, state, created_at)
    select ${county}::int, ${sku}::uuid, id, ${org}::uuid, current_date + 200, ${packs / 2}::int, ${packs / 2}::int, 'on_sale',
           now() from packed`.execute(db);
  await sql`insert into trade."order" (county, id, number, checkout, person, state, goods_fen, freight_fen, total_fen, grams,
      ship_region, contact_sealed, placed_at, paid_at, sent_at)
    select ${county}::int, id, 'B' || n || '-' || k || '-' || i, id, 'buyer ' || (n * 97 + k * 13 + i) % 30000,
           case when i % 2 = 0 then 'sent' else 'paid' end, 2980, 0, 2980, 560, '621221000000', decode('00', 'hex'), now(), now(),
           case when i % 2 = 0 then now() end from bought`.execute(db);
  await sql`insert into trade.order_line (county, id, "order", position, org, product, sku, name, sku_name, category, origin,
      packs, pack_grams, unit_fen, goods_fen, freight_fen)
    select ${county}::int, b.line, b.id, 1, ${org}::uuid, s.product, s.id, '核桃', '一斤', 'nut', '621221107206', 1, 500, 2980,
           2980, 0 from bought b, catalog.sku s where s.county = ${county} and s.id = ${sku}::uuid`.execute(db);
  await sql`insert into trade.allocation (county, line, lot, sku, packs, state, sent_at)
    select ${county}::int, line, lot, ${sku}::uuid, 1, case when i % 2 = 0 then 'taken' else 'reserved' end,
           case when i % 2 = 0 then now() end
      from bought`.execute(db);
  return raw;
}
