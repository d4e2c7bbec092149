import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { nextNumber, type OnceKey, once, type Tx } from '#platform/db.ts';
import type { InputOf } from '#platform/http/contract.ts';
import { type County, newId } from '#platform/ids.ts';
import type { catalog } from '../contract.ts';
import { productChanged } from '../products/product-changed.ts';
import { requireEditor } from '../products/product-rights.ts';
import { lockProduct, type SkuRow } from '../products/products.queries.ts';
import { refuse } from '../refuse.ts';
import { indexProduct } from '../search/index-product.ts';
import { inHouseGtin, isInHouse, MOST_IN_HOUSE, readGtin } from './gtin.ts';
import { checkSku } from './sku-price.ts';

/** What people fill in of a SKU. */
export type SkuFields = InputOf<typeof catalog.addSku>['body'];

/**
 * Adds a SKU to a product, under its own GTIN or an in-house one of the county.
 *
 * @throws Refusal `product-not-found` | `product-not-yours` | `gross-below-net` | `price-zero` |
 *   `price-far-above-reference` | `gtin-wrong` | `gtin-in-house` | `gtin-taken` | `gtin-used-up`
 */
export async function addSku(
  at: Context,
  by: Actor,
  input: { county: County; product: string; sku: SkuFields },
  key: OnceKey | null,
): Promise<SkuRow> {
  const { county, sku } = input;
  return once(at.db, key, async (tx) => {
    const product = await lockProduct(tx, county, input.product);
    requireEditor(by, county, product.org);
    const now = at.clock.now();
    await checkSku(tx, county, { ...sku, crop: product.crop, day: dayOf(now) });

    const id = newId();
    const gtin = await claimGtin(tx, county, id, sku.gtin);
    const last = await tx
      .selectFrom('catalog.sku')
      .select((e) => e.fn.max('position').as('position'))
      .where('county', '=', county)
      .where('product', '=', product.id)
      .executeTakeFirst();
    await tx
      .insertInto('catalog.sku')
      .values({
        county,
        id,
        product: product.id,
        name_zh: sku.nameZh,
        name_en: sku.nameEn,
        net_grams: sku.netGrams,
        gross_grams: sku.grossGrams,
        grade: sku.grade,
        price_fen: sku.priceFen,
        gtin,
        on_sale: sku.onSale,
        position: (last?.position ?? 0) + 1,
      })
      .execute();
    await indexProduct(tx, county, product.id);
    await productChanged(tx, county, product.id, now);
    return { ...sku, id, product: product.id, gtin };
  });
}

/** Writes the GTIN where a scanned pack looks for its county: a number belongs to one SKU of the whole country. */
async function claimGtin(tx: Tx, county: County, sku: string, own: string | undefined): Promise<string> {
  const gtin = own === undefined ? await nextInHouse(tx, county) : readGtin(own);
  if (gtin === null) throw refuse('gtin-wrong', { gtin: own });
  if (own !== undefined && isInHouse(gtin)) throw refuse('gtin-in-house', { gtin: own });
  const claimed = await tx
    .insertInto('catalog.gtin')
    .values({ gtin, county, sku })
    .onConflict((c) => c.column('gtin').doNothing())
    .executeTakeFirst();
  if (claimed.numInsertedOrUpdatedRows === 0n) throw refuse('gtin-taken', { gtin: own ?? gtin });
  return gtin;
}

async function nextInHouse(tx: Tx, county: County): Promise<string> {
  const n = await nextNumber(tx, county, 'gtin');
  if (n > MOST_IN_HOUSE) throw refuse('gtin-used-up');
  return inHouseGtin(county, n);
}
