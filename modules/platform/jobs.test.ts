import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { testDatabase } from '../../test/database.ts';
import { transact } from './db.ts';
import { addJob, addJobs, defineJobs, type Job, type JobLog, migrateJobs, runJobs } from './jobs.ts';

const silent: JobLog = { debug() {}, info() {}, warn() {}, error() {} };

test('a job runs after its transaction commits, and never when it does not', async (t) => {
  const { db, url } = await testDatabase(t);
  await Promise.all([migrateJobs(url), migrateJobs(url)]);
  const seen: string[] = [];
  const greet: Job<{ name: string }> = { name: 'test.greet', run: async ({ name }) => void seen.push(name) };

  await assert.rejects(
    transact(db, async (tx) => {
      await addJob(tx, greet, { name: 'nobody' });
      throw new Error('no');
    }),
    /no/,
  );
  await transact(db, async (tx) => {
    await addJob(tx, greet, { name: 'once' }, { key: 'k' });
    await addJob(tx, greet, { name: 'the newest' }, { key: 'k' });
    await addJobs(tx, greet, [
      { payload: { name: 'a' }, key: 'a' },
      { payload: { name: 'b' }, key: 'b' },
    ]);
  });
  const running = await runJobs({ url, jobs: defineJobs(greet), log: silent });
  t.after(() => running.stop());
  for (let tries = 0; seen.length < 3 && tries < 200; tries++) await sleep(20);
  assert.deepEqual(seen.sort(), ['a', 'b', 'the newest']);
});

test('two jobs of one name are refused', async () => {
  const job: Job = { name: 'test.same', run: async () => {} };
  const url = 'postgres://never-reached';
  await assert.rejects(runJobs({ url, jobs: [job, job], log: silent }), /two jobs are named test\.same/);
});
