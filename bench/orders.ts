import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { systemClock } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { connect } from '#platform/database/connect.ts';
import { startEmbedded } from '#platform/database/embedded.ts';
import type { Db } from '#platform/db.ts';
import { folderStore } from '#platform/files.ts';
import { newId } from '#platform/ids.ts';
import { makeSealer } from '#platform/secrets.ts';
import { modules } from '../apps/server/modules.ts';
import { fillShop, type Shop } from '../test/fixtures-shop.ts';
import { startServer } from '../test/server.ts';
import { reconcile } from '../tools/reconcile.ts';
import { drain } from './drain.ts';
import { type Figures, percentile, residentMb, round } from './figures.ts';
import { type Answered, drive, LoadClient } from './load.ts';

const CLIENTS = 64;
const SKUS = 500;
const SECONDS = 15;
// More than the fastest machine sells in the time.
const PACKS = 10_000;
const BATCH = 256;

/**
 * Place and pay over HTTP: 64 buyers, each on one connection, order one pack of one of 500 SKUs at random, start the
 * payment and let the sandbox pay it, which posts and holds the money. Server, database and load share the machine.
 * Afterwards every invariant must hold. The limit writes the same rows by hand, 256 orders a transaction, on the same
 * database with the same durability; how many rows and bytes of write-ahead log an order took is told of both.
 */
export async function run(say: (text: string) => void): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), 'shanhuo-bench-'));
  // The database's own user must be able to pass.
  await chmod(folder, 0o711);
  const database = await startEmbedded(folder);
  try {
    const secret = randomBytes(32).toString('base64url');
    const server = await startServer(
      {
        ...{ SHANHUO_DATA: join(folder, 'data'), DATABASE_URL: database.url, SHANHUO_SECRET: secret },
        ...{ SHANHUO_DEMO: 'false', LOG_LEVEL: 'error' },
      },
      300_000,
    );
    const db = await connect(database.url, { max: 2, applicationName: 'bench' });
    try {
      say(`filling a shop with ${SKUS} SKUs …`);
      const files = folderStore(join(folder, 'data/files'));
      const at: Context = {
        ...{ db, clock: systemClock, sealer: makeSealer(secret), files },
        ...{ publicUrl: server.url, sandbox: true },
      };
      const shop = await fillShop(at, SKUS, PACKS);
      say(`signing in ${CLIENTS} buyers …`);
      const buyers = await Promise.all(Array.from({ length: CLIENTS }, (_, i) => signIn(server.url, i)));
      await drive(buyers, 3, (buyer) => buy(buyer, shop, newTimes()));

      const times = newTimes();
      const before = await written(db);
      const seconds = await drive(buyers, SECONDS, (buyer) => buy(buyer, shop, times));
      const rate = times.placing.length / seconds;
      const rss = residentMb(server.process.pid as number);
      const drained = await drain(db);
      const product = perOrder(before, await written(db), times.placing.length);
      say(`place + pay: ${round(rate, 0)} orders/s; events of the last one carried ${round(drained)} s later`);
      say(
        `             placing ${spread(times.placing)}, starting ${spread(times.starting)}, paying ${spread(times.paying)}`,
      );

      const alone = newTimes();
      await drive(buyers.slice(0, 1), 3, (buyer) => buy(buyer, shop, alone));
      for (const buyer of buyers) buyer.client.close();
      const orders = await paidOrders(db);
      await drain(db);
      await server.stop();
      if ((await reconcile(db, modules, () => {})) > 0) throw new Error('the books do not hold after the load');

      const begun = await written(db);
      const limit = await handWritten(db, shop);
      const byHand = perOrder(begun, await written(db), limit.orders);
      say(`limit:       ${round(limit.rate, 0)} orders/s by hand-written batches of ${BATCH}`);
      say(`an order:    ${describe(product)}; by hand ${describe(byHand)}`);
      return {
        rate: round(rate, 1),
        unit: 'orders placed and paid/s',
        p50_ms: round(percentile(times.placing, 0.5)),
        p99_ms: round(percentile(times.placing, 0.99)),
        limit: round(limit.rate, 1),
        ratio: round(rate / limit.rate, 4),
        rss_mb: rss,
        clients: CLIENTS,
        skus: SKUS,
        start_p50_ms: round(percentile(times.starting, 0.5)),
        pay_p50_ms: round(percentile(times.paying, 0.5)),
        pay_p99_ms: round(percentile(times.paying, 0.99)),
        alone_place_p50_ms: round(percentile(alone.placing, 0.5)),
        alone_pay_p50_ms: round(percentile(alone.paying, 0.5)),
        drained_s: round(drained),
        orders_in_database: orders,
        rows_per_order: product.rows,
        rows_per_order_by_hand: byHand.rows,
        wal_per_order: product.wal,
        wal_per_order_by_hand: byHand.wal,
      };
    } finally {
      if (server.process.exitCode === null) await server.stop();
      await db.destroy();
    }
  } finally {
    await database.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Written {
  rows: number;
  wal: number;
}

/** Rows written and bytes of write-ahead log of this database so far. */
async function written(db: Db): Promise<Written> {
  await sql`select pg_stat_force_next_flush()`.execute(db);
  const { rows } = await sql<Written>`
    select (select sum(n_tup_ins + n_tup_upd + n_tup_del) from pg_stat_user_tables)::bigint as rows,
           (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint as wal`.execute(db);
  return rows[0] as Written;
}

const perOrder = (from: Written, to: Written, orders: number): Written => ({
  rows: round((to.rows - from.rows) / orders, 1),
  wal: round((to.wal - from.wal) / orders, 0),
});
const describe = (one: Written) => `${one.rows} rows written, ${one.wal} bytes of log`;

interface Times {
  placing: number[];
  starting: number[];
  paying: number[];
}
const newTimes = (): Times => ({ placing: [], starting: [], paying: [] });
const spread = (times: number[]) =>
  `p50 ${round(percentile(times, 0.5), 1)} p99 ${round(percentile(times, 0.99), 1)} ms`;

interface Buyer {
  client: LoadClient;
  address: string;
}

const key = () => ({ 'idempotency-key': newId() });

async function signIn(url: string, i: number): Promise<Buyer> {
  const client = new LoadClient(url);
  const phone = `1990000${String(i).padStart(4, '0')}`;
  const code = await ok(client.send('POST', '/api/sign-in/phone-code', { phone }));
  const signedIn = await client.send('POST', '/api/sign-in/phone', { phone, code: code.sandboxCode });
  client.cookie = signedIn.cookies.map((cookie) => cookie.split(';')[0]).join('; ');
  const address = await ok(
    client.send('POST', '/api/addresses', { region: '110101000000', name: '买家', phone, street: '一号院' }, key()),
  );
  return { client, address: address.id };
}

async function buy({ client, address }: Buyer, shop: Shop, times: Times): Promise<void> {
  const sku = shop.skus[Math.floor(Math.random() * shop.skus.length)] as string;
  const lines = [{ county: shop.county, sku, packs: 1 }];
  const placed = await client.send('POST', '/api/checkouts', { lines, address }, key());
  const checkout = await ok(placed);
  const started = await client.send('POST', `/api/checkouts/${checkout.id}/payments`, { provider: 'sandbox' }, key());
  const { payment } = await ok(started);
  const paid = await client.send('POST', `/api/sandbox/payments/${payment}/outcome`, { outcome: 'success' });
  if ((await ok(paid)).state !== 'paid') throw new Error('a checkout is not paid after its payment');
  times.placing.push(placed.ms);
  times.starting.push(started.ms);
  times.paying.push(paid.ms);
}

async function ok(answer: Answered | Promise<Answered>) {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`answered ${status}: ${body}`);
  return JSON.parse(body);
}

