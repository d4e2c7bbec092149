import { sql } from 'kysely';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { cropsByCode, organisationsById, regionNames, requireCounty } from '#registry';
import { searchVector } from './search-text.ts';
import { learn, placesOf, segmenter } from './segmenter.ts';

/** Writes anew what a product is found by; called by every act that changes a word of it. */
export async function indexProduct(tx: Tx, county: County, id: string): Promise<void> {
  const product = await tx
    .selectFrom('catalog.product as p')
    .innerJoin('catalog.category as c', 'c.code', 'p.category')
    .select(['p.name_zh', 'p.name_en', 'p.tagline_zh', 'p.tagline_en', 'p.crop', 'p.org', 'p.origin'])
    .select(['c.name_zh as category_zh', 'c.name_en as category_en'])
    .where('p.county', '=', county)
    .where('p.id', '=', id)
    .executeTakeFirstOrThrow();
  const skus = await tx
    .selectFrom('catalog.sku')
    .select(['name_zh', 'name_en', 'grade'])
    .where('county', '=', county)
    .where('product', '=', id)
    .execute();
  const crops = await cropsByCode(tx);
  const crop = crops.get(product.crop);
  const org = (await organisationsById(tx, county, [product.org])).get(product.org);
  const places = await regionNames(tx, placesOf(product.origin));
  const { shortName } = await requireCounty(tx, county);
  const placeNames = [...[...places.values()].map((place) => place.name), shortName];
  learn([...placeNames, product.category_zh, ...(crop ? [crop.nameZh] : [])]);

  // A walnut cooperative's honey must not come up for 核桃: of the seller's name only the rest is searched.
  const seller = [...crops.values()].reduce((name, { nameZh }) => name.replaceAll(nameZh, ' '), org?.name ?? '');
  const vector = searchVector(
    [
      { text: product.name_zh, weight: 'A' },
      { text: product.name_en, weight: 'A' },
      { text: crop?.nameZh ?? '', weight: 'B' },
      { text: crop?.nameEn ?? '', weight: 'B' },
      { text: product.category_zh, weight: 'B' },
      { text: product.category_en, weight: 'B' },
      ...skus.flatMap((sku) => [sku.name_zh, sku.name_en, sku.grade].map((text) => ({ text, weight: 'B' as const }))),
      ...placeNames.map((text) => ({ text, weight: 'C' as const })),
      { text: seller, weight: 'C' },
      { text: product.tagline_zh, weight: 'D' },
      { text: product.tagline_en, weight: 'D' },
    ],
    segmenter,
  );
  await tx
    .updateTable('catalog.product')
    .set({ search: sql`${vector}::tsvector` })
    .where('county', '=', county)
    .where('id', '=', id)
    .execute();
}
