import { sql } from 'kysely';
import type { Db } from '#platform/db.ts';
import type { Shop } from '../test/fixtures-shop.ts';
import { type Figures, percentile, residentMb, round } from './figures.ts';
import { drive } from './load.ts';
import { placedByHand } from './orders-by-hand.ts';
import { processorMicros } from './processor.ts';
import { type BenchShop, type Buyer, key, ok, signIn, withShop } from './shop.ts';

const CLIENTS = 64;
const SKUS = 500;
const FEW = 10_000;
const MANY = 1_000_000;
const SECONDS = 10;

/**
 * What an order costs when a county has placed ten thousand of them, and when it has placed a million: 64 buyers place
 * for ten seconds each time. The million is written by hand, in sets; its tables are then analyzed as in a system in
 * use. The figure that must not grow is the processor time of an order.
 */
export async function run(say: (text: string) => void): Promise<Figures> {
  return withShop({ skus: SKUS, packs: 1_000_000 }, say, async (bench) => {
    const { url, db, shop } = bench;
    const buyers = await Promise.all(Array.from({ length: CLIENTS }, (_, i) => signIn(url, i)));
    await drive(buyers, 2, (buyer) => place(buyer, shop, []));
    await fillTo(db, shop, FEW);
    const few = await measure(bench, buyers);
    say(`${FEW} orders: ${inWords(few)}`);
    await fillTo(db, shop, MANY);
    await drive(buyers, 2, (buyer) => place(buyer, shop, []));
    const many = await measure(bench, buyers);
    say(`${MANY} orders: ${inWords(many)}`);
    const rss = residentMb(bench.pid);
    for (const buyer of buyers) buyer.client.close();
    return {
      ...{ rate: many.rate, unit: 'orders placed/s', p50_ms: many.p50, p99_ms: many.p99 },
      ...{ limit: few.rate, ratio: round(many.rate / few.rate, 3), rss_mb: rss },
      ...{ orders_few: few.orders, orders_many: many.orders, clients: CLIENTS, skus: SKUS },
      ...{ server_us_few: few.server, database_us_few: few.database },
      ...{ server_us_many: many.server, database_us_many: many.database },
      workers: Number(process.env.SHANHUO_WORKERS ?? 1),
    };
  });
}

interface Measured {
  /** in the table before */
  orders: number;
  rate: number;
  p50: number;
  p99: number;
  server: number;
  database: number;
}

const inWords = (one: Measured) =>
  `${one.rate} orders/s, p50 ${one.p50} p99 ${one.p99} ms, ${one.server} µs of processor in the server and ${one.database} in the database`;

async function measure({ db, pid, databasePid, shop }: BenchShop, buyers: readonly Buyer[]): Promise<Measured> {
  const orders = await ordersOf(db);
  const times: number[] = [];
  const before = { server: processorMicros(pid), database: processorMicros(databasePid) };
  const seconds = await drive(buyers, SECONDS, (buyer) => place(buyer, shop, times));
  return {
    ...{ orders, rate: round(times.length / seconds, 0) },
    ...{ p50: round(percentile(times, 0.5)), p99: round(percentile(times, 0.99)) },
    server: round((processorMicros(pid) - before.server) / times.length, 0),
    database: round((processorMicros(databasePid) - before.database) / times.length, 0),
  };
}

async function fillTo(db: Db, shop: Shop, orders: number): Promise<void> {
  const { orders: set, write } = await placedByHand(db, shop);
  const missing = orders - (await ordersOf(db));
  for (let sets = Math.ceil(missing / set); sets > 0; sets--) await write();
  await sql`vacuum analyze`.execute(db);
}

const ordersOf = async (db: Db): Promise<number> =>
  (await sql<{ n: number }>`select count(*)::int as n from trade.order`.execute(db)).rows[0]?.n ?? 0;

async function place({ client, address }: Buyer, shop: Shop, times: number[]): Promise<void> {
  const sku = shop.skus[Math.floor(Math.random() * shop.skus.length)] as string;
  const lines = [{ county: shop.county, sku, packs: 1 }];
  const placed = await client.send('POST', '/api/checkouts', { lines, address }, key());
  await ok(placed);
  times.push(placed.ms);
}
