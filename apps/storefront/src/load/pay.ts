import type { Answers } from '../../contracts.ts';

type Checkout = Pick<Answers['trade']['checkout'], 'state' | 'payment' | 'expiresAt'>;

/** What the payment page shows. */
export type PaySight = 'due' | 'failed' | 'waiting' | 'unclear' | 'paid' | 'closed';

/** The page looks again every three seconds; after this many looks it stops waiting and says so. */
const patience = 10;

/**
 * @param looks how often the page has looked since the payment was started; 0 when it was only opened
 */
export function paySight(checkout: Checkout, looks: number, now: Date): PaySight {
  if (checkout.state === 'paid') return 'paid';
  if (checkout.state === 'closed') return 'closed';
  const payment = checkout.payment?.state;
  if (payment === 'closed') return new Date(checkout.expiresAt) > now ? 'failed' : 'closed';
  if (payment === 'paid' || (payment === 'pending' && looks > 0)) return looks < patience ? 'waiting' : 'unclear';
  return new Date(checkout.expiresAt) > now ? 'due' : 'closed';
}
