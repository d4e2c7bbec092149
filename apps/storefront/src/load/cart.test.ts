import assert from 'node:assert/strict';
import { test } from 'node:test';
import { discountsOf, packLines, unpackLines } from './cart.ts';

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

test('a rule that lowers several lines is said once, and in the order of the calculators', () => {
  const d = (kind: string, rule: string, fen: number) => ({ kind, rule, name: rule, nameEn: null, fen });
  const lines = [
    { discounts: [d('coupon', 'k', 5)] },
    { discounts: [d('tier', 't', 8), d('bundle', 'b', 3), d('coupon', 'k', 2)] },
  ];
  assert.deepEqual(discountsOf(lines), [d('tier', 't', 8), d('bundle', 'b', 3), d('coupon', 'k', 7)]);
});
