import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import type { Actor, Role } from '#platform/actor.ts';
import { addDays, dayOf, startOfDay } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type Db, transact } from '#platform/db.ts';
import { splitByWeight } from '#platform/money.ts';
import { addBuyer, addCrops, addPerson, addPlatform, grantRole, openCounty } from '#registry';
import { buyers, crops, platformOrganisations, platformPeople } from './common.ts';
import { type DemoCounty, type DemoPerson, type DemoProduct, type DemoSku, priceOfDay, rawGrams } from './content.ts';
import { counties } from './counties.ts';
import { type DemoHouse, openDemoHouse } from './house.ts';
import { playOrders } from './orders.ts';
import { purchaseDays } from './season.ts';

/** The one password of all demo accounts; shown at every start that has the demo. */
export const demoPassword = 'shanhuo-demo';

/** Who can sign in to the console of the demo. */
export const demoAccounts: readonly Pick<DemoPerson, 'username' | 'name' | 'role'>[] = [
  ...platformPeople,
  ...counties.flatMap((county) => county.people),
];

const MARK = 'demo loaded';
/** Longer ago than the oldest harvest that is still on a shelf. */
const OPEN_DAYS = 380;

/**
 * Fills an empty database with the demo counties and a few weeks of their past, all in one transaction: a load that is
 * interrupted leaves nothing behind. Does nothing where a county has been opened before.
 *
 * @param begin told when there is something to do, because it takes a while
 * @returns whether it was loaded now
 */
export async function loadDemo(context: Context, begin: () => void = () => {}): Promise<boolean> {
  return transact(context.db, async (tx) => {
    // Two servers that start together: the second waits here and then finds the counties.
    await sql`lock table registry.county in share row exclusive mode`.execute(tx);
    if (await hasCounties(tx)) return false;
    begin();
    await load({ ...context, db: tx });
    await tx.insertInto('platform.counter').values({ county: 0, name: MARK, value: 1 }).execute();
    return true;
  });
}

/** Whether this database holds the demo, so that its accounts are worth naming. */
export async function hasDemo(db: Db): Promise<boolean> {
  const mark = await db
    .selectFrom('platform.counter')
    .select('value')
    .where('county', '=', 0)
    .where('name', '=', MARK)
    .executeTakeFirst();
  return mark !== undefined;
}

const hasCounties = async (db: Db) =>
  (await db.selectFrom('registry.county').select('county').limit(1).executeTakeFirst()) !== undefined;

async function load(at: Context): Promise<void> {
  const now = at.clock.now();
  const house = await openDemoHouse(at);
  try {
    const platform = await loadPlatform(at);
    const opened: OpenCounty[] = [];
    for (const content of counties) opened.push(await loadCounty(at, house, platform, content, now));
    const people = await addBuyers(at);
    await playOrders(house, opened, people, now);
  } finally {
    await house.close();
  }
}

async function loadPlatform(at: Context): Promise<Actor> {
  const own = platformOrganisations.find((o) => o.kind === 'platform');
  if (!own) throw new Error('the demo names no platform');
  const org = await addPlatform(at, { name: own.name, code: own.code, contact: own.contact, phone: own.phone });
  const staff = new Map<string, Actor>();
  for (const person of platformPeople.filter((p) => p.org === own.key)) {
    staff.set(person.role, await addStaff(at, person, { county: 0, id: org, kind: own.kind, name: own.name }));
  }
  return staff.get('platform') as Actor;
}

interface Org {
  county: number;
  id: string;
  kind: string;
  name: string;
}

async function addStaff(at: Context, person: DemoPerson, org: Org): Promise<Actor> {
  const { username, name, role, region } = person;
  const id = await addPerson(at, { name, username, password: demoPassword });
  await grantRole(at, { person: id, county: org.county, org: org.id, role, region });
  const membership = { org: org.id, orgKind: org.kind, orgName: org.name, role, county: org.county, region };
  return { person: id, name, memberships: [membership] };
}

/** A county of the demo as the loader and the order player know it. */
export interface OpenCounty {
  county: number;
  /** who acts for an organisation: by its key and role */
  staff(role: Role, org?: string): Actor;
  /** what can be bought, and from when on */
  shelf: { sku: string; product: string; org: string; packs: number; from: Date }[];
}

