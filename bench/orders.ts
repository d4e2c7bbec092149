import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { connect } from '#platform/database/connect.ts';
import { startEmbedded } from '#platform/database/embedded.ts';
import type { Db } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { startServer } from '../test/server.ts';
import { type Figures, percentile, residentMb, round } from './figures.ts';
import { drive, LoadClient } from './load.ts';
import { fillShop, type Shop } from './shop.ts';

const CLIENTS = 64;
const SKUS = 500;
const SECONDS = 15;
const BATCH = 256;

/**
 * Place and pay over HTTP: 64 buyers, each on one connection, order one pack of one of 500 SKUs at random, start the
 * payment and let the sandbox pay it, which posts and holds the money. Server, database and load share the machine.
 * The limit writes the same rows by hand, 256 orders a statement, on the same database with the same durability.
 */
export async function run(say: (text: string) => void): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), 'shanhuo-bench-'));
  const database = await startEmbedded(folder);
  try {
    const server = await startServer(
      { SHANHUO_DATA: folder, DATABASE_URL: database.url, SHANHUO_DEMO: 'false', LOG_LEVEL: 'error' },
      300_000,
    );
    const db = await connect(database.url, { max: 2, applicationName: 'bench' });
    try {
      say(`filling a shop with ${SKUS} SKUs …`);
      const shop = await fillShop(db, SKUS);
      say(`signing in ${CLIENTS} buyers …`);
      const buyers = await Promise.all(Array.from({ length: CLIENTS }, (_, i) => signIn(server.url, i)));

      await drive(buyers, 3, (buyer) => buy(buyer, shop, []));
      const placing: number[] = [];
      const paying: number[] = [];
      const seconds = await drive(buyers, SECONDS, (buyer) => buy(buyer, shop, placing, paying));
      const rate = placing.length / seconds;
      const rss = residentMb(server.process.pid as number);
      say(
        `place + pay: ${round(rate, 0)} orders/s; placing p50 ${round(percentile(placing, 0.5))} ms, p99 ${round(percentile(placing, 0.99))} ms`,
      );

      const alone: number[] = [];
      await drive(buyers.slice(0, 1), 3, (buyer) => buy(buyer, shop, alone));
      for (const buyer of buyers) buyer.client.close();
      const inTheBooks = await paidOrders(db);
      await server.stop();

      const limit = await handWritten(db, shop);
      say(`limit: ${round(limit, 0)} orders/s by hand-written batches of ${BATCH}`);
      return {
        rate: round(rate, 1),
        unit: 'orders placed and paid/s',
        p50_ms: round(percentile(placing, 0.5)),
        p99_ms: round(percentile(placing, 0.99)),
        limit: round(limit, 1),
        ratio: round(rate / limit, 4),
        rss_mb: rss,
        clients: CLIENTS,
        skus: SKUS,
        pay_p50_ms: round(percentile(paying, 0.5)),
        pay_p99_ms: round(percentile(paying, 0.99)),
        alone_p50_ms: round(percentile(alone, 0.5)),
        orders_in_database: inTheBooks,
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

async function buy({ client, address }: Buyer, shop: Shop, placing: number[], paying: number[] = []): Promise<void> {
  const sku = shop.skus[Math.floor(Math.random() * shop.skus.length)] as string;
  const placed = await client.send(
    'POST',
    '/api/checkouts',
    { lines: [{ county: shop.county, sku, packs: 1 }], address },
    key(),
  );
  if (placed.status !== 201) throw new Error(`placing answered ${placed.status}: ${placed.body}`);
  placing.push(placed.ms);
  const begun = performance.now();
  const payment = await ok(
    client.send('POST', `/api/checkouts/${JSON.parse(placed.body).id}/payments`, { provider: 'sandbox' }, key()),
  );
  const paid = await ok(
    client.send('POST', `/api/sandbox/payments/${payment.payment}/outcome`, { outcome: 'success' }),
  );
  if (paid.state !== 'paid') throw new Error(`a checkout is ${paid.state} after payment`);
  paying.push(performance.now() - begun);
}

async function ok(answer: Promise<{ status: number; body: string }>) {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`answered ${status}: ${body}`);
  return JSON.parse(body);
}

const paidOrders = async (db: Db) =>
  (await sql<{ n: number }>`select count(*)::int as n from trade.order where state <> 'placed'`.execute(db)).rows[0]
    ?.n ?? 0;

/**
 * The rows one paid order leaves behind (checkout, order, line, allocation, stock, moves, payment, notice, transfers,
 * holds, settlement parts), written in sets with nothing checked: what this database can take when nothing is asked.
 *
 * @returns orders a second
 */
async function handWritten(db: Db, shop: Shop): Promise<number> {
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
      await sql`insert into ledger.pending (county, transfer, state) select ${county}::int, hold, 'pending' from part`.execute(
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
      await sql`drop table batch, part`.execute(tx);
    });
    orders += BATCH;
  }
  return orders / ((performance.now() - begun) / 1000);
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
