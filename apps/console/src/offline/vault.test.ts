import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { IDBFactory } from 'fake-indexeddb';
import { openKeep } from './idb.ts';
import { makeVault, readVault, recoverVault, unlock, type VaultRecord, waitAfter, wipeReference } from './vault.ts';

const recoveryKey = randomBytes(32).toString('base64');
const of = { person: 'p', county: 621221, station: 's', device: 'd', letters: 'A' };
const PIN = '280417';
const now = Date.parse('2026-09-17T06:00:00Z');

async function setUp() {
  const keep = await openKeep(new IDBFactory(), 'test');
  return { keep, vault: await makeVault(keep, of, PIN, recoveryKey) };
}

test('what is sealed opens again with the PIN, in its own place only, and shows nothing on the disk', async () => {
  const { keep, vault } = await setUp();
  const sealed = await vault.seal('pack', { headMasked: '张*明' });
  await keep.put('sealed', { id: 'pack', ...sealed } as { id: string });
  const unlocked = await unlock(keep, PIN, now);
  assert.ok('vault' in unlocked);
  const kept = await keep.get<typeof sealed>('sealed', 'pack');
  assert.ok(kept);
  assert.deepEqual(await unlocked.vault.open('pack', kept), { headMasked: '张*明' });
  await assert.rejects(unlocked.vault.open('note 1', kept), { name: 'OperationError' });
  assert.equal(Buffer.from(kept.data).includes(Buffer.from('张')), false);
  const record = JSON.stringify(await readVault(keep));
  assert.ok(!record.includes(PIN) && !record.includes(recoveryKey));
  assert.ok(((await readVault(keep)) as VaultRecord).iterations >= 600_000);
});

test('the same text is never sealed the same way twice', async () => {
  const { vault } = await setUp();
  const [a, b] = [await vault.seal('x', 1), await vault.seal('x', 1)];
  assert.notDeepEqual(a.iv, b.iv);
  assert.notDeepEqual(a.data, b.data);
});

test('wrong PINs are counted, wait longer and longer, and lose nothing', async () => {
  const { keep, vault } = await setUp();
  await keep.put('notes', { id: 'n', waiting: true, ...(await vault.seal('note n', { grams: 1 })) } as { id: string });
  for (const wrong of [1, 2, 3, 4]) {
    assert.deepEqual(await unlock(keep, '000000', now), { refused: 'wrong', wrong });
  }
  // Now the right one waits too; a reload or a second tab gains nothing, for the count is on the disk.
  assert.deepEqual(await unlock(keep, PIN, now + 14_999), { refused: 'wait', until: now + 15_000, wrong: 4 });
  assert.deepEqual(await unlock(keep, '000000', now + 15_000), { refused: 'wrong', wrong: 5 });
  assert.deepEqual(await unlock(keep, PIN, now + 44_999), { refused: 'wait', until: now + 45_000, wrong: 5 });
  const right = await unlock(keep, PIN, now + 45_000);
  assert.ok('vault' in right);
  assert.equal(right.vault.record.wrong, 0);
  const note = await keep.get<{ iv: Uint8Array<ArrayBuffer>; data: Uint8Array<ArrayBuffer> }>('notes', 'n');
  assert.deepEqual(await right.vault.open('note n', note as never), { grams: 1 });
});

test('waiting doubles up to a quarter of an hour', () => {
  assert.deepEqual(
    [1, 3, 4, 5, 6, 9, 10, 40].map((wrong) => waitAfter(wrong) / 1000),
    [0, 0, 15, 30, 60, 480, 900, 900],
  );
});

test('a forgotten PIN: the server’s key opens everything under a new one, the old one is over', async () => {
  const { keep, vault } = await setUp();
  const sealed = await vault.seal('note n', { grams: 1 });
  await assert.rejects(recoverVault(keep, randomBytes(32).toString('base64'), '111111'), { name: 'OperationError' });
  const recovered = await recoverVault(keep, recoveryKey, '111111');
  assert.deepEqual(await recovered.open('note n', sealed), { grams: 1 });
  assert.deepEqual(await unlock(keep, PIN, now), { refused: 'wrong', wrong: 1 });
  const again = await unlock(keep, '111111', now);
  assert.ok('vault' in again);
});

test('wiping takes the reference data and leaves the notes', async () => {
  const { keep, vault } = await setUp();
  await keep.put('sealed', { id: 'pack', ...(await vault.seal('pack', 1)) } as { id: string });
  await keep.put('notes', { id: 'n', ...(await vault.seal('note n', 1)) } as { id: string });
  await wipeReference(keep);
  assert.deepEqual([(await keep.all('sealed')).length, (await keep.all('notes')).length], [0, 1]);
});
