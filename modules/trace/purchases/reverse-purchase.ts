import { ensureAccounts, transfer } from '#ledger';
import { type Actor, membershipsIn } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, type Tx, withScope } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { tell } from '#platform/outbox.ts';
import type { PurchaseReversed } from '../events.ts';
import { isOperator } from '../lots/lot-rights.ts';
import { lockLot, moveLots } from '../lots/lots.queries.ts';
import { numberOfDay } from '../numbers.ts';
import { conflictMoves } from '../offline/offline-states.ts';
import { strikeHarvest } from '../plots/harvest-entries.ts';
import { refuse } from '../refuse.ts';
import { noteWritten } from './purchase-views.ts';
import { findPurchase, type PurchaseRow } from './purchases.queries.ts';
import { lockSeller } from './write-note.ts';

/**
 * Takes a wrong note back by a second one with the same grams and money, negative: grams leave the lot and every
 * transfer is made once more with its sides swapped. Only while the lot is open, for then nothing has been made of it.
 *
 * @throws Refusal `purchase-not-found` | `station-not-yours` | `purchase-is-a-reversal` | `purchase-already-reversed` |
 *   `lot-moved-on`
 */
export async function reversePurchase(
  at: Context,
  by: Actor,
  input: { county: County; id: string; reason: string },
  key: OnceKey | null,
) {
  const { county, reason } = input;
  const id = await once(at.db, key, async (tx) => {
    await withScope(tx, String(county));
    const seen = await findPurchase(tx, county, input.id);
    if (!seen) throw refuse('purchase-not-found');
    const keeps = membershipsIn(by, county, ['keeper']).some((m) => m.org === seen.station);
    if (!keeps && !isOperator(by, county)) throw refuse('station-not-yours');
    const now = at.clock.now();
    const made = newId();
    await takeBack(tx, seen, { id: made, reason, by, at: now, bookedAt: now });
    return made;
  });
  return noteWritten(at, county, id);
}

/**
 * Writes the reversing note: what everyone who may take a note back has in common.
 *
 * @param tx scoped over the county
 * @param back.at when it was taken back; its day is the note's day
 * @param back.bookedAt when the ledger is told
 * @throws Refusal `purchase-is-a-reversal` | `purchase-already-reversed` | `lot-moved-on`
 */
export async function takeBack(
  tx: Tx,
  seen: PurchaseRow,
  back: { id: string; reason: string; by: Actor; at: Date; bookedAt: Date },
): Promise<void> {
  const { county } = seen;
  const { id, reason, by, at } = back;
  if (seen.reverses !== null) throw refuse('purchase-is-a-reversal');

  // The same locks in the same order as weighing in; whoever reversed the note before us held them and is done.
  await lockSeller(tx, county, seen.household);
  const lot = await lockLot(tx, county, seen.lot);
  const wrong = (await findPurchase(tx, county, seen.id)) as PurchaseRow;
  if (wrong.reversed_by !== null) throw refuse('purchase-already-reversed');
  if (lot?.state !== 'open' || lot.grams_on_hand < wrong.grams) throw refuse('lot-moved-on');

  const day = dayOf(at);
  const { station, buyer, household, village, crop, variety, grade, paid } = wrong;
  await tx
    .insertInto('trace.purchase')
    .values({
      ...{ county, id, station, buyer, household, village, crop, variety, grade, paid, day, reason, at },
      number: await numberOfDay(tx, county, 'purchase', day),
      grams: -wrong.grams,
      fen_per_kg: wrong.fen_per_kg,
      amount_fen: -wrong.amount_fen,
      reference_fen_per_kg: wrong.reference_fen_per_kg,
      lot: lot.id,
      reverses: wrong.id,
      by_person: by.person,
    })
    .execute();
  await tx
    .updateTable('trace.lot')
    .set((e) => ({
      grams_in: e('grams_in', '-', wrong.grams),
      grams_on_hand: e('grams_on_hand', '-', wrong.grams),
      household_fen: e('household_fen', '-', wrong.amount_fen),
    }))
    .where('county', '=', county)
    .where('id', '=', lot.id)
    .execute();
  await moveLots(tx, county, [{ lot: lot.id, kind: 'reversal', grams: -wrong.grams }], {
    ...{ evidenceKind: 'purchase', evidence: id, by: by.person, at },
  });
  await tx
    .deleteFrom('trace.lot_source')
    .where('county', '=', county)
    .where('lot', '=', lot.id)
    .where('purchase', '=', wrong.id)
    .execute();
  await strikeHarvest(tx, { county, purchase: wrong.id, reason, by: by.person, at });
  // Whatever stood open about the note is settled by this.
  await tx
    .updateTable('trace.note_conflict')
    .set({ state: 'reversed', decided_at: back.bookedAt, decided_by: by.person, reason })
    .where('county', '=', county)
    .where('purchase', '=', wrong.id)
    .where('state', 'in', conflictMoves.into('reversed'))
    .execute();
  const taken = await postReversal(tx, wrong, id, by, back.bookedAt);

  const event: PurchaseReversed = {
    type: 'trace.purchase-reversed',
    county,
    payload: {
      ...{ purchase: id, reverses: wrong.id, lot: lot.id, household, village, day, at: at.toISOString() },
      ...{ grams: -wrong.grams, fen: -wrong.amount_fen, transfer: taken },
    },
  };
  await tell(tx, event);
}

async function postReversal(tx: Tx, wrong: PurchaseRow, id: string, by: Actor, now: Date): Promise<string> {
  const [cost, household, cash] = (await ensureAccounts(tx, wrong.county, [
    { kind: 'purchase_cost', owner: wrong.buyer },
    { kind: 'household', owner: wrong.household },
    { kind: 'buyer_cash', owner: wrong.buyer },
  ])) as [string, string, string];
  const said = {
    ...{ kind: 'single' as const, reason: 'purchase-reversed', amountFen: wrong.amount_fen },
    ...{ evidenceKind: 'purchase', evidence: id, by: by.person },
  };
  const taken = newId();
  const back = wrong.paid === 'later' ? [] : [{ ...said, id: newId(), debit: cash, credit: household }];
  await transfer(tx, wrong.county, [...back, { ...said, id: taken, debit: household, credit: cost }], now);
  return taken;
}
