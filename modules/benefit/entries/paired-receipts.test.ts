import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addTestHousehold,
  farVillage,
  openTestCounty,
  stranger,
  testContext,
  testVillage,
} from '../../../test/fixtures.ts';
import { addTestEntries } from '../../../test/fixtures-log.ts';
import { addPairing } from '../../registry/pairings/add-pairing.ts';
import { endPairing } from '../../registry/pairings/end-pairing.ts';
import { pairedReceipts } from './paired-receipts.ts';

test('a cadre sees the paired households of their villages, those who received nothing for three months first', async (t) => {
  const { at, setTime } = await testContext(t, { time: '2026-05-31T06:00:00Z' });
  const of = await openTestCounty(at);
  const { county, household } = of;
  const other = await addTestHousehold(at, { county, village: testVillage, name: '王秀英' });
  const alone = await addTestHousehold(at, { county, village: testVillage, name: '李春生' });
  const pair = (more: object) =>
    addPairing(
      at,
      of.operator,
      {
        ...{ county, helperKind: 'branch', helperName: '税务局支部', village: testVillage, duty: '帮销' },
        ...{ since: '2026-01-01', ...more },
      },
      null,
    );
  const ask = (by = of.cadre, more: object = {}) => pairedReceipts(at, by, { county, ...more });

  await assert.rejects(ask(stranger), { code: 'not-allowed' });
  assert.equal((await ask()).total, 0, 'nobody is paired');
  await pair({ household });
  await pair({ household: other, helperName: '王书记' });
  await pair({ household: of.farHousehold, village: farVillage });
  // The last of February is three months before the last of May.
  await addTestEntries(at, of, { households: [household], count: 1, month: '2026-05', fen: () => 4_000 });
  setTime('2026-08-31T06:00:00Z');
  await addTestEntries(at, of, { households: [other], count: 1, month: '2026-08', fen: () => 700 });

  const seen = await ask();
  assert.deepEqual([seen.all, seen.quiet, seen.since], [2, 0, '2026-05-31']);
  setTime('2026-09-01T06:00:00Z');
  const later = await ask();
  assert.deepEqual([later.quiet, later.since], [1, '2026-06-01']);
  assert.deepEqual(
    later.rows.map((row) => [row.household, row.quiet, row.yearFen, row.recentFen, row.helpers]),
    [
      [household, true, 4_000, 0, ['税务局支部']],
      [other, false, 700, 700, ['王书记']],
    ],
  );
  assert.match(later.rows[0]?.headMasked ?? '', /\*/);
  assert.deepEqual(
    (await ask(of.cadre, { quiet: true })).rows.map((row) => row.household),
    [household],
  );
  assert.equal((await ask(of.operator)).all, 3);

  const { id } = await pair({ helperName: '全村' });
  assert.ok(
    (await ask()).rows.some((row) => row.household === alone),
    'a village’s pairing is each household’s',
  );
  await endPairing(at, of.operator, { county, id, until: '2026-08-31' }, null);
  assert.ok(!(await ask()).rows.some((row) => row.household === alone));
});
