import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import { isOperator, requireEditor } from './product-rights.ts';
import { movesByHand, type ProductState, productMoves } from './product-states.ts';
import { productWhole } from './product-views.ts';
import { findProduct, lockProduct } from './products.queries.ts';
import { requireListable } from './require-listable.ts';
import { writeMove } from './write-move.ts';

/** What the seller may do; the rest is the operator's. */
const sellersActs: readonly string[] = ['submit', 'revise'];
/** What the seller is owed a reason for. */
const actsWithReason: readonly string[] = ['return', 'withdraw'];

/**
 * Moves a product along productMoves and writes down who, when and why. Sellers submit and revise their own; an
 * operator may make every move, and alone returns and withdraws. Into the shop it comes by its tests only.
 *
 * @throws Refusal `product-not-found` | `product-not-yours` | `product-move-not-allowed` | `not-allowed` |
 *   `product-needs-reason` | `product-needs-sku` | `product-needs-picture` | `claim-without-certificate` |
 *   `words-claim-mark` | `operator-dishonest` | `product-needs-tests`
 */
export async function moveProduct(
  at: Context,
  by: Actor,
  input: { county: County; id: string; to: ProductState; reason?: string },
  key: OnceKey | null,
) {
  const { county, id, to } = input;
  return once(at.db, key, async (tx) => {
    const found = await lockProduct(tx, county, id);
    requireEditor(by, county, found.org);
    const move = movesByHand(found.state).find((m) => m.to === to);
    if (!move) {
      const word = (state: ProductState) => productMoves.states[state].zh;
      throw refuse('product-move-not-allowed', { from: word(found.state), to: word(to) });
    }
    if (!sellersActs.includes(move.act) && !isOperator(by, county)) throw refusePlatform('not-allowed');
    const reason = input.reason?.trim() || null;
    if (actsWithReason.includes(move.act) && reason === null) throw refuse('product-needs-reason');
    const now = at.clock.now();
    // Benefit tests it and then asks for the move; see approve-product.ts.
    if (move.act === 'approve') throw refuse('product-needs-tests');
    if (to === 'review') await requireListable(tx, found, now);

    await writeMove(tx, found, to, { reason, by: by.person, at: now });
    return productWhole(tx, await findProduct(tx, county, id));
  });
}
