import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { projectFolder } from '#platform/config.ts';

/**
 * The command as somebody types it.
 *
 * @param until what it says when it is stopped
 * @returns how it ended and its last line on stdout
 */
const simulate = (args: string[], until?: string) =>
  new Promise<{ code: number; receipt: string; said: string }>((resolve) => {
    const options = { cwd: projectFolder, maxBuffer: 1e8 };
    const child = execFile(process.execPath, ['tools/simulate.ts', ...args], options, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, receipt: stdout.trim().split('\n').at(-1) as string, said: stderr }),
    );
    child.stderr?.on('data', (text) => void (until && String(text).includes(until) && child.kill('SIGINT')));
  });

test('a small county over some weeks, stopped and gone on with, gives a receipt in which every path is the same', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'shanhuo-kept-'));
  t.after(() => rm(folder, { recursive: true }));
  // The user postgres must be able to pass.
  await chmod(folder, 0o711);
  const size = ['--households', '12', '--organisations', '9', '--orders', '24', '--years', '0.1', '--seed', '1'];
  const kept = [...size, '--keep', join(folder, 'county')];
  const stopped = await simulate(kept, 'opening');
  assert.deepEqual([stopped.code, stopped.receipt], [130, ''], stopped.said);
  const other = await simulate([...kept, '--seed', '2']);
  assert.equal(other.code, 1);
  assert.match(other.said, /keeps another plan/);

  const { code, receipt, said } = await simulate(kept);
  assert.equal(code, 0, said);
  const { counts, steps, paths, ...rest } = JSON.parse(receipt);
  assert.deepEqual([rest.differences, rest.failures, rest.invariants.broken], [[], [], []]);
  assert.deepEqual([counts.organisations, counts.households, steps.sell], [9, 12, 24]);
  const orders = Object.values<number>(counts.orders).reduce((sum, n) => sum + n, 0);
  // A pledge to a project is an order, too.
  assert.ok(orders >= 24);
  assert.ok(paths['621221: entries'] > 0);
  assert.match(said, /all \d+ invariants hold/);
});

test('a size that is none is refused', async () => {
  const { code, said } = await simulate(['--households', 'many']);
  assert.equal(code, 2);
  assert.match(said, /households must be a number/);
});
