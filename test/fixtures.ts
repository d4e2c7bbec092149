import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { loadCategories } from '#catalog';
import type { Actor, Membership, Role } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { nextNumber, scoped, transact } from '#platform/db.ts';
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
}

/** The phone of a household's head, by which a person can speak for it. @returns the member */
export async function giveTestHeadPhone(
  at: Context,
  { county, household }: { county: number; household: string },
  phone: string,
): Promise<{ id: string; village: string }> {
  return scoped(at.db, String(county), (tx) =>
    tx
      .updateTable('registry.household_member')
      .set({ phone_hash: phoneHash(at.sealer, phone) })
      .where('county', '=', county)
      .where('household', '=', household)
      .where('relation', '=', 'head')
      .returning(['id', 'village'])
      .executeTakeFirstOrThrow(),
  );
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
export const inventedIdNumber = (): string =>
  completeIdNumber(`99999919700101${String(++numbersMade % 1000).padStart(3, '0')}`);

/**
 * A household with a head and a spouse; it can yield walnuts and pepper unless told otherwise.
 *
 * @returns its id
 */
export async function addTestHousehold(
  at: Context,
  input: {
    county: number;
    village: string;
    /** the head's */
    name: string;
    category?: 'general' | 'lifted' | 'monitored';
    phone?: string;
    yields?: readonly { crop: string; areaCentimu: number; trees: number }[];
  },
): Promise<string> {
  const id = newId();
  const { county, village } = input;
  const { sealer } = at;
  const idNumber = inventedIdNumber();
  await scoped(at.db, String(county), async (tx) => {
    const number = await nextNumber(tx, county, 'household');
    await tx
      .insertInto('registry.household')
      .values({
        county,
        id,
        code: String(number).padStart(5, '0'),
        village,
        category: input.category ?? 'general',
        state: 'active',
        created_at: at.clock.now(),
        created_by: null,
        changed_at: at.clock.now(),
      })
      .execute();
    await tx
      .insertInto('registry.household_member')
      .values([
        {
          county,
          id: newId(),
          household: id,
          village,
          relation: 'head',
          name_sealed: sealer.seal(input.name),
          id_number_sealed: sealer.seal(idNumber),
          id_number_hash: idNumberHash(sealer, idNumber),
          phone_sealed: input.phone ? sealer.seal(input.phone) : null,
          phone_hash: input.phone ? phoneHash(sealer, input.phone) : null,
        },
        { county, id: newId(), household: id, village, relation: 'spouse', name_sealed: sealer.seal('配偶') },
      ])
      .execute();
    await tx
      .insertInto('registry.household_yield')
      .values(
        (
          input.yields ?? [
            { crop: 'walnut', areaCentimu: 500, trees: 60 },
            { crop: 'pepper', areaCentimu: 200, trees: 0 },
          ]
        ).map((y) => ({
          county,
          household: id,
          village,
          crop: y.crop,
          area_centimu: y.areaCentimu,
          trees: y.trees,
        })),
      )
      .execute();
  });
  return id;
}

/** Somebody who is signed in and has every role nowhere: every act of staff must refuse them. */
export const stranger: Actor = { person: 'stranger', name: '陌生人', memberships: [] };
