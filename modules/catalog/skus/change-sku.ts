import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { productChanged } from '../products/product-changed.ts';
import { requireEditor } from '../products/product-rights.ts';
import { lockProduct, type SkuRow } from '../products/products.queries.ts';
import { refuse } from '../refuse.ts';
import { indexProduct } from '../search/index-product.ts';
import type { SkuFields } from './add-sku.ts';
import { readGtin } from './gtin.ts';
import { checkSku } from './sku-price.ts';

/**
 * Changes a SKU: its price, whether it is on sale, its words. Its GTIN stays, because packs that bear it are about;
 * so does its net weight, because lots are packed to it.
 *
 * @throws Refusal `product-not-found` | `product-not-yours` | `sku-not-found` | `gtin-fixed` | `net-fixed` |
 *   `gross-below-net` | `price-zero` | `price-far-above-reference`
 */
export async function changeSku(
  at: Context,
  by: Actor,
  input: { county: County; product: string; id: string; sku: SkuFields },
  key: OnceKey | null,
): Promise<SkuRow> {
  const { county, id, sku } = input;
  return once(at.db, key, async (tx) => {
    const product = await lockProduct(tx, county, input.product);
    requireEditor(by, county, product.org);
    const found = await tx
      .selectFrom('catalog.sku')
      .select(['gtin', 'net_grams'])
      .where('county', '=', county)
      .where('product', '=', product.id)
      .where('id', '=', id)
      .executeTakeFirst();
    if (!found) throw refuse('sku-not-found');
    if (sku.gtin !== undefined && readGtin(sku.gtin) !== found.gtin) throw refuse('gtin-fixed');
    if (sku.netGrams !== found.net_grams) throw refuse('net-fixed');
    const now = at.clock.now();
    await checkSku(tx, county, { ...sku, crop: product.crop, day: dayOf(now) });

    await tx
      .updateTable('catalog.sku')
      .set({
        name_zh: sku.nameZh,
        name_en: sku.nameEn,
        gross_grams: sku.grossGrams,
        grade: sku.grade,
        price_fen: sku.priceFen,
        on_sale: sku.onSale,
      })
      .where('county', '=', county)
      .where('id', '=', id)
      .execute();
    await indexProduct(tx, county, product.id);
    await productChanged(tx, county, product.id, now);
    return { ...sku, id, product: product.id, gtin: found.gtin };
  });
}
