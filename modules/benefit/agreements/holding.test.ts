import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scoped } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { addTestHousehold, farVillage, openTestCounty, testContext, testVillage } from '../../../test/fixtures.ts';
import { addTestAgreement } from '../../../test/fixtures-agreements.ts';
import type { Terms } from './agreement-kinds.ts';
import { agreementsHolding } from './holding.ts';

const { at } = await testContext();
const of = await openTestCounty(at);
const { county, cooperative, merchantOrg } = of;
const one = { household: of.household, village: testVillage };
const signedAt = new Date('2026-03-01T00:00:00Z');
const terms = (grade: string): Terms => ({
  ...{ kind: 'industry', crop: 'walnut', grade, floorFenPerKg: 2_000, grams: 500_000, season: '2026', bearer: 'firm' },
});
const agree = (grade: string, over: Partial<Parameters<typeof addTestAgreement>[1]> = {}) =>
  addTestAgreement(at, { county, org: cooperative, terms: terms(grade), households: [one], signedAt, ...over });
const ask = async (grade: string, over: Partial<Parameters<typeof agreementsHolding<'industry'>>[2]> = {}) =>
  (
    await scoped(at.db, String(county), (tx) =>
      agreementsHolding(tx, county, {
        ...{ kind: 'industry', at: new Date('2026-09-20T02:00:00Z'), org: cooperative, households: [one] },
        ...{ terms: { crop: 'walnut', grade }, ...over },
      }),
    )
  ).get(of.household);

async function dispute(
  agreement: string,
  from: string,
  closed?: { at: string; state: 'stands' | 'released' },
): Promise<void> {
  await scoped(at.db, String(county), (tx) =>
    tx
      .insertInto('benefit.agreement_dispute')
      .values({
        ...{ county, id: newId(), agreement, ...one, words: '没按价收', by_person: 'test', at: new Date(from) },
        ...({ due_at: new Date(from), state: closed?.state ?? 'open' } as const),
        ...(closed && { closed_at: new Date(closed.at), closed_by: 'test', answer: '查过' }),
      })
      .execute(),
  );
}

const over = (agreement: string, when: string) =>
  at.db
    .updateTable('benefit.agreement')
    .set({ state: 'ended', over_at: new Date(when) })
    .where('county', '=', county)
    .where('id', '=', agreement)
    .execute();

test('no agreement holds, and why', async (t) => {
  await agree('一级');
  await agree('未签', { signedAt: new Date('2026-10-01T00:00:00Z') });
  await agree('过期', { startsOn: '2026-01-01', endsOn: '2026-08-31' });
  await over(await agree('终止'), '2026-09-01T00:00:00Z');
  await dispute(await agree('异议'), '2026-09-10T00:00:00Z');
  await dispute(await agree('退出'), '2026-08-01T00:00:00Z', { at: '2026-08-05T00:00:00Z', state: 'released' });
  await agree('别村', { households: [], villages: [farVillage] });
  await agree('别户', { households: [{ household: of.farHousehold, village: farVillage }] });
  const table: [string, () => Promise<unknown>, string][] = [
    ['another grade', () => ask('三级'), 'no-agreement'],
    ['another crop', () => ask('一级', { terms: { crop: 'honey', grade: '一级' } }), 'no-agreement'],
    ['another organisation', () => ask('一级', { org: merchantOrg }), 'no-agreement'],
    ['signed only later', () => ask('未签'), 'no-agreement'],
    ['another village', () => ask('别村'), 'no-agreement'],
    ['another household', () => ask('别户'), 'no-agreement'],
    ['the term is over', () => ask('过期'), 'wrong-period'],
    ['a day before the term', () => ask('一级', { day: '2025-12-31' }), 'wrong-period'],
    ['ended', () => ask('终止'), 'agreement-over'],
    ['disputed', () => ask('异议'), 'household-disputed'],
    ['released', () => ask('退出'), 'household-disputed'],
  ];
  for (const [name, work, why] of table) await t.test(name, async () => assert.equal(await work(), why));
});

test('what holds is what both had signed by then', async () => {
  const held = await ask('一级');
  assert.ok(typeof held === 'object');
  assert.deepEqual([held.version, held.org, held.terms.floorFenPerKg], [1, cooperative, 2_000]);
  const any = await ask('一级', { org: undefined });
  assert.ok(typeof any === 'object', 'with whomever');
  const ended = await ask('终止', { at: new Date('2026-08-31T23:00:00Z') });
  assert.ok(typeof ended === 'object', 'an end does not reach back');
  const stood = await agree('照旧');
  await dispute(stood, '2026-08-01T00:00:00Z', { at: '2026-08-05T00:00:00Z', state: 'stands' });
  assert.ok(typeof (await ask('照旧', { at: new Date('2026-08-03T00:00:00Z') })) === 'object', 'it stood all the time');
  assert.ok(typeof (await ask('照旧')) === 'object', 'the county said that it stands');
});

test('an agreement of a village holds for its households, and of a merged file for the one it is in', async () => {
  await agree('全村', { households: [], villages: [testVillage] });
  assert.ok(typeof (await ask('全村')) === 'object');
  const old = await addTestHousehold(at, { county, village: testVillage, name: '张建明' });
  await agree('旧档', { households: [{ household: old, village: testVillage }] });
  assert.equal(await ask('旧档'), 'no-agreement');
  await scoped(at.db, String(county), (tx) =>
    tx
      .updateTable('registry.household')
      .set({ state: 'merged', merged_into: of.household })
      .where('county', '=', county)
      .where('id', '=', old)
      .execute(),
  );
  assert.ok(typeof (await ask('旧档')) === 'object');
});
