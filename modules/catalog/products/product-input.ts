import type { Db } from '#platform/db.ts';
import type { InputOf } from '#platform/http/contract.ts';
import type { County } from '#platform/ids.ts';
import { cropsByCode, organisationsById, regionNames } from '#registry';
import type { catalog } from '../contract.ts';
import { refuse } from '../refuse.ts';

/** What people fill in of a product. */
export type ProductFields = InputOf<typeof catalog.addProduct>['body'];

/**
 * Whether the names in it are known: seller, village, category, crop.
 *
 * @throws Refusal `seller-unknown` | `village-outside-county` | `category-unknown` | `crop-unknown`
 */
export async function checkProductFields(db: Db, county: County, fields: ProductFields): Promise<void> {
  const seller = (await organisationsById(db, county, [fields.org])).get(fields.org);
  if (seller?.state !== 'active' || !['merchant', 'cooperative'].includes(seller.kind)) throw refuse('seller-unknown');
  const { origin } = fields;
  // A township's code ends in 000; produce comes from a village.
  const village =
    origin.startsWith(String(county)) && !origin.endsWith('000') && (await regionNames(db, [origin])).has(origin);
  if (!village) throw refuse('village-outside-county', { village: origin, county });
  const category = await db
    .selectFrom('catalog.category')
    .select('code')
    .where('code', '=', fields.category)
    .executeTakeFirst();
  if (!category) throw refuse('category-unknown');
  if (!(await cropsByCode(db)).has(fields.crop)) throw refuse('crop-unknown');
}

/** The columns these fields are kept in. */
export const productColumns = (fields: ProductFields) => ({
  org: fields.org,
  crop: fields.crop,
  variety: fields.variety?.trim() ?? '',
  category: fields.category,
  name_zh: fields.nameZh,
  name_en: fields.nameEn,
  tagline_zh: fields.taglineZh,
  tagline_en: fields.taglineEn,
  story_zh: fields.storyZh,
  story_en: fields.storyEn,
  origin: fields.origin,
  storage: fields.storage,
  shelf_life_days: fields.shelfLifeDays,
  harvest_months: [...fields.harvestMonths].sort((a, b) => a - b),
});
