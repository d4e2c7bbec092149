import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testDatabase } from '../../../test/database.ts';

test('lists of any length are one statement; quotes, commas and an empty list are taken as they are', async (t) => {
  const { db } = await testDatabase(t);
  const names = ['plain', 'a,b', '"quoted" \\ {braces}', 'null'];
  await db
    .insertInto('platform.handled')
    .values(
      names.map((subscriber) => ({
        county: 0,
        subscriber,
        event: '0192f0c0-0000-7000-8000-000000000001',
        handled_at: new Date(),
      })),
    )
    .execute();
  const among = (list: string[], op: 'in' | 'not in' = 'in') =>
    db.selectFrom('platform.handled').select('subscriber').where('subscriber', op, list).orderBy('subscriber');
  const found = async (list: string[], op?: 'not in') =>
    (await among(list, op).execute()).map(({ subscriber }) => subscriber);
  const sorted = await found(names);
  assert.deepEqual([...sorted].sort(), [...names].sort());
  for (const name of names) assert.deepEqual(await found([name, 'other']), [name]);
  assert.deepEqual(
    await found(['plain'], 'not in'),
    sorted.filter((name) => name !== 'plain'),
  );
  assert.deepEqual(await found([]), []);
  assert.deepEqual(await found([], 'not in'), sorted);
  assert.equal(among(['a']).compile().sql, among(names).compile().sql);
});
