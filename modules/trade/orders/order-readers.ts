import { type Actor, membershipsIn, overCounty } from '#platform/actor.ts';
import type { Db, Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { organisationsById } from '#registry';
import { refuse } from '../refuse.ts';
import type { OrderState } from './order-states.ts';
import { linesOf, lockOrder, type OrderFields, orderById } from './orders.queries.ts';

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
export async function orderHead(db: Db, county: County, id: string): Promise<OrderHead | null> {
  const o = await orderById(db, county, id);
  return o ? headOf(o) : null;
}

/** An order's head, locked to the end of the transaction: whoever packs, sends or refunds it waits. */
export async function lockedHead(tx: Tx, county: County, id: string): Promise<OrderHead | null> {
  const o = await lockOrder(tx, county, id);
  return o ? headOf(o) : null;
}

function headOf(o: OrderFields): OrderHead {
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
  if (orgs === 'all') {
    const handles = overCounty(by, county, ['operator']) || membershipsIn(by, county, ['courier']).length > 0;
    return { order, reading: handles ? 'handler' : 'staff' };
  }
  const lines = await linesOf(db, county, [id]);
  if (lines.some((line) => orgs.includes(line.org))) return { order, reading: 'handler' };
  throw refuse('order-not-found');
}

/**
 * Whose goods `by` may see and pack in a county: all of them for the county's own staff, else those of their own
 * organisation and of the one their station buys in for.
 */
export async function orgsServed(db: Db, by: Actor, county: County): Promise<'all' | string[]> {
  if (overCounty(by, county, ['operator', 'platform', 'auditor'])) return 'all';
  if (membershipsIn(by, county, ['courier']).length > 0) return 'all';
  const own = membershipsIn(by, county, ['merchant', 'keeper']).map((m) => m.org);
  if (own.length === 0) return [];
  const found = await organisationsById(db, county, own);
  const boughtFor = [...found.values()].flatMap((org) => (org.buysFor ? [org.buysFor] : []));
  return [...new Set([...own, ...boughtFor])];
}
