import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type SolarTerm, solarTermOf } from './solar-terms.ts';

const noon = (day: string) => new Date(`${day}T12:00:00+08:00`);

// Dates printed in the Purple Mountain Observatory's calendars.
const firstDays: [string, SolarTerm][] = [
  ['2024-02-04', 'spring-begins'],
  ['2025-02-03', 'spring-begins'],
  ['2025-04-04', 'clear-bright'],
  ['2025-12-21', 'winter-solstice'],
  ['2026-01-05', 'lesser-cold'],
  ['2026-01-20', 'greater-cold'],
  ['2026-02-04', 'spring-begins'],
  ['2026-02-18', 'rain-water'],
  ['2026-03-05', 'insects-wake'],
  ['2026-03-20', 'vernal-equinox'],
  ['2026-04-05', 'clear-bright'],
  ['2026-04-20', 'grain-rain'],
  ['2026-05-05', 'summer-begins'],
  ['2026-05-21', 'grain-full'],
  ['2026-06-05', 'grain-in-ear'],
  ['2026-06-21', 'summer-solstice'],
  ['2026-07-07', 'lesser-heat'],
  ['2026-07-23', 'greater-heat'],
  ['2026-08-07', 'autumn-begins'],
  ['2026-08-23', 'heat-ends'],
  ['2026-09-07', 'white-dew'],
  ['2026-09-23', 'autumn-equinox'],
  ['2026-10-08', 'cold-dew'],
  ['2026-10-23', 'frost-descends'],
  ['2026-11-07', 'winter-begins'],
  ['2026-11-22', 'lesser-snow'],
  ['2026-12-07', 'greater-snow'],
  ['2026-12-22', 'winter-solstice'],
];

for (const [day, term] of firstDays) {
  test(`${day} is the first day of ${term}`, () => {
    assert.deepEqual(solarTermOf(noon(day)), { term, day: 1 });
  });
}

test('the day before a term begins is the last of the one before', () => {
  assert.deepEqual(solarTermOf(noon('2026-11-21')), { term: 'winter-begins', day: 15 });
});

test('the day is the one on a calendar in Shanghai, whatever the hour', () => {
  assert.deepEqual(solarTermOf(new Date('2026-11-22T00:00:01+08:00')), { term: 'lesser-snow', day: 1 });
  assert.deepEqual(solarTermOf(new Date('2026-11-21T15:59:59Z')), { term: 'winter-begins', day: 15 });
  assert.deepEqual(solarTermOf(new Date('2026-11-24T23:59:59+08:00')), { term: 'lesser-snow', day: 3 });
});
