import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, type Tx } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { requireHonest } from '#registry';
import { requireHonestClaims } from '../marks/set-claims.ts';
import { refuse } from '../refuse.ts';
import { isOperator, requireEditor } from './product-rights.ts';
import { movesByHand, type ProductState, productMoves } from './product-states.ts';
import { productWhole } from './product-views.ts';
import { findProduct, lockProduct } from './products.queries.ts';
import { writeMove } from './write-move.ts';

/** What the seller may do; the rest is the operator's. */
const sellersActs: readonly string[] = ['submit', 'revise'];
/** What the seller is owed a reason for. */
const actsWithReason: readonly string[] = ['return', 'withdraw'];

/**
 * Moves a product along productMoves and writes down who, when and why. Sellers submit and revise their own; an
 * operator may make every move, and alone approves, returns and withdraws.
 *
 * @throws Refusal `product-not-found` | `product-not-yours` | `product-move-not-allowed` | `not-allowed` |
 *   `product-needs-reason` | `product-needs-sku` | `product-needs-picture` | `claim-without-certificate` |
 *   `words-claim-mark` | `operator-dishonest`
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
    if (to === 'review' || to === 'on_sale') {
      await requireHonest(tx, county, found.org, now);
      await requireShowable(tx, county, id);
      await requireHonestClaims(tx, found, dayOf(now));
    }

    await writeMove(tx, found, to, { reason, by: by.person, at: now });
    return productWhole(tx, await findProduct(tx, county, id));
  });
}

async function requireShowable(tx: Tx, county: County, id: string): Promise<void> {
  const { rows } = await sql<{ sku: boolean; picture: boolean }>`
    select exists (select from catalog.sku where county = ${county} and product = ${id}) as sku,
           exists (select from catalog.product_picture where county = ${county} and product = ${id}) as picture`.execute(
    tx,
  );
  if (!rows[0]?.sku) throw refuse('product-needs-sku');
  if (!rows[0].picture) throw refuse('product-needs-picture');
}
