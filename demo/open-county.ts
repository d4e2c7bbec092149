import type { Actor, Role } from '#platform/actor.ts';
import { addDays, dayOf, startOfDay } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { addCrops, openCounty } from '#registry';
import { addAgreements } from './agreements.ts';
import { crops } from './common.ts';
import type { DemoCounty } from './content.ts';
import { fillShelf } from './fill-shelf.ts';
import type { DemoHouse, Grower, MadeProduct, OpenCounty, Org } from './house.ts';
import { addPayees } from './payees.ts';
import { addStaff } from './people.ts';
import { pictureFile } from './picture-file.ts';
import { addPlots } from './plots.ts';
import { enterPrices } from './prices.ts';
import { addWork } from './work.ts';

/** Longer ago than the oldest harvest that is still on a shelf. */
const OPEN_DAYS = 380;

/** Opens a county with its organisations, people, households, rules, products and prices, and fills its shelf. */
export async function loadCounty(
  at: Context,
  house: DemoHouse,
  platform: Actor,
  content: DemoCounty,
  now: Date,
): Promise<OpenCounty> {
  const { county } = content;
  const today = dayOf(now);
  const opened = startOfDay(addDays(today, -OPEN_DAYS));
  house.setTime(opened);
  await openCounty(at.db, county, opened);
  await addCrops(
    at.db,
    crops.map((c) => ({
      code: c.code,
      name_zh: c.name.zh,
      name_en: c.name.en,
      grams_per_mu: c.gramsPerMu,
      grams_per_tree: c.gramsPerTree,
      produce: c.produce,
      shelf_life_days: c.shelfLifeDays,
    })),
  );

  const orgs = await addOrganisations(house, platform, content);
  const people: { role: Role; org: string; actor: Actor }[] = [];
  for (const person of content.people) {
    people.push({ ...person, actor: await addStaff(at, person, orgs.get(person.org) as Org) });
  }
  const staff = (role: Role, org?: string, nth = 0): Actor => {
    const found = people.filter((one) => one.role === role && (!org || one.org === org))[nth]?.actor;
    if (!found) throw new Error(`${content.name.zh} has no ${role} of ${org ?? 'any organisation'}`);
    return found;
  };
  const operator = staff('operator');

  const households = await addHouseholds(house, operator, content);
  await addRules(house, operator, content);
  await addPayees(house, operator, county, { orgs, households });
  await addPairings(house, operator, content, households);
  const products = await addProducts(house, staff, content, orgs);
  await enterPrices(house, operator, content, today);
  await addPlots(house, staff, content, { orgs, households, today });
  await addAgreements(house, staff, content, { orgs, households, today });
  await addWork(house, staff, content, { orgs, households, today });
  const shelf = await fillShelf(house, staff, content, { orgs, households, products, today, now });
  return { county, staff, shelf };
}

async function addOrganisations(house: DemoHouse, platform: Actor, content: DemoCounty): Promise<Map<string, Org>> {
  const { county } = content;
  const made = new Map<string, Org>();
  // Stations name whom they buy in for, so those come first.
  const inOrder = [...content.organisations].sort((a, b) => Number(Boolean(a.buysFor)) - Number(Boolean(b.buysFor)));
  for (const { key, kind, name, code, region, contact, phone, buysFor } of inOrder) {
    const body = {
      kind,
      name,
      code,
      region,
      contact,
      phone,
      buysFor: buysFor ? (made.get(buysFor)?.id ?? null) : null,
    };
    const { id } = await house.as(platform).registry.addOrganisation({ params: { county }, body });
    made.set(key, { county, id, kind, name });
  }
  return made;
}

/** By the head's name, which the content uses to point at households. */
async function addHouseholds(house: DemoHouse, operator: Actor, content: DemoCounty): Promise<Map<string, Grower>> {
  const made = new Map<string, Grower>();
  for (const { village, category, members, yields } of content.households) {
    const { id } = await house
      .as(operator)
      .registry.addHousehold({ params: { county: content.county }, body: { village, category, members, yields } });
    made.set(members[0]?.name ?? '', { id, village, crops: new Set(yields.map((y) => y.crop)) });
  }
  return made;
}

async function addRules(house: DemoHouse, operator: Actor, content: DemoCounty): Promise<void> {
  const client = house.as(operator);
  const params = { county: content.county };
  for (const rule of content.freight) await client.trade.setFreightRule({ params, body: rule });
  await client.trade.addSettlementRule({
    params,
    body: { position: 900, ...content.split, householdFenPerPack: 0, feeBearer: 'merchant', validFrom: '2026-01-01' },
  });
}

async function addPairings(
  house: DemoHouse,
  operator: Actor,
  content: DemoCounty,
  households: ReadonlyMap<string, Grower>,
) {
  for (const { household, ...pairing } of content.pairings) {
    const id = household ? households.get(household)?.id : null;
    await house
      .as(operator)
      .registry.addPairing({ params: { county: content.county }, body: { ...pairing, household: id ?? null } });
  }
}

async function addProducts(
  house: DemoHouse,
  staff: OpenCounty['staff'],
  content: DemoCounty,
  orgs: ReadonlyMap<string, Org>,
) {
  const made = new Map<string, MadeProduct>();
  const params = { county: content.county };
  let position = 100;
  for (const product of content.products) {
    const { catalog } = house.as(staff('merchant', product.org));
    const { id } = await catalog.addProduct({
      params,
      body: {
        org: orgs.get(product.org)?.id ?? '',
        crop: product.crop,
        category: product.category,
        nameZh: product.name.zh,
        nameEn: product.name.en,
        taglineZh: product.tagline.zh,
        taglineEn: product.tagline.en,
        storyZh: product.story.zh,
        storyEn: product.story.en,
        origin: product.origin,
        storage: product.storage,
        shelfLifeDays: product.shelfLifeDays,
        harvestMonths: product.harvestMonths,
      },
    });
    const skus: string[] = [];
    for (const sku of product.skus) {
      const { name, netGrams, grossGrams, grade, priceFen } = sku;
      const added = await catalog.addSku({
        params: { ...params, id },
        body: { nameZh: name.zh, nameEn: name.en, netGrams, grossGrams, grade, priceFen, onSale: true },
      });
      skus.push(added.id);
    }
    for (const picture of product.pictures) {
      await catalog.addPicture({ params: { ...params, id } }, { file: await pictureFile(picture.name) });
    }
    await catalog.moveProduct({ params: { ...params, id }, body: { to: 'review' } });
    if (product.householdFenPerPack > 0) {
      const { stationBp, platformBp, fundBp, basis } = content.split;
      await house.as(staff('operator')).trade.addSettlementRule({
        params,
        body: {
          position: position++,
          name: `${product.name.zh}：每件返农户 ${(product.householdFenPerPack / 100).toFixed(2)} 元`,
          basis,
          product: id,
          stationBp,
          platformBp,
          fundBp,
          householdFenPerPack: product.householdFenPerPack,
          validFrom: '2026-01-01',
        },
      });
    }
    made.set(product.key, { id, skus });
  }
  return made;
}
