import { type RawBuilder, sql } from 'kysely';
import type { Db, Tx } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import type { Shop } from '../test/fixtures-shop.ts';

const SET = 256;

interface Limit {
  /** orders in a set */
  orders: number;
  write(): Promise<void>;
}

/**
 * The rows a placed order leaves behind (checkout, order, line, allocation, reserved stock, idempotency key with its
 * answer), in sets, with nothing asked: what this database can take.
 */
export async function placedByHand(db: Db, shop: Shop): Promise<Limit> {
  return { orders: SET, write: () => db.transaction().execute(async (tx) => void (await place(tx, shop))) };
}

/** The same with what paying leaves: payment, notice, move, transfers, parts, and the second key. */
export async function paidByHand(db: Db, shop: Shop): Promise<Limit> {
  const accounts = await addAccounts(db, shop);
  return {
    orders: SET,
    write: () => db.transaction().execute(async (tx) => pay(tx, shop, accounts, await place(tx, shop))),
  };
}

interface Placed {
  orders: string[];
  checkouts: string[];
  lines: string[];
}

async function place(tx: Tx, { county, skus, lots, org }: Shop): Promise<Placed> {
  const ids = () => Array.from({ length: SET }, newId);
  const [orders, checkouts, lines] = [ids(), ids(), ids()];
  const picks = orders.map(() => Math.floor(Math.random() * skus.length));
  const pickedSkus = picks.map((i) => skus[i] as string);
  const pickedLots = picks.map((i) => lots[i] as string);
  const run = (query: RawBuilder<unknown>) => query.execute(tx);
  await run(sql`insert into platform.idempotency (scope, key, input_hash, answer, created_at)
    select 'limit POST /api/checkouts', id, repeat('h', 43), jsonb_build_object('answer', repeat('x', 650)), now()
      from unnest(${orders}::text[]) id`);
  await run(sql`insert into trade.checkout (id, person, state, total_fen, counties, orders, created_at, expires_at)
    select c, 'limit', 'open', 4980, array[${county}::int], array[o], now(), now() + interval '15 minutes'
      from unnest(${checkouts}::uuid[], ${orders}::uuid[]) x (c, o)`);
  await run(sql`update trade.stock s set reserved = s.reserved + b.n
      from (select sku, lot, count(*)::int as n from unnest(${pickedSkus}::uuid[], ${pickedLots}::uuid[]) x (sku, lot)
             group by 1, 2) b
     where s.county = ${county}::int and s.sku = b.sku and s.lot = b.lot`);
  await run(sql`insert into trade.order (county, id, number, checkout, person, state, goods_fen, freight_fen, total_fen,
      grams, ship_region, contact_sealed, placed_at)
    select ${county}::int, o, 'L' || o, c, 'limit', 'placed', 3980, 1000, 4980, 2600, '110101000000',
           repeat('x', 120)::bytea, now()
      from unnest(${orders}::uuid[], ${checkouts}::uuid[]) x (o, c)`);
  await run(sql`insert into trade.order_line (county, id, "order", position, org, product, sku, name, sku_name, category,
      origin, packs, pack_grams, unit_fen, goods_fen, freight_fen)
    select ${county}::int, l, o, 1, ${org}::uuid, ${org}::uuid, sku, '薄皮核桃', '一号', 'nut', '621221107206', 1, 2500,
           3980, 3980, 1000
      from unnest(${lines}::uuid[], ${orders}::uuid[], ${pickedSkus}::uuid[]) x (l, o, sku)`);
  await run(sql`insert into trade.allocation (county, line, lot, sku, packs, state)
    select ${county}::int, l, lot, sku, 1, 'reserved'
      from unnest(${lines}::uuid[], ${pickedLots}::uuid[], ${pickedSkus}::uuid[]) x (l, lot, sku)`);
  return { orders, checkouts, lines };
}

interface Accounts {
  clearing: string;
  received: string;
  owed: string[];
}

