import { skusById } from '#catalog';
import type { Actor } from '#platform/actor.ts';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { allocationsOf } from '../orders/orders.queries.ts';
import type { LineToPack } from '../orders/take-for-parcel.ts';
import { refuseRecalled } from '../recalls/recall-lines.queries.ts';
import { refuse } from '../refuse.ts';
import { moveStock } from '../stock/move-stock.ts';
import { requireParty, standingTo } from './case-parties.ts';
import { linesSentAgain } from './cases.queries.ts';
import { lockForAct, moveCase, moveFor } from './move-case.ts';

/** What a parcel of a case needs to be packed. */
export interface CaseToPack {
  order: string;
  org: string;
  shipRegion: string;
  lines: LineToPack[];
}

/**
 * Takes the packs that are to be sent again for a case out of stock. Their lots' stock rows stay locked, so that
 * whoever hands out codes does it alone.
 *
 * @returns no lines when they were taken before
 * @throws Refusal `case-not-found` | `not-allowed` | `case-move-not-allowed`
 */
export async function takeForCase(
  tx: Tx,
  now: Date,
  by: Actor,
  input: { county: County; case: string },
): Promise<CaseToPack> {
  const { county } = input;
  const { order, found } = await lockForAct(tx, county, input.case);
  const standing = await standingTo(tx, by, county, found);
  if (!standing.buyer && !standing.merchant && !standing.county) throw refuse('case-not-found');
  requireParty(standing, 'merchant');
  moveFor(found, 'send-again', 'merchant');
  const lines = await linesSentAgain(tx, county, found.id);
  const reserved = (
    await allocationsOf(
      tx,
      county,
      lines.map((line) => line.id),
    )
  ).filter((a) => a.state === 'reserved');
  await refuseRecalled(
    tx,
    county,
    reserved.map((a) => a.lot),
  );
  await moveStock(tx, {
    county,
    kind: 'taken',
    steps: reserved.map((a) => ({ sku: a.sku, lot: a.lot, onHand: -a.packs, reserved: -a.packs })),
    evidence: { kind: 'case', id: found.id },
    by: by.person,
    at: now,
  });
  const taken = lines.filter((line) => reserved.some((a) => a.line === line.id));
  for (const line of taken) {
    await tx
      .updateTable('trade.allocation')
      .set({ state: 'taken' })
      .where('county', '=', county)
      .where('line', '=', line.id)
      .where('state', '=', 'reserved')
      .execute();
  }
  const skus = await skusById(tx, county, [...new Set(taken.map((line) => line.sku))]);
  if (!order.ship_region) throw new Error(`order ${order.number} has a case to send and no address`);
  return {
    order: order.id,
    org: found.org,
    shipRegion: order.ship_region,
    lines: taken.map((line) => ({
      line: line.id,
      sku: line.sku,
      packs: line.packs,
      packGrams: line.pack_grams,
      grossGrams: skus.get(line.sku)?.grossGrams ?? line.pack_grams,
      allocations: reserved.filter((a) => a.line === line.id).map(({ lot, packs }) => ({ lot, packs })),
    })),
  };
}

/**
 * The parcel of a case has left.
 *
 * @throws Refusal `case-not-found` | `case-move-not-allowed`
 */
export async function noteCaseSent(
  tx: Tx,
  now: Date,
  by: Actor,
  input: { county: County; case: string; waybill: string },
): Promise<void> {
  const of = await lockForAct(tx, input.county, input.case);
  const mover = { party: 'merchant' as const, by: by.person, note: input.waybill };
  await moveCase(tx, now, of, moveFor(of.found, 'send-again', 'merchant'), mover);
}

/**
 * The parcel of a case has arrived: its buyer says so, or it has been on its way for long enough.
 *
 * @throws Refusal `case-not-found` | `case-move-not-allowed`
 */
export async function noteCaseReceived(
  tx: Tx,
  now: Date,
  by: Actor,
  input: { county: County; case: string; party: 'buyer' | 'time' },
): Promise<void> {
  const of = await lockForAct(tx, input.county, input.case);
  if (input.party === 'buyer' && of.found.person !== by.person) throw refuse('case-not-found');
  await moveCase(tx, now, of, moveFor(of.found, 'receive', input.party), { party: input.party, by: by.person });
}
