import { ensureAccounts, transfer } from '#ledger';
import type { Context } from '#platform/context.ts';
import { type Db, scoped, type Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import type { RefundAnswer } from '../payment/payment-port.ts';
import { openMatter } from './matters.ts';
import { nextTry, whyOf } from './retries.ts';
import { sharingOf } from './share-orders.ts';
import { lockSharing, sharesOfOrder } from './sharing-rows.ts';

/** After so many clear refusals the buyer waits no longer: the county refunds, and what the receiver owes is set off. */
const REFUSALS = 4;

/**
 * Whether a refund of an order has to wait because receivers still have shares of what is being given back: they come
 * back first. It waits no longer once people have been told that a share cannot be taken back.
 */
export async function waitsForShares(
  db: Db,
  { county, order }: { county: County | null; order: string | null },
): Promise<boolean> {
  if (county === null || order === null) return false;
  return scoped(db, String(county), async (tx) => {
    if ((await toTakeBack(tx, county, order)).length === 0) return false;
    const given = await tx
      .selectFrom('trade.payout_matter')
      .select('id')
      .where('county', '=', county)
      .where('kind', '=', 'back-failed')
      .where('subject', '=', order)
      .executeTakeFirst();
    return given === undefined;
  });
}

/**
 * Takes back what receivers have of orders that are being refunded, before the refunds are asked for.
 *
 * @returns how many shares came back
 */
export async function takeSharesBack(at: Context, signal?: AbortSignal): Promise<number> {
  const refunding = await at.db
    .selectFrom('trade.refund as r')
    .innerJoin('trade.order_sharing as s', (join) =>
      join.onRef('s.county', '=', 'r.county').onRef('s.order', '=', 'r.order'),
    )
    .select(['s.county', 's.order'])
    .distinct()
    .where('r.state', '=', 'asked')
    .limit(500)
    .execute();
  for (const { county, order } of refunding) {
    if (signal?.aborted) return 0;
    await scoped(at.db, String(county), (tx) => planBacks(tx, at.clock.now(), county, order));
  }
  const due = await at.db
    .selectFrom('trade.sharing_back as b')
    .innerJoin('trade.order_sharing as s', (join) =>
      join.onRef('s.county', '=', 'b.county').onRef('s.order', '=', 'b.order'),
    )
    .select([
      'b.county',
      'b.id',
      'b.order',
      'b.sharing',
      'b.position',
      'b.fen',
      'b.attempts',
      's.payment',
      's.provider',
    ])
    .where('b.next_at', '<=', at.clock.now())
    .where('b.state', '=', 'under_way')
    .orderBy('b.next_at')
    .limit(500)
    .execute();
  let done = 0;
  for (const back of due) {
    if (signal?.aborted) break;
    if (await ask(at, back)) done++;
  }
  return done;
}

interface Part {
  sharing: string;
  position: number;
  fen: Fen;
}

/** The shares, or pieces of them, that are above what their receivers still have of the order. */
async function toTakeBack(tx: Tx, county: County, order: string): Promise<Part[]> {
  const over = (await sharesOfOrder(tx, county, order)).filter((one) => one.sharedFen > one.settledFen);
  if (over.length === 0) return [];
  const parts = await tx
    .selectFrom('trade.sharing_part as s')
    .select(['s.sharing', 's.position', 's.org', 's.account_kind', 's.fen'])
    .select((e) =>
      e
        .selectFrom('trade.sharing_back as b')
        .select((b) => b.fn.coalesce(b.fn.sum<number>('b.fen'), b.lit(0)).as('fen'))
        .whereRef('b.county', '=', 's.county')
        .whereRef('b.sharing', '=', 's.sharing')
        .whereRef('b.position', '=', 's.position')
        .where('b.state', '=', 'done')
        .as('back'),
    )
    .where('s.county', '=', county)
    .where('s.order', '=', order)
    .where('s.state', '=', 'paid')
    .orderBy('s.sharing', 'desc')
    .orderBy('s.position')
    .execute();
  return over.flatMap((one) => {
    let need = one.sharedFen - one.settledFen;
    return parts
      .filter((part) => part.org === one.org && part.account_kind === one.accountKind)
      .flatMap((part) => {
        const fen = Math.min(need, part.fen - Number(part.back));
        need -= Math.max(0, fen);
        return fen > 0 ? [{ sharing: part.sharing, position: part.position, fen }] : [];
      });
  });
}

/** Writes down what is to be taken back, once: while one is under way, or was given up, nothing is added. */
async function planBacks(tx: Tx, now: Date, county: County, order: string): Promise<void> {
  if (!(await lockSharing(tx, county, order))) return;
  const known = await tx
    .selectFrom('trade.sharing_back')
    .select(['sharing', 'position'])
    .where('county', '=', county)
    .where('order', '=', order)
    .where('state', 'in', ['under_way', 'failed'])
    .execute();
  const begun = new Set(known.map((back) => `${back.sharing} ${back.position}`));
  for (const part of await toTakeBack(tx, county, order)) {
    if (begun.has(`${part.sharing} ${part.position}`)) continue;
    await tx
      .insertInto('trade.sharing_back')
      .values({ ...part, county, id: newId(), order, state: 'under_way', attempts: 0, next_at: now, created_at: now })
      .execute();
  }
}

interface Back {
  county: County;
  id: string;
  order: string;
  sharing: string;
  position: number;
  fen: Fen;
  attempts: number;
  payment: string;
  provider: string;
}

async function ask(at: Context, back: Back): Promise<boolean> {
  const { county, order, payment } = back;
  const named = { county, order, payment, back: back.id, sharing: back.sharing };
  let answer: RefundAnswer | { outcome: 'unclear'; why: string };
  try {
    const sharing = sharingOf(at, back.provider);
    if (!sharing) throw new Error(`${back.provider} shares nothing`);
    const account = await accountOf(at, back);
    const give = () => sharing.giveBack({ ...named, account, fen: back.fen, why: '订单退款' });
    answer = back.attempts === 0 ? await give() : await sharing.queryBack(named);
    // It never heard of it, or says no once more: under the same number both are one question.
    if (back.attempts > 0 && answer.outcome === 'refused') answer = await give();
  } catch (error) {
    answer = { outcome: 'unclear', why: whyOf(error) };
  }
  return scoped(at.db, String(county), (tx) => note(tx, at.clock.now(), back, answer));
}

async function accountOf(at: Context, back: Back): Promise<string> {
  return scoped(at.db, String(back.county), async (tx) => {
    const { account_sealed } = await tx
      .selectFrom('trade.sharing_part as s')
      .innerJoin('trade.payee as p', (join) => join.onRef('p.county', '=', 's.county').onRef('p.id', '=', 's.payee'))
      .select('p.account_sealed')
      .where('s.county', '=', back.county)
      .where('s.sharing', '=', back.sharing)
      .where('s.position', '=', back.position)
      .executeTakeFirstOrThrow();
    return at.sealer.open(account_sealed);
  });
}

/** @returns whether the share is back */
async function note(
  tx: Tx,
  now: Date,
  back: Back,
  answer: RefundAnswer | { outcome: 'unclear'; why: string },
): Promise<boolean> {
  const { county } = back;
  const row = await tx
    .selectFrom('trade.sharing_back')
    .select(['state', 'attempts'])
    .where('county', '=', county)
    .where('id', '=', back.id)
    .forUpdate()
    .executeTakeFirst();
  if (row?.state !== 'under_way') return false;
  const update = tx.updateTable('trade.sharing_back').where('county', '=', county).where('id', '=', back.id);
  if (answer.outcome === 'done') {
    const part = await tx
      .selectFrom('trade.sharing_part')
      .select(['org', 'account_kind'])
      .where('county', '=', county)
      .where('sharing', '=', back.sharing)
      .where('position', '=', back.position)
      .executeTakeFirstOrThrow();
    const transferred = newId();
    await update.set({ state: 'done', transfer: transferred, next_at: null, ended_at: now }).execute();
    const [channel, owner] = (await ensureAccounts(tx, county, [
      { kind: 'payout_clearing', owner: back.provider },
      { kind: part.account_kind, owner: part.org },
    ])) as [string, string];
    await transfer(
      tx,
      county,
      [
        {
          ...{ id: transferred, kind: 'single', debit: channel, credit: owner, amountFen: back.fen },
          ...{ reason: 'order-share-back', evidenceKind: 'order', evidence: back.order },
        },
      ],
      now,
    );
    return true;
  }
  if (answer.outcome === 'pending' || answer.outcome === 'unclear') {
    const attempts = row.attempts + 1;
    await update
      .set({
        attempts,
        next_at: nextTry(now, attempts),
        why: answer.outcome === 'unclear' ? answer.why : null,
      })
      .execute();
    return false;
  }
  await update.set({ state: 'failed', why: answer.why.slice(0, 300), next_at: null, ended_at: now }).execute();
  const refusals = await tx
    .selectFrom('trade.sharing_back')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('county', '=', county)
    .where('sharing', '=', back.sharing)
    .where('position', '=', back.position)
    .where('state', '=', 'failed')
    .executeTakeFirstOrThrow();
  if (Number(refusals.n) >= REFUSALS) {
    const of = { county, kind: 'back-failed' as const, subject: back.order, fen: back.fen };
    await openMatter(tx, now, { ...of, why: answer.why });
    return false;
  }
  // A clear no: the receiver may have money tomorrow, and then it is a new question.
  await tx
    .insertInto('trade.sharing_back')
    .values({
      ...{ county, id: newId(), order: back.order, sharing: back.sharing, position: back.position, fen: back.fen },
      ...{ state: 'under_way', attempts: 0, next_at: nextTry(now, Number(refusals.n) + 2), created_at: now },
    })
    .execute();
  return false;
}
