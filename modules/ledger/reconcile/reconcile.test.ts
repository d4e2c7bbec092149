import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { ledger } from '#ledger/contract';
import { migrateJobs } from '#platform/jobs.ts';
import { testCallers } from '../../../test/callers.ts';
import { openTestCounty, testContext } from '../../../test/fixtures.ts';
import { lastReconcile, ledgerModule } from '../index.ts';
import { runReconcile } from './run-reconcile.ts';

const room = (county: number) => ({
  name: 'room',
  invariants: [
    { name: 'holds', check: async () => [] },
    { name: 'does not', check: async () => [`county ${county} row 1`, 'county 500242 row 2', 'row of no county'] },
    {
      name: 'cannot be asked',
      check: async () => {
        throw new Error('no such table');
      },
    },
  ],
});

test('a night asks every invariant, keeps what they said, and forgets after ninety days', async (t) => {
  const { at, db } = await testContext(t);
  const of = await openTestCounty(at);
  const { county } = of;
  assert.equal(await lastReconcile(db), null);
  const day = (n: number) => ({ now: () => new Date(Date.UTC(2026, 8, n)) });
  assert.equal(await runReconcile(db, day(1), [room(county)]), 2);
  assert.equal(await runReconcile(db, day(2), [ledgerModule]), 0);
  assert.equal((await lastReconcile(db))?.broken, 0);

  const app = await testCallers(at, [ledgerModule], t);
  const read = app.as(of.auditor, { ledger }).ledger;
  const { rows, total } = await read.reconcileRuns({ params: { county } });
  assert.deepEqual(
    [total, rows.map(({ asked, broken }) => [asked, broken])],
    [
      2,
      [
        [ledgerModule.invariants?.length, 0],
        [3, 2],
      ],
    ],
  );
  const id = rows[1]?.id as string;
  const seen = async (by: typeof of.auditor) =>
    (await app.as(by, { ledger }).ledger.reconcileRun({ params: { county, id } })).findings.map((f) => [
      f.name,
      f.count,
      f.breaches.length,
    ]);
  assert.deepEqual(
    await seen(of.auditor),
    [
      ['room: holds', 0, 0],
      ['room: does not', 3, 1],
      ['room: cannot be asked', 1, 0],
    ],
    'of other counties only how many',
  );
  assert.deepEqual((await seen(of.platform))[1], ['room: does not', 3, 3]);
  await assert.rejects(read.reconcileRun({ params: { county, id: of.household } }), { code: 'not-found' });

  await runReconcile(db, day(1 + 91), []);
  assert.equal((await read.reconcileRuns({ params: { county } })).total, 2, 'the first is over ninety days old');
});

test('it can be asked for by hand, and asked twice it waits once', async (t) => {
  const { at, db, url } = await testContext(t);
  await migrateJobs(url);
  const of = await openTestCounty(at);
  const app = await testCallers(at, [ledgerModule], t);
  const params = { county: of.county };
  await assert.rejects(app.as(of.auditor, { ledger }).ledger.startReconcile({ params }), { code: 'not-allowed' });
  for (let n = 0; n < 2; n++) await app.as(of.operator, { ledger }).ledger.startReconcile({ params });
  const { rows } = await sql<{
    n: number;
  }>`select count(*)::int as n from jobs.jobs where task_identifier = 'ledger.reconcile'`.execute(db);
  assert.equal(rows[0]?.n, 1);
});
