import { sql } from 'kysely';
import { transfer } from '#ledger';
import { system } from '#platform/actor.ts';
import type { Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { holdAll, type PaidOrder } from '../settlement/hold-all.ts';
import type { PaymentNotice } from './payment-port.ts';

/** A stored notice that says that a payment has succeeded. */
export interface Succeeded {
  /** of the stored notice */
  id: string;
  provider: string;
  notice: PaymentNotice;
}

interface PayableRow {
  payment: string;
  provider: string;
  amountFen: number;
  checkout: string;
  counties: County[];
  orders: string[];
}

/**
 * Pays the checkouts of many notices at once: those about which nothing is out of the ordinary. Their orders are paid,
 * and their money is booked and held, by the same few statements however many they are. Rows are locked in one order:
 * checkouts, their payments, their orders county by county, and the counties' accounts last.
 *
 * @returns the ids of the notices that were applied; the others need a look of their own (`applyNotice`): late ones,
 *   second payments, other amounts, repeats
 */
export async function payMany(tx: Tx, now: Date, notices: readonly Succeeded[]): Promise<Set<string>> {
  const byPayment = new Map<string, Succeeded>();
  for (const one of notices) if (!byPayment.has(one.notice.payment)) byPayment.set(one.notice.payment, one);
  const payable = await lockPayable(tx, [...byPayment.values()]);
  const counties = [...new Set(payable.flatMap((row) => row.counties))].sort((a, b) => a - b);
  const placed = new Map<string, PaidOrder['order'] & { county: County }>();
  for (const county of counties) {
    const ids = payable.flatMap((row) => row.orders.filter((_, i) => row.counties[i] === county));
    for (const order of await lockPlaced(tx, county, ids)) placed.set(order.id, { ...order, county });
  }
  const paying = payable.filter((row) => row.orders.every((id) => placed.has(id)));
  if (paying.length === 0) return new Set();

  await writePaid(
    tx,
    now,
    paying.map((row) => ({ ...row, number: byPayment.get(row.payment)?.notice.providerNumber ?? null })),
  );
  const postings = [];
  for (const county of counties) {
    const paid = paying.flatMap((row) =>
      row.orders.flatMap((id) => {
        const order = placed.get(id);
        return order?.county === county ? [{ order, provider: row.provider, payment: row.payment }] : [];
      }),
    );
    await writePaidOrders(tx, now, county, paid);
    postings.push(await holdAll(tx, now, county, paid));
  }
  const applied = paying.map((row) => (byPayment.get(row.payment) as Succeeded).id);
  await sql`update trade.payment_notice set outcome = 'paid', applied_at = ${now}::timestamptz
    where id = any(${applied}::uuid[])`.execute(tx);
  // Last, since all payments of a county share its accounts.
  for (const { county, transfers } of postings) await transfer(tx, county, transfers, now);
  return new Set(applied);
}

/** Open checkouts with an open payment of just the amount that has come, locked; one payment of each checkout. */
async function lockPayable(tx: Tx, notices: readonly Succeeded[]): Promise<PayableRow[]> {
  const payments = notices.map((one) => one.notice.payment);
  const of = await sql<{ checkout: string }>`
    select checkout from trade.payment where id = any(${payments}::uuid[])`.execute(tx);
  const checkouts = of.rows.map((row) => row.checkout);
  await sql`select from trade.checkout where id = any(${checkouts}::uuid[]) order by id for update`.execute(tx);
  const { rows } = await sql<PayableRow>`
    select p.id as payment, p.provider, p.amount_fen as "amountFen", p.checkout, c.counties, c.orders
      from trade.payment p join trade.checkout c on c.id = p.checkout
     where p.id = any(${payments}::uuid[]) and p.state = 'pending' and c.state = 'open'
     order by p.id for update of p`.execute(tx);
  const came = new Map(notices.map((one) => [one.notice.payment, one]));
  const seen = new Set<string>();
  return rows.filter((row) => {
    const one = came.get(row.payment);
    if (one?.provider !== row.provider || one.notice.amountFen !== row.amountFen || seen.has(row.checkout))
      return false;
    seen.add(row.checkout);
    return true;
  });
}

async function lockPlaced(tx: Tx, county: County, ids: readonly string[]) {
  return tx
    .selectFrom('trade.order')
    .selectAll()
    .where('county', '=', county)
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .where('state', '=', 'placed')
    .orderBy('id')
    .forUpdate()
    .execute();
}

async function writePaid(tx: Tx, now: Date, rows: readonly (PayableRow & { number: string | null })[]): Promise<void> {
  const checkouts = rows.map((row) => row.checkout);
  await sql`update trade.checkout set state = 'paid' where id = any(${checkouts}::uuid[])`.execute(tx);
  await sql`
    update trade.payment p set state = 'paid', paid_at = ${now}::timestamptz, provider_number = n.number
      from unnest(${rows.map((row) => row.payment)}::uuid[], ${rows.map((row) => row.number)}::text[]) n (id, number)
     where p.id = n.id`.execute(tx);
  // Begun in other ways and not needed any more.
  await sql`update trade.payment set state = 'closed'
    where checkout = any(${checkouts}::uuid[]) and state = 'pending'`.execute(tx);
}

async function writePaidOrders(
  tx: Tx,
  now: Date,
  county: County,
  paid: readonly { order: { id: string }; payment: string }[],
): Promise<void> {
  const ids = paid.map((one) => one.order.id);
  await sql`
    update trade.order o set state = 'paid', paid_at = ${now}::timestamptz, payment = n.payment
      from unnest(${ids}::uuid[], ${paid.map((one) => one.payment)}::uuid[]) n (id, payment)
     where o.county = ${county}::int and o.id = n.id`.execute(tx);
  await sql`
    insert into trade.order_move (county, id, "order", from_state, to_state, by_person, at)
    select ${county}::int, n.id, n.ord, 'placed', 'paid', ${system.person}::text, ${now}::timestamptz
      from unnest(${ids.map(newId)}::uuid[], ${ids}::uuid[]) n (id, ord)`.execute(tx);
}