async function loadCounty(
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
      certificate: c.certificate,
      shelf_life_days: c.shelfLifeDays,
    })),
  );

  const orgs = await addOrganisations(house, platform, content);
  const people = new Map<string, Actor>();
  for (const person of content.people) {
    people.set(`${person.role} ${person.org}`, await addStaff(at, person, orgs.get(person.org) as Org));
  }
  const staff = (role: Role, org?: string): Actor => {
    const found = org ? people.get(`${role} ${org}`) : [...people].find(([key]) => key.startsWith(`${role} `))?.[1];
    if (!found) throw new Error(`${content.name.zh} has no ${role} of ${org ?? 'any organisation'}`);
    return found;
  };
  const operator = staff('operator');

  const households = await addHouseholds(house, operator, content);
  await addRules(house, operator, content);
  await addPairings(house, operator, content, households);
  const products = await addProducts(house, staff, content, orgs);
  await enterPrices(house, operator, content, today);
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

interface Grower {
  id: string;
  village: string;
  crops: Set<string>;
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
    body: { position: 900, ...content.split, householdFenPerPack: 0, validFrom: '2026-01-01' },
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

/** Ids of a product's SKUs in the order of the content. */
interface MadeProduct {
  id: string;
  skus: string[];
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

async function pictureFile(name: string): Promise<Blob> {
  const path = fileURLToPath(new URL(`./pictures/${name}.webp`, import.meta.url));
  return new Blob([await readFile(path)], { type: 'image/webp' });
}

/** The market of the last weeks: every week, and every day of the last fortnight. */
async function enterPrices(house: DemoHouse, operator: Actor, content: DemoCounty, today: string): Promise<void> {
  const days = [-56, -49, -42, -35, -28, -21, ...Array.from({ length: 15 }, (_, i) => i - 14)].map((n) =>
    addDays(today, n),
  );
  for (const day of days) {
    house.setTime(new Date(startOfDay(day).getTime() + 7 * HOUR));
    for (const price of content.prices) await enterPrice(house, operator, content, price.crop, price.grade, day);
  }
}

async function enterPrice(
  house: DemoHouse,
  operator: Actor,
  content: DemoCounty,
  crop: string,
  grade: string,
  day: string,
) {
  const price = content.prices.find((p) => p.crop === crop && p.grade === grade);
  if (!price) throw new Error(`${content.name.zh} has no price of ${crop} ${grade}`);
  const { floorFenPerKg } = price;
  await house.as(operator).catalog.setReferencePrice({
    params: { county: content.county },
    body: { crop, grade, day, fenPerKg: priceOfDay(price, day), floorFenPerKg, source: '县电商中心询价（演示）' },
  });
}

const HOUR = 3_600_000;
const at = (day: string, hour: number) => new Date(startOfDay(day).getTime() + hour * HOUR);

/** What of one crop and grade a station bought in, lot by lot, and how much of each is left to pack. */
type RawLots = { lot: string; left: number }[];

interface ShelfInput {
  orgs: ReadonlyMap<string, Org>;
  households: ReadonlyMap<string, Grower>;
  products: ReadonlyMap<string, MadeProduct>;
  today: string;
  now: Date;
}

/** Buys in, certifies, packs and puts on sale; products whose season is over and gone are withdrawn, the last waits for review. */
async function fillShelf(
  house: DemoHouse,
  staff: OpenCounty['staff'],
  content: DemoCounty,
  input: ShelfInput,
): Promise<OpenCounty['shelf']> {
  const { county } = content;
  const shelf: OpenCounty['shelf'] = [];
  const operator = house.as(staff('operator'));
  for (const [i, product] of content.products.entries()) {
    const made = input.products.get(product.key) as MadeProduct;
    const days = purchaseDays(product, input.today);
    if (i === content.products.length - 1) continue;
    house.setTime(at(days[0] ?? addDays(input.today, -30), 6));
    await operator.catalog.moveProduct({ params: { county, id: made.id }, body: { to: 'on_sale' } });
    if (days.length === 0) {
      house.setTime(at(addDays(input.today, -10), 10));
      await operator.catalog.moveProduct({
        params: { county, id: made.id },
        body: { to: 'withdrawn', reason: '过季了，明年再卖' },
      });
      continue;
    }
    const rawOf = new Map<string, RawLots>();
    for (const grade of new Set(product.skus.map((sku) => sku.rawGrade))) {
      const needed = product.skus
        .filter((sku) => sku.rawGrade === grade)
        .reduce((sum, sku) => sum + rawGrams(sku, sku.packs), 0);
      rawOf.set(grade, await buyIn(house, staff, content, input, product, { grade, grams: needed, days }));
    }
    const last = days.at(-1) as string;
    for (const [j, sku] of product.skus.entries()) {
      const from = at(addDays(last, 1), 9);
      const id = made.skus[j] as string;
      await packAndStock(house, staff, county, product, sku, {
        id,
        raw: rawOf.get(sku.rawGrade) as RawLots,
        packedAt: at(last, 19),
        from,
      });
      shelf.push({ sku: id, product: made.id, org: product.org, packs: sku.packs, from });
    }
  }
  return shelf;
}

/** Weighs in so many grams from the households in a station's reach, each by what it can still yield, and certifies the lots. */
async function buyIn(
  house: DemoHouse,
  staff: OpenCounty['staff'],
  content: DemoCounty,
  { orgs, households }: ShelfInput,
  product: DemoProduct,
  wanted: { grade: string; grams: number; days: readonly string[] },
): Promise<RawLots> {
  const { county } = content;
  const keeper = staff('keeper', product.station);
  const client = house.as(keeper);
  const reach = keeper.memberships[0]?.region ?? '';
  const growers = [...households.values()].filter((h) => h.village.startsWith(reach) && h.crops.has(product.crop));
  house.setTime(at(wanted.days[0] as string, 8));
  const left: number[] = [];
  for (const grower of growers) {
    const rows = await client.trace.capacity({ params: { county, id: grower.id } });
    left.push(rows.find((row) => row.crop === product.crop)?.leftGrams ?? 0);
  }
  if (left.reduce((a, b) => a + b, 0) < wanted.grams)
    throw new Error(`${product.name.zh}: the households cannot yield ${wanted.grams} g`);
  const grams = splitByWeight(wanted.grams, left);
  const raw = new Map<string, number>();
  for (const [i, grower] of growers.entries()) {
    const weighed = grams[i] as number;
    if (weighed === 0) continue;
    const day = wanted.days[i % wanted.days.length] as string;
    house.setTime(at(day, 7));
    await enterPrice(house, staff('operator'), content, product.crop, wanted.grade, day);
    house.setTime(new Date(at(day, 9).getTime() + i * 11 * 60_000));
    const price = content.prices.find((p) => p.crop === product.crop && p.grade === wanted.grade);
    const note = await client.trace.weighIn({
      params: { county },
      body: {
        station: orgs.get(product.station)?.id ?? '',
        household: grower.id,
        crop: product.crop,
        grade: wanted.grade,
        grams: weighed,
        // A little over the day's price for what is clean and dry.
        fenPerKg: priceOfDay(price as never, day) + (i % 3) * 10,
        paid: i % 4 === 3 ? 'later' : i % 2 === 0 ? 'cash' : 'transfer',
      },
    });
    raw.set(note.lot, (raw.get(note.lot) ?? 0) + weighed);
  }
  house.setTime(at(wanted.days.at(-1) as string, 18));
  const merchant = house.as(staff('merchant', product.org));
  for (const lot of raw.keys()) {
    await merchant.trace.issueCertificate({
      params: { county, id: lot },
      body: { basis: ['quality_control', 'own_test'] },
    });
  }
  return [...raw].map(([lot, left]) => ({ lot, left }));
}

async function packAndStock(
  house: DemoHouse,
  staff: OpenCounty['staff'],
  county: number,
  product: DemoProduct,
  sku: DemoSku,
  { id, raw, packedAt, from }: { id: string; raw: RawLots; packedAt: Date; from: Date },
): Promise<void> {
  const merchant = house.as(staff('merchant', product.org));
  let needed = rawGrams(sku, sku.packs);
  const inputs: { lot: string; grams: number }[] = [];
  for (const lot of raw) {
    const grams = Math.min(lot.left, needed);
    if (grams === 0) continue;
    lot.left -= grams;
    needed -= grams;
    inputs.push({ lot: lot.lot, grams });
  }
  const total = inputs.reduce((sum, input) => sum + input.grams, 0);
  house.setTime(packedAt);
  const packed = await merchant.trace.pack({
    params: { county },
    body: {
      sku: id,
      inputs,
      packs: sku.packs,
      lossGrams: total - sku.packs * sku.netGrams,
      place: `${staff('merchant', product.org).memberships[0]?.orgName}分拣点`,
      basis: ['quality_control', 'own_test'],
    },
  });
  house.setTime(from);
  await merchant.trade.stockLot({ params: { county }, body: { lot: packed.lot.id } });
}

/** People who have bought before. They sign in by phone code, which finds them by the phone's hash. */
async function addBuyers(context: Context): Promise<Actor[]> {
  const made: Actor[] = [];
  for (const { name, phone } of buyers) {
    const person = await addBuyer(context, { name, phone });
    made.push({ person, name, memberships: [] });
  }
  return made;
}
