import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Refusal } from '#platform/errors.ts';
import type { Problem } from '#platform/http/client.ts';
import { newId } from '#platform/ids.ts';
import { testCallers } from '../../../test/callers.ts';
import { addTestHousehold, openTestCounty, testContext } from '../../../test/fixtures.ts';
import { weighInTest } from '../../../test/fixtures-goods.ts';
import { trace } from '../contract.ts';
import { traceModule } from '../index.ts';
import { confirmYield } from './confirm-yield.ts';
import { setYieldBounds } from './set-yield-bounds.ts';

const { at, setTime } = await testContext();
const of = await openTestCounty(at);
const { county } = of;
const { as } = await testCallers(at, [traceModule]);

/** 400 kg a mu: a hundredth of a mu is 4 kg, 25 of them 100 kg. */
const yields100kg = [{ crop: 'walnut', areaCentimu: 25, trees: 0 }];
const seller = (name: string) => addTestHousehold(at, { county, village: of.village, name, yields: yields100kg });
const confirm = (household: string, grams: number, crop = 'walnut') =>
  confirmYield(at, of.operator, { county, household, crop, grams, reason: '到地里看过，是三年的密植园' }, null);
const refuses = (work: () => Promise<unknown>, code: string) =>
  assert.rejects(work(), (error) => (error as Refusal).code === code);

test('warned from 80 %, told above 100 %, refused above 120 %', async () => {
  const household = await seller('陈冬梅');
  const weigh = (grams: number) => weighInTest(at, of, { household, grams });
  assert.deepEqual((await weigh(79_999)).warnings, []);
  const near = { code: 'yield-near', boughtGrams: 80_000, limitGrams: 100_000, mostGrams: 120_000 };
  assert.deepEqual((await weigh(1)).warnings, [near]);
  assert.equal((await weigh(20_000)).warnings[0]?.code, 'yield-near');
  assert.equal((await weigh(20_000)).warnings[0]?.code, 'yield-above');
  await refuses(() => weigh(1), 'grams-above-yield');
});

test('refused: what cannot be confirmed, and by whom', async () => {
  const household = await seller('赵来喜');
  await refuses(() => confirm(newId(), 200_000), 'household-not-found');
  await refuses(() => confirm(household, 200_000, 'pear'), 'crop-not-grown');
  await refuses(() => confirm(household, 100_000), 'confirmation-below-bound');
  const params = { county, id: household };
  const body = { crop: 'walnut', grams: 200_000, reason: '到地里看过' };
  for (const by of [of.keeper, of.cadre, of.merchant, of.auditor, of.buyer]) {
    await assert.rejects(
      as(by, { trace }).trace.confirmYield({ params, body }),
      (error: Problem) => error.status === 403,
      by.name,
    );
  }
});

test('confirmed by the county, it may sell that much, this year; the latest confirmation counts', async () => {
  const household = await seller('马兰英');
  await weighInTest(at, of, { household, grams: 120_000 });
  await refuses(() => weighInTest(at, of, { household, grams: 1 }), 'grams-above-yield');
  await confirm(household, 300_000);
  assert.equal((await weighInTest(at, of, { household, grams: 80_000 })).warnings[0]?.mostGrams, 300_000);
  await confirm(household, 210_000);
  await refuses(() => weighInTest(at, of, { household, grams: 10_001 }), 'grams-above-yield');
  await weighInTest(at, of, { household, grams: 10_000 });
  const operator = as(of.operator, { trace }).trace;
  const [room] = await operator.capacity({ params: { county, id: household } });
  assert.deepEqual([room?.confirmedGrams, room?.leftGrams, room?.warnGrams], [210_000, 0, 80_000]);
  const said = await operator.yieldConfirmations({ params: { county, id: household } });
  assert.deepEqual(
    said.map((one) => one.grams),
    [210_000, 300_000],
  );
  setTime('2027-09-17T06:00:00Z');
  await refuses(() => weighInTest(at, of, { household, grams: 120_001 }), 'grams-above-yield');
  setTime('2026-09-17T06:00:00Z');
});

test('a county sets its own bounds', async () => {
  const set = (warnBp: number, blockBp: number) =>
    setYieldBounds(at, of.operator, { county, warnBp, blockBp, basis: '县农业农村局 2026 年 8 月' }, null);
  await refuses(() => set(9_000, 8_000), 'bounds-crossed');
  await set(5_000, 10_000);
  const household = await seller('何秀兰');
  assert.equal((await weighInTest(at, of, { household, grams: 50_000 })).warnings[0]?.code, 'yield-near');
  await refuses(() => weighInTest(at, of, { household, grams: 50_001 }), 'grams-above-yield');
  const cadre = as(of.cadre, { trace }).trace;
  assert.deepEqual(await cadre.yieldBounds({ params: { county } }), { warnBp: 5_000, blockBp: 10_000 });
});
