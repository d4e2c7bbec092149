import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countdown } from './countdown.ts';

test('what is left until an instant', () => {
  const cases: [seconds: number, shown: string | null][] = [
    [0, null],
    [-5, null],
    [1, '00:00:01'],
    [3661, '01:01:01'],
    [86_399, '23:59:59'],
    [86_400, '1 天 00:00:00'],
    [2 * 86_400 + 11_045, '2 天 03:04:05'],
  ];
  for (const [seconds, shown] of cases) assert.equal(countdown(seconds * 1000, 0, '天'), shown);
});
