import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { productChanged } from './product-changed.ts';
import { requireDraft, requireEditor } from './product-rights.ts';
import { lockProduct } from './products.queries.ts';

/**
 * Takes a picture off a product; its file stays, for pages that are kept somewhere. A picture that is not there is
 * gone already.
 *
 * @throws Refusal `product-not-found` | `product-not-yours` | `product-not-draft`
 */
export async function removePicture(
  at: Context,
  by: Actor,
  input: { county: County; id: string; file: string },
  key: OnceKey | null,
): Promise<void> {
  const { county, id, file } = input;
  await once(at.db, key, async (tx) => {
    const product = await lockProduct(tx, county, id);
    requireEditor(by, county, product.org);
    requireDraft(by, county, product.state);
    await tx
      .deleteFrom('catalog.product_picture')
      .where('county', '=', county)
      .where('product', '=', id)
      .where('file', '=', file)
      .execute();
    await productChanged(tx, county, id, at.clock.now());
  });
}
