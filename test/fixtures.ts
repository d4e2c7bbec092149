import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { sql } from 'kysely';
import { loadCategories } from '#catalog';
import type { Actor, Membership, Role } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { plainArray, textArray } from '#platform/database/arrays.ts';
import { scoped, takeNumbers, transact } from '#platform/db.ts';
import { folderStore } from '#platform/files.ts';
import { newId } from '#platform/ids.ts';
import { makeSealer } from '#platform/secrets.ts';
import { loadCrops } from '../modules/registry/crops/load-crops.ts';
import { completeIdNumber } from '../modules/registry/households/id-number.ts';
import { completeOrganisationCode } from '../modules/registry/organisations/organisation-code.ts';
import { idNumberHash, phoneHash } from '../modules/registry/people/personal-hashes.ts';
import { insertRegions, villageRows } from '../modules/registry/regions/load-regions.ts';
import { regionFile } from '../modules/registry/regions/region-file.ts';
import { shortName } from '../modules/registry/regions/region-name.ts';
import { type TestDatabase, testDatabase } from './database.ts';

/** When tests happen unless they say otherwise: a working day in walnut season, 14:00 in China. */
export const testTime = new Date('2026-09-17T06:00:00Z');

/** A context of one test file's own, with a clock that moves only when told. */
export interface TestContext extends TestDatabase {
  at: Context;
  /** Sets the clock. */
  setTime(to: Date | string | number): void;
  /** Moves the clock forward. */
  passTime(ms: number): void;
}

/**
 * A context over a fresh database, gone when the test (or, without `t`, the file) is over.
 *
 * @param options.time where the clock stands; it does not run
 */
