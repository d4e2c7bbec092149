import type { Context } from '#platform/context.ts';
import { takeIn } from '../payment/close-at-provider.ts';
import { providerNamed } from '../payment/providers.ts';

/**
 * Applies payments for which money was taken by hand, after that is written down: asked of their provider and taken in
 * as what was found, on the same way as every notice. Should we stop in between, the asking job does it.
 */
export async function takeInMatched(
  at: Context,
  provider: 'bank' | 'station',
  payments: readonly string[],
): Promise<void> {
  for (const payment of payments) {
    const answer = await providerNamed(at, provider).query(payment);
    if (answer.outcome === 'success') await takeIn(at, { payment, provider }, answer);
  }
}
