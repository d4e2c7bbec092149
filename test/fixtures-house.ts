import { loadCategories } from '#catalog';
import type { Context } from '#platform/context.ts';
import { newId } from '#platform/ids.ts';
import { setFreightRule } from '../modules/trade/freight/set-freight-rule.ts';
import { sandboxNotice } from '../modules/trade/payment/sandbox-provider.ts';
import {
  addTestHousehold,
  addTestOrganisation,
  addTestPerson,
  loadCountyRegions,
  openTestCounty,
  type TestCounty,
} from './fixtures.ts';
import { addTestGoods } from './fixtures-goods.ts';
import { addTestRule } from './fixtures-trade.ts';

/** A county that buys in, packs and sells: its people, households, goods and rules. */
export interface TestHouse extends TestCounty {
  households: string[];
  goods: Awaited<ReturnType<typeof addTestGoods>>[];
}

/** Chengxian and Youyang at work, nothing weighed in yet; people in Youyang stand where the same ones of Chengxian do. */
export async function openTwoHouses(at: Context): Promise<TestHouse[]> {
  await loadCategories(at.db);
  const first = await openTestCounty(at);
  return [await furnish(at, first), await furnish(at, await openYouyang(at, first))];
}

async function openYouyang(at: Context, first: TestCounty): Promise<TestCounty> {
  const county = 500242;
  const village = '500242102201';
  await loadCountyRegions(at, county);
  const centre = await addTestOrganisation(at, { county, kind: 'county_centre', name: '酉阳电商运营中心' });
  const cooperative = await addTestOrganisation(at, { county, kind: 'cooperative', name: '酉阳苦荞专业合作社' });
  const station = await addTestOrganisation(at, {
    ...{ county, kind: 'station', name: '村级服务站', region: village, buysFor: cooperative },
  });
  return {
    ...first,
    ...{ county, village, centre, cooperative, station },
    keeper: await addTestPerson(at, { name: '冉站长', org: station, role: 'keeper' }),
    merchant: await addTestPerson(at, { name: '田合作', org: cooperative, role: 'merchant' }),
    operator: await addTestPerson(at, { name: '彭运营', org: centre, role: 'operator' }),
    auditor: await addTestPerson(at, { name: '石审计', org: centre, role: 'auditor' }),
    household: await addTestHousehold(at, { county, village, name: '白秀英', category: 'monitored' }),
  };
}

async function furnish(at: Context, of: TestCounty): Promise<TestHouse> {
  const { county, village } = of;
  const households = [of.household];
  // The last one has ten trees: it runs into what it can yield.
  for (const [i, trees] of [200, 500, 90, 1000, 10].entries()) {
    const yields = [{ crop: 'walnut', areaCentimu: 0, trees }];
    households.push(await addTestHousehold(at, { county, village, name: `农户${i}`, yields }));
  }
  const goods = await addHouseGoods(at, of);
  await setHouseRules(at, county, goods[1]?.product as string, '2026-01-01');
  return { ...of, households, goods };
}

/** Three bags of walnuts that a house sells. */
export async function addHouseGoods(at: Context, of: TestCounty): Promise<TestHouse['goods']> {
  const goods = [];
  for (const [netGrams, priceFen] of [
    [500, 2980],
    [250, 1690],
    [1000, 5501],
  ] as const) {
    goods.push(await addTestGoods(at, of, { sku: { netGrams, grossGrams: netGrams + 60, priceFen } }));
  }
  return goods;
}

/** Freight, and who has a part in what: a rule for all goods of a county, and one for a product of its own. */
export async function setHouseRules(at: Context, county: number, product: string, validFrom: string): Promise<void> {
  await setFreightRule(at, county, { toRegion: '', firstGrams: 1000, firstFen: 800, stepGrams: 500, stepFen: 233 });
  await addTestRule(at, county, { householdFenPerPack: 100, validFrom });
  await addTestRule(at, county, { position: 1, product, stationBp: 777, householdFenPerPack: 33, validFrom });
}

/** A notice as the sandbox would send it, ready for the door of payment notices. */
export function testNotice(
  at: Context,
  of: { payment: string; amountFen: number; outcome?: 'success' | 'failure' },
): { raw: string; headers: Record<string, string> } {
  return sandboxNotice(at.sealer, { ...of, outcome: of.outcome ?? 'success', at: at.clock.now(), id: newId() });
}
