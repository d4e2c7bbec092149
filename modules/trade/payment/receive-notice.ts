import { sql } from 'kysely';
import { Counter } from 'prom-client';
import { transfer } from '#ledger';
import type { Context } from '#platform/context.ts';
import { plainArray, textArray } from '#platform/database/arrays.ts';
import { type Db, type Tx, transact } from '#platform/db.ts';
import { Refusal } from '#platform/errors.ts';
import { type Gather, gather, type Outcome } from '#platform/gather.ts';
import { newId } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import { applyNotice, type NoticeOutcome } from './apply-notice.ts';
import { applyOtherNotice } from './apply-other-notice.ts';
import { payMany } from './pay-many.ts';
import type { Headers, Notice, PaymentNotice } from './payment-port.ts';
import { refundOfName } from './provider-names.ts';
import { providerNamed } from './providers.ts';

const notices = new Counter({
  name: 'shanhuo_payment_notices_total',
  help: 'Notices from payment providers, by what came of them',
  labelNames: ['provider', 'outcome'],
});

/**
 * Takes a provider's notice: verified, then stored whole and applied. What is stored is applied once, whatever the order
 * and number of its repeats; if applying fails the notice stays all the same, the caller gets no success and a job takes
 * it up again.
 *
 * A forged notice is counted and not kept: anybody could fill the table with them.
 *
 * @param raw the body as it came
 * @returns what came of it, the first time
 * @throws Refusal `provider-unknown` | `notice-forged` | `notice-broken` | `payment-not-found`
 */
export async function receiveNotice(
  at: Context,
  input: { provider: string; raw: string; headers: Headers },
): Promise<NoticeOutcome> {
  const provider = providerNamed(at, input.provider);
  const now = at.clock.now();
  const notice = await provider.readNotice(input.raw, input.headers, now).catch((error: unknown) => {
    if (error instanceof Refusal) notices.inc({ provider: provider.name, outcome: error.code });
    throw error;
  });
  const outcome = await deskOf(at).take({
    provider: provider.name,
    raw: input.raw,
    headers: input.headers,
    notice,
    asked: false,
  });
  if (outcome === 'payment-unknown') throw refuse('payment-not-found');
  return outcome;
}

/**
 * What was found by asking a provider, taken like a notice: kept as proof, then applied once.
 *
 * @param notice its id says what was found, so that finding it again is a repeat
 */
export async function receiveFound(at: Context, provider: string, notice: PaymentNotice): Promise<NoticeOutcome> {
  return deskOf(at).take({ provider, raw: JSON.stringify(notice), headers: {}, notice, asked: true });
}

/**
 * Applies the notices that were stored but, after a crash or a failure, not applied.
 *
 * @returns how many were taken up
 * @throws Error after all were tried, when one could not be applied: it must not hold up those behind it
 */
