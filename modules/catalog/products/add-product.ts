import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { requireCounty } from '#registry';
import { indexProduct } from '../search/index-product.ts';
import { checkProductFields, type ProductFields, productColumns } from './product-input.ts';
import { requireEditor } from './product-rights.ts';
import { productWhole } from './product-views.ts';
import { findProduct } from './products.queries.ts';

/**
 * A seller, or an operator for one, drafts a product. Nobody sees it before an operator approves it.
 *
 * @throws Refusal `product-not-yours` | `seller-unknown` | `village-outside-county` | `category-unknown` | `crop-unknown`
 */
export async function addProduct(
  at: Context,
  by: Actor,
  input: { county: County; product: ProductFields },
  key: OnceKey | null,
) {
  const { county, product } = input;
  return once(at.db, key, async (tx) => {
    await requireCounty(tx, county);
    requireEditor(by, county, product.org);
    await checkProductFields(tx, county, product);

    const id = newId();
    const now = at.clock.now();
    await tx
      .insertInto('catalog.product')
      .values({
        county,
        id,
        ...productColumns(product),
        state: 'draft',
        search: sql`''::tsvector`,
        version: 1,
        created_by: by.person,
        created_at: now,
        updated_at: now,
      })
      .execute();
    await indexProduct(tx, county, id);
    return productWhole(tx, await findProduct(tx, county, id));
  });
}
