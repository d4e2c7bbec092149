import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { openCounty } from '#registry';
import { addPicture } from '../modules/catalog/products/add-picture.ts';
import { addProduct } from '../modules/catalog/products/add-product.ts';
import { moveProduct } from '../modules/catalog/products/move-product.ts';
import { addSku } from '../modules/catalog/skus/add-sku.ts';
import { issueCertificate } from '../modules/trace/certificates/issue-certificate.ts';
import { pack } from '../modules/trace/lots/pack.ts';
import { weighIn } from '../modules/trace/purchases/weigh-in.ts';
import { setFreightRule } from '../modules/trade/freight/set-freight-rule.ts';
import { stockLot } from '../modules/trade/stock/stock-lot.ts';
import { addTestHousehold, addTestOrganisation, addTestPerson, testVillage } from './fixtures.ts';
import { approveTestProduct, bag, testPicture } from './fixtures-goods.ts';
import { addTestRule } from './fixtures-trade.ts';

/** What the sandbox sends when a buyer has paid, for a load that pays as a provider tells it. */
export { sandboxNotice } from '../modules/trade/payment/sandbox-provider.ts';

/** A county's shop to be bought empty: so many SKUs, each with one lot, from the scale on. */
export interface Shop {
  county: number;
  org: string;
  skus: string[];
  /** of each SKU, in the same order */
  lots: string[];
}

const SKUS_PER_PRODUCT = 10;

/**
 * Opens Chengxian and fills its shop by the same acts people use, so that its books are whole before the first order.
 * The database must have the regions, crops and categories that every server brings.
 *
 * @param packs of each SKU
 */
export async function fillShop(at: Context, skuCount: number, packs: number): Promise<Shop> {
  const county = 621221;
  await openCounty(at.db, county);
  const centre = await addTestOrganisation(at, { county, kind: 'county_centre', name: '县运营中心' });
  const org = await addTestOrganisation(at, { county, kind: 'cooperative', name: '核桃专业合作社' });
  const station = await addTestOrganisation(at, {
    ...{ county, kind: 'station', name: '新村服务站', region: testVillage, buysFor: org },
  });
  const operator = await addTestPerson(at, { name: '运营', org: centre, role: 'operator' });
  const keeper = await addTestPerson(at, { name: '站长', org: station, role: 'keeper' });
  await setFreightRule(at, county, { toRegion: '', firstGrams: 3000, firstFen: 1000, stepGrams: 1000, stepFen: 200 });
  await addTestRule(at, county);

  const raw = await buyIn(at, { county, station, keeper, operator, grams: skuCount * packs * bag.netGrams });
  const shop: Shop = { county, org, skus: [], lots: [] };
  let product = '';
  for (let i = 0; i < skuCount; i++) {
    if (i % SKUS_PER_PRODUCT === 0) product = await addWalnuts(at, operator, { county, org, number: i });
    const sku = await addSku(at, operator, { county, product, sku: { ...bag, nameZh: `${i} 号`, onSale: true } }, null);
    if (i % SKUS_PER_PRODUCT === 0) {
      await moveProduct(at, operator, { county, id: product, to: 'review' }, null);
      await approveTestProduct(at, operator, { county, id: product });
    }
    const inputs = [{ lot: raw, grams: packs * bag.netGrams }];
    const packing = { county, sku: sku.id, inputs, packs, lossGrams: 0, place: '分拣中心' };
    const { lot } = await pack(at, operator, { ...packing, basis: ['quality_control'] }, null);
    await stockLot(at, operator, { county, lot: lot.id }, null);
    shop.skus.push(sku.id);
    shop.lots.push(lot.id);
  }
  return shop;
}

/** All the walnuts of one very large household, as one certified lot. */
async function buyIn(
  at: Context,
  of: { county: number; station: string; keeper: Actor; operator: Actor; grams: number },
): Promise<string> {
  const { county, station, grams } = of;
  const yields = [{ crop: 'walnut', areaCentimu: 0, trees: Math.ceil(grams / 1000) }];
  const household = await addTestHousehold(at, { county, village: testVillage, name: '大户', yields });
  const weighed = { county, station, household, crop: 'walnut', grade: bag.grade, grams, fenPerKg: 1200 };
  const { lot } = await weighIn(at, of.keeper, { ...weighed, paid: 'later' }, null);
  await issueCertificate(at, of.operator, { county, id: lot, basis: ['quality_control'] }, null);
  return lot;
}

/** A draft of walnuts with a picture. */
async function addWalnuts(
  at: Context,
  by: Actor,
  of: { county: number; org: string; number: number },
): Promise<string> {
  const product = {
    ...{
      org: of.org,
      crop: 'walnut',
      category: 'nut',
      nameZh: `薄皮核桃 ${of.number}`,
      nameEn: `Walnuts ${of.number}`,
    },
    ...{ taglineZh: '', taglineEn: '', storyZh: '', storyEn: '', origin: testVillage },
    ...{ storage: 'ambient' as const, shelfLifeDays: 270, harvestMonths: [9] },
  };
  const { id } = await addProduct(at, by, { county: of.county, product }, null);
  await addPicture(at, by, { county: of.county, id, bytes: await testPicture() }, null);
  return id;
}
