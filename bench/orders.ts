import { sql } from 'kysely';
import type { Db } from '#platform/db.ts';
import { makeSealer, type Sealer } from '#platform/secrets.ts';
import { type Shop, sandboxNotice } from '../test/fixtures-shop.ts';
import { drain } from './drain.ts';
import { type Figures, percentile, residentMb, round } from './figures.ts';
import { drive } from './load.ts';
import { paidByHand, placedByHand } from './orders-by-hand.ts';
import { processorMicros } from './processor.ts';
import { type Buyer, key, ok, signIn, withShop } from './shop.ts';
import { forgetStatements, tellStatements } from './statements.ts';

const CLIENTS = 64;
const SKUS = 500;
const SECONDS = 12;
// More than the fastest machine sells in the time.
const PACKS = 10_000;

/**
 * Orders over HTTP: 64 buyers, each on one connection, order one pack of one of 500 SKUs at random. First they only
 * place; then they also start the payment, and the provider's signed notice comes, which settles who gets what and holds
 * the money.
 * Server, database and load share the machine, and afterwards every invariant must hold. The limits write the same
 * rows by hand, in sets and with nothing asked, on the same database with the same durability.
 */
export async function run(say: (text: string) => void): Promise<Figures> {
  return withShop(
    { skus: SKUS, packs: PACKS },
    say,
    async ({ url, pid, databasePid, databaseUrl, secret, db, shop, close }) => {
      const sealer = makeSealer(secret);
      say(`signing in ${CLIENTS} buyers …`);
      const buyers = await Promise.all(Array.from({ length: CLIENTS }, (_, i) => signIn(url, i)));
      await drive(buyers, 2, (buyer) => buy(buyer, shop, sealer, newTimes()));
      await asInUse(db);

      const placing: number[] = [];
      const used = () => ({ server: processorMicros(pid), database: processorMicros(databasePid) });
      await forgetStatements(databaseUrl);
      let before = await written(db);
      let usedBefore = used();
      let seconds = await drive(buyers, SECONDS, (buyer) => place(buyer, shop, placing).then(() => {}));
      const placed = placing.length / seconds;
      const rssPlacing = residentMb(pid);
      const cpuPlaced = per(usedBefore, used(), placing.length);
      const perPlaced = perOrder(before, await written(db), placing.length);
      say(`placed:  ${round(placed, 0)} orders/s, ${spread(placing)}; ${describe(perPlaced)}, ${inWords(cpuPlaced)}`);

      await tellStatements(databaseUrl, say);
      await asInUse(db);
      const times = newTimes();
      await forgetStatements(databaseUrl);
      before = await written(db);
      usedBefore = used();
      seconds = await drive(buyers, SECONDS, (buyer) => buy(buyer, shop, sealer, times));
      const paid = times.placing.length / seconds;
      const rssPaying = residentMb(pid);
      const cpuPaid = per(usedBefore, used(), times.placing.length);
      const perPaid = perOrder(before, await written(db), times.placing.length);
      const drained = await drain(db);
      await tellStatements(databaseUrl, say);
      say(`paid:    ${round(paid, 0)} orders/s, placing ${spread(times.placing)}, starting ${spread(times.starting)},`);
      say(
        `         paying ${spread(times.paying)}; ${describe(perPaid)}, ${inWords(cpuPaid)}; events carried ${round(drained)} s later`,
      );

      const alone = newTimes();
      await drive(buyers.slice(0, 1), 3, (buyer) => buy(buyer, shop, sealer, alone));
      say(`alone:   placing ${spread(alone.placing)}, paying ${spread(alone.paying)}`);
      for (const buyer of buyers) buyer.client.close();
      await drain(db);
      await close();

      const placedLimit = await byHand(db, shop, placedByHand);
      const paidLimit = await byHand(db, shop, paidByHand);
      say(`by hand: ${round(placedLimit.rate, 0)} placed/s (${describe(placedLimit.per)}),`);
      say(`         ${round(paidLimit.rate, 0)} placed and paid/s (${describe(paidLimit.per)})`);
      return {
        ...{ rate: round(placed, 0), unit: 'orders placed/s' },
        ...{ p50_ms: round(percentile(placing, 0.5)), p99_ms: round(percentile(placing, 0.99)) },
        ...{ limit: round(placedLimit.rate, 0), ratio: round(placed / placedLimit.rate, 3), rss_mb: rssPlacing },
        ...{ clients: CLIENTS, skus: SKUS, workers: Number(process.env.SHANHUO_WORKERS ?? 1) },
        ...{
          paid_rate: round(paid, 0),
          paid_limit: round(paidLimit.rate, 0),
          paid_ratio: round(paid / paidLimit.rate, 3),
        },
        ...{
          start_p50_ms: round(percentile(times.starting, 0.5)),
          start_p99_ms: round(percentile(times.starting, 0.99)),
        },
        ...{ pay_p50_ms: round(percentile(times.paying, 0.5)), pay_p99_ms: round(percentile(times.paying, 0.99)) },
        ...{ alone_place_p50_ms: round(percentile(alone.placing, 0.5)), rss_paying_mb: rssPaying },
        ...{ alone_pay_p50_ms: round(percentile(alone.paying, 0.5)), drained_s: round(drained) },
        ...{ server_us_per_placed: cpuPlaced.server, database_us_per_placed: cpuPlaced.database },
        ...{ server_us_per_paid: cpuPaid.server, database_us_per_paid: cpuPaid.database },
        ...{ rows_per_placed: perPlaced.rows, wal_per_placed: perPlaced.wal },
        ...{ rows_per_paid: perPaid.rows, wal_per_paid: perPaid.wal },
        ...{ rows_by_hand: placedLimit.per.rows, rows_paid_by_hand: paidLimit.per.rows },
      };
    },
  );
}

