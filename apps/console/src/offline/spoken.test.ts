import assert from 'node:assert/strict';
import { test } from 'node:test';
import { money, spokenNote, spokenStatement } from './spoken.ts';

const note = {
  ...{ headMasked: '张*明', cropName: '核桃', grade: '一级', grams: 10_600, fenPerKg: 2000, amountFen: 21_200 },
  paid: 'cash' as const,
};

test('a note as it is read aloud, in jin and in kilograms', () => {
  assert.equal(spokenNote(note, 'jin'), '张家，核桃，一级。21.2斤，每斤10元，一共212元。现金当面付清。');
  assert.equal(
    spokenNote({ ...note, grams: 1_060_000, fenPerKg: 950, amountFen: 1_007_000, paid: 'later' }, 'kg'),
    '张家，核桃，一级。1060公斤，每公斤9元5角，一共10070元。先记账，以后付。',
  );
});

const sums: [fen: number, said: string][] = [
  [0, '0元'],
  [5, '5分'],
  [50, '5角'],
  [305, '3元零5分'],
  [950, '9元5角'],
  [999, '9元9角9分'],
  [21_200, '212元'],
];
for (const [fen, said] of sums) test(`${fen} fen: ${said}`, () => assert.equal(money(fen), said));

test('an account is read out as a whole and then by month', () =>
  assert.equal(
    spokenStatement({
      ...{ earnedFen: 21_200, paidFen: 20_000, owedFen: 1_200 },
      months: [
        { month: '2026-09', mechanism: 'industry', fen: 21_250 },
        { month: '2026-08', mechanism: 'industry', fen: -50 },
      ],
    }),
    '一共挣了212元，已经付了200元，还欠12元。9月，产业收购，212元5角。8月，产业收购，负5角。',
  ));
