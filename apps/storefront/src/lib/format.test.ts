import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bpOf,
  packWords,
  perHundred,
  showDay,
  showMoment,
  showMonth,
  weight,
  yuan,
  yuanInColumn,
  yuanPerJin,
} from './format.ts';

test('fen are shown as yuan without needless zeros', () => {
  for (const [fen, shown] of [
    [3980, '39.8'],
    [6800, '68'],
    [6805, '68.05'],
    [5, '0.05'],
    [0, '0'],
    [-120, '-1.2'],
    [128_400_00, '128,400'],
  ] as const)
    assert.equal(yuan(fen), shown);
});

test('in a column every sum has its two decimals', () => {
  assert.deepEqual([3980, 6800, 6805, -120, 0].map(yuanInColumn), ['39.80', '68.00', '68.05', '-1.20', '0.00']);
});

test('price per jin stands beside the price of the pack', () => {
  assert.equal(yuanPerJin(3980, 2500), '7.96');
  assert.equal(yuanPerJin(6800, 500), '68');
  assert.equal(yuanPerJin(1000, 300), '16.67');
});

test('grams are said in the unit people use', () => {
  assert.deepEqual([500, 2500, 42_000_000].map(weight), ['500 g', '2.5 kg', '42 t']);
});

test('a pack says its net weight once', () => {
  for (const [size, grams, said] of [
    ['250 g 袋装', 250, '250 g 袋装'],
    ['2.5 kg, 12 apples', 2500, '2.5 kg, 12 apples'],
    ['30 枚（约 1.4 kg）', 1400, '30 枚（约 1.4 kg）'],
    ['300 g × 6 瓶', 1800, '300 g × 6 瓶 · 1.8 kg'],
    ['1.5 kg 一组', 5000, '1.5 kg 一组 · 5 kg'],
    ['一斤装', 500, '一斤装 · 500 g'],
  ] as const)
    assert.equal(packWords(size, grams), said);
});

test('shares keep one decimal', () => {
  assert.equal(perHundred(6840), '68.4');
  assert.equal(perHundred(10_000), '100');
  assert.equal(bpOf(2720, 3980), 6834);
  assert.equal(bpOf(1, 0), 0);
});

test('days and hours are those of Shanghai', () => {
  assert.equal(showDay('2026-11-21T16:30:00Z', 'zh'), '11月22日');
  assert.deepEqual([showMonth('2026-11', 'zh'), showMonth('2026-01', 'en')], ['2026年11月', 'Jan 2026']);
  assert.equal(showMoment('2026-11-21T16:30:00Z', 'en'), '22 Nov 00:30');
});
