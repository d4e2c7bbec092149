import type { Context } from '#platform/context.ts';
import { refuse } from '../refuse.ts';
import type { PaymentProvider } from './payment-port.ts';
import { sandboxProvider } from './sandbox-provider.ts';

/**
 * The provider of that name.
 *
 * @throws Refusal `provider-unknown`
 */
export function providerNamed(at: Context, name: string): PaymentProvider {
  if (name === 'sandbox' && at.sandbox) return sandboxProvider(at.sealer);
  throw refuse('provider-unknown', { provider: name });
}
