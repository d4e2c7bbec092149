import { transfer } from '#ledger';
import type { Context } from '#platform/context.ts';
import { scoped } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Sharing, SharingAnswer } from '../payment/payment-port.ts';
import { providerNamed, providersOf } from '../payment/providers.ts';
import { openMatter, settleMatters } from './matters.ts';
import { noteSharing } from './note-sharing.ts';
import { owedTo } from './payables.ts';
import { holdsFor } from './payout-rows.ts';
import { nextTry, whyOf } from './retries.ts';
import { dueShares, lockSharing, ROUNDS, shareWithinCap } from './sharing-rows.ts';

const DAY_MS = 24 * 60 * 60_000;
/** Receivers of one request at WeChat Pay. */
const RECEIVERS = 50;
/** People hear of frozen money this long before it thaws by itself. */
const ALERT_MS = 3 * DAY_MS;
/** A provider takes requests up to the day itself; what is begun too near to it would not be answered in time. */
const MARGIN_MS = 2 * 60 * 60_000;

/**
 * Shares what closed orders brought with the organisations they belong to, as far as their providers let it: within
 * the cap of an order, and before its frozen money thaws. When all is shared, or cannot be, the rest is let go and goes
 * out by batch.
 *
 * @returns how many orders were finished
 */
export async function shareOrders(at: Context, signal?: AbortSignal): Promise<number> {
  let finished = 0;
  for (const provider of providersOf(at)) {
    if (!provider.sharing) continue;
    await beginClosed(at, provider.name, provider.sharing);
    await alertThawing(at, provider.name, provider.sharing);
    for (const due of await dueOrders(at, provider.name)) {
      if (signal?.aborted) return finished;
      if (await step(at, provider.sharing, due)) finished++;
    }
  }
  return finished;
}

/** Closed orders that nobody has looked at yet. Older ones have thawed: they are the batches' business. */
async function beginClosed(at: Context, provider: string, sharing: Sharing): Promise<void> {
  const now = at.clock.now();
  const closed = await at.db
    .selectFrom('trade.order as o')
    .innerJoin('trade.payment as p', 'p.id', 'o.payment')
    .select(['o.county', 'o.id', 'o.payment', 'o.paid_at', 'o.total_fen'])
    .where('o.state', '=', 'closed')
    .where('o.closed_at', '>', new Date(now.getTime() - (sharing.frozenDays + 1) * DAY_MS))
    .where('p.provider', '=', provider)
    .where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom('trade.order_sharing as s')
            .select('s.order')
            .whereRef('s.county', '=', 'o.county')
            .whereRef('s.order', '=', 'o.id'),
        ),
      ),
    )
    .orderBy('o.closed_at')
    .limit(500)
    .execute();
  if (closed.length === 0) return;
  await at.db
    .insertInto('trade.order_sharing')
    .values(
      closed.map((order) => ({
        ...{ county: order.county, order: order.id, payment: order.payment as string, provider },
        cap_fen: Math.floor((order.total_fen * sharing.maxBp) / 10_000),
        thaws_at: new Date((order.paid_at as Date).getTime() + sharing.frozenDays * DAY_MS),
        ...{ state: 'open' as const, rounds: 0, attempts: 0, next_at: now, created_at: now },
      })),
    )
    .onConflict((c) => c.columns(['county', 'order']).doNothing())
    .execute();
}

/** Paid orders whose frozen money will soon thaw unshared, because they are not received yet or will not be shared. */
async function alertThawing(at: Context, provider: string, sharing: Sharing): Promise<void> {
  const now = at.clock.now();
  const thaws = now.getTime() - sharing.frozenDays * DAY_MS;
  const near = await at.db
    .selectFrom('trade.order as o')
    .innerJoin('trade.payment as p', 'p.id', 'o.payment')
    .leftJoin('trade.order_sharing as s', (join) =>
      join.onRef('s.county', '=', 'o.county').onRef('s.order', '=', 'o.id'),
    )
    .select(['o.county', 'o.id', 'o.number', 'o.total_fen'])
    .where('o.state', 'in', ['paid', 'packed', 'sent', 'received', 'closed'])
    .where('o.paid_at', '<=', new Date(thaws + ALERT_MS))
    .where('o.paid_at', '>', new Date(thaws))
    .where('p.provider', '=', provider)
    .where((e) => e.or([e('s.state', 'is', null), e('s.state', 'in', ['open', 'finishing'])]))
    .orderBy('o.paid_at')
    .limit(500)
    .execute();
  for (const order of near) {
    await scoped(at.db, String(order.county), (tx) =>
      openMatter(tx, now, {
        ...{ county: order.county, kind: 'thaw-near', subject: order.id, fen: order.total_fen },
        why: `订单 ${order.number} 的货款三天内自动解冻，还没有分完`,
      }),
    );
  }
}

