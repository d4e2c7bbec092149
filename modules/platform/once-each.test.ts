import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import { type OnceKey, once } from './db.ts';
import { type Refusal, refusePlatform } from './errors.ts';
import type { Outcome } from './gather.ts';
import { onceEach } from './once-each.ts';

const { db } = await testDatabase();

interface Ask {
  key: OnceKey | null;
  say: string;
}
const ask = (say: string, key: string | null, hash = say): Ask => ({
  key: key === null ? null : { scope: 'p POST /x', key: `key-${key}`, hash },
  say,
});
const done: string[] = [];
const work = (_: unknown, asks: readonly Ask[]): Promise<Outcome<string>[]> => {
  done.push(...asks.map(({ say }) => say));
  return Promise.resolve(
    asks.map(({ say }) => (say === 'no' ? { error: refusePlatform('not-allowed') } : { value: `${say}!` })),
  );
};
const told = (outcomes: readonly Outcome<string>[]) =>
  outcomes.map((one) => ('value' in one ? one.value : (one.error as Refusal).code));

test('asks under keys, done together', async (t) => {
  await t.test(
    'each is done once; a key used twice in one batch gives one answer, with other input a refusal',
    async () => {
      const asks = [ask('a', '00001'), ask('b', null), ask('a', '00001'), ask('c', '00001'), ask('b', null)];
      assert.deepEqual(told(await onceEach(db, asks, work)), ['a!', 'b!', 'a!', 'idempotency-key-reused', 'b!']);
      assert.deepEqual(done.splice(0), ['a', 'b', 'b']);
    },
  );
  await t.test('what was answered before is answered again and not done', async () => {
    await once(db, ask('d', '00002').key, async () => 'before');
    const asks = [ask('a', '00001'), ask('d', '00002'), ask('e', '00002'), ask('f', '00003')];
    assert.deepEqual(told(await onceEach(db, asks, work)), ['a!', 'before', 'idempotency-key-reused', 'f!']);
    assert.deepEqual(done.splice(0), ['f']);
    assert.equal(await once(db, ask('f', '00003').key, async () => 'again'), 'f!', 'and alone');
  });
  await t.test('a refused ask keeps no key', async () => {
    assert.deepEqual(told(await onceEach(db, [ask('no', '00004'), ask('g', '00005')], work)), ['not-allowed', 'g!']);
    assert.deepEqual(told(await onceEach(db, [ask('h', '00004')], work)), ['h!']);
    done.splice(0);
  });
  await t.test('two batches with the same keys at once: each key is done once', async () => {
    const asks = Array.from({ length: 20 }, (_, i) => ask(`x${i}`, `1${String(i).padStart(4, '0')}`));
    const [one, other] = await Promise.all([onceEach(db, asks, work), onceEach(db, asks.toReversed(), work)]);
    assert.deepEqual(told(one), told(other).toReversed());
    assert.equal(done.splice(0).length, 20);
  });
  await t.test('a bug undoes the whole batch, its keys too', async () => {
    const broken = (): Promise<Outcome<string>[]> => Promise.resolve([{ value: 'i!' }, { error: new Error('bug') }]);
    await assert.rejects(onceEach(db, [ask('i', '00006'), ask('j', '00007')], broken), { message: 'bug' });
    assert.deepEqual(told(await onceEach(db, [ask('k', '00006')], work)), ['k!']);
  });
});
