import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandOf, markOf, stillRuns, tryLock } from './processes.ts';

test('a process is known by its number and its start, so that a number used again does not pass', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(child, 'spawn');
  const mark = markOf(child.pid);
  assert.ok(mark && stillRuns(mark));
  assert.match(commandOf(mark.pid), /setInterval/);
  assert.ok(!stillRuns({ ...mark, started: 'another day' }));
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.ok(!stillRuns(mark));
  assert.equal(markOf(mark.pid), undefined);
});

test('a lock is held against the living only', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'shanhuo-lock-'));
  t.after(() => rm(folder, { recursive: true }));
  const lock = join(folder, 'lock');
  assert.equal(tryLock(lock), undefined);
  assert.equal(tryLock(lock)?.pid, process.pid, 'held, and we are told by whom');
  await writeFile(lock, JSON.stringify({ pid: process.pid, started: 'another day' }));
  assert.equal(tryLock(lock), undefined, 'its holder is gone, though the number is in use');
  await writeFile(lock, '{"pid":');
  assert.equal(tryLock(lock), undefined, 'broken off while written');
  assert.equal(JSON.parse(await readFile(lock, 'utf8')).pid, process.pid);
});