const paidOrders = async (db: Db) =>
  (await sql<{ n: number }>`select count(*)::int as n from trade.order where state <> 'placed'`.execute(db)).rows[0]
    ?.n ?? 0;

/**
 * The rows one paid order leaves behind (checkout, order, line, allocation, stock, moves, payment, notice, transfers,
 * holds, settlement parts, idempotency keys, events), written in sets with nothing checked: what this database can take when nothing is asked.
 *
 * @returns orders a second
 */
async function handWritten(db: Db, shop: Shop): Promise<{ orders: number; rate: number }> {
  const { county, skus, lots, org } = shop;
  const [clearing, received, ...others] = await accounts(db, county, org);
  const until = performance.now() + 5000;
  const begun = performance.now();
  let orders = 0;
  while (performance.now() < until) {
    const ids = Array.from({ length: BATCH }, newId);
    const picks = ids.map(() => Math.floor(Math.random() * skus.length));
    await db.transaction().execute(async (tx) => {
      await sql`create temp table batch on commit drop as
        select b.*, gen_random_uuid() as checkout, gen_random_uuid() as payment, gen_random_uuid() as line, gen_random_uuid() as money
        from unnest(${ids}::uuid[], ${picks.map((i) => skus[i])}::uuid[], ${picks.map((i) => lots[i])}::uuid[]) with ordinality as b(id, sku, lot, n)`.execute(
        tx,
      );
      await sql`insert into trade.checkout select checkout, 'limit', 'paid', 4980, array[${county}::int], now(), now() from batch`.execute(
        tx,
      );
      await sql`insert into trade.payment (id, checkout, provider, amount_fen, state, created_at, paid_at) select payment, checkout, 'limit', 4980, 'paid', now(), now() from batch`.execute(
        tx,
      );
      await sql`insert into trade.payment_notice (id, provider, notice, body, headers, outcome, received_at, applied_at) select gen_random_uuid(), 'limit', id::text, repeat('x', 200), '{}', 'paid', now(), now() from batch`.execute(
        tx,
      );
      await sql`insert into trade.order (county, id, number, checkout, payment, person, state, goods_fen, freight_fen, total_fen, grams, ship_region, contact_sealed, placed_at, expires_at, paid_at)
        select ${county}::int, id, 'L' || id, checkout, payment, 'limit', 'paid', 3980, 1000, 4980, 2600, '110101000000', repeat('x', 120)::bytea, now(), now(), now() from batch`.execute(
        tx,
      );
      await sql`insert into trade.order_line (county, id, "order", position, org, product, sku, name, sku_name, category, origin, packs, pack_grams, unit_fen, goods_fen, freight_fen)
        select ${county}::int, line, id, 1, ${org}::uuid, ${org}::uuid, sku, 'x', 'x', 'x', '621221107206', 1, 2500, 3980, 3980, 1000 from batch`.execute(
        tx,
      );
      await sql`insert into trade.allocation select ${county}::int, line, lot, sku, 1, 'reserved' from batch`.execute(
        tx,
      );
      await sql`update trade.stock s set reserved = s.reserved + b.n from (select sku, lot, count(*)::int as n from batch group by 1, 2) b where s.county = ${county} and s.sku = b.sku and s.lot = b.lot`.execute(
        tx,
      );
      await sql`insert into trade.stock_movement select ${county}::int, gen_random_uuid(), sku, lot, 'reserved', 0, 1, 'order', id, 'limit', now() from batch`.execute(
        tx,
      );
      await sql`insert into trade.order_move select ${county}::int, gen_random_uuid(), id, null, state, null, 'limit', now() from batch, unnest(array['placed', 'paid']) state`.execute(
        tx,
      );
      await sql`insert into ledger.transfer (county, id, kind, debit, credit, amount_fen, reason, evidence_kind, evidence, created_at)
        select ${county}::int, money, 'single', ${clearing}::uuid, ${received}::uuid, 4980, 'order-received', 'order', id, now() from batch`.execute(
        tx,
      );
      await sql`create temp table part on commit drop as select gen_random_uuid() as hold, b.id, b.line, a.id as account from batch b, unnest(${others}::uuid[]) a(id)`.execute(
        tx,
      );
      await sql`insert into ledger.transfer (county, id, kind, debit, credit, amount_fen, reason, evidence_kind, evidence, created_at)
        select ${county}::int, hold, 'pending', ${received}::uuid, account, 996, 'order-part', 'order', id, now() from part`.execute(
        tx,
      );
      await sql`insert into trade.settlement_part (county, id, "order", line, part, fen, state, hold) select ${county}::int, gen_random_uuid(), id, line, 'merchant', 996, 'held', hold from part`.execute(
        tx,
      );
      await sql`update ledger.account a set credits_pending = a.credits_pending + 996 * ${BATCH}::bigint where county = ${county} and id = any(${others}::uuid[])`.execute(
        tx,
      );
      await sql`update ledger.account a set credits_posted = a.credits_posted + 4980 * ${BATCH}::bigint, debits_pending = a.debits_pending + 4980 * ${BATCH}::bigint where county = ${county} and id = ${received}::uuid`.execute(
        tx,
      );
      await sql`update ledger.account a set debits_posted = a.debits_posted + 4980 * ${BATCH}::bigint where county = ${county} and id = ${clearing}::uuid`.execute(
        tx,
      );
      // What keeps the two posts from being done twice, with the answers they would give again; and the two events.
      await sql`insert into platform.idempotency (scope, key, input_hash, answer, created_at)
        select 'limit POST ' || k, id::text, repeat('h', 43), jsonb_build_object('answer', repeat('x', case k when 1 then 900 else 150 end)), now()
          from batch, generate_series(1, 2) k`.execute(tx);
      await sql`insert into platform.outbox (county, id, type, payload, created_at)
        select ${county}::int, gen_random_uuid(), 'limit.' || k, jsonb_build_object('order', id), now() from batch, generate_series(1, 2) k`.execute(
        tx,
      );
      await sql`delete from platform.outbox where type like 'limit.%'`.execute(tx);
      await sql`drop table batch, part`.execute(tx);
    });
    orders += BATCH;
  }
  return { orders, rate: orders / ((performance.now() - begun) / 1000) };
}

/** Provider, received, and the five that get a part: accounts of the limit's own. */
async function accounts(db: Db, county: number, org: string): Promise<string[]> {
  const kinds = ['provider_clearing', 'orders_received', 'merchant', 'station', 'freight', 'platform', 'fund'];
  const ids = kinds.map(newId);
  await sql`insert into ledger.account (county, id, kind, owner, currency, normal_side, debits_pending, debits_posted, credits_pending, credits_posted, created_at)
    select ${county}::int, id, kind, 'limit ' || ${org}::text, 'CNY', case kind when 'provider_clearing' then 'debit' else 'credit' end, 0, 0, 0, 0, now()
    from unnest(${ids}::uuid[], ${kinds}::text[]) as a(id, kind)`.execute(db);
  return ids;
}
