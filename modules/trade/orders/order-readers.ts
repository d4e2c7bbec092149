import { type Actor, membershipsIn, overCounty } from '#platform/actor.ts';
import type { Db, Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { organisationsById } from '#registry';
import { refuse } from '../refuse.ts';
import type { OrderState } from './order-states.ts';
import { linesOf, lockOrder, lockOrders, type OrderFields, orderById, ordersById } from './orders.queries.ts';

/** What the floors above may know of an order. Amounts in fen. */
export interface OrderHead {
  id: string;
  county: County;
  number: string;
  checkout: string;
  state: OrderState;
  person: string;
  goodsFen: number;
  freightFen: number;
  totalFen: number;
  /** gross grams */
  grams: number;
  /** null where nothing is ever sent */
  shipRegion: string | null;
  /** a project that its buyer backs with it */
  promise: string | null;
  placedAt: Date;
  paidAt: Date | null;
  sentAt: Date | null;
  receivedAt: Date | null;
  closedAt: Date | null;
}

/** Who is reading: the buyer; somebody who packs or sends it; or another of the county's staff. */
export type Reading = 'buyer' | 'handler' | 'staff';

/** An order's head, or null when there is none. */
async function orderHead(db: Db, county: County, id: string): Promise<OrderHead | null> {
  const o = await orderById(db, county, id);
  return o ? headOf(o) : null;
}

/** An order's head, locked to the end of the transaction: whoever packs, sends or refunds it waits. */
export async function lockedHead(tx: Tx, county: County, id: string): Promise<OrderHead | null> {
  const o = await lockOrder(tx, county, id);
  return o ? headOf(o) : null;
}

/** Heads of orders by their id. */
export async function orderHeads(db: Db, county: County, ids: readonly string[]): Promise<Map<string, OrderHead>> {
  return new Map((await ordersById(db, county, ids)).map((o) => [o.id, headOf(o)]));
}

/** The same, locked in one sorted order to the end of the transaction. */
export async function lockedHeads(tx: Tx, county: County, ids: readonly string[]): Promise<Map<string, OrderHead>> {
  return new Map([...(await lockOrders(tx, county, ids))].map(([id, o]) => [id, headOf(o)]));
}

export function headOf(o: OrderFields): OrderHead {
  return {
    id: o.id,
    county: o.county,
    number: o.number,
    checkout: o.checkout,
    state: o.state,
    person: o.person,
    goodsFen: o.goods_fen,
    freightFen: o.freight_fen,
    totalFen: o.total_fen,
    grams: o.grams,
    shipRegion: o.ship_region,
    promise: o.promise,
    placedAt: o.placed_at,
    paidAt: o.paid_at,
    sentAt: o.sent_at,
    receivedAt: o.received_at,
    closedAt: o.closed_at,
  };
}

/**
 * An order for somebody who may read it, and as what they read it. To everybody else it does not exist.
 *
 * @throws Refusal `order-not-found`
 */
export async function orderForReader(
  db: Db,
  by: Actor,
  county: County,
  id: string,
): Promise<{ order: OrderHead; reading: Reading }> {
  const order = await orderHead(db, county, id);
  if (!order) throw refuse('order-not-found');
  if (order.person === by.person) return { order, reading: 'buyer' };
  const orgs = await orgsServed(db, by, county);
  const lines = orgs === 'all' ? [] : await linesOf(db, county, [id]);
  if (!readsAsStaff(orgs, lines)) throw refuse('order-not-found');
  const handles =
    orgs !== 'all' || overCounty(by, county, ['operator']) || membershipsIn(by, county, ['courier']).length > 0;
  return { order, reading: handles ? 'handler' : 'staff' };
}

/** Whether an order with these lines is read by somebody who serves `orgs`. */
export const readsAsStaff = (orgs: 'all' | readonly string[], lines: readonly { org: string }[]): boolean =>
  orgs === 'all' || lines.some((line) => orgs.includes(line.org));

/**
 * Whose goods `by` may see and pack in a county: all of them for the county's own staff, else those of their own
 * organisation and of the one their station buys in for.
 */
export async function orgsServed(db: Db, by: Actor, county: County): Promise<'all' | string[]> {
  return (await orgsServedBy(db, [by], county))[0] as 'all' | string[];
}

/** The same of several people, one answer each. */
export async function orgsServedBy(db: Db, people: readonly Actor[], county: County): Promise<('all' | string[])[]> {
  const seesAll = (by: Actor) =>
    overCounty(by, county, ['operator', 'platform', 'auditor']) || membershipsIn(by, county, ['courier']).length > 0;
  const own = people.map((by) =>
    seesAll(by) ? 'all' : membershipsIn(by, county, ['merchant', 'keeper']).map((m) => m.org),
  );
  const found = await organisationsById(
    db,
    county,
    own.flatMap((orgs) => (orgs === 'all' ? [] : orgs)),
  );
  return own.map((orgs) =>
    orgs === 'all' ? orgs : [...new Set([...orgs, ...orgs.flatMap((org) => found.get(org)?.buysFor ?? [])])],
  );
}
