import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, type Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import { requireParty, standingTo } from './case-parties.ts';
import type { Party } from './case-states.ts';
import { damageBearer, grantRefund } from './grant-refund.ts';
import { type LockedCase, lockForAct, type Mover, moveCase, moveFor } from './move-case.ts';
import { type FreightPaid, freightPaid } from './return-freight.ts';
import { dropReserved, reserveAgain } from './send-again.ts';

interface Named {
  county: County;
  id: string;
}

/** What the others do: lock the case, look who asks, move it. */
async function act<T>(
  at: Context,
  by: Actor,
  input: Named,
  party: 'buyer' | 'merchant' | 'county',
  key: OnceKey | null,
  work: (tx: Tx, now: Date, of: LockedCase, mover: Mover) => Promise<T>,
): Promise<T> {
  return once(at.db, key, async (tx) => {
    const of = await lockForAct(tx, input.county, input.id);
    const standing = await standingTo(tx, by, input.county, of.found);
    if (!standing.buyer && !standing.merchant && !standing.county) throw refuse('case-not-found');
    requireParty(standing, party);
    return work(tx, at.clock.now(), of, { party, by: by.person });
  });
}

/**
 * The seller accepts: a refund is paid, a re-sending reserved, and for goods that come back the buyer is asked to send
 * them.
 *
 * @param input.orRefund packs that are not there to be sent again are refunded instead
 * @throws Refusal `case-not-found` | `not-allowed` | `case-move-not-allowed` | `case-nothing-left` | `resend-short` |
 *   `fund-short`
 */
export const acceptCase = (
  at: Context,
  by: Actor,
  input: Named & { answer?: string; orRefund?: boolean },
  key: OnceKey | null,
): Promise<void> =>
  act(at, by, input, 'merchant', key, (tx, now, of, mover) =>
    accept(tx, now, by, of, { ...mover, note: input.answer?.trim() || null }, input.orRefund === true),
  );

/**
 * Accepts in the name of a party: the seller, or time that has run out for it.
 *
 * @param orRefund whether packs that are not there to be sent again are refunded instead
 */
export async function accept(
  tx: Tx,
  now: Date,
  by: Actor,
  of: LockedCase,
  mover: Mover,
  orRefund: boolean,
): Promise<void> {
  const { found } = of;
  moveFor(found, 'accept', mover.party);
  const set = mover.note ? { answer: mover.note } : {};
  if (found.kind === 'return' || found.kind === 'exchange') {
    await moveCase(tx, now, of, moveFor(found, 'accept', mover.party, 'accepted'), mover, set);
    return;
  }
  if (found.kind === 'resend') {
    if (await reserveAgain(tx, now, by, of)) {
      await moveCase(tx, now, of, moveFor(found, 'accept', mover.party, 'resending'), mover, set);
      return;
    }
    if (!orRefund) throw refuse('resend-short');
  }
  const bearer = found.kind === 'damage' ? await damageBearer(tx, of) : 'merchant';
  await grantRefund(tx, now, by, of, { act: 'accept', mover, bearer, set });
}

/**
 * The seller refuses, and says why; the buyer may then ask the county.
 *
 * @throws Refusal `case-not-found` | `not-allowed` | `case-move-not-allowed`
 */
export const refuseCase = (
  at: Context,
  by: Actor,
  input: Named & { reason: string },
  key: OnceKey | null,
): Promise<void> =>
  act(at, by, input, 'merchant', key, (tx, now, of, mover) =>
    moveCase(
      tx,
      now,
      of,
      moveFor(of.found, 'refuse', 'merchant'),
      { ...mover, note: input.reason },
      { answer: input.reason },
    ),
  );

/**
 * The seller has the goods back, or should have, and they are not what was agreed: the county decides.
 *
 * @throws Refusal `case-not-found` | `not-allowed` | `case-move-not-allowed`
 */
export const objectToGoods = (
  at: Context,
  by: Actor,
  input: Named & { reason: string },
  key: OnceKey | null,
): Promise<void> =>
  act(at, by, input, 'merchant', key, (tx, now, of, mover) =>
    moveCase(
      tx,
      now,
      of,
      moveFor(of.found, 'object', 'merchant'),
      { ...mover, note: input.reason },
      { answer: input.reason },
    ),
  );

/**
 * The buyer takes the case back.
 *
 * @throws Refusal `case-not-found` | `not-allowed` | `case-move-not-allowed`
 */
export const withdrawCase = (at: Context, by: Actor, input: Named, key: OnceKey | null): Promise<void> =>
  act(at, by, input, 'buyer', key, (tx, now, of, mover) =>
    moveCase(tx, now, of, moveFor(of.found, 'withdraw', 'buyer'), mover),
  );

/**
 * The buyer has sent the goods back, and perhaps paid the carrier for somebody who bears it.
 *
 * @throws Refusal `case-not-found` | `not-allowed` | `case-move-not-allowed` | those of `freightPaid`
 */
export const sendBack = (
  at: Context,
  by: Actor,
  input: Named & { carrier: string; waybill: string; freight?: FreightPaid },
  key: OnceKey | null,
): Promise<void> =>
  act(at, by, input, 'buyer', key, async (tx, now, of, mover) => {
    const move = moveFor(of.found, 'send-back', 'buyer');
    const paid = await freightPaid(tx, by, of, 'buyer', input.freight);
    const sent = { return_carrier: input.carrier.trim(), return_waybill: input.waybill, ...paid };
    await moveCase(tx, now, of, move, { ...mover, note: `${input.carrier} ${input.waybill}` }, sent);
  });

/**
 * The buyer does not take no for an answer: the county decides.
 *
 * @throws Refusal `case-not-found` | `not-allowed` | `case-move-not-allowed`
 */
export const disputeCase = (
  at: Context,
  by: Actor,
  input: Named & { reason: string },
  key: OnceKey | null,
): Promise<void> =>
  act(at, by, input, 'buyer', key, (tx, now, of, mover) =>
    moveCase(tx, now, of, moveFor(of.found, 'dispute', 'buyer'), { ...mover, note: input.reason }),
  );

/**
 * The county decides a dispute: so much is given back, by the merchant or from the public fund, or nothing. Packs that
 * are still reserved to be sent again for it are free then.
 *
 * @param input.fen 0 for nothing
 * @throws Refusal `case-not-found` | `not-allowed` | `case-move-not-allowed` | `case-fen-over` | `case-nothing-left` |
 *   `fund-short`
 */
export const decideCase = (
  at: Context,
  by: Actor,
  input: Named & { fen: number; bearer: Extract<Party, 'merchant'> | 'fund'; reason: string },
  key: OnceKey | null,
): Promise<void> =>
  act(at, by, input, 'county', key, async (tx, now, of, mover) => {
    const said = { ...mover, note: input.reason };
    const to = input.fen > 0 ? 'refunded' : 'closed';
    moveFor(of.found, 'decide', 'county', to);
    await dropReserved(tx, now, by, of);
    if (to === 'closed') {
      await moveCase(tx, now, of, moveFor(of.found, 'decide', 'county', to), said, { decision: input.reason });
      return;
    }
    await grantRefund(tx, now, by, of, {
      act: 'decide',
      mover: said,
      fen: input.fen,
      bearer: input.bearer,
      set: { decision: input.reason },
    });
  });
