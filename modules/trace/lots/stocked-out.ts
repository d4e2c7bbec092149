import type { Actor } from '#platform/actor.ts';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';
import { refuse } from '../refuse.ts';
import { moveLots } from './lots.queries.ts';

/**
 * All that is on hand of a packed lot goes to the seller's stock, which keeps count of its packs from here on. A lot
 * goes once and whole; a second call finds nothing left.
 *
 * @param evidence the fact in trade that took it
 * @returns the packs and their net grams
 * @throws Refusal `lot-empty` when nothing is on hand
 */
export async function stockedOut(
  tx: Tx,
  county: County,
  lot: string,
  by: Actor,
  evidence: { kind: string; id: string },
): Promise<{ packs: number; grams: Grams }> {
  // Locked and looked at first only because `returning` cannot give the old value before PostgreSQL 18.
  const held = await tx
    .selectFrom('trace.lot')
    .select(['pack_grams', 'grams_on_hand', 'number'])
    .where('county', '=', county)
    .where('id', '=', lot)
    .where('kind', '=', 'packed')
    .forUpdate()
    .executeTakeFirst();
  if (!held?.pack_grams || held.grams_on_hand === 0) throw refuse('lot-empty', { lot: held?.number ?? lot });
  await tx
    .updateTable('trace.lot')
    .set({ grams_on_hand: 0 })
    .where('county', '=', county)
    .where('id', '=', lot)
    .execute();
  await moveLots(tx, county, [{ lot, kind: 'stocked', grams: -held.grams_on_hand }], {
    evidenceKind: evidence.kind,
    evidence: evidence.id,
    by: by.person,
    at: new Date(),
  });
  return { packs: held.grams_on_hand / held.pack_grams, grams: held.grams_on_hand };
}
