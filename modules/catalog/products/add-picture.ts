import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import { keepPicture } from '#platform/files.ts';
import type { County } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import { pictureBase } from './pictures.queries.ts';
import { productChanged } from './product-changed.ts';
import { requireDraft, requireEditor } from './product-rights.ts';
import { findProduct, lockProduct } from './products.queries.ts';

const MOST_PICTURES = 9;

/**
 * Keeps an uploaded picture and puts it last among the product's.
 *
 * @throws Refusal `product-not-found` | `product-not-yours` | `product-not-draft` | `file-too-large` |
 *   `file-type-not-allowed` | `too-many-pictures`
 */
export async function addPicture(
  at: Context,
  by: Actor,
  input: { county: County; id: string; bytes: Uint8Array },
  key: OnceKey | null,
) {
  const { county, id, bytes } = input;
  // Rights first, so that a stranger's upload is not even decoded; then the slow part, outside the transaction.
  const seen = await findProduct(at.db, county, id);
  requireEditor(by, county, seen.org);
  requireDraft(by, county, seen.state);
  const kept = await keepPicture(at.db, at.files, by, { county, bytes });

  return once(at.db, key, async (tx) => {
    const product = await lockProduct(tx, county, id);
    requireDraft(by, county, product.state);
    const taken = await tx
      .selectFrom('catalog.product_picture')
      .select('position')
      .where('county', '=', county)
      .where('product', '=', id)
      .orderBy('position', 'desc')
      .execute();
    if (taken.length >= MOST_PICTURES) throw refuse('too-many-pictures');
    await tx
      .insertInto('catalog.product_picture')
      .values({ county, product: id, position: (taken[0]?.position ?? 0) + 1, file: kept.id, alt_zh: product.name_zh })
      .execute();
    await productChanged(tx, county, id, at.clock.now());
    return {
      file: kept.id,
      base: pictureBase(kept.sha256),
      altZh: product.name_zh,
      width: kept.width,
      height: kept.height,
    };
  });
}
