import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import pg from 'pg';
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

test('a job that a killed process had in hand is done by another at once', async (t) => {
  const { db, url } = await testDatabase(t);
  await migrateJobs(url);
  const done: string[] = [];
  const sweep: Job<{ name: string }> = { name: 'test.sweep', run: async ({ name }) => void done.push(name) };
  await transact(db, (tx) => addJob(tx, sweep, { name: 'orphan' }));
  await sql`update jobs._private_jobs set locked_by = 'pool-of-the-dead', locked_at = now(), attempts = 1`.execute(db);

  const running = await runJobs({ url, jobs: defineJobs(sweep), log: silent });
  t.after(() => running.stop());
  for (let tries = 0; done.length < 1 && tries < 200; tries++) await sleep(20);
  assert.deepEqual(done, ['orphan']);
});

test('what runs every minute runs when a process begins, and other hours are kept', async (t) => {
  const { url } = await testDatabase(t);
  await migrateJobs(url);
  const done: string[] = [];
  const job = (name: string, cron: string): Job => ({ name, cron, attempts: 1, run: async () => void done.push(name) });
  const jobs = [job('test.look', '* * * * *'), job('test.nightly', '5 3 29 2 *')];
  const running = await Promise.all([1, 2].map(() => runJobs({ url, jobs, log: silent })));
  t.after(() => Promise.all(running.map((one) => one.stop())));
  for (let tries = 0; done.length < 1 && tries < 500; tries++) await sleep(20);
  assert.ok(done.length >= 1 && done.every((name) => name === 'test.look'), done.join());
});

test('a job in the hands of a living process stays there', async (t) => {
  const { db, url } = await testDatabase(t);
  await migrateJobs(url);
  let begun = 0;
  const free = Promise.withResolvers<void>();
  const slow: Job = {
    name: 'test.slow',
    async run() {
      begun++;
      await free.promise;
    },
  };
  await transact(db, (tx) => addJob(tx, slow, {}));
  const first = await runJobs({ url, jobs: [slow], log: silent });
  t.after(() => first.stop());
  while (begun === 0) await sleep(20);
  const second = await runJobs({ url, jobs: [slow], log: silent });
  t.after(() => second.stop());
  await sleep(200);
  assert.equal(begun, 1);
  free.resolve();
});

test('the queue goes on after its connections were cut', async (t) => {
  const { db, url } = await testDatabase(t);
  await migrateJobs(url);
  let [done, cut] = [0, 0];
  const count: Job = {
    name: 'test.count',
    async run() {
      done++;
      // Before it can be written down that it is done.
      if (done === 1) cut = await cutConnections(url);
    },
  };
  const running = await runJobs({ url, jobs: [count], log: silent });
  t.after(() => running.stop());
  await transact(db, (tx) => addJob(tx, count, {}));
  while (done === 0) await sleep(20);
  await transact(db, (tx) => addJob(tx, count, {}));
  const waiting = async () => (await sql<{ n: number }>`select count(*) as n from jobs.jobs`.execute(db)).rows[0]?.n;
  for (let tries = 0; (await waiting()) !== 0 && tries < 300; tries++) await sleep(50);
  assert.equal(await waiting(), 0);
  assert.ok(cut > 0);
});

test('a job that was given away on a connection that broke at once is done', async (t) => {
  const { db, url } = await testDatabase(t);
  await migrateJobs(url);
  const done: string[] = [];
  const sweep: Job<{ name: string }> = { name: 'test.sweep', run: async ({ name }) => void done.push(name) };
  const running = await runJobs({ url, jobs: defineJobs(sweep), log: silent });
  t.after(() => running.stop());
  // As if the queue's own question had been answered, and the answer was lost with the connection.
  await transact(db, async (tx) => {
    await addJob(tx, sweep, { name: 'unheard of' });
    await sql`update jobs._private_jobs set attempts = 1, locked_at = now(), locked_by = (
      select replace(max(application_name), 'shanhuo jobs ', '') from pg_stat_activity
       where datname = current_database() and application_name like 'shanhuo jobs pool-%')`.execute(tx);
  });
  await sleep(1500);
  assert.deepEqual(done, [], 'it is in the hands of a living process');
  assert.ok((await cutConnections(url)) > 0);
  for (let tries = 0; done.length < 1 && tries < 400; tries++) await sleep(50);
  assert.deepEqual(done, ['unheard of']);
});

/** As a restart of the database does. @returns how many connections of the queue there were */
async function cutConnections(url: string): Promise<number> {
  const client = new pg.Client(url);
  await client.connect();
  const { rowCount } = await client.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name like 'shanhuo jobs%'`);
  await client.end();
  return rowCount ?? 0;
}
