import { Counter } from 'prom-client';
import { transfer } from '#ledger';
import type { Context } from '#platform/context.ts';
import { type Tx, transact } from '#platform/db.ts';
import { Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import { applyNotice, type NoticeOutcome } from './apply-notice.ts';
import { applyOtherNotice } from './apply-other-notice.ts';
import type { Headers, Notice, PaymentNotice } from './payment-port.ts';
import { providerNamed } from './providers.ts';

const notices = new Counter({
  name: 'shanhuo_payment_notices_total',
  help: 'Notices from payment providers, by what came of them',
  labelNames: ['provider', 'outcome'],
});

/**
 * Takes a provider's notice: verified, stored whole in a transaction of its own, and only then applied. What is stored
 * is applied once, whatever the order and number of its repeats; if applying fails the notice stays, the caller gets
 * no success and a job takes it up again.
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
  await storeNotice(at, { ...input, notice, asked: false }, now);
  const outcome = await applyStored(at, provider.name, notice);
  if (outcome === 'payment-unknown') throw refuse('payment-not-found');
  return outcome;
}

/**
 * What was found by asking a provider, taken like a notice: kept as proof, then applied once.
 *
 * @param notice its id says what was found, so that finding it again is a repeat
 */
export async function receiveFound(at: Context, provider: string, notice: PaymentNotice): Promise<NoticeOutcome> {
  const raw = JSON.stringify(notice);
  await storeNotice(at, { provider, raw, headers: {}, notice, asked: true }, at.clock.now());
  return applyStored(at, provider, notice);
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

async function storeNotice(
  at: Context,
  input: { provider: string; raw: string; headers: Headers; notice: Notice; asked: boolean },
  now: Date,
): Promise<void> {
  // Our own doors' secrets are no part of a provider's notice.
  const { cookie: _, authorization: __, ...headers } = input.headers;
  await at.db
    .insertInto('trade.payment_notice')
    .values({
      id: newId(),
      provider: input.provider,
      notice: input.notice.id,
      body: input.raw,
      headers: JSON.stringify(headers),
      received_at: now,
      asked: input.asked,
    })
    .onConflict((c) => c.columns(['provider', 'notice']).doNothing())
    .execute();
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
