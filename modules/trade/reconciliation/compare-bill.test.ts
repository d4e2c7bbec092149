import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareBill, type OurRow, type TheirRow } from './compare-bill.ts';

const their = (over: Partial<TheirRow> = {}): TheirRow => ({
  ...{ kind: 'payment', number: 'N1', payment: 'p1', refund: null, fen: 100, feeFen: 1 },
  ...over,
});
const our = (over: Partial<OurRow> = {}): OurRow => ({
  ...{ kind: 'payment', id: 'p1', payment: 'p1', fen: 100, ofDay: true, billedElsewhere: false },
  ...over,
});
const rows: [string, TheirRow[], OurRow[], string[]][] = [
  ['an empty day', [], [], []],
  ['one that agrees', [their()], [our()], []],
  ['ours of the day before, in their bill of today', [their()], [our({ ofDay: false })], []],
  [
    'a refund that agrees',
    [their({ kind: 'refund', refund: 'r1', feeFen: -1 })],
    [our({ kind: 'refund', id: 'r1' })],
    [],
  ],
  [
    'one payment in two lines, one for each county',
    [their({ fen: 60, feeFen: 1 }), their({ number: 'N2', fen: 40, feeFen: 0 })],
    [our()],
    [],
  ],
  ['ours heard of after midnight, in the bill before', [], [our({ billedElsewhere: true })], []],

  ['theirs, not ours', [their()], [], ['missing N1 0/100']],
  ['theirs, and names nothing of ours', [their({ payment: null })], [], ['missing N1 0/100']],
  [
    'their refund, not ours',
    [their({ kind: 'refund', refund: 'r1', feeFen: 0 })],
    [our({ ofDay: false })],
    ['missing N1 0/100'],
  ],
  ['ours, not theirs', [], [our()], ['surplus p1 100/0']],
  ['our refund, not theirs', [], [our({ kind: 'refund', id: 'r1' })], ['surplus r1 100/0']],
  ['another amount', [their({ fen: 99 })], [our()], ['amount p1 100/99']],
  ['one of two lines is missing', [their({ fen: 60 })], [our()], ['amount p1 100/60']],
  ['the same line twice', [their(), their({ number: 'N2' })], [our()], ['amount p1 100/200']],
  ['a fee above the payment', [their({ feeFen: 101 })], [our()], ['fee p1 0/101']],
  ['a payment that gives a fee back', [their({ feeFen: -1 })], [our()], ['fee p1 0/-1']],
  [
    'a refund that costs a fee',
    [their({ kind: 'refund', refund: 'r1', feeFen: 1 })],
    [our({ kind: 'refund', id: 'r1' })],
    ['fee r1 0/1'],
  ],
];
for (const [name, theirs, ours, found] of rows)
  test(`a bill beside our books: ${name}`, () =>
    assert.deepEqual(
      compareBill(theirs, ours).map((d) => `${d.kind} ${d.id} ${d.ourFen}/${d.theirFen}`),
      found,
    ));
