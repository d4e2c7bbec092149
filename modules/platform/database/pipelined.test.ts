import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { testDatabase } from '../../../test/database.ts';
import { type Db, transact } from '../db.ts';
import { pipelined } from './pipelined.ts';

test('statements asked for together run in the order of the asking, on one connection', async (t) => {
  const { db } = await testDatabase(t);
  const ask = (one: Db, i: number) =>
    i % 2 === 0
      ? sql<{
          n: number;
          pid: number;
        }>`select nextval('platform.place')::int as n, pg_backend_pid() as pid, ${i}::int as i`
          .execute(one)
          .then(({ rows }) => rows[0])
      : one
          .selectNoFrom([
            sql<number>`nextval('platform.place')::int`.as('n'),
            sql<number>`pg_backend_pid()`.as('pid'),
            sql<number>`${i}::int`.as('i'),
          ])
          .executeTakeFirst();
  await sql`create sequence platform.place`.execute(db);
  const answers = await pipelined(db, (one) => Promise.all(Array.from({ length: 20 }, (_, i) => ask(one, i))));
  assert.deepEqual(
    answers.map((answer) => answer?.n),
    Array.from({ length: 20 }, (_, i) => i + 1),
  );
  assert.equal(new Set(answers.map((answer) => answer?.pid)).size, 1);
});

test('inside a transaction they stay in it; one that fails takes all of it back', async (t) => {
  const { db } = await testDatabase(t);
  await sql`create table platform.kept (n int primary key)`.execute(db);
  const write = (one: Db, n: number) => sql`insert into platform.kept values (${n})`.execute(one);
  const failed = transact(db, (tx) =>
    pipelined(tx, (one) => {
      assert.equal(one.isTransaction, true);
      return Promise.all([write(one, 1), write(one, 1), write(one, 2)]);
    }),
  );
  await assert.rejects(failed, { code: '23505' });
  const count = async () =>
    (await sql<{ n: number }>`select count(*)::int as n from platform.kept`.execute(db)).rows[0]?.n;
  assert.equal(await count(), 0);
  await transact(db, (tx) => pipelined(tx, (one) => Promise.all([write(one, 1), write(one, 2)])));
  assert.equal(await count(), 2);
});

test('outside a transaction each stands for itself', async (t) => {
  const { db } = await testDatabase(t);
  await sql`create table platform.kept (n int primary key)`.execute(db);
  const write = (one: Db, n: number) => sql`insert into platform.kept values (${n})`.execute(one);
  const outcomes = await pipelined(db, (one) => Promise.allSettled([write(one, 1), write(one, 1), write(one, 2)]));
  assert.deepEqual(
    outcomes.map((outcome) => outcome.status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
});
