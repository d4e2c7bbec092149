import type { Context } from '#platform/context.ts';
import { type Db, transact } from '#platform/db.ts';
import { waitsForShares } from '../payouts/take-shares-back.ts';
import { noteRefund, type OpenRefund } from './note-refund.ts';
import { refundName } from './provider-names.ts';
import { providerNamed } from './providers.ts';
import { soonest } from './when-to-ask.ts';

/**
 * Asks the providers for every refund that is still only asked for, and for payments that go back whole. Asking twice
 * for one refund pays it once, so a crash between the answer and its writing does no harm. What a provider has taken
 * and not yet done is asked about again until it is.
 *
 * @returns how many the providers have done
 * @throws Error after all were tried, when some provider did not answer; they are asked again later
 */
export async function askRefunds(at: Context, signal?: AbortSignal): Promise<number> {
  let done = 0;
  const failures: unknown[] = [];
  for (const refund of await openRefunds(at.db, at.clock.now())) {
    if (signal?.aborted) break;
    try {
      // What was shared of the order comes back first.
      if (await waitsForShares(at.db, refund)) continue;
      const provider = providerNamed(at, refund.provider);
      const name = refundName(refund.id, refund.tries);
      const answer = refund.taken
        ? await provider.queryRefund(name, refund.payment, refund.order)
        : await provider.refund({ ...refund, refund: name });
      await transact(at.db, (tx) => noteRefund(tx, at.clock.now(), refund, answer));
      if (answer.outcome === 'done') done++;
    } catch (error) {
      failures.push(error);
      await putOff(at, refund);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} refunds could not be asked for`);
  return done;
}

/** A provider that does not answer is not asked the same thing every minute for ever. */
async function putOff(at: Context, refund: OpenRefund): Promise<void> {
  const asks = refund.asks + 1;
  const askAt = soonest(at.clock.now(), refund.asks);
  if (refund.county === null) {
    await at.db
      .updateTable('trade.payment')
      .set({ back_asks: asks, back_ask_at: askAt })
      .where('id', '=', refund.id)
      .execute();
    return;
  }
  await at.db
    .updateTable('trade.refund')
    .set({ asks, ask_at: askAt })
    .where('county', '=', refund.county)
    .where('id', '=', refund.id)
    .execute();
}

async function openRefunds(db: Db, now: Date): Promise<OpenRefund[]> {
  const ofOrders = await db
    .selectFrom('trade.refund as r')
    .innerJoin('trade.payment as p', 'p.id', 'r.payment')
    .select(['r.id', 'r.tries', 'r.payment', 'p.provider', 'r.order', 'r.fen', 'p.amount_fen as totalFen', 'r.reason'])
    .select(['r.county', 'r.taken_at', 'r.asks'])
    .where('r.state', '=', 'asked')
    .where((e) => e.or([e('r.ask_at', 'is', null), e('r.ask_at', '<=', now)]))
    .orderBy('r.asked_at')
    .limit(500)
    .execute();
  const ofPayments = await db
    .selectFrom('trade.payment as p')
    .select(['p.id', 'p.id as payment', 'p.provider', 'p.amount_fen as fen', 'p.amount_fen as totalFen'])
    .select('p.back_asks as asks')
    .where('p.state', '=', 'refunding')
    .where((e) => e.or([e('p.back_ask_at', 'is', null), e('p.back_ask_at', '<=', now)]))
    .where((e) => e.not(e.exists(e.selectFrom('trade.refund as r').select('r.id').whereRef('r.payment', '=', 'p.id'))))
    .limit(500)
    .execute();
  return [
    ...ofOrders.map(({ taken_at, ...row }) => ({ ...row, taken: taken_at !== null })),
    // Telling a provider again to give a whole payment back is asking how it stands.
    ...ofPayments.map((row) => ({ ...row, tries: 0, order: null, county: null, taken: false, reason: '重复付款退回' })),
  ];
}
