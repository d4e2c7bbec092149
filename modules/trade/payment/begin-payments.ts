import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { instantArray, plainArray, textArray } from '#platform/database/arrays.ts';
import { pipelined } from '#platform/database/pipelined.ts';
import { answersTo, type OnceKey, onceName, type Tx, transact } from '#platform/db.ts';
import { Refusal, refusePlatform } from '#platform/errors.ts';
import { type Gather, gather, type Outcome } from '#platform/gather.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import type { CheckoutFields } from '../orders/close-checkout.ts';
import { refuse } from '../refuse.ts';
import { openByHand } from './open-by-hand.ts';
import type { PaymentMethod, PaymentOrder, PaymentProvider, Started } from './payment-port.ts';
import { soonest } from './when-to-ask.ts';

/** Somebody who wants to pay their checkout in a certain way. */
export interface BeginAsk {
  by: Actor;
  key: OnceKey | null;
  checkout: string;
  provider: PaymentProvider;
  method: PaymentMethod;
  /** who will send the bank transfer */
  payerName?: string;
}

/** A payment as it was begun; times as texts, since it is kept as the answer to the key. */
export interface Begun {
  payment: string;
  checkout: string;
  amountFen: Fen;
  expiresAt: string;
  orders: readonly PaymentOrder[];
  started: Started | null;
  /** begun earlier in other ways and still open */
  others: readonly { payment: string; provider: string }[];
}

const isByHand = (method: PaymentMethod) => method === 'transfer' || method === 'cash';

const lanes = new WeakMap<Context, { together: Gather<BeginAsk, Begun>; alone: Gather<BeginAsk, Begun> }>();

/**
 * Writes down that a checkout is about to be paid, and answers the payment; while one by the same method is open, that
 * one. Those that come together are written together. What people bring by hand has more to it and goes alone.
 *
 * @throws Refusal `checkout-not-found` | `checkout-paid` | `checkout-closed` | `by-hand-one-county` |
 *   `by-hand-not-offered` | `idempotency-key-reused` | `desk-full`
 */
export async function beginPayment(at: Context, ask: BeginAsk): Promise<Begun> {
  let own = lanes.get(at);
  if (!own) {
    const lane = (most: number) =>
      gather<BeginAsk, Begun>({
        ...{ most, atOnce: 2, fewestBeside: 24, waiting: 4000, patience: 5000 },
        work: (asks) => beginPayments(at, asks),
        full: () => refuse('desk-full', { retryAfter: 2 }),
      });
    own = { together: lane(256), alone: lane(1) };
    lanes.set(at, own);
  }
  return (isByHand(ask.method) ? own.alone : own.together).take(ask);
}

interface PaymentRow {
  id: string;
  checkout: string;
  provider: string;
  method: string;
  state: string;
  expires_at: Date | null;
  orders: readonly PaymentOrder[] | null;
  started: Started | null;
  started_at: Date | null;
}

async function beginPayments(at: Context, asks: readonly BeginAsk[]): Promise<Outcome<Begun>[]> {
  return transact(at.db, async (tx) => {
    const now = at.clock.now();
    // In this order: what is read of payments must be what their locked checkouts have.
    const [checkouts, found, answered] = await pipelined(tx, (one) =>
      Promise.all([
        lockCheckouts(one, asks),
        paymentsOf(one, asks),
        answersTo<Begun>(
          one,
          asks.flatMap((ask) => ask.key ?? []),
        ),
      ]),
    );
    const payments = Map.groupBy(found, (row) => row.checkout);
    const orders = await ordersToPay(tx, asks, checkouts);
    const begun: PaymentRow[] = [];
    const kept: { key: OnceKey; answer: Begun }[] = [];
    const outcomes: Outcome<Begun>[] = [];
    for (const ask of asks) {
      try {
        const known = ask.key && answered.get(onceName(ask.key));
        if (known && known.hash !== ask.key?.hash) throw refusePlatform('idempotency-key-reused');
        if (known) {
          outcomes.push({ value: known.answer });
          continue;
        }
        const checkout = payable(checkouts.get(ask.checkout), ask, now);
        const before = payments.get(checkout.id) ?? [];
        payments.set(checkout.id, before);
        const answer =
          again(before, checkout, ask, now) ?? (await anew(tx, now, { ask, checkout, before, orders, begun }));
        if (ask.key) {
          kept.push({ key: ask.key, answer });
          answered.set(onceName(ask.key), { hash: ask.key.hash, answer });
        }
        outcomes.push({ value: answer });
      } catch (error) {
        // A payment by hand may have written something before it was refused: it is alone, and all of it is undone.
        if (!(error instanceof Refusal) || isByHand(ask.method)) throw error;
        outcomes.push({ error });
      }
    }
    await pipelined(tx, (one) =>
      Promise.all([insertPayments(one, now, begun, checkouts), keepAnswers(one, now, kept)]),
    );
    return outcomes;
  });
}

