import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Gather, type GatherOptions, gather, type Outcome } from './gather.ts';

/** A gatherer whose batches wait until the test lets them go. */
function held(options: Partial<GatherOptions<number, number>> = {}) {
  const batches: number[][] = [];
  const release: (() => void)[] = [];
  const line: Gather<number, number> = gather<number, number>({
    most: 3,
    atOnce: 1,
    waiting: 5,
    patience: 1000,
    full: () => new Error('full'),
    async work(batch) {
      batches.push([...batch]);
      await new Promise<void>((resolve) => release.push(resolve));
      return batch.map((n): Outcome<number> => (n < 0 ? { error: new Error(`no ${n}`) } : { value: n * 10 }));
    },
    ...options,
  });
  const tick = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  return { line, batches, release, tick };
}

test('what arrives together is worked on together, each with its own answer', async () => {
  const { line, batches, release, tick } = held();
  const answers = [1, -2, 3].map((n) => line.take(n).catch((error: Error) => error.message));
  await tick();
  assert.deepEqual(batches, [[1, -2, 3]]);
  release.shift()?.();
  assert.deepEqual(await Promise.all(answers), [10, 'no -2', 30]);
});

test('while batches run, newcomers gather into the next one, at most so many', async () => {
  const { line, batches, release, tick } = held();
  const answers = [line.take(1)];
  await tick();
  answers.push(line.take(2), line.take(3), line.take(4), line.take(5));
  await tick();
  assert.deepEqual(batches, [[1]]);
  for (const expected of [[2, 3, 4], [5]]) {
    release.shift()?.();
    await tick();
    assert.deepEqual(batches.at(-1), expected);
  }
  release.shift()?.();
  assert.deepEqual(await Promise.all(answers), [10, 20, 30, 40, 50]);
});

test('beside a batch that runs only so many are worth another one; alone, one is', async () => {
  const { line, batches, release, tick } = held({ atOnce: 2, fewestBeside: 2 });
  const answers = [line.take(1)];
  await tick();
  answers.push(line.take(2));
  await tick();
  assert.deepEqual(batches, [[1]]);
  answers.push(line.take(3));
  await tick();
  assert.deepEqual(batches, [[1], [2, 3]]);
  answers.push(line.take(4));
  release.shift()?.();
  await tick();
  assert.deepEqual(batches, [[1], [2, 3]]);
  release.shift()?.();
  await tick();
  assert.deepEqual(batches, [[1], [2, 3], [4]]);
  release.shift()?.();
  assert.deepEqual(await Promise.all(answers), [10, 20, 30, 40]);
});

test('a full line refuses at once', async () => {
  const { line, release, tick } = held({ waiting: 2 });
  const answers = [line.take(1)];
  await tick();
  answers.push(line.take(2), line.take(3));
  await assert.rejects(line.take(4), /full/);
  release.shift()?.();
  await tick();
  release.shift()?.();
  assert.deepEqual(await Promise.all(answers), [10, 20, 30]);
});

test('a line whose first has waited too long refuses newcomers', async () => {
  let time = 0;
  const { line, release, tick } = held({ patience: 500, now: () => time });
  const answers = [line.take(1)];
  await tick();
  answers.push(line.take(2));
  time = 501;
  await assert.rejects(line.take(3), /full/);
  release.shift()?.();
  await tick();
  release.shift()?.();
  assert.deepEqual(await Promise.all(answers), [10, 20]);
});

test('whoever has gone before their turn is not worked on and holds up nobody', async () => {
  const { line, batches, release, tick } = held();
  const first = line.take(1);
  await tick();
  let gone = false;
  const dead = line.take(2, () => gone);
  const alive = line.take(3, () => false);
  gone = true;
  release.shift()?.();
  await assert.rejects(dead, { name: 'GoneError' });
  await tick();
  assert.deepEqual(batches, [[1], [3]]);
  release.shift()?.();
  assert.deepEqual(await Promise.all([first, alive]), [10, 30]);
});

test('a batch that breaks is tried piece by piece, and only the broken piece fails', async () => {
  const batches: number[][] = [];
  const line = gather<number, number>({
    most: 10,
    atOnce: 1,
    waiting: 10,
    patience: 1000,
    full: () => new Error('full'),
    async work(batch) {
      batches.push([...batch]);
      if (batch.includes(13)) throw new Error('13 breaks it');
      return batch.map((value) => ({ value }));
    },
  });
  const answers = await Promise.all([1, 13, 2].map((n) => line.take(n).catch((error: Error) => error.message)));
  assert.deepEqual(answers, [1, '13 breaks it', 2]);
  assert.deepEqual(batches, [[1, 13, 2], [1], [13], [2]]);
});
