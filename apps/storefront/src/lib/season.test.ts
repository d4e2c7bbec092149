import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isInSeason } from './season.ts';

test('in season is harvested this month in Shanghai; what comes all year has no season', () => {
  const lastHourOfOctober = new Date('2026-10-31T15:30:00Z');
  const firstHourOfNovember = new Date('2026-10-31T16:30:00Z');
  const walnuts = { harvestMonths: [9, 10] };
  assert.equal(isInSeason(walnuts, lastHourOfOctober), true);
  assert.equal(isInSeason(walnuts, firstHourOfNovember), false);
  assert.equal(isInSeason({ harvestMonths: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] }, lastHourOfOctober), false);
  assert.equal(isInSeason({ harvestMonths: [] }, lastHourOfOctober), false);
});
