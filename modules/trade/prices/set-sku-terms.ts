import { skusById } from '#catalog';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { transact } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { tell } from '#platform/outbox.ts';
import { stockChanged } from '../events.ts';
import type { SkuTerms } from './price-facts.ts';
import { nameOf } from './price-order.ts';
import { requireSeller } from './seller-rights.ts';

/**
 * Sets how a SKU is sold from now on; orders that are placed keep what they have.
 *
 * @throws Refusal `not-found` | `goods-not-yours`
 */
export async function setSkuTerms(
  at: Context,
  by: Actor,
  input: Omit<SkuTerms, 'buyerPacks'> & { county: County; id: string; buyerPacks?: number | null },
): Promise<SkuTerms> {
  const { county, id } = input;
  return transact(at.db, async (tx) => {
    const sku = (await skusById(tx, county, [id])).get(id);
    if (!sku) throw refusePlatform('not-found');
    requireSeller(by, county, { org: sku.org, name: nameOf(sku) });
    const terms = {
      min_packs: input.minPacks,
      step_packs: input.stepPacks,
      buyer_packs: input.buyerPacks ?? null,
      hold_minutes: input.holdMinutes,
      by_weight: input.byWeight,
      updated_by: by.person,
      updated_at: at.clock.now(),
    };
    await tx
      .insertInto('trade.sku_terms')
      .values({ county, sku: id, ...terms })
      .onConflict((c) => c.columns(['county', 'sku']).doUpdateSet(terms))
      .execute();
    await tell(tx, stockChanged(county, [sku.product]));
    const { minPacks, stepPacks, holdMinutes, byWeight } = input;
    return { minPacks, stepPacks, buyerPacks: terms.buyer_packs, holdMinutes, byWeight };
  });
}
