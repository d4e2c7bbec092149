import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { benefitModule, ensureLogKey, sequenceLog } from '#benefit';
import { benefit } from '#benefit/contract';
import { formatKey, parseKey } from '#platform/tlog/note.ts';
import { tilePath, tilesOfLevel } from '#platform/tlog/tiles.ts';
import { testCallers } from '../test/callers.ts';
import { openTestCounty, testContext } from '../test/fixtures.ts';
import { addTestEntries } from '../test/fixtures-log.ts';
import { verifyLog } from './verify.ts';

test('a downloaded log is checked without the platform, and what was changed in it is named', async (t) => {
  const { at } = await testContext(t);
  const of = await openTestCounty(at);
  await ensureLogKey(at);
  const { get, as, visitor } = await testCallers(at, [benefitModule], t);
  const folder = await mkdtemp(join(tmpdir(), 'shanhuo-verify-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const save = async (path: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), (await get(`/log/${path}`)).rawPayload);
  };
  const [keyText = ''] = (await as(visitor, { benefit }).benefit.publicLog()).keys;
  await addTestEntries(at, of, { households: [of.household], count: 100 });
  await sequenceLog(at);
  const since = (await get('/log/checkpoint')).body;
  const fen = await addTestEntries(at, of, { households: [of.farHousehold], count: 420, month: '2026-10' });
  await sequenceLog(at);
  for (const path of ['checkpoint', `totals/${of.county}.json`]) await save(path);
  for (const level of ['entries', 0, 1] as const)
    for (const tile of tilesOfLevel(level, 520)) await save(tilePath(tile));

  const read = (path: string) => readFile(join(folder, path));
  const key = parseKey(keyText) as NonNullable<ReturnType<typeof parseKey>>;
  const found = await verifyLog(read, { key, since });
  assert.deepEqual([found.size, found.compared], [520, [of.county]]);
  assert.equal(found.totals.find((total) => total.month === '2026-10')?.fen, fen);

  const run = (...more: string[]) =>
    promisify(execFile)(process.execPath, ['tools/verify.ts', folder, ...more]).catch(
      (error) => error as { stderr: string; stdout: string },
    );
  await writeFile(join(folder, 'since'), since);
  assert.match((await run('--key', formatKey(key), '--since', join(folder, 'since'))).stdout, /520 entries.*continues/);
  assert.match((await run()).stderr, /--key is needed/);

  const turned = (bytes: Buffer, position: number) =>
    Buffer.from(bytes.map((byte, index) => (index === position ? byte ^ 1 : byte)));
  const cases: [string, (bytes: Buffer) => Buffer, RegExp][] = [
    ['tile/entries/001', (b) => turned(b, 60), /tile\/entries\/001 and tile\/0\/001 do not agree/],
    ['tile/0/002.p/8', (b) => b.subarray(32), /do not agree/],
    ['tile/1/000.p/2', (b) => turned(b, 5), /tile\/1\/000.p\/2 is not what lies below/],
    ['checkpoint', (b) => Buffer.from(b.toString().replace('\n520\n', '\n519\n')), /signature of .* is false/],
    [`totals/${of.county}.json`, (b) => Buffer.from(b.toString().replace(String(fen), String(fen + 1))), /not the sum/],
  ];
  for (const [path, change, why] of cases) {
    const whole = await read(path);
    await writeFile(join(folder, path), change(whole));
    await assert.rejects(() => verifyLog(read, { key, since }), why, path);
    await writeFile(join(folder, path), whole);
  }
  await verifyLog(read, { key, since });
});
