import assert from 'node:assert/strict';
import { test } from 'node:test';
import { momentInput, readMoment } from './moments.ts';

test('what a field shows and means is the time in China, wherever the browser is', () => {
  assert.equal(readMoment('2026-11-27T18:00'), '2026-11-27T10:00:00.000Z');
  assert.equal(readMoment(''), undefined);
  assert.equal(readMoment(undefined), undefined);
  assert.equal(momentInput(new Date('2026-11-27T18:30:00Z')), '2026-11-28T02:30');
});
