import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { addressOf } from '../addresses/addresses.queries.ts';
import { type ClaimOn, claimFree, insertClaims } from '../orders/claims.ts';
import { type OrderToOpen, openOrder } from '../orders/open-order.ts';
import { refuse } from '../refuse.ts';
import { type PromiseParts, promiseOpen } from './promises.queries.ts';

/** An unpaid promise holds its place for so long, or until its money does not count any more. */
const PAY_WITHIN_MINUTES = 15;

export interface PromiseToPlace {
  county: County;
  promise: string;
  person: string;
  /** one of the person's own; null: nothing is ever sent */
  address: string | null;
  note: string | null;
  /** what is promised, as the order will show it */
  line: Omit<OrderToOpen['lines'][number], 'fen' | 'grams'>;
  fen: Fen;
  /** whom it is owed to; sums to `fen` */
  parts: PromiseParts;
  claims: readonly ClaimOn[];
}

export interface PlacedPromise {
  order: string;
  number: string;
  line: string;
  checkout: string;
  expiresAt: Date;
}

/**
 * Places an order that is a promise: one line, a checkout of its own, nothing to be packed. Its money is held for whom
 * the promise says as soon as it is paid.
 *
 * @returns what is placed; or of which limited thing there is not enough, and nothing may then be kept; null when what
 *   it promises is over
 * @throws Refusal `address-not-found`
 */
export async function placePromise(
  tx: Tx,
  now: Date,
  of: PromiseToPlace,
): Promise<PlacedPromise | { short: ClaimOn; left: number } | null> {
  const { county, person, parts } = of;
  if (parts.merchantFen + parts.fundFen + parts.householdFen !== of.fen) {
    throw new Error(`promise ${of.promise}: its parts are not the ${of.fen} fen it costs`);
  }
  const open = await promiseOpen(tx, county, of.promise, now);
  if (!open) return null;
  const address = of.address === null ? null : await addressOf(tx, person, of.address);
  if (address === undefined) throw refuse('address-not-found');
  const short = await claimFree(tx, county, of.claims);
  if (short) return { short: short.claim, left: short.left };
  const expiresAt = new Date(Math.min(now.getTime() + PAY_WITHIN_MINUTES * 60_000, open.until.getTime()));
  const placed = await openOrder(tx, now, {
    ...{ county, person, expiresAt, shipRegion: address?.region ?? null },
    ...{
      contact: address?.contact_sealed ?? null,
      note: of.note,
      promise: of.promise,
      lines: [{ ...of.line, fen: of.fen, grams: 0 }],
    },
  });
  const line = placed.lines[0] as string;
  await insertClaims(tx, county, placed.order, of.claims);
  await tx
    .insertInto('trade.promise_part')
    .values(
      (
        [
          ['merchant', parts.merchantFen],
          ['fund', parts.fundFen],
          ['household', parts.householdFen],
        ] as const
      ).flatMap(([part, fen]) => (fen > 0 ? [{ county, line, part, fen }] : [])),
    )
    .execute();
  return { order: placed.order, number: placed.number, line, checkout: placed.checkout, expiresAt };
}