export async function testContext(
  t: { after(fn: () => Promise<unknown>): void } = { after },
  options: { time?: Date | string } = {},
): Promise<TestContext> {
  const database = await testDatabase(t);
  const folder = await mkdtemp(join(tmpdir(), 'shanhuo-files-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  let now = new Date(options.time ?? testTime);
  const at: Context = {
    db: database.db,
    clock: { now: () => new Date(now) },
    sealer: makeSealer(`${newId()}${newId()}`),
    files: folderStore(folder),
    publicUrl: 'https://shop.example.cn',
    sandbox: true,
  };
  return {
    ...database,
    at,
    setTime(to) {
      now = new Date(to);
    },
    passTime(ms) {
      now = new Date(now.getTime() + ms);
    },
  };
}

/** 店村镇新村 in Chengxian: where the station of the tests stands. */
export const testVillage = '621221107206';
/** Another village of the same township. */
export const neighbourVillage = '621221107205';
/** A village of another township of the same county. */
export const farVillage = '621221102201';

export type TestCounty = Awaited<ReturnType<typeof openTestCounty>>;

/**
 * Chengxian 621221 as a county in use: its regions, an organisation of every kind, a person in every role and a
 * household in the station's village. Only its own regions are loaded, which takes some 50 ms.
 */
export async function openTestCounty(at: Context) {
  const county = 621221;
  await loadCountyRegions(at, county);
  await loadCrops(at.db);
  await loadCategories(at.db);

  const platformOrg = await addTestOrganisation(at, { county: 0, kind: 'platform', name: '山货平台', region: '' });
  const centre = await addTestOrganisation(at, { county, kind: 'county_centre', name: '成县电商运营中心' });
  const cooperative = await addTestOrganisation(at, { county, kind: 'cooperative', name: '成县山里红核桃专业合作社' });
  const merchantOrg = await addTestOrganisation(at, { county, kind: 'merchant', name: '成县鸡峰山农产品有限公司' });
  const station = await addTestOrganisation(at, {
    county,
    kind: 'station',
    name: '店村镇新村服务站',
    region: testVillage,
    buysFor: cooperative,
  });
  const logistics = await addTestOrganisation(at, { county, kind: 'logistics', name: '成县乡镇物流有限公司' });
  const purchasingUnit = await addTestOrganisation(at, { county, kind: 'purchasing_unit', name: '成县第一中学食堂' });

  return {
    county,
    village: testVillage,
    platformOrg,
    centre,
    cooperative,
    merchantOrg,
    station,
    logistics,
    purchasingUnit,
    /** keeps the station in the village */
    keeper: await addTestPerson(at, { name: '李站长', org: station, role: 'keeper' }),
    /** works for the cooperative */
    merchant: await addTestPerson(at, { name: '王合作', org: cooperative, role: 'merchant' }),
    /** works for the other seller, which has no part in what the cooperative does */
    otherMerchant: await addTestPerson(at, { name: '孙商家', org: merchantOrg, role: 'merchant' }),
    /** of the township the station is in */
    cadre: await addTestPerson(at, { name: '赵书记', org: centre, role: 'cadre', region: testVillage.slice(0, 9) }),
    operator: await addTestPerson(at, { name: '周运营', org: centre, role: 'operator' }),
    platform: await addTestPerson(at, { name: '吴平台', org: platformOrg, role: 'platform' }),
    purchaser: await addTestPerson(at, { name: '郑采购', org: purchasingUnit, role: 'purchaser' }),
    courier: await addTestPerson(at, { name: '冯物流', org: logistics, role: 'courier' }),
    auditor: await addTestPerson(at, { name: '陈审计', org: centre, role: 'auditor' }),
    /** a person who only buys */
    buyer: await addTestPerson(at, { name: '买家甲' }),
    otherBuyer: await addTestPerson(at, { name: '买家乙' }),
    /** 5 mu with 60 walnut trees and 2 mu of pepper, in the station's village */
    household: await addTestHousehold(at, { county, village: testVillage, name: '张建明', category: 'lifted' }),
    /** in a village of another township: outside the keeper's and the cadre's region */
    farHousehold: await addTestHousehold(at, { county, village: farVillage, name: '刘桂花' }),
  };
}

/** The regions of one county and those above it, and the county as a tenant; without the rest of China. */
export async function loadCountyRegions(at: Context, county: number): Promise<void> {
  const code = `${county}000000`;
  const above = new Set([`${code.slice(0, 2)}0000000000`, `${code.slice(0, 4)}00000000`, code]);
  const file = regionFile();
  const found = file.counties().find((region) => region.code === code);
  if (!found) throw new Error(`no county ${county}`);
  await transact(at.db, async (tx) => {
    await insertRegions(tx, [
      ...file.provinces().filter((region) => above.has(region.code)),
      ...file.cities().filter((region) => above.has(region.code) && region.code !== code),
      found,
      ...file.townshipsOf(county).filter((region) => region.code !== code),
      ...villageRows(county),
    ]);
    await tx
      .insertInto('registry.county')
      .values({
        county,
        code,
        name: found.name,
        short_name: shortName(found.name),
        state: 'open',
        opened_at: at.clock.now(),
      })
      .execute();
  });
}

let organisationsMade = 0;

/**
 * An organisation with a code that passes its check.
 *
 * @param input.region default: the county
 * @returns its id
 */
export async function addTestOrganisation(
  at: Context,
  input: {
    county: number;
    kind: 'merchant' | 'cooperative' | 'station' | 'county_centre' | 'platform' | 'purchasing_unit' | 'logistics';
    name: string;
    region?: string;
    buysFor?: string;
  },
): Promise<string> {
  const id = newId();
  const subject = String(++organisationsMade).padStart(9, '0');
  await at.db
    .insertInto('registry.organisation')
    .values({
      county: input.county,
      id,
      kind: input.kind,
      name: input.name,
      code: completeOrganisationCode(`93${String(input.county).padStart(6, '0')}${subject}`) as string,
      region: input.region ?? String(input.county),
      contact: '联系人',
      phone: '13800000000',
      buys_for: input.buysFor ?? null,
      state: 'active',
      created_at: at.clock.now(),
    })
    .execute();
  return id;
}

/** Lets a person of a test sign in by phone, as on a real server. */
export async function giveTestPhone(at: Context, by: Actor, phone: string): Promise<void> {
  await at.db
    .updateTable('auth.user')
    .set({ phoneNumber: phoneHash(at.sealer, phone), phoneNumberVerified: true })
    .where('id', '=', by.person)
    .execute();
  const phone_sealed = at.sealer.seal(phone);
  await at.db
    .insertInto('auth.phone')
    .values({ person: by.person, phone_sealed })
    .onConflict((one) => one.column('person').doUpdateSet({ phone_sealed }))
    .execute();
}

/** The phone of a household's head, by which a person can speak for it. @returns the member */
export async function giveTestHeadPhone(
  at: Context,
  { county, household }: { county: number; household: string },
  phone: string,
): Promise<{ id: string; village: string }> {
  const [member] = await giveTestHeadPhones(at, county, [{ household, phone }]);
  return member as { id: string; village: string };
}

/** The same for many households of a county. @returns their members, in the same order */
export async function giveTestHeadPhones(
  at: Context,
  county: number,
  phones: readonly { household: string; phone: string }[],
): Promise<{ id: string; village: string }[]> {
  const rows = await scoped(at.db, String(county), async (tx) => {
    const { rows } = await sql<{ id: string; village: string; household: string }>`
      update registry.household_member m set phone_hash = n.hash
        from unnest(${plainArray(phones.map((one) => one.household))}::uuid[],
          ${textArray(phones.map((one) => phoneHash(at.sealer, one.phone)))}::text[]) n (household, hash)
       where m.county = ${county} and m.household = n.household and m.relation = 'head'
      returning m.id, m.village, m.household`.execute(tx);
    return new Map(rows.map((row) => [row.household, row]));
  });
  return phones.map(({ household }) => rows.get(household) as { id: string; village: string });
}

/** People without a role, who can sign in by phone. */
export async function addTestPeople(at: Context, phones: readonly string[], name: string): Promise<Actor[]> {
  const now = at.clock.now();
  const people = phones.map((phone) => ({ person: newId(), name, memberships: [], phone }));
  for (const some of inSets(people)) {
    await at.db
      .insertInto('auth.user')
      .values(
        some.map(({ person, phone }) => ({
          ...{ id: person, name, email: `${person}@people.invalid`, emailVerified: false },
          ...{ phoneNumber: phoneHash(at.sealer, phone), phoneNumberVerified: true, createdAt: now, updatedAt: now },
        })),
      )
      .execute();
    await at.db
      .insertInto('auth.phone')
      .values(some.map(({ person, phone }) => ({ person, phone_sealed: at.sealer.seal(phone) })))
      .execute();
  }
  return people.map(({ person, memberships }) => ({ person, name, memberships }));
}

/** Of as many rows as one statement takes, however many columns they have. */
export function* inSets<T>(rows: readonly T[], most = 1000): Generator<T[]> {
  for (let from = 0; from < rows.length; from += most) yield rows.slice(from, from + most);
}

/**
 * A person who can be an actor, with a role when an organisation is named.
 *
 * @param input.region default: the organisation's
 */
export async function addTestPerson(
  at: Context,
  input: { name: string; org?: string; role?: Role; region?: string },
): Promise<Actor> {
  const person = newId();
  const now = at.clock.now();
  await at.db
    .insertInto('auth.user')
    .values({
      id: person,
      name: input.name,
      email: `${person}@people.invalid`,
      emailVerified: false,
      createdAt: now,
      updatedAt: now,
    })
    .execute();
  const memberships: Membership[] = [];
  if (input.org && input.role) {
    const org = await at.db
      .selectFrom('registry.organisation')
      .select(['county', 'kind', 'name', 'region'])
      .where('id', '=', input.org)
      .executeTakeFirstOrThrow();
    const region = input.region ?? org.region;
    await at.db
      .insertInto('registry.membership')
      .values({
        person,
        org: input.org,
        role: input.role,
        county: org.county,
        region,
        created_at: now,
        created_by: null,
      })
      .execute();
    memberships.push({
      org: input.org,
      orgKind: org.kind,
      orgName: org.name,
      role: input.role,
      county: org.county,
      region,
    });
  }
  return { person, name: input.name, memberships };
}

let numbersMade = 0;

/** An ID number that passes its check; its address 999999 is no place, so it is nobody's. */
export function inventedIdNumber(): string {
  const n = ++numbersMade;
  // A thousand people are born on one day.
  const born = dayOf(new Date(Date.UTC(1970, 0, 1 + Math.floor(n / 1000)))).replaceAll('-', '');
  return completeIdNumber(`999999${born}${String(n % 1000).padStart(3, '0')}`);
}

interface NewTestHousehold {
  village: string;
  /** the head's */
  name: string;
  category?: 'general' | 'lifted' | 'monitored';
  phone?: string;
  yields?: readonly { crop: string; areaCentimu: number; trees: number }[];
}

/**
 * A household with a head and a spouse; it can yield walnuts and pepper unless told otherwise.
 *
 * @returns its id
 */
export async function addTestHousehold(at: Context, input: NewTestHousehold & { county: number }): Promise<string> {
  return (await addTestHouseholds(at, input.county, [input]))[0] as string;
}

const usualYields: NonNullable<NewTestHousehold['yields']> = [
  { crop: 'walnut', areaCentimu: 500, trees: 60 },
  { crop: 'pepper', areaCentimu: 200, trees: 0 },
];

/** Many such households of one county. @returns their ids, in the same order */
export async function addTestHouseholds(
  at: Context,
  county: number,
  households: readonly NewTestHousehold[],
): Promise<string[]> {
  const { sealer } = at;
  const now = at.clock.now();
  const ids: string[] = [];
  for (const some of inSets(households)) {
    await scoped(at.db, String(county), async (tx) => {
      const first = await takeNumbers(tx, county, 'household', some.length);
      const of = some.map((one, i) => ({ ...one, id: newId(), code: String(first + i).padStart(5, '0') }));
      await tx
        .insertInto('registry.household')
        .values(
          of.map(({ id, code, village, category = 'general' }) => ({
            ...{ county, id, code, village, category, state: 'active' as const },
            ...{ created_at: now, created_by: null, changed_at: now },
          })),
        )
        .execute();
      await tx
        .insertInto('registry.household_member')
        .values(
          of.flatMap(({ id, village, name, phone }) => {
            const idNumber = inventedIdNumber();
            return [
              {
                ...{ county, id: newId(), household: id, village, relation: 'head' as const },
                name_sealed: sealer.seal(name),
                id_number_sealed: sealer.seal(idNumber),
                id_number_hash: idNumberHash(sealer, idNumber),
                phone_sealed: phone ? sealer.seal(phone) : null,
                phone_hash: phone ? phoneHash(sealer, phone) : null,
              },
              {
                ...{ county, id: newId(), household: id, village, relation: 'spouse' as const },
                name_sealed: sealer.seal('配偶'),
                ...{ id_number_sealed: null, id_number_hash: null, phone_sealed: null, phone_hash: null },
              },
            ];
          }),
        )
        .execute();
      await tx
        .insertInto('registry.household_yield')
        .values(
          of.flatMap(({ id, village, yields = usualYields }) =>
            yields.map(({ crop, areaCentimu, trees }) => ({
              ...{ county, household: id, village, crop, area_centimu: areaCentimu, trees },
            })),
          ),
        )
        .execute();
      ids.push(...of.map(({ id }) => id));
    });
  }
  return ids;
}

/** Somebody who is signed in and has every role nowhere: every act of staff must refuse them. */
export const stranger: Actor = { person: 'stranger', name: '陌生人', memberships: [] };