/**
 * Tables that were empty a moment ago are planned for as if they still were, until autovacuum comes by within a minute
 * or so; a database in use is past that.
 */
const asInUse = (db: Db) => sql`analyze`.execute(db);

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
/** Processor time an order took, in microseconds. */
interface Used {
  server: number;
  database: number;
}
const per = (from: Used, to: Used, orders: number): Used => ({
  server: round((to.server - from.server) / orders, 0),
  database: round((to.database - from.database) / orders, 0),
});
const inWords = (one: Used) => `${one.server} µs of processor in the server and ${one.database} in the database`;
const describe = (one: Written) => `${one.rows} rows and ${one.wal} bytes of log an order`;

interface Times {
  placing: number[];
  starting: number[];
  paying: number[];
}
const newTimes = (): Times => ({ placing: [], starting: [], paying: [] });
const spread = (times: number[]) =>
  `p50 ${round(percentile(times, 0.5), 1)} p99 ${round(percentile(times, 0.99), 1)} ms`;

/** @returns the checkout's id */
async function place({ client, address }: Buyer, shop: Shop, times: number[]): Promise<string> {
  const sku = shop.skus[Math.floor(Math.random() * shop.skus.length)] as string;
  const lines = [{ county: shop.county, sku, packs: 1 }];
  const placed = await client.send('POST', '/api/checkouts', { lines, address }, key());
  const { id } = await ok(placed);
  times.push(placed.ms);
  return id;
}

async function buy(buyer: Buyer, shop: Shop, sealer: Sealer, times: Times): Promise<void> {
  const { client } = buyer;
  const checkout = await place(buyer, shop, times.placing);
  const started = await client.send('POST', `/api/checkouts/${checkout}/payments`, { provider: 'sandbox' }, key());
  const { payment, amountFen } = await ok(started);
  const { raw, headers } = sandboxNotice(sealer, { payment, amountFen, outcome: 'success', at: new Date() });
  const paid = await client.send('POST', '/api/payment-notices/sandbox', raw, headers);
  if ((await ok(paid)).code !== 'SUCCESS') throw new Error(`a notice was answered ${paid.body}`);
  times.starting.push(started.ms);
  times.paying.push(paid.ms);
}

/** Writes sets of orders for five seconds. @returns orders a second, and what an order wrote */
async function byHand(
  db: Db,
  shop: Shop,
  make: (db: Db, shop: Shop) => Promise<{ orders: number; write(): Promise<void> }>,
): Promise<{ rate: number; per: Written }> {
  const { orders, write } = await make(db, shop);
  await write();
  const before = await written(db);
  const begun = performance.now();
  let sets = 0;
  for (; performance.now() - begun < 5000; sets++) await write();
  const rate = (sets * orders) / ((performance.now() - begun) / 1000);
  return { rate, per: perOrder(before, await written(db), sets * orders) };
}
