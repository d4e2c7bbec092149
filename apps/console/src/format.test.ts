import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as format from './format.ts';

const same = (name: string, rows: [shown: unknown, expected: unknown][]) => {
  for (const [shown, expected] of rows) test(`${name}: ${String(expected)}`, () => assert.deepEqual(shown, expected));
};

same('money', [
  [format.yuan(3980), '¥39.80'],
  [format.yuan(5), '¥0.05'],
  [format.yuan(-123_456), '−¥1,234.56'],
  [format.yuanShort(9_999_999, 'zh'), '¥99,999.99'],
  [format.yuanShort(123_456_789, 'zh'), '¥123.46 万'],
  [format.yuanShort(123_456_789, 'en'), '¥1,234,568'],
  [format.yuanInput(3980), '39.8'],
]);
same('amount read back', [
  [format.readYuan('39.8'), 3980],
  [format.readYuan(' ¥1,039.80 '), 103_980],
  [format.readYuan('0'), 0],
  [format.readYuan('1.234'), undefined],
  [format.readYuan('-1'), undefined],
  [format.readYuan('.5'), undefined],
  [format.readYuan(''), undefined],
]);
same('weight', [
  [format.weight(1_864_000, 'zh'), '1,864 公斤'],
  [format.weight(2500, 'zh', 'jin'), '5 斤'],
  [format.weight(250, 'zh'), '250 克'],
  [format.weight(0, 'zh'), '0 公斤'],
  [format.weight(-64_250, 'en'), '−64.25 kg'],
  [format.weightRound(1_190_945, 'zh', 'jin'), '2,381.8 斤'],
  [format.weightRound(98_088, 'zh'), '98 公斤'],
  [format.weightRound(12_345_678, 'zh'), '12.3 吨'],
]);
same('weight read back', [
  [format.readWeight('12.5', 'kg'), 12_500],
  [format.readWeight('128.5', 'jin'), 64_250],
  [format.readWeight('1.005', 'kg'), 1005],
  [format.readWeight('0.001', 'jin'), undefined],
  [format.readWeight('1e3', 'kg'), undefined],
  [format.readWeight('', 'kg'), undefined],
]);
same('price per jin', [
  [format.perJin(820), '¥4.10'],
  [format.perJin(825), '¥4.125'],
]);
same('days', [
  [format.day('2026-11-22T16:30:00Z'), '2026-11-23'],
  [format.day('2026-11-22'), '2026-11-22'],
  [format.dayTime('2026-11-22T16:30:00Z'), '2026-11-23 00:30'],
  [format.today(new Date('2026-12-31T16:00:00Z')), '2027-01-01'],
  [format.addDays('2026-02-27', 2), '2026-03-01'],
  [format.addDays('2026-03-01', -1), '2026-02-28'],
  [format.shortDay('2026-11-02', 'zh'), '11 月 2 日'],
  [format.shortDay('2026-11-02', 'en'), '2 Nov'],
  [format.monthName('2026-03', 'zh'), '2026 年 3 月'],
]);

test('parts of a hundred sum to a hundred, whatever the amounts', () => {
  for (const parts of [
    [1, 1, 1],
    [684, 112, 40, 131, 33],
    [9870, 450, 6576, 536, 2020, 268, 180],
    [5, -2, 7],
  ]) {
    const total = parts.reduce((a, b) => a + b, 0);
    const shown = format.perHundred(parts, total);
    assert.equal(Math.round(shown.reduce((a, b) => a + b, 0) * 10), 1000, String(parts));
  }
  assert.deepEqual(format.perHundred([0, 0], 0), [0, 0]);
});

test('a price for a jin is read to half a fen, which is a whole fen for a kilogram', () => {
  const table: [string, number | undefined][] = [
    ['13.375', 2_675],
    ['13.37', 2_674],
    ['¥6', 1_200],
    ['0.005', 1],
    ['5.', 1_000],
    ['5.250', 1_050],
    ['5.251', undefined],
    ['5.2505', undefined],
    ['六', undefined],
    ['', undefined],
  ];
  for (const [text, fenPerKg] of table) assert.equal(format.readPerJin(text), fenPerKg, text);
});

test('names in one line take the comma of the language, or a semicolon where a name has a comma itself', () => {
  assert.equal(format.listed(['核桃', '花椒'], 'zh'), '核桃、花椒');
  assert.equal(format.listed(['Walnut', 'Potato'], 'en'), 'Walnut, Potato');
  assert.equal(format.listed(['Walnut, fresh', 'Walnut'], 'en'), 'Walnut, fresh; Walnut');
});
