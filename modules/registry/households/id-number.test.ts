import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completeIdNumber, isIdNumber } from './id-number.ts';

const today = '2026-09-17';

test('numbers that fail', () => {
  const table: [string, string][] = [
    ['110105194912310021', 'one off in the check character'],
    ['11010519491231002x', 'small x'],
    ['11010519491231002', 'too short'],
    ['11010519491231002XX', 'too long'],
    [completeIdNumber('11010519490229002'), 'a 29 February that was none'],
    [completeIdNumber('11010519491331002'), 'month 13'],
    [completeIdNumber('11010520260918002'), 'born tomorrow'],
    [completeIdNumber('11010517991231002'), 'born before anybody alive'],
    ['1101051949123１002X', 'a full-width digit'],
    ['', 'nothing'],
  ];
  for (const [number, why] of table) assert.equal(isIdNumber(number, today), false, why);
});

test('published examples pass, a birthday today too', () => {
  for (const number of ['11010519491231002X', '34052419800101001X', completeIdNumber('99999920260917001')]) {
    assert.equal(isIdNumber(number, today), true, number);
  }
});