function payable(checkout: CheckoutFields | undefined, { by }: BeginAsk, now: Date): CheckoutFields {
  if (checkout?.person !== by.person) throw refuse('checkout-not-found');
  if (checkout.state === 'paid') throw refuse('checkout-paid');
  if (checkout.state === 'closed' || checkout.expires_at <= now) throw refuse('checkout-closed');
  return checkout;
}

/** The open payment of the same way, so that a second press of the button does not make a second payment. */
function again(before: readonly PaymentRow[], checkout: CheckoutFields, ask: BeginAsk, now: Date): Begun | undefined {
  const open = before.filter((p) => p.state === 'pending');
  const same = open.find((p) => p.provider === ask.provider.name && p.method === ask.method);
  if (!same) return undefined;
  return {
    ...{ checkout: checkout.id, amountFen: checkout.total_fen, payment: same.id, orders: same.orders ?? [] },
    expiresAt: (same.expires_at ?? checkout.expires_at).toISOString(),
    started: stillGood(same.started_at, now) ? same.started : null,
    others: othersOf(before, same),
  };
}

async function anew(
  tx: Tx,
  now: Date,
  of: {
    ask: BeginAsk;
    checkout: CheckoutFields;
    before: readonly PaymentRow[];
    orders: ReadonlyMap<string, readonly PaymentOrder[]>;
    begun: PaymentRow[];
  },
): Promise<Begun> {
  const { ask, checkout, before } = of;
  const { provider, method } = ask;
  const payment = newId();
  const expiresAt = isByHand(method)
    ? await openByHand(tx, now, ask.by, {
        ...{ checkout, payment, kind: method as 'transfer' | 'cash', payerName: ask.payerName ?? null },
      })
    : provider.sandbox || before.length > 0
      ? checkout.expires_at
      : await keepHeld(tx, now, checkout);
  const orders = of.orders.get(checkout.id) ?? [];
  const row: PaymentRow = {
    ...{ id: payment, checkout: checkout.id, provider: provider.name, method, state: 'pending' },
    // The sandbox is asked for nothing but a page, so it need not be told what it is for.
    ...(provider.sandbox ? { expires_at: null, orders: null } : { expires_at: expiresAt, orders }),
    ...{ started: null, started_at: null },
  };
  of.begun.push(row);
  (before as PaymentRow[]).push(row);
  return {
    ...{ checkout: checkout.id, amountFen: checkout.total_fen, payment, expiresAt: expiresAt.toISOString() },
    ...{ orders: row.orders ?? [], started: null, others: othersOf(before, row) },
  };
}

const othersOf = (before: readonly PaymentRow[], same: PaymentRow) =>
  before
    .filter((p) => p !== same && p.state === 'pending' && p.provider !== 'sandbox')
    .map((p) => ({ payment: p.id, provider: p.provider }));

/** The address of a payment in a phone's browser is good for five minutes; a little less than that is given again. */
const stillGood = (startedAt: Date | null, now: Date) =>
  startedAt !== null && now.getTime() - startedAt.getTime() < 4 * 60_000;

/**
 * Who begins to pay in the last minutes gets time to finish at the provider: WeChat Pay takes no payment that ends
 * within a minute, and people need some to find their card. Only once for a checkout, so that nobody can hold packs by
 * beginning over and over.
 *
 * @returns until when the packs are held
 */
async function keepHeld(tx: Tx, now: Date, checkout: CheckoutFields): Promise<Date> {
  const least = new Date(now.getTime() + 5 * 60_000);
  if (checkout.expires_at >= least) return checkout.expires_at;
  await tx.updateTable('trade.checkout').set({ expires_at: least }).where('id', '=', checkout.id).execute();
  return least;
}

