import type { Actor } from '#platform/actor.ts';
import type { Tx } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import { isOperator, requireEditor } from './product-rights.ts';
import { productMoves } from './product-states.ts';
import { lockProduct } from './products.queries.ts';
import { requireListable } from './require-listable.ts';
import { writeMove } from './write-move.ts';

/**
 * Puts a product on sale that was in review, for whoever tests aid products: catalog knows no tests, and nobody lists
 * anything past them.
 *
 * @param said.reason kept beside the move, where there is something to say
 * @throws Refusal `product-not-found` | `product-not-yours` | `product-move-not-allowed` | `not-allowed` |
 *   `operator-dishonest` | `product-needs-sku` | `product-needs-picture` | `claim-without-certificate` | `words-claim-mark`
 */
export async function approveProduct(
  tx: Tx,
  by: Actor,
  { county, id }: { county: County; id: string },
  said: { reason: string | null; at: Date },
): Promise<void> {
  const found = await lockProduct(tx, county, id);
  requireEditor(by, county, found.org);
  if (!productMoves.from(found.state).some((move) => move.act === 'approve')) {
    const word = (state: typeof found.state) => productMoves.states[state].zh;
    throw refuse('product-move-not-allowed', { from: word(found.state), to: word('on_sale') });
  }
  if (!isOperator(by, county)) throw refusePlatform('not-allowed');
  await requireListable(tx, found, said.at);
  await writeMove(tx, found, 'on_sale', { ...said, by: by.person });
}
