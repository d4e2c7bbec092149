import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPayList } from './pay-list.ts';

const table: [what: string, text: string, lines: [string, number][], wrong: number[]][] = [
  ['a code and an amount', '00001 1200', [['00001', 120_000]], []],
  [
    'pasted from a sheet, with a name between',
    '00001\t李*春\t1200.5\r\n00002\t张*\t80',
    [
      ['00001', 120_050],
      ['00002', 8_000],
    ],
    [],
  ],
  [
    'commas, also Chinese ones',
    '00001,5.00\n00002，6',
    [
      ['00001', 500],
      ['00002', 600],
    ],
    [],
  ],
  ['empty lines', '\n\n00003 1\n\n', [['00003', 100]], []],
  ['no amount, no code, nothing, too fine', '00001\n1200\n00002 0\n00003 1.005', [], [1, 2, 3, 4]],
  ['nothing at all', '', [], []],
];
for (const [what, text, lines, wrong] of table) {
  test(what, () => {
    const read = readPayList(text);
    assert.deepEqual(
      read.lines.map((one) => [one.household, one.fen]),
      lines,
    );
    assert.deepEqual(read.wrong, wrong);
    assert.equal(
      read.fen,
      lines.reduce((sum, [, fen]) => sum + fen, 0),
    );
  });
}
