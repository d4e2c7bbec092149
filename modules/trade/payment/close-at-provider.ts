import type { Context } from '#platform/context.ts';
import { type PaymentAnswer, ProviderUnclear } from './payment-port.ts';
import { providerNamed } from './providers.ts';
import { receiveFound } from './receive-notice.ts';

/**
 * Ends an open payment at its provider, so that no money can come for it any more.
 *
 * @returns `paid` when the money had come already and is now taken in, `unclear` when the provider did not say
 */
export async function closeAtProvider(
  at: Context,
  open: { payment: string; provider: string },
): Promise<'closed' | 'paid' | 'unclear'> {
  const provider = providerNamed(at, open.provider);
  try {
    if (await provider.close(open.payment)) {
      await at.db
        .updateTable('trade.payment')
        .set({ state: 'closed', ask_at: null })
        .where('id', '=', open.payment)
        .where('state', 'in', ['pending', 'closed'])
        .execute();
      return 'closed';
    }
    const answer = await provider.query(open.payment);
    if (answer.outcome !== 'success') return 'unclear';
    await takeIn(at, open, answer);
    return 'paid';
  } catch (error) {
    if (error instanceof ProviderUnclear) return 'unclear';
    throw error;
  }
}

/** A payment that was found to have come, taken like the notice that would have said so. */
export async function takeIn(
  at: Context,
  open: { payment: string; provider: string },
  answer: Extract<PaymentAnswer, { outcome: 'success' }>,
): Promise<void> {
  const { payment, provider } = open;
  await receiveFound(at, provider, { kind: 'payment', id: `asked:${payment}`, payment, ...answer });
}
