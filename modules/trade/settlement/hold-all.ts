import { ensureAccounts, type TransferInput } from '#ledger';
import { dayOf } from '#platform/clock.ts';
import { pipelined } from '#platform/database/pipelined.ts';
import type { Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { lotFacts } from '#trace';
import { partsPromised } from '../promises/promises.queries.ts';
import { insertParts, linesToHold, type PartToHold, packsOfOrders } from './hold-all.queries.ts';
import { type OrderToSplit, type Owed, partsOf } from './parts-of.ts';
import { rulesOf } from './settlement-rules.queries.ts';

/** Transfers of one county that an act has still to post. */
export interface Posting {
  county: County;
  transfers: TransferInput[];
}

/** An order whose money has come in, and through whose clearing account. */
export interface PaidOrder {
  order: OrderToSplit & {
    /** what it is a promise for, if it is one: its parts are then those it was placed with */
    promise: string | null;
  };
  provider: string;
}

/** What money that came in is held for, and the transfers that do it; nothing of it is written yet. */
export interface Hold extends Posting {
  parts: PartToHold[];
}

/**
 * Money of orders of one county has come in: it is booked as received, together with what others bear of its price, and
 * held, part by part, for whom the rules of this day say. However many orders, the same few statements.
 *
 * @returns the posting, to be done last in the transaction: all orders of a county share its accounts, which are
 *   locked from then on
 */
export async function holdAll(tx: Tx, now: Date, county: County, paid: readonly PaidOrder[]): Promise<Posting> {
  const { parts, transfers } = await planHold(tx, now, county, paid);
  await insertParts(tx, county, parts);
  return { county, transfers };
}

/** The same, thought through and not written; the caller writes the parts and then posts the transfers. */
export async function planHold(tx: Tx, now: Date, county: County, paid: readonly PaidOrder[]): Promise<Hold> {
  if (paid.length === 0) return { county, parts: [], transfers: [] };
  const promised = paid.flatMap(({ order }) => (order.promise === null ? [] : [order.id]));
  const ids = paid.flatMap(({ order }) => (order.promise === null ? [order.id] : []));
  const asPromised = await partsPromised(tx, county, promised);
  const [{ lines, borne }, allocations, rules] = await pipelined(tx, (one) =>
    Promise.all([linesToHold(one, county, ids), packsOfOrders(one, county, ids), rulesOf(one, county, now)]),
  );
  const lots = await lotFacts(
    tx,
    county,
    allocations.map((a) => a.lot),
  );
  const day = dayOf(now);
  const linesOfOrder = Map.groupBy(lines, (line) => line.order);
  const packsOfLine = Map.groupBy(allocations, (a) => a.line);
  const held = paid.flatMap(({ order }) => {
    if (order.promise !== null) {
      const owed = asPromised.filter((part) => part.order === order.id);
      return owed.map((part) => ({ ...part, hold: newId() }));
    }
    const own = linesOfOrder.get(order.id) ?? [];
    const packs = own.flatMap((line) => packsOfLine.get(line.id) ?? []);
    return partsOf(order, own, packs, lots, rules, day).map((part) => ({ ...part, order: order.id, hold: newId() }));
  });

  const account = await accountsFor(tx, county, [
    ...paid.map(({ provider }) => ({ kind: 'provider_clearing' as const, owner: provider })),
    ...borne.map(({ bearer }) => ({ kind: 'promotion' as const, owner: bearer })),
    ...held.map((part) => part.account),
  ]);
  const received = account('orders_received', 'county');
  return {
    county,
    parts: held,
    transfers: [
      ...paid.map(({ order, provider }) => ({
        ...moved(order.id, 'order-received', order.total_fen),
        kind: 'single' as const,
        debit: account('provider_clearing', provider),
        credit: received,
      })),
      ...borne.map(({ order, bearer, fen }) => ({
        ...moved(order, 'discount-borne', fen),
        kind: 'single' as const,
        debit: account('promotion', bearer),
        credit: received,
      })),
      ...held.map((part) => holdOf(part, received, account(part.account.kind, part.account.owner))),
    ],
  };
}

const moved = (order: string, reason: string, amountFen: number) => ({
  id: newId(),
  reason,
  amountFen,
  evidenceKind: 'order',
  evidence: order,
});

/** The pending transfer that a part is. */
export const holdOf = (part: PartToHold, received: string, owner: string, by: string | null = null): TransferInput => ({
  ...moved(part.order, 'order-part', part.fen),
  id: part.hold,
  kind: 'pending',
  debit: received,
  credit: owner,
  by,
});

/** The accounts of an act, made where they are missing; answers each by its name. */
export async function accountsFor(tx: Tx, county: County, names: readonly Owed['account'][]) {
  const key = (kind: string, owner: string) => `${kind} ${owner}`;
  const received = { kind: 'orders_received' as const, owner: 'county' };
  const wanted = [...new Map([received, ...names].map((name) => [key(name.kind, name.owner), name])).values()];
  const ids = await ensureAccounts(tx, county, wanted);
  const found = new Map(wanted.map((name, i) => [key(name.kind, name.owner), ids[i] as string]));
  return (kind: Owed['account']['kind'], owner: string): string => {
    const id = found.get(key(kind, owner));
    if (!id) throw new Error(`no account ${kind} of ${owner} was asked for`);
    return id;
  };
}
