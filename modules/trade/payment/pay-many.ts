import { sql } from 'kysely';
import { transfer } from '#ledger';
import { system } from '#platform/actor.ts';
import { plainArray, textArray } from '#platform/database/arrays.ts';
import { pipelined } from '#platform/database/pipelined.ts';
import type { Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { insertParts } from '../settlement/hold-all.queries.ts';
import { type Hold, type PaidOrder, planHold } from '../settlement/hold-all.ts';
import type { PaymentNotice } from './payment-port.ts';

/** A notice that says that a payment has succeeded. */
export interface Succeeded {
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
 * @param store writes the notices that were applied; it goes along with all else that is written, before the accounts
 * @returns the notices that were applied; the others need a look of their own (`applyNotice`): late ones, second
 *   payments, other amounts, repeats
 */
export async function payMany<N extends Succeeded>(
  tx: Tx,
  now: Date,
  notices: readonly N[],
  store: (one: Tx, applied: readonly N[]) => Promise<unknown>,
): Promise<Set<N>> {
  const byPayment = new Map<string, N>();
  for (const one of notices) if (!byPayment.has(one.notice.payment)) byPayment.set(one.notice.payment, one);
  const payable = await lockPayable(tx, [...byPayment.values()]);
  const counties = [...new Set(payable.flatMap((row) => row.counties))].sort((a, b) => a - b);
  const placed = new Map<string, PaidOrder['order'] & { county: County }>();
  for (const county of counties) {
    const ids = payable.flatMap((row) => row.orders.filter((_, i) => row.counties[i] === county));
    for (const order of await lockPlaced(tx, county, ids)) placed.set(order.id, { ...order, county });
  }
  const paying = payable.filter((row) => row.orders.every((id) => placed.has(id)));
  const applied = paying.map((row) => byPayment.get(row.payment) as N);
  const holds: (Hold & { paid: (PaidOrder & { payment: string })[] })[] = [];
  for (const county of counties) {
    const paid = paying.flatMap((row) =>
      row.orders.flatMap((id) => {
        const order = placed.get(id);
        return order?.county === county ? [{ order, provider: row.provider, payment: row.payment }] : [];
      }),
    );
    holds.push({ ...(await planHold(tx, now, county, paid)), paid });
  }
  const rows = paying.map((row) => ({ ...row, number: byPayment.get(row.payment)?.notice.providerNumber ?? null }));
  await pipelined(tx, (one) =>
    Promise.all([
      store(one, applied),
      ...(rows.length > 0 ? [writePaid(one, now, rows)] : []),
      ...holds.flatMap(({ county, paid, parts }) =>
        paid.length > 0 ? [writePaidOrders(one, now, county, paid), insertParts(one, county, parts)] : [],
      ),
    ]),
  );
  // Last, since all payments of a county share its accounts.
  for (const { county, transfers } of holds) await transfer(tx, county, transfers, now);
  return new Set(applied);
}

/** Open checkouts with an open payment of just the amount that has come, locked; one payment of each checkout. */
async function lockPayable(tx: Tx, notices: readonly Succeeded[]): Promise<PayableRow[]> {
  const payments = plainArray(notices.map((one) => one.notice.payment));
  // Their checkouts come first in the order of locks; by name, since a list would be looked for in the whole table.
  const [, { rows }] = await pipelined(tx, (one) =>
    Promise.all([
      sql`
        select from unnest(${payments}::uuid[]) n (id)
          join trade.payment p on p.id = n.id
          join trade.checkout c on c.id = p.checkout
         order by c.id for update of c`.execute(one),
      sql<PayableRow>`
        select p.id as payment, p.provider, p.amount_fen as "amountFen", p.checkout, c.counties, c.orders
          from unnest(${payments}::uuid[]) n (id)
          join trade.payment p on p.id = n.id
          join trade.checkout c on c.id = p.checkout
         where p.state = 'pending' and c.state = 'open'
         order by p.id for update of p`.execute(one),
    ]),
  );
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
    .where(sql<boolean>`id = any(${plainArray(ids)}::uuid[])`)
    .where('state', '=', 'placed')
    .orderBy('id')
    .forUpdate()
    .execute();
}

async function writePaid(tx: Tx, now: Date, rows: readonly (PayableRow & { number: string | null })[]): Promise<void> {
  const checkouts = plainArray(rows.map((row) => row.checkout));
  await Promise.all([
    sql`update trade.checkout set state = 'paid' where id = any(${checkouts}::uuid[])`.execute(tx),
    sql`
      update trade.payment p set state = 'paid', paid_at = ${now}::timestamptz, provider_number = n.number
        from unnest(${plainArray(rows.map((row) => row.payment))}::uuid[], ${textArray(rows.map((row) => row.number))}::text[])
          n (id, number)
       where p.id = n.id`.execute(tx),
    // Begun in other ways and not needed any more.
    sql`update trade.payment set state = 'closed'
         where checkout = any(${checkouts}::uuid[]) and state = 'pending'`.execute(tx),
  ]);
}

async function writePaidOrders(
  tx: Tx,
  now: Date,
  county: County,
  paid: readonly { order: { id: string }; payment: string }[],
): Promise<void> {
  const ids = plainArray(paid.map((one) => one.order.id));
  await Promise.all([
    sql`
      update trade.order o set state = 'paid', paid_at = ${now}::timestamptz, payment = n.payment
        from unnest(${ids}::uuid[], ${plainArray(paid.map((one) => one.payment))}::uuid[]) n (id, payment)
       where o.county = ${county}::int and o.id = n.id`.execute(tx),
    sql`
      insert into trade.order_move (county, id, "order", from_state, to_state, by_person, at)
      select ${county}::int, n.id, n.ord, 'placed', 'paid', ${system.person}::text, ${now}::timestamptz
        from unnest(${plainArray(paid.map(newId))}::uuid[], ${ids}::uuid[]) n (id, ord)`.execute(tx),
  ]);
}
