import type { Context } from '#platform/context.ts';
import { type Db, transact } from '#platform/db.ts';
import { paymentMoves } from './payment-states.ts';
import { providerNamed } from './providers.ts';
import { refundMoves } from './refund-states.ts';

/**
 * Asks the providers for every refund that is still only asked for, and for payments that go back whole. Asking twice
 * for one refund pays it once, so a crash between the answer and its writing does no harm.
 *
 * @returns how many the providers have done
 * @throws Error after all were tried, when some provider did not answer; they are asked again next time
 */
export async function askRefunds(at: Context, signal?: AbortSignal): Promise<number> {
  let done = 0;
  const failures: unknown[] = [];
  for (const refund of await openRefunds(at.db)) {
    if (signal?.aborted) break;
    try {
      const answer = await providerNamed(at, refund.provider).refund(refund);
      await note(at, refund, answer.outcome === 'done' ? 'done' : 'failed');
      if (answer.outcome === 'done') done++;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} refunds could not be asked for`);
  return done;
}

interface OpenRefund {
  /** names the refund to the provider: the refund row's id, or the payment's own when it goes back whole */
  refund: string;
  payment: string;
  provider: string;
  fen: number;
  county: number | null;
}

async function openRefunds(db: Db): Promise<OpenRefund[]> {
  const ofOrders = await db
    .selectFrom('trade.refund as r')
    .innerJoin('trade.payment as p', 'p.id', 'r.payment')
    .select(['r.id as refund', 'r.payment', 'p.provider', 'r.fen', 'r.county'])
    .where('r.state', '=', 'asked')
    .orderBy('r.asked_at')
    .limit(500)
    .execute();
  const ofPayments = await db
    .selectFrom('trade.payment as p')
    .select(['p.id as refund', 'p.id as payment', 'p.provider', 'p.amount_fen as fen'])
    .where('p.state', '=', 'refunding')
    .where((e) => e.not(e.exists(e.selectFrom('trade.refund as r').select('r.id').whereRef('r.payment', '=', 'p.id'))))
    .limit(500)
    .execute();
  return [...ofOrders, ...ofPayments.map((row) => ({ ...row, county: null }))];
}

async function note(at: Context, refund: OpenRefund, state: 'done' | 'failed'): Promise<void> {
  await transact(at.db, async (tx) => {
    const payment = await tx
      .selectFrom('trade.payment')
      .select(['id', 'amount_fen'])
      .where('id', '=', refund.payment)
      .forUpdate()
      .executeTakeFirstOrThrow();
    if (refund.county !== null) {
      await tx
        .updateTable('trade.refund')
        .set({ state, done_at: at.clock.now() })
        .where('county', '=', refund.county)
        .where('id', '=', refund.refund)
        .where('state', 'in', refundMoves.into(state))
        .execute();
    }
    // Fully refunded only when every fen of it is back, over all counties it paid for.
    const back = await tx
      .selectFrom('trade.refund')
      .select((e) => e.fn.coalesce(e.fn.sum<number>('fen'), e.lit(0)).as('fen'))
      .where('payment', '=', payment.id)
      .where('state', '=', 'done')
      .executeTakeFirstOrThrow();
    const whole = refund.county === null ? state === 'done' : Number(back.fen) === payment.amount_fen;
    if (!whole) return;
    await tx
      .updateTable('trade.payment')
      .set({ state: 'refunded' })
      .where('id', '=', payment.id)
      .where('state', 'in', paymentMoves.into('refunded'))
      .execute();
  });
}
