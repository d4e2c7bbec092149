import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import { indexProduct } from '../search/index-product.ts';
import { productChanged } from './product-changed.ts';
import { checkProductFields, type ProductFields, productColumns } from './product-input.ts';
import { requireDraft, requireEditor } from './product-rights.ts';
import { productWhole } from './product-views.ts';
import { findProduct, lockProduct } from './products.queries.ts';

/**
 * Changes a product's words. With `version` the change is refused when somebody else's came between.
 *
 * @throws Refusal `product-not-found` | `product-not-yours` | `product-not-draft` | `product-changed-meanwhile` |
 *   `seller-unknown` | `village-outside-county` | `category-unknown` | `crop-unknown`
 */
export async function changeProduct(
  at: Context,
  by: Actor,
  input: { county: County; id: string; product: ProductFields & { version?: number } },
  key: OnceKey | null,
) {
  const { county, id, product } = input;
  return once(at.db, key, async (tx) => {
    const found = await lockProduct(tx, county, id);
    requireEditor(by, county, found.org);
    // Given to another seller, it must be theirs to take as well.
    requireEditor(by, county, product.org);
    requireDraft(by, county, found.state);
    if (product.version !== undefined && product.version !== found.version) throw refuse('product-changed-meanwhile');
    await checkProductFields(tx, county, product);

    await tx
      .updateTable('catalog.product')
      .set(productColumns(product))
      .where('county', '=', county)
      .where('id', '=', id)
      .execute();
    await indexProduct(tx, county, id);
    await productChanged(tx, county, id, at.clock.now());
    return productWhole(tx, await findProduct(tx, county, id));
  });
}
