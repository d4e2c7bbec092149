import { type Actor, membershipsIn, scopeIn } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, withScope } from '#platform/db.ts';
import { Refusal } from '#platform/errors.ts';
import { type County, newId } from '#platform/ids.ts';
import { findPurchase, type PurchaseRow } from '../purchases/purchases.queries.ts';
import { takeBack } from '../purchases/reverse-purchase.ts';
import { refuse } from '../refuse.ts';
import { disputeKindWords } from './dispute-states.ts';
import { countyDispute } from './dispute-views.ts';
import { lockDispute, moveDispute } from './disputes.queries.ts';

/** The station that weighed says what it knows. @throws Refusal `dispute-not-found` | `station-not-yours` | `dispute-over` */
export async function answerDispute(
  at: Context,
  by: Actor,
  input: { county: County; id: string; words: string },
  key: OnceKey | null,
) {
  const { county, id, words } = input;
  await once(at.db, key, async (tx) => {
    await withScope(tx, String(county));
    const row = await lockDispute(tx, county, id);
    if (!row) throw refuse('dispute-not-found');
    const note = (await findPurchase(tx, county, row.purchase)) as PurchaseRow;
    const keeps = membershipsIn(by, county, ['keeper']).some((m) => m.org === note.station);
    if (!keeps) throw refuse('station-not-yours');
    await moveDispute(tx, row, 'answered', { words, by: by.person, at: at.clock.now() });
    return id;
  });
  return countyDispute(at, by, county, id);
}

/**
 * The county decides. Upheld, the note is taken back by a reversing one where nothing has been made of its lot; the
 * station then weighs in what is right. Where the goods have moved on the note stands, because its grams did pass, and
 * the dispute says that it was wrong.
 *
 * @throws Refusal `dispute-not-found` | `dispute-over`
 */
export async function decideDispute(
  at: Context,
  by: Actor,
  input: { county: County; id: string; decision: 'uphold' | 'reject'; words: string },
  key: OnceKey | null,
) {
  const { county, id, decision, words } = input;
  await once(at.db, key, async (tx) => {
    await withScope(tx, scopeIn(by, county, ['operator']) ?? String(county));
    const row = await lockDispute(tx, county, id);
    if (!row) throw refuse('dispute-not-found');
    await withScope(tx, String(county));
    const now = at.clock.now();
    const said = { words, by: by.person, at: now };
    if (decision === 'reject') await moveDispute(tx, row, 'rejected', said);
    else {
      const note = (await findPurchase(tx, county, row.purchase)) as PurchaseRow;
      const back = { id: newId(), reason: `农户异议：${disputeKindWords[row.kind].zh}`, by, at: now, bookedAt: now };
      try {
        await takeBack(tx, note, back);
      } catch (error) {
        // Nothing has been written yet when it says so.
        const stands = error instanceof Refusal && ['lot-moved-on', 'purchase-already-reversed'].includes(error.code);
        if (!stands) throw error;
      }
      // Ours, or that of whoever took it back before us.
      const reversal = (await findPurchase(tx, county, note.id))?.reversed_by ?? null;
      await moveDispute(tx, row, 'upheld', { ...said, reversal });
    }
    return id;
  });
  return countyDispute(at, by, county, id);
}
