import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summariesOf } from './order-rows.ts';

const walnuts = { sku: 'a', name: '薄皮核桃', sku_name: '一斤装', packs: 3 };
const tea = { sku: 'b', name: '绿茶', sku_name: '二两装', packs: 1 };
const called = new Map([
  ['a', { nameZh: '薄皮核桃', nameEn: 'Walnuts', skuNameZh: '一斤装', skuNameEn: '500 g' }],
  ['b', { nameZh: '绿茶', nameEn: '', skuNameZh: '二两装', skuNameEn: '100 g' }],
]);

for (const [what, lines, summary, summaryEn] of [
  ['nothing', [], '', ''],
  ['one line', [walnuts], '薄皮核桃 一斤装 ×3', 'Walnuts 500 g ×3'],
  ['goods that nobody has translated', [tea], '绿茶 二两装 ×1', '绿茶 100 g ×1'],
  ['goods that are gone', [{ ...tea, sku: 'c' }], '绿茶 二两装 ×1', '绿茶 二两装 ×1'],
  [
    'words that are not the product’s',
    [{ ...walnuts, sku_name: '实重补差' }],
    '薄皮核桃 实重补差 ×3',
    'Walnuts 实重补差 ×3',
  ],
  ['several lines', [walnuts, tea], '薄皮核桃 一斤装 ×3 等 2 种', 'Walnuts 500 g ×3 and 1 more'],
] as const) {
  test(`an order in one line: ${what}`, () => assert.deepEqual(summariesOf(lines, called), { summary, summaryEn }));
}
