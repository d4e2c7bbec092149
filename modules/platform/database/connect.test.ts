import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { sql } from 'kysely';
import { testDatabase } from '../../../test/database.ts';
import { transact } from '../db.ts';
import { connect, LoginError } from './connect.ts';

test('values arrive as the program counts: safe integers, dates as text, times as Date', async (t) => {
  const { db } = await testDatabase(t);
  const { rows } = await sql`
    select 9007199254740991::int8 as fen, array[1, null]::int8[] as fens, date '2026-11-22' as day,
           array[date '2026-11-22'] as days, timestamptz '2026-11-22 00:30+08' as at, 1.10::numeric as rate`.execute(
    db,
  );
  assert.deepEqual(rows, [
    {
      fen: 9007199254740991,
      fens: [1, null],
      day: '2026-11-22',
      days: ['2026-11-22'],
      at: new Date('2026-11-21T16:30:00Z'),
      rate: '1.10',
    },
  ]);
  await assert.rejects(sql`select 9007199254740992::int8`.execute(db), /beyond the safe integers/);
});

test('what was read is let go of: no statement keeps the rows of another', async (t) => {
  const { db } = await testDatabase(t);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (how?: { type: 'minor' }) => void;
  const read = async (times: number) => {
    for (let i = 1; i <= times; i++) {
      await sql`select n, md5(n::text) as a, md5((n + 1)::text) as b, md5((n + 2)::text) as c
                  from generate_series(1, 250) n where n > ${0}::int`.execute(db);
      if (i % 10 === 0) collect({ type: 'minor' });
    }
  };
  const keptBytes = () =>
    getHeapSpaceStatistics().find((space) => space.space_name === 'old_space')?.space_used_size as number;
  await read(100);
  collect();
  const before = keptBytes();
  await read(200);
  // Of the 80 kB that each read, what a small collection of garbage leaves behind is what happened to be in use.
  assert.ok((keptBytes() - before) / 200 < 8_000, `${(keptBytes() - before) / 200} bytes a statement`);
});

test('calendars are those of Asia/Shanghai', async (t) => {
  const { db } = await testDatabase(t);
  const { rows } = await sql`select timestamptz '2026-11-21T17:00:00Z'::date as day`.execute(db);
  assert.deepEqual(rows, [{ day: '2026-11-22' }]);
});

test('a superuser login acts as the plain role, so that row-level security binds it', async (t) => {
  const { db } = await testDatabase(t);
  const { rows } = await sql`
    select current_user::text as role, rolsuper as superuser, rolbypassrls as bypass
      from pg_roles where rolname = current_user`.execute(db);
  assert.deepEqual(rows, [{ role: 'shanhuo', superuser: false, bypass: false }]);
  const open = await sql`select relname from pg_class c join pg_namespace n on n.oid = relnamespace
    where relrowsecurity and not relforcerowsecurity`.execute(db);
  assert.deepEqual(open.rows, [], 'row-level security without force does not bind the owner');
});

test('a database that lets nobody in is named with its reason, and without the password', async () => {
  const url = process.env.TEST_DATABASE_URL as string;
  const changed = (change: (url: URL) => void) => {
    const other = new URL(url);
    // Over loopback, whichever way the server under test is reached.
    other.search = '';
    change(other);
    return other.href;
  };
  const { host } = new URL(url);
  const table: [string, string, string][] = [
    ['nobody listens', changed((u) => (u.host = '127.0.0.1:1')), 'the database at 127.0.0.1:1 does not answer'],
    ['a wrong password', changed((u) => (u.password = 'sesame')), `the database at ${host} says: password`],
    ['no such database', changed((u) => (u.pathname = '/nowhere')), `the database at ${host} says: database "nowhere"`],
  ];
  for (const [name, wrong, message] of table) {
    await assert.rejects(
      connect(wrong),
      (error: Error) => {
        assert.ok(error instanceof LoginError);
        assert.ok(error.message.startsWith(message), error.message);
        assert.ok(!error.message.includes('sesame'));
        return true;
      },
      name,
    );
  }
});

test('where a transaction cannot begin nothing runs without one: the connection is lost with its statements', async (t) => {
  const { db } = await testDatabase(t);
  await sql`create table platform.kept (n int primary key)`.execute(db);
  await assert.rejects(
    db.connection().execute(async (one) => {
      // A transaction of its own that has failed, in which none can begin.
      await sql`start transaction`.execute(one);
      await assert.rejects(sql`select 1 / 0`.execute(one), /division by zero/);
      const write = (n: number) => transact(one, (tx) => sql`insert into platform.kept values (${n})`.execute(tx));
      await assert.rejects(write(1));
      await write(2);
    }),
    /terminated|discarded/,
  );
  await transact(db, (tx) => sql`insert into platform.kept values (3)`.execute(tx));
  assert.deepEqual((await sql`select n from platform.kept`.execute(db)).rows, [{ n: 3 }]);
});
