import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packLines, unpackLines } from './cart.ts';

const walnuts = { county: 621221, sku: '0198c7a2-0000-7000-8000-000000000001', packs: 2 };
const honey = { county: 500242, sku: '0198c7a2-0000-7000-8000-000000000002', packs: 10 };

test('lines survive the way through a link', () => {
  assert.deepEqual(unpackLines(packLines([walnuts, honey])), [walnuts, honey]);
  assert.deepEqual(unpackLines(packLines([])), []);
});

test('what is not a line is left out', () => {
  assert.deepEqual(unpackLines(null), []);
  assert.deepEqual(unpackLines(`x 621221.short.1 ${packLines([honey])}`), [honey]);
});