export async function applyWaitingNotices(at: Context, signal?: AbortSignal): Promise<number> {
  // Those of the last moment are in the hands of whoever received them; should both apply one, the lock lets it be
  // applied once. Short, so that what a killed server leaves is taken up as soon as the next one starts.
  const before = new Date(at.clock.now().getTime() - 1_000);
  const waiting = await at.db
    .selectFrom('trade.payment_notice')
    .select(['provider', 'body', 'headers', 'received_at', 'asked'])
    .where('applied_at', 'is', null)
    .where('received_at', '<', before)
    .orderBy('received_at')
    .limit(500)
    .execute();
  const failures: unknown[] = [];
  for (const row of waiting) {
    if (signal?.aborted) break;
    try {
      const notice = row.asked
        ? (JSON.parse(row.body) as PaymentNotice)
        : await providerNamed(at, row.provider).readNotice(row.body, row.headers as Headers, row.received_at);
      await applyStored(at, row.provider, notice);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} notices could not be applied`);
  return waiting.length;
}

/** A notice that has been verified. */
interface Verified {
  provider: string;
  raw: string;
  headers: Headers;
  notice: Notice;
  /** found by asking, not sent to us */
  asked: boolean;
}

const desks = new WeakMap<Context, Gather<Verified, NoticeOutcome>>();

/**
 * Notices that come together are stored together and applied together. Providers send them again when they are not
 * answered, so none is turned away before the line is longer than any provider's patience.
 */
function deskOf(at: Context): Gather<Verified, NoticeOutcome> {
  let desk = desks.get(at);
  if (!desk) {
    desk = gather<Verified, NoticeOutcome>({
      most: 256,
      atOnce: 2,
      fewestBeside: 24,
      waiting: 20_000,
      patience: 10_000,
      work: (batch) => takeBatch(at, batch),
      full: () => refuse('desk-full', { retryAfter: 5 }),
    });
    desks.set(at, desk);
  }
  return desk;
}

async function takeBatch(at: Context, batch: readonly Verified[]): Promise<Outcome<NoticeOutcome>[]> {
  // Providers send some notices twice within a second; the second one is told what came of the first.
  const first = [...new Map(batch.toReversed().map((one) => [`${one.provider} ${one.notice.id}`, one])).values()];
  const applied = await payAndStore(at, first).catch(async () => {
    // One of them was stored before, or cannot be applied: from here on none can be lost, and each is looked at alone.
    await storeNotices(at.db, at.clock.now(), first, null);
    return new Set<Verified>();
  });
  const outcomes: Outcome<NoticeOutcome>[] = [];
  for (const one of batch) {
    if (applied.has(one)) {
      notices.inc({ provider: one.provider, outcome: 'paid' });
      outcomes.push({ value: 'paid' });
    } else {
      const outcome = applyStored(at, one.provider, one.notice);
      outcomes.push(
        await outcome.then(
          (value) => ({ value }),
          (error: unknown) => ({ error }),
        ),
      );
    }
  }
  return outcomes;
}

type PaymentCame = Verified & { notice: PaymentNotice };
const isOrdinary = (one: Verified): one is PaymentCame =>
  one.notice.kind === 'payment' && one.notice.outcome === 'success';

/**
 * Stores a batch and pays at once whatever of it is the ordinary case, in one transaction.
 *
 * @returns what was applied
 * @throws Error when one that would be applied was stored before; nothing is then written
 */
function payAndStore(at: Context, batch: readonly Verified[]): Promise<Set<Verified>> {
  return transact(at.db, (tx) => {
    const now = at.clock.now();
    return payMany<PaymentCame>(tx, now, batch.filter(isOrdinary), async (one, paid) => {
      const applied = new Set<Verified>(paid);
      const [stored] = await Promise.all([
        storeNotices(one, now, paid, 'paid'),
        storeNotices(
          one,
          now,
          batch.filter((notice) => !applied.has(notice)),
          null,
        ),
      ]);
      if (stored !== paid.length) throw new Error('a notice was stored before');
    });
  });
}

/** @returns how many were not stored before */
async function storeNotices(
  db: Db,
  now: Date,
  batch: readonly Verified[],
  outcome: NoticeOutcome | null,
): Promise<number> {
  if (batch.length === 0) return 0;
  // In one order, so that two batches with the same notices do not wait for each other in a ring.
  const rows = batch
    .map((one) => {
      // Our own doors' secrets are no part of a provider's notice.
      const { cookie: _, authorization: __, ...headers } = one.headers;
      return { ...one, id: newId(), headers: JSON.stringify(headers) };
    })
    .sort((a, b) => (a.notice.id < b.notice.id ? -1 : 1));
  const stored = await sql`
    insert into trade.payment_notice (id, provider, notice, body, headers, received_at, asked, about, outcome, applied_at)
    select n.id, n.provider, n.notice, n.body, n.headers, ${now}::timestamptz, n.asked, n.about, ${outcome}::text,
           ${outcome && now}::timestamptz
      from unnest(${plainArray(rows.map((row) => row.id))}::uuid[], ${textArray(rows.map((row) => row.provider))}::text[],
             ${textArray(rows.map((row) => row.notice.id))}::text[], ${textArray(rows.map((row) => row.raw))}::text[],
             ${textArray(rows.map((row) => row.headers))}::jsonb[],
             ${plainArray(rows.map((row) => String(row.asked)))}::boolean[],
             ${plainArray(rows.map((row) => aboutOf(row.notice)))}::uuid[])
        n (id, provider, notice, body, headers, asked, about)
    on conflict (provider, notice) do nothing`.execute(db);
  return Number(stored.numAffectedRows);
}

/** Our payment or refund that a notice names. */
function aboutOf(notice: Notice): string | null {
  if (notice.kind === 'payment') return notice.payment;
  return notice.kind === 'refund' ? (refundOfName(notice.refund)?.id ?? null) : null;
}

async function applyStored(at: Context, provider: string, notice: Notice): Promise<NoticeOutcome> {
  const outcome = await transact(at.db, async (tx) => {
    const stored = await lockNotice(tx, provider, notice.id);
    if (stored.outcome) return stored.outcome as NoticeOutcome;
    const now = at.clock.now();
    const { outcome, postings } =
      notice.kind === 'payment'
        ? await applyNotice(tx, now, provider, notice)
        : { outcome: await applyOtherNotice(tx, now, provider, notice), postings: [] };
    await tx
      .updateTable('trade.payment_notice')
      .set({ outcome, applied_at: now })
      .where('id', '=', stored.id)
      .execute();
    // Last, since all payments of a county share its accounts: in the order of counties, as orders are locked.
    for (const { county, transfers } of postings) await transfer(tx, county, transfers, now);
    return outcome;
  });
  notices.inc({ provider, outcome });
  return outcome;
}

const lockNotice = (tx: Tx, provider: string, notice: string) =>
  tx
    .selectFrom('trade.payment_notice')
    .select(['id', 'outcome'])
    .where('provider', '=', provider)
    .where('notice', '=', notice)
    .forUpdate()
    .executeTakeFirstOrThrow();
