import { type Actor, system } from '#platform/actor.ts';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { productMoves } from './product-states.ts';
import { lockProduct } from './products.queries.ts';
import { writeMove } from './write-move.ts';

/**
 * Hides a product from buyers, shows it again, or withdraws it, because of what the floors above have found. Where the
 * product no longer stands so that the move can be made, its seller or the county was faster, and nothing is done.
 *
 * @param said.reason in words the seller reads
 * @param by the product itself, unless somebody decided it
 * @returns whether it moved
 * @throws Refusal `product-not-found`
 */
export async function followProduct(
  tx: Tx,
  input: { county: County; id: string; to: 'hidden' | 'on_sale' | 'withdrawn'; reason: string; at: Date },
  by: Actor = system,
): Promise<boolean> {
  const { county, id, to, reason, at } = input;
  const found = await lockProduct(tx, county, id);
  const shown = found.state === 'on_sale' || found.state === 'hidden';
  if (!shown || !productMoves.allows(found.state, to)) return false;
  await writeMove(tx, found, to, { reason, by: by.person, at });
  return true;
}
