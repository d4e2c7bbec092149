import type { Actor } from '#platform/actor.ts';
import { addDays, dayOf, daysFrom } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, withScope } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';
import { householdsOfPerson } from '#registry';
import { findPurchase } from '../purchases/purchases.queries.ts';
import { refuse } from '../refuse.ts';
import { DISPUTE_DAYS, DISPUTE_WINDOW_DAYS, type DisputeKind } from './dispute-states.ts';
import { ownDispute } from './dispute-views.ts';
import { insertDisputeMove, lockDispute, moveDispute } from './disputes.queries.ts';

/**
 * A household says that a sale in its name was not made so. Only its own people may, by the phone they signed in with;
 * to others the note does not exist.
 *
 * @param input.claimedGrams what the weight should have been; with `wrong_weight` and only then
 * @throws Refusal `purchase-not-found` | `purchase-is-a-reversal` | `purchase-already-reversed` | `dispute-too-late` |
 *   `claim-missing` | `dispute-open`
 */
export async function openDispute(
  at: Context,
  by: Actor,
  input: { county: County; purchase: string; kind: DisputeKind; claimedGrams?: Grams; words: string },
  key: OnceKey | null,
) {
  const { county, kind, words } = input;
  const own = await householdsOfPerson(at.db, by.person, county);
  const id = await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    await withScope(tx, String(county));
    const note = await findPurchase(tx, county, input.purchase);
    if (!note || !own.some((one) => one.files.includes(note.household))) throw refuse('purchase-not-found');
    if (note.reverses !== null) throw refuse('purchase-is-a-reversal');
    if (note.reversed_by !== null) throw refuse('purchase-already-reversed');
    if (addDays(note.day, DISPUTE_WINDOW_DAYS) < dayOf(now)) {
      throw refuse('dispute-too-late', { days: DISPUTE_WINDOW_DAYS });
    }
    const claimed = kind === 'wrong_weight' ? input.claimedGrams : undefined;
    if (kind === 'wrong_weight' && (claimed === undefined || claimed === note.grams)) throw refuse('claim-missing');
    const id = newId();
    const { village, household } = note;
    await tx
      .insertInto('trace.sale_dispute')
      .values({
        ...{ county, id, purchase: note.id, household, village, kind, words: words.trim(), state: 'open', at: now },
        ...{ claimed_grams: claimed ?? null, due_at: daysFrom(now, DISPUTE_DAYS) },
        ...{ reversal: null, by_person: by.person, closed_at: null },
      })
      .execute()
      .catch((error: { code?: string }) => {
        throw error.code === '23505' ? refuse('dispute-open') : error;
      });
    await insertDisputeMove(tx, { county, id, village }, null, 'open', { words, by: by.person, at: now });
    return id;
  });
  return ownDispute(at, by, county, id);
}

/** The household takes its dispute back. @throws Refusal `dispute-not-found` | `dispute-over` */
export async function withdrawDispute(
  at: Context,
  by: Actor,
  input: { county: County; id: string; words: string },
  key: OnceKey | null,
) {
  const { county, id, words } = input;
  const own = await householdsOfPerson(at.db, by.person, county);
  await once(at.db, key, async (tx) => {
    await withScope(tx, String(county));
    const row = await lockDispute(tx, county, id);
    if (!row || !own.some((one) => one.files.includes(row.household))) throw refuse('dispute-not-found');
    await moveDispute(tx, row, 'withdrawn', { words, by: by.person, at: at.clock.now() });
    return id;
  });
  return ownDispute(at, by, county, id);
}
