import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { testDatabase } from '../../test/database.ts';
import { type Db, nextNumber, once, scoped, takeNumbers, transact, withScope } from './db.ts';
import { Refusal } from './errors.ts';

const { db } = await testDatabase();
await sql`create table platform.test_effect (n int)`.execute(db);
const effects = async () =>
  (await sql<{ n: number }>`select count(*)::int as n from platform.test_effect`.execute(db)).rows[0]?.n;
const act =
  (answer: unknown, ms = 0) =>
  async (tx: Parameters<Parameters<typeof once>[2]>[0]) => {
    await sql`insert into platform.test_effect values (1)`.execute(tx);
    if (ms) await sql`select pg_sleep(${ms / 1000})`.execute(tx);
    return answer;
  };

test('an idempotency key', async (t) => {
  const key = { scope: 'p POST /x', key: 'key-00001', hash: 'h1' };
  await t.test('runs the act once and answers the same again', async () => {
    assert.deepEqual(await once(db, key, act({ number: 1 })), { number: 1 });
    assert.deepEqual(await once(db, key, act({ number: 2 })), { number: 1 });
    assert.equal(await effects(), 1);
  });
  await t.test('with other input is refused', async () => {
    await assert.rejects(once(db, { ...key, hash: 'h2' }, act(1)), (e: Refusal) => e.code === 'idempotency-key-reused');
  });
  await t.test('of another caller is another key', async () => {
    await once(db, { ...key, scope: 'q POST /x' }, act(1));
    assert.equal(await effects(), 2);
  });
  await t.test('used by two at once runs once; both get the one answer', async () => {
    const twice = { ...key, key: 'key-00002' };
    const answers = await Promise.all([once(db, twice, act('a', 50)), once(db, twice, act('b', 50))]);
    assert.equal(answers[0], answers[1]);
    assert.equal(await effects(), 3);
  });
  await t.test('of a refused act is free again', async () => {
    const free = { ...key, key: 'key-00003' };
    await assert.rejects(
      once(db, free, async () => {
        throw new Error('no');
      }),
    );
    assert.equal(await once(db, free, act('now')), 'now');
  });
});

test('a transaction inside a transaction joins it', async () => {
  const before = await effects();
  await assert.rejects(
    transact(db, async (tx) => {
      await transact(tx, act(1));
      throw new Error('undo all');
    }),
  );
  assert.equal(await effects(), before);
});

test('a deadlock is tried again until both are in', async () => {
  await sql`create table platform.test_pair (id int primary key, n int)`.execute(db);
  await sql`insert into platform.test_pair values (1, 0), (2, 0)`.execute(db);
  const both = (first: number, second: number) =>
    transact(db, async (tx) => {
      await sql`update platform.test_pair set n = n + 1 where id = ${first}`.execute(tx);
      await sql`select pg_sleep(0.05)`.execute(tx);
      await sql`update platform.test_pair set n = n + 1 where id = ${second}`.execute(tx);
    });
  await Promise.all([both(1, 2), both(2, 1)]);
  const { rows } = await sql<{ n: number }>`select n from platform.test_pair`.execute(db);
  assert.deepEqual(
    rows.map((r) => r.n),
    [2, 2],
  );
});

test('numbers of a counter are given once and without gaps', async () => {
  const numbers = await Promise.all(
    Array.from({ length: 20 }, () => transact(db, (tx) => nextNumber(tx, 621221, 'order'))),
  );
  assert.deepEqual(
    numbers.sort((a, b) => a - b),
    Array.from({ length: 20 }, (_, i) => i + 1),
  );
});

test('numbers taken before a transaction are given once, whatever becomes of it', async () => {
  const taken = await Promise.all(Array.from({ length: 20 }, (_, i) => takeNumbers(db, 621221, 'taken', i + 1)));
  const numbers = taken.flatMap((first, i) => Array.from({ length: i + 1 }, (_, k) => first + k));
  assert.deepEqual(
    numbers.sort((a, b) => a - b),
    Array.from({ length: 210 }, (_, i) => i + 1),
  );
  await transact(db, async () => {
    await takeNumbers(db, 621221, 'taken', 1);
    throw new Error('refused');
  }).catch(() => {});
  assert.equal(await takeNumbers(db, 621221, 'taken', 1), 212);
});

test('the scope of people’s records', async (t) => {
  const scope = async (d: Db) =>
    (await sql<{ s: string | null }>`select nullif(current_setting('app.scope', true), '') as s`.execute(d)).rows[0]
      ?.s ?? null;
  await t.test('lasts for one transaction', async () => {
    assert.equal(await scoped(db, '621221', scope), '621221');
    assert.equal(await scope(db), null);
  });
  await t.test('is a region prefix and nothing else', async () => {
    await assert.rejects(
      transact(db, (tx) => withScope(tx, "6' or true --")),
      RangeError,
    );
    await assert.rejects(
      transact(db, (tx) => withScope(tx, '')),
      RangeError,
    );
  });
});

test('facts are never edited', async () => {
  await assert.rejects(
    sql`update trace.purchase set grams = 1`
      .execute(db)
      .then(() => sql`delete from ledger.transfer`.execute(db))
      .then(() => {
        // Empty tables fire no row trigger; one row proves the guard.
        return transact(db, async (tx) => {
          await sql`insert into ledger.account values (1, gen_random_uuid(), 'merchant', 'a', 'CNY', 'credit', 0,0,0,0, null, null, now()), (1, gen_random_uuid(), 'merchant', 'b', 'CNY', 'credit', 0,0,0,0, null, null, now())`.execute(
            tx,
          );
          await sql`insert into ledger.transfer (county, id, kind, debit, credit, amount_fen, reason, evidence_kind, evidence, created_at)
          select 1, gen_random_uuid(), 'single', min(id::text)::uuid, max(id::text)::uuid, 1, 'x', 'x', gen_random_uuid(), now() from ledger.account`.execute(
            tx,
          );
          await sql`update ledger.transfer set amount_fen = 2`.execute(tx);
        });
      }),
    (e: { code?: string }) => e.code === 'SH001',
  );
});

test('refusals name their field and speak both languages', () => {
  const refusal = new Refusal(
    'x',
    { status: 422, field: 'grams', zh: '还剩 {left} 克', en: '{left} g left' },
    { left: 5 },
  );
  assert.equal(refusal.say('zh'), '还剩 5 克');
  assert.equal(refusal.say('en'), '5 g left');
});