async function pay(tx: Tx, { county }: Shop, { clearing, received, owed }: Accounts, placed: Placed): Promise<void> {
  const { orders, checkouts, lines } = placed;
  const payments = orders.map(newId);
  const money = orders.map(newId);
  const parts = orders.flatMap((order, i) =>
    owed.map((account) => ({ order, account, line: lines[i] as string, hold: newId() })),
  );
  const run = (query: RawBuilder<unknown>) => query.execute(tx);
  await run(sql`insert into platform.idempotency (scope, key, input_hash, answer, created_at)
    select 'limit POST pay', id, repeat('h', 43), jsonb_build_object('answer', repeat('x', 150)), now()
      from unnest(${orders}::text[]) id`);
  await run(sql`insert into trade.payment (id, checkout, provider, amount_fen, state, created_at, paid_at)
    select p, c, 'limit', 4980, 'paid', now(), now() from unnest(${payments}::uuid[], ${checkouts}::uuid[]) x (p, c)`);
  await run(sql`insert into trade.payment_notice (id, provider, notice, body, headers, outcome, received_at, applied_at)
    select p, 'limit', p::text, repeat('x', 200), '{}', 'paid', now(), now() from unnest(${payments}::uuid[]) p`);
  await run(sql`update trade.checkout set state = 'paid' where id = any(${checkouts}::uuid[])`);
  await run(
    sql`update trade.order set state = 'paid', paid_at = now() where county = ${county}::int and id = any(${orders}::uuid[])`,
  );
  await run(sql`insert into trade.order_move (county, id, "order", from_state, to_state, by_person, at)
    select ${county}::int, m, o, 'placed', 'paid', 'limit', now() from unnest(${orders.map(newId)}::uuid[], ${orders}::uuid[]) x (m, o)`);
  await run(sql`insert into ledger.transfer (county, id, kind, debit, credit, amount_fen, reason, evidence_kind, evidence, created_at)
    select ${county}::int, t, 'single', ${clearing}::uuid, ${received}::uuid, 4980, 'order-received', 'order', o, now()
      from unnest(${money}::uuid[], ${orders}::uuid[]) x (t, o)`);
  await run(sql`insert into ledger.transfer (county, id, kind, debit, credit, amount_fen, reason, evidence_kind, evidence, created_at)
    select ${county}::int, h, 'pending', ${received}::uuid, a, 996, 'order-part', 'order', o, now()
      from unnest(${parts.map((p) => p.hold)}::uuid[], ${parts.map((p) => p.account)}::uuid[], ${parts.map((p) => p.order)}::uuid[]) x (h, a, o)`);
  await run(sql`insert into trade.settlement_part (county, "order", line, part, fen, state, hold)
    select ${county}::int, o, l, 'merchant', 996, 'held', h
      from unnest(${parts.map((p) => p.order)}::uuid[], ${parts.map((p) => p.line)}::uuid[], ${parts.map((p) => p.hold)}::uuid[]) x (o, l, h)`);
  await run(
    sql`update ledger.account set credits_pending = credits_pending + 996 * ${SET}::bigint where county = ${county}::int and id = any(${owed}::uuid[])`,
  );
  await run(
    sql`update ledger.account set credits_posted = credits_posted + 4980 * ${SET}::bigint, debits_pending = debits_pending + 4980 * ${SET}::bigint where county = ${county}::int and id = ${received}::uuid`,
  );
  await run(
    sql`update ledger.account set debits_posted = debits_posted + 4980 * ${SET}::bigint where county = ${county}::int and id = ${clearing}::uuid`,
  );
}

/** Provider, received, and the five that get a part: accounts of the limit's own. */
async function addAccounts(db: Db, { county, org }: Shop): Promise<Accounts> {
  const kinds = ['provider_clearing', 'orders_received', 'merchant', 'station', 'freight', 'platform', 'fund'];
  const [clearing, received, ...owed] = kinds.map(newId) as [string, string, ...string[]];
  await sql`insert into ledger.account (county, id, kind, owner, currency, normal_side, debits_pending, debits_posted, credits_pending, credits_posted, created_at)
    select ${county}::int, id, kind, 'limit ' || ${org}::text, 'CNY', case kind when 'provider_clearing' then 'debit' else 'credit' end, 0, 0, 0, 0, now()
      from unnest(${[clearing, received, ...owed]}::uuid[], ${kinds}::text[]) as a(id, kind)`.execute(db);
  return { clearing, received, owed };
}
