import assert from 'node:assert/strict';
import { test } from 'node:test';
import { safeNext } from './paths.ts';

test('what comes after signing in stays inside the shop', () => {
  for (const next of [
    'https://else.cn/',
    '//else.cn',
    '/\\else.cn',
    '\\/else.cn',
    '/\t/else.cn',
    '/\n/else.cn',
    '',
    'me',
  ]) {
    assert.equal(safeNext(next, '/me'), '/me', JSON.stringify(next));
  }
  assert.equal(safeNext(null, '/me'), '/me');
  for (const next of ['/', '/orders/621221/1?done=received', '/search?q=核桃'])
    assert.equal(safeNext(next, '/me'), next);
});