interface DueOrder {
  county: County;
  order: string;
  payment: string;
  thaws_at: Date;
  state: string;
  rounds: number;
  /** its request that has no answer yet */
  asked: string | null;
}

const dueOrders = (at: Context, provider: string): Promise<DueOrder[]> =>
  at.db
    .selectFrom('trade.order_sharing as o')
    .leftJoin('trade.sharing as s', (join) =>
      join.onRef('s.county', '=', 'o.county').onRef('s.order', '=', 'o.order').on('s.state', '=', 'under_way'),
    )
    .select(['o.county', 'o.order', 'o.payment', 'o.thaws_at', 'o.state', 'o.rounds', 's.id as asked'])
    .where('o.provider', '=', provider)
    .where('o.next_at', '<=', at.clock.now())
    .orderBy('o.next_at')
    .limit(500)
    .execute();

/** What is to be done next for an order, and its doing. @returns whether the order is finished with */
async function step(at: Context, sharing: Sharing, due: DueOrder): Promise<boolean> {
  const of = { county: due.county, order: due.order };
  const { county, order } = of;
  let request = due.asked ? await openRequest(at, county, order) : null;
  if (!request) {
    try {
      request = await begin(at, sharing, due);
    } catch (error) {
      await putOff(at, of, whyOf(error));
      return false;
    }
    if (!request) return true;
  }
  let answer: SharingAnswer | { outcome: 'unclear'; why: string };
  const named = { ...of, payment: request.payment, sharing: request.id };
  try {
    const { kind, receivers } = request;
    const askFor = () =>
      kind === 'finish'
        ? sharing.unfreeze({ ...named, why: '订单已完成，解冻余款' })
        : sharing.share({ ...named, receivers, finish: false });
    answer = request.attempts === 0 ? await askFor() : await sharing.query(named);
    // It never heard of it: the question before got lost, so the same one is asked again.
    if (request.attempts > 0 && answer.outcome === 'refused') answer = await askFor();
  } catch (error) {
    answer = { outcome: 'unclear', why: whyOf(error) };
  }
  return scoped(at.db, String(county), (tx) =>
    noteSharing(tx, at.clock.now(), county, request.id, answer, (account) => request.hashes.get(account)),
  );
}

interface Request {
  id: string;
  payment: string;
  kind: 'share' | 'finish';
  attempts: number;
  receivers: { account: string; type: 'organisation'; name: string; fen: number; why: string }[];
  /** which of its accounts a payee is, as the provider names it */
  hashes: Map<string, string>;
}

/** The request of an order that has no answer yet: written before its provider heard of it. */
async function openRequest(at: Context, county: County, order: string): Promise<Request | null> {
  return scoped(at.db, String(county), async (tx) => {
    const request = await tx
      .selectFrom('trade.sharing as s')
      .innerJoin('trade.order_sharing as o', (join) =>
        join.onRef('o.county', '=', 's.county').onRef('o.order', '=', 's.order'),
      )
      .select(['s.id', 's.kind', 'o.payment', 'o.attempts'])
      .where('s.county', '=', county)
      .where('s.order', '=', order)
      .where('s.state', '=', 'under_way')
      .executeTakeFirst();
    if (!request) return null;
    const parts = await tx
      .selectFrom('trade.sharing_part as s')
      .innerJoin('trade.payee as p', (join) => join.onRef('p.county', '=', 's.county').onRef('p.id', '=', 's.payee'))
      .select(['s.fen', 's.account_kind', 'p.id', 'p.account_sealed', 'p.holder_sealed'])
      .where('s.county', '=', county)
      .where('s.sharing', '=', request.id)
      .orderBy('s.position')
      .execute();
    const receivers = parts.map((part) => ({
      account: at.sealer.open(part.account_sealed),
      type: 'organisation' as const,
      name: at.sealer.open(part.holder_sealed),
      fen: part.fen,
      why: part.account_kind === 'station' ? '服务站分成' : '货款',
    }));
    const hashes = new Map(parts.map((part, i) => [receivers[i]?.account as string, part.id]));
    return { ...request, receivers, hashes };
  });
}

