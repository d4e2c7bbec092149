import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, scoped, type Tx, withScope } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { findPurchase, type PurchaseRow } from '../purchases/purchases.queries.ts';
import { takeBack } from '../purchases/reverse-purchase.ts';
import { lockSeller } from '../purchases/write-note.ts';
import { refuse } from '../refuse.ts';
import { conflictViews } from './conflict-views.ts';
import { type ConflictRow, findConflict } from './offline.queries.ts';
import { conflictMoves } from './offline-states.ts';

interface Decision {
  county: County;
  id: string;
  reason: string;
}

/**
 * The county lets a note stand that breaks a rule, and says why.
 *
 * @throws Refusal `conflict-not-found` | `conflict-decided`
 */
export async function confirmNote(at: Context, by: Actor, input: Decision, key: OnceKey | null) {
  const { county, id, reason } = input;
  await once(at.db, key, async (tx) => {
    await openConflict(tx, input);
    await tx
      .updateTable('trace.note_conflict')
      .set({ state: 'confirmed', decided_at: at.clock.now(), decided_by: by.person, reason: reason.trim() })
      .where('county', '=', county)
      .where('id', '=', id)
      .where('state', 'in', conflictMoves.into('confirmed'))
      .execute();
  });
  return decided(at, county, id);
}

/**
 * The county takes a note back that breaks a rule: the reversing note settles all that stood open about it.
 *
 * @throws Refusal `conflict-not-found` | `conflict-decided` | `purchase-already-reversed` | `lot-moved-on`
 */
export async function reverseConflict(at: Context, by: Actor, input: Decision, key: OnceKey | null) {
  const { county, id, reason } = input;
  await once(at.db, key, async (tx) => {
    const note = await openConflict(tx, input);
    const now = at.clock.now();
    await takeBack(tx, note, { id: newId(), reason: reason.trim(), by, at: now, bookedAt: now });
  });
  return decided(at, county, id);
}

/** The note of an open conflict, with its household locked: whoever decided before us is done. */
async function openConflict(tx: Tx, { county, id }: Decision): Promise<PurchaseRow> {
  await withScope(tx, String(county));
  const seen = await findConflict(tx, county, id);
  const note = seen && (await findPurchase(tx, county, seen.purchase));
  if (!note) throw refuse('conflict-not-found');
  await lockSeller(tx, county, note.household);
  const found = (await findConflict(tx, county, id)) as ConflictRow;
  if (found.state !== 'open') throw refuse('conflict-decided');
  return note;
}

function decided(at: Context, county: County, id: string) {
  return scoped(at.db, String(county), async (tx) => {
    const [view] = await conflictViews(tx, at.sealer, county, [(await findConflict(tx, county, id)) as ConflictRow]);
    return view as NonNullable<typeof view>;
  });
}
