import type { Actor } from '#platform/actor.ts';
import type { Db, Tx } from '#platform/db.ts';
import { makePayCode } from '../bank/pay-code.ts';
import type { CheckoutFields } from '../orders/close-checkout.ts';
import { extendHold } from '../orders/extend-hold.ts';
import { refuse } from '../refuse.ts';
import { byHandWays, payTermsOf } from './pay-terms.ts';

const HOUR = 3_600_000;

/**
 * What belongs to a payment by hand, when one begins: a code to write in the remark or to tell the keeper, and a
 * longer hold of the packs, as the county sets it. The caller has the checkout locked and writes the payment.
 *
 * @param input.payerName who will send the transfer; an institution's own name when left out
 * @returns until when the packs are held
 * @throws Refusal `by-hand-one-county` | `by-hand-not-offered`
 */
export async function openByHand(
  tx: Tx,
  now: Date,
  by: Actor,
  input: { checkout: CheckoutFields; payment: string; kind: 'transfer' | 'cash'; payerName: string | null },
): Promise<Date> {
  const { checkout, kind } = input;
  const [county, ...others] = checkout.counties;
  // The money arrives in one county's account or till; nobody there can take it for another county.
  if (county === undefined || others.length > 0) throw refuse('by-hand-one-county');
  const terms = await payTermsOf(tx, county);
  if (!terms || !byHandWays(terms, by).includes(kind)) throw refuse('by-hand-not-offered');
  const hours = kind === 'transfer' ? terms.transfer_hold_hours : terms.cash_hold_hours;
  const until = new Date(Math.max(now.getTime() + hours * HOUR, checkout.expires_at.getTime()));
  const payer = input.payerName?.trim() || by.memberships.find((m) => m.role === 'purchaser')?.orgName || null;
  for (let taken = true; taken; ) {
    const made = await tx
      .insertInto('trade.pay_code')
      .values({
        county,
        code: makePayCode(),
        kind,
        payment: input.payment,
        checkout: checkout.id,
        fen: checkout.total_fen,
        payer_name: payer,
        state: 'open',
        expires_at: until,
        created_at: now,
      })
      .onConflict((c) => c.columns(['county', 'code']).doNothing())
      .executeTakeFirst();
    taken = made.numInsertedOrUpdatedRows === 0n;
  }
  await extendHold(tx, checkout, until);
  return until;
}

/** The code of a payment by hand. */
export const payCodeOf = (db: Db, county: number, payment: string) =>
  db
    .selectFrom('trade.pay_code')
    .selectAll()
    .where('county', '=', county)
    .where('payment', '=', payment)
    .executeTakeFirst();