/** Plans the next request of an order and holds its money. @returns null when there is nothing left to do, or others are at it */
async function begin(at: Context, sharing: Sharing, due: DueOrder): Promise<Request | null> {
  const { county, order, payment } = due;
  const late = due.thaws_at.getTime() - MARGIN_MS <= at.clock.now().getTime();
  const unshared = late ? 0 : await sharing.unshared({ county, order, payment });
  const planned = await scoped(at.db, String(county), async (tx) => {
    const now = at.clock.now();
    const row = await lockSharing(tx, county, order);
    // Somebody else was at it meanwhile.
    if (!row || row.state !== due.state || row.rounds !== due.rounds) return null;
    if (late) {
      await tx
        .updateTable('trade.order_sharing')
        .set({ state: 'thawed', next_at: null, ended_at: now })
        .where('county', '=', county)
        .where('order', '=', order)
        .execute();
      await settleMatters(tx, now, {
        county,
        kinds: ['thaw-near', 'sharing-failed', 'sharing-unclear'],
        subject: order,
      });
      return null;
    }
    const parts = row.state === 'open' && row.rounds < ROUNDS ? await dueShares(tx, row) : [];
    const owed = await owedTo(
      tx,
      county,
      parts.map((one) => one.owner),
    );
    const room = Math.min(unshared, row.cap_fen - row.shared_fen);
    const shares = shareWithinCap(parts, owed, room).slice(0, RECEIVERS);
    if (shares.length === 0 && unshared === 0) {
      // Nothing is frozen any more: all of it was shared, or given back.
      await tx
        .updateTable('trade.order_sharing')
        .set({ state: 'finished', next_at: null, ended_at: now })
        .where('county', '=', county)
        .where('order', '=', order)
        .execute();
      await settleMatters(tx, now, { county, kinds: ['thaw-near'], subject: order });
      return null;
    }
    const id = newId();
    const kind = shares.length > 0 ? ('share' as const) : ('finish' as const);
    await tx
      .insertInto('trade.sharing')
      .values({ county, id, order, kind, state: 'under_way', created_at: now })
      .execute();
    await tx
      .updateTable('trade.order_sharing')
      .set({
        ...{ attempts: 0, next_at: now, why: null },
        ...(kind === 'share' ? { rounds: row.rounds + 1 } : { state: 'finishing' as const }),
      })
      .where('county', '=', county)
      .where('order', '=', order)
      .execute();
    if (shares.length === 0) return { id, kind };
    const holds = await holdsFor(
      tx,
      county,
      shares.map((share) => ({ ...share, id, account_kind: share.accountKind, channel: row.provider })),
      'system',
    );
    const facts = holds.map((hold) => ({ ...hold, reason: 'order-shared', evidenceKind: 'order', evidence: order }));
    await tx
      .insertInto('trade.sharing_part')
      .values(
        shares.map((share, i) => ({
          ...{ county, sharing: id, position: i + 1, order, org: share.owner, account_kind: share.accountKind },
          ...{ payee: share.payee, fen: share.fen, state: 'under_way' as const, hold: facts[i]?.id as string },
        })),
      )
      .execute();
    await transfer(tx, county, facts, now);
    return { id, kind };
  });
  // What lets the rest go names nobody.
  if (planned?.kind === 'finish') return { ...planned, payment, attempts: 0, receivers: [], hashes: new Map() };
  return planned && openRequest(at, county, order);
}

/** The provider did not say what is left of an order: later. */
async function putOff(at: Context, of: { county: County; order: string }, why: string): Promise<void> {
  const now = at.clock.now();
  await scoped(at.db, String(of.county), async (tx) => {
    const row = await lockSharing(tx, of.county, of.order);
    if (!row) return;
    await tx
      .updateTable('trade.order_sharing')
      .set({ attempts: row.attempts + 1, next_at: nextTry(now, row.attempts + 1), why })
      .where('county', '=', of.county)
      .where('order', '=', of.order)
      .execute();
  });
}

/** The sharing of a payment's provider. */
export const sharingOf = (at: Context, provider: string): Sharing | null => providerNamed(at, provider).sharing;
