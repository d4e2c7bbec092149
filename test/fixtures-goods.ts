import sharp from 'sharp';
import { approveProduct } from '#catalog';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { transact } from '#platform/db.ts';
import type { Module } from '#platform/module.ts';
import { addPicture } from '../modules/catalog/products/add-picture.ts';
import { addProduct } from '../modules/catalog/products/add-product.ts';
import { moveProduct } from '../modules/catalog/products/move-product.ts';
import { addSku } from '../modules/catalog/skus/add-sku.ts';
import { issueCertificate } from '../modules/trace/certificates/issue-certificate.ts';
import { pack } from '../modules/trace/lots/pack.ts';
import { weighIn } from '../modules/trace/purchases/weigh-in.ts';
import type { TestCounty } from './fixtures.ts';

/** A draft of walnuts, as somebody would fill it in. */
export const walnuts = (of: TestCounty) => ({
  org: of.cooperative,
  crop: 'walnut',
  category: 'nut',
  nameZh: '成县薄皮核桃',
  nameEn: 'Thin-shelled walnuts',
  taglineZh: '手捏即开',
  taglineEn: 'Cracks in the hand',
  storyZh: '',
  storyEn: '',
  origin: of.village,
  storage: 'ambient' as const,
  shelfLifeDays: 270,
  harvestMonths: [9, 10],
});

/** A bag of one jin. */
export const bag = { nameZh: '一斤装', nameEn: '500 g', netGrams: 500, grossGrams: 560, grade: '一级', priceFen: 2980 };

/** A reviewed product goes on sale, past its tests. */
export const approveTestProduct = (at: Context, operator: Actor, of: { county: number; id: string }) =>
  transact(at.db, (tx) => approveProduct(tx, operator, of, { reason: null, at: at.clock.now() }));

let shade = 0;

/** The bytes of a small PNG, another each time. */
export const testPicture = (): Promise<Buffer> =>
  sharp({ create: { width: 8, height: 6, channels: 3, background: { r: ++shade % 256, g: 120, b: 60 } } })
    .png()
    .toBuffer();

/** A product with one SKU, on sale the way every product gets there. */
export async function addTestGoods(
  at: Context,
  of: TestCounty,
  input: {
    product?: Partial<ReturnType<typeof walnuts>> & { variety?: string };
    sku?: Partial<typeof bag>;
    draft?: boolean;
  } = {},
) {
  const { county, operator } = of;
  const fields = { ...walnuts(of), ...input.product };
  const { id } = await addProduct(at, operator, { county, product: fields }, null);
  const sku = await addSku(at, operator, { county, product: id, sku: { ...bag, ...input.sku, onSale: true } }, null);
  await addPicture(at, operator, { county, id, bytes: await testPicture() }, null);
  if (!input.draft) {
    await moveProduct(at, operator, { county, id, to: 'review' }, null);
    await approveTestProduct(at, operator, { county, id });
  }
  return { product: id, sku: sku.id, gtin: sku.gtin, netGrams: sku.netGrams };
}

/** The keeper weighs in 100 kg of the household's walnuts at 12 yuan, unless told otherwise. */
export function weighInTest(
  at: Context,
  of: TestCounty,
  input: Partial<Omit<Parameters<typeof weighIn>[2], 'county'>> = {},
) {
  const usual = { station: of.station, household: of.household, crop: 'walnut', grade: '一级', grams: 100_000 };
  return weighIn(at, of.keeper, { county: of.county, ...usual, fenPerKg: 1200, paid: 'transfer', ...input }, null);
}

/** A packed lot of a SKU, from the scale on: weighed in, certified, packed with some loss. */
export async function packTestLot(
  at: Context,
  of: TestCounty,
  input: { sku: string; netGrams: number; packs: number; lossGrams?: number; household?: string; fenPerKg?: number },
) {
  const { county, operator } = of;
  const { sku, packs, lossGrams = 500 } = input;
  const grams = packs * input.netGrams + lossGrams;
  const { household = of.household, fenPerKg = 1200 } = input;
  const note = await weighInTest(at, of, { grams, household, fenPerKg });
  await issueCertificate(at, operator, { county, id: note.lot, basis: ['quality_control'] }, null);
  const inputs = [{ lot: note.lot, grams }];
  const place = '店村镇分拣中心';
  const packed = await pack(
    at,
    operator,
    { county, sku, inputs, packs, lossGrams, place, basis: ['quality_control'] },
    null,
  );
  return { note, lot: packed.lot };
}

/** Every line that a module's invariants find wrong. */
export async function breachesOf(at: Context, ...modules: readonly Module[]): Promise<string[]> {
  const found = [];
  for (const invariant of modules.flatMap((module) => module.invariants ?? [])) {
    found.push(...(await invariant.check(at.db)).map((line) => `${invariant.name}: ${line}`));
  }
  return found;
}
