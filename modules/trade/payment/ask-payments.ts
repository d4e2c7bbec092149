import type { Context } from '#platform/context.ts';
import { closeAtProvider, takeIn } from './close-at-provider.ts';
import { ProviderUnclear } from './payment-port.ts';
import type { PaymentState } from './payment-states.ts';
import { providerNamed } from './providers.ts';
import { soonest } from './when-to-ask.ts';

const AT_ONCE = 200;

interface Asked {
  id: string;
  provider: string;
  state: PaymentState;
  expires_at: Date | null;
  asks: number;
}

/**
 * Asks the providers what became of payments that nobody has told us about: open ones, at growing intervals, and those
 * whose checkout is over, until they are closed at the provider too, so that a late payment is rare. Money that is found
 * to have come is taken in as by a notice.
 *
 * @returns how many were found paid
 * @throws Error after all were tried, when one failed otherwise than by a provider's silence
 */
export async function askPayments(at: Context, signal?: AbortSignal): Promise<number> {
  let paid = 0;
  const failures: unknown[] = [];
  const due = await at.db
    .selectFrom('trade.payment')
    .select(['id', 'provider', 'state', 'expires_at', 'asks'])
    .where('ask_at', '<=', at.clock.now())
    .orderBy('ask_at')
    .limit(AT_ONCE)
    .execute();
  for (const payment of due) {
    if (signal?.aborted) break;
    try {
      const answer = await ask(at, payment);
      if (answer === 'paid') paid++;
      await setNext(at, payment, answer === 'unclear');
    } catch (error) {
      failures.push(error);
      await setNext(at, payment, true);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} payments could not be asked for`);
  return paid;
}

async function ask(at: Context, { id: payment, ...row }: Asked): Promise<'closed' | 'paid' | 'unclear'> {
  const open = { payment, provider: row.provider };
  if (row.state !== 'pending' && row.state !== 'closed') return 'closed';
  const over = row.state === 'closed' || (row.expires_at !== null && row.expires_at <= at.clock.now());
  if (over) return closeAtProvider(at, open);
  try {
    const answer = await providerNamed(at, row.provider).query(payment);
    if (answer.outcome === 'unknown') return 'unclear';
    if (answer.outcome === 'failure') {
      await at.db
        .updateTable('trade.payment')
        .set({ state: 'closed' })
        .where('id', '=', payment)
        .where('state', '=', 'pending')
        .execute();
      return 'closed';
    }
    await takeIn(at, open, answer);
    return 'paid';
  } catch (error) {
    if (error instanceof ProviderUnclear) return 'unclear';
    throw error;
  }
}

async function setNext(at: Context, payment: Asked, again: boolean): Promise<void> {
  await at.db
    .updateTable('trade.payment')
    .set({ asks: payment.asks + 1, ask_at: again ? soonest(at.clock.now(), payment.asks) : null })
    .where('id', '=', payment.id)
    .execute();
}
