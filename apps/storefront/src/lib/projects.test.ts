import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inOrder, percentOf, timeOf } from './projects.ts';

test('a goal is only full when it is reached', () => {
  const cases: [raisedFen: number, goalFen: number, percent: number][] = [
    [0, 100, 0],
    [99_999, 100_000, 99],
    [100_000, 100_000, 100],
    [250_000, 100_000, 250],
  ];
  for (const [raisedFen, goalFen, percent] of cases) assert.equal(percentOf({ raisedFen, goalFen }), percent);
});

test('the days that are left count today', () => {
  const project = { state: 'open', opensOn: '2026-02-27', endsOn: '2026-03-02' } as const;
  assert.equal(timeOf(project, '2026-02-26'), 'coming');
  assert.equal(timeOf(project, '2026-02-27'), 4);
  assert.equal(timeOf(project, '2026-03-02'), 1);
  assert.equal(timeOf(project, '2026-03-03'), 'over');
  assert.equal(timeOf({ ...project, state: 'funded' }, '2026-02-28'), 'over');
});

test('what can be backed comes first, and what ends soonest', () => {
  const of = (state: 'open' | 'funded' | 'failed', endsOn: string) => ({ state, opensOn: '2026-01-01', endsOn });
  const sorted = inOrder([
    of('failed', '2026-09-01'),
    of('funded', '2026-05-01'),
    of('open', '2026-04-09'),
    of('funded', '2026-06-01'),
    of('open', '2026-04-02'),
  ]);
  assert.deepEqual(
    sorted.map((one) => `${one.state} ${one.endsOn}`),
    ['open 2026-04-02', 'open 2026-04-09', 'funded 2026-06-01', 'funded 2026-05-01', 'failed 2026-09-01'],
  );
});