/** Whoever pays, cancels or lets a checkout expire begins at its row; many of them are locked in one order. */
async function lockCheckouts(tx: Tx, asks: readonly BeginAsk[]): Promise<Map<string, CheckoutFields>> {
  const rows = await tx
    .selectFrom('trade.checkout')
    .selectAll()
    .where(sql<boolean>`id = any(${plainArray([...new Set(asks.map((ask) => ask.checkout))])}::uuid[])`)
    .orderBy('id')
    .forUpdate()
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

async function paymentsOf(tx: Tx, asks: readonly BeginAsk[]): Promise<PaymentRow[]> {
  const checkouts = plainArray([...new Set(asks.map((ask) => ask.checkout))]);
  const { rows } = await sql<PaymentRow>`
    select id, checkout, provider, method, state, expires_at, orders, started, started_at
      from trade.payment where checkout = any(${checkouts}::uuid[])`.execute(tx);
  return rows;
}

/** What each payment at a real provider is for, county by county. */
async function ordersToPay(
  tx: Tx,
  asks: readonly BeginAsk[],
  checkouts: ReadonlyMap<string, CheckoutFields>,
): Promise<Map<string, PaymentOrder[]>> {
  const wanted = asks.flatMap((ask) => (ask.provider.sandbox ? [] : (checkouts.get(ask.checkout) ?? [])));
  const found = new Map<string, PaymentOrder[]>();
  const counties = new Set(wanted.flatMap((checkout) => checkout.counties));
  for (const county of [...counties].sort((a, b) => a - b)) {
    const ids = wanted.flatMap((checkout) => checkout.orders.filter((_, i) => checkout.counties[i] === county));
    for (const { checkout, ...order } of await ordersNamed(tx, county, ids)) {
      found.set(checkout, [...(found.get(checkout) ?? []), order]);
    }
  }
  return found;
}

async function ordersNamed(tx: Tx, county: County, ids: readonly string[]) {
  return tx
    .selectFrom('trade.order')
    .select(['checkout', 'county', 'id as order', 'number', 'total_fen as fen'])
    .where('county', '=', county)
    .where(sql<boolean>`id = any(${plainArray(ids)}::uuid[])`)
    .orderBy('id')
    .execute();
}

async function insertPayments(
  tx: Tx,
  now: Date,
  rows: readonly PaymentRow[],
  checkouts: ReadonlyMap<string, CheckoutFields>,
): Promise<void> {
  if (rows.length === 0) return;
  // People bring what is paid by hand; until one of them writes it down there is nothing to ask about. The sandbox
  // knows nothing that it has not said.
  const asked = (row: PaymentRow) => (row.orders && !isByHand(row.method as PaymentMethod) ? soonest(now, 0) : null);
  await sql`
    insert into trade.payment (id, checkout, provider, method, amount_fen, state, created_at, expires_at, orders, ask_at)
    select p.id, p.checkout, p.provider, p.method, p.fen, 'pending', ${now}::timestamptz, p.expires_at, p.orders, p.ask_at
      from unnest(${plainArray(rows.map((row) => row.id))}::uuid[], ${plainArray(rows.map((row) => row.checkout))}::uuid[],
             ${textArray(rows.map((row) => row.provider))}::text[], ${textArray(rows.map((row) => row.method))}::text[],
             ${plainArray(rows.map((row) => checkouts.get(row.checkout)?.total_fen ?? null))}::bigint[],
             ${instantArray(rows.map((row) => row.expires_at))}::timestamptz[],
             ${textArray(rows.map((row) => row.orders && JSON.stringify(row.orders)))}::jsonb[],
             ${instantArray(rows.map(asked))}::timestamptz[])
        p (id, checkout, provider, method, fen, expires_at, orders, ask_at)`.execute(tx);
}

async function keepAnswers(tx: Tx, now: Date, kept: readonly { key: OnceKey; answer: Begun }[]): Promise<void> {
  if (kept.length === 0) return;
  const rows = [...kept].sort((a, b) => (onceName(a.key) < onceName(b.key) ? -1 : 1));
  const written = await sql`
    insert into platform.idempotency (scope, key, input_hash, answer, created_at)
    select k.scope, k.key, k.hash, k.answer, ${now}::timestamptz
      from unnest(${textArray(rows.map((row) => row.key.scope))}::text[],
             ${textArray(rows.map((row) => row.key.key))}::text[], ${textArray(rows.map((row) => row.key.hash))}::text[],
             ${textArray(rows.map((row) => JSON.stringify(row.answer)))}::jsonb[]) k (scope, key, hash, answer)
    on conflict (scope, key) do nothing`.execute(tx);
  // Somebody has begun under one of them since they were looked for: the whole batch again, which then finds it.
  if (written.numAffectedRows !== BigInt(rows.length)) {
    throw Object.assign(new Error('a key was used since it was looked for'), { code: '40001' });
  }
}
