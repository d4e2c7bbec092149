import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type AwaitedPayment,
  type Match,
  matchRemittances,
  type OpenRemittance,
  plainName,
} from './match-remittances.ts';

const money = (id: string, fen: number, over: Partial<OpenRemittance> = {}): OpenRemittance => ({
  ...{ id, fen, leftFen: fen, payerName: '食堂', codes: [] },
  ...over,
});
const due = (code: string, fen: number, over: Partial<AwaitedPayment> = {}): AwaitedPayment => ({
  ...{ code, payment: `p${code}`, fen, payerName: null, expired: false },
  ...over,
});
const said = (matches: readonly Match[]) => matches.map((m) => `${m.remittance}>${m.code} ${m.fen} ${m.how}`);

const rows: [string, OpenRemittance[], AwaitedPayment[], string[]][] = [
  ['nothing came', [], [due('A', 100)], []],
  ['nothing is waited for', [money('r', 100, { codes: ['A'] })], [], []],
  ['a code nobody waits for', [money('r', 100, { codes: ['B'] })], [due('A', 100)], []],
  ['a part waits for the rest', [money('r', 60, { codes: ['A'] })], [due('A', 100)], []],
  [
    'the same amount from a stranger',
    [money('r', 100, { payerName: '别人' })],
    [due('A', 100, { payerName: '食堂' })],
    [],
  ],
  ['the right name with another amount', [money('r', 99)], [due('A', 100, { payerName: '食堂' })], []],
  [
    'two payments alike are for a person to tell apart',
    [money('r', 100)],
    [due('A', 100, { payerName: '食堂' }), due('B', 100, { payerName: '食堂' })],
    [],
  ],
  ['two remittances alike too', [money('r', 100), money('s', 100)], [due('A', 100, { payerName: '食堂' })], []],
  ['by name only in time', [money('r', 100)], [due('A', 100, { payerName: '食堂', expired: true })], []],
  [
    'a remittance that was partly used is not guessed',
    [money('r', 200, { leftFen: 100 })],
    [due('A', 100, { payerName: '食堂' })],
    [],
  ],

  ['the very amount by its code', [money('r', 100, { codes: ['A'] })], [due('A', 100)], ['r>A 100 reference']],
  ['late, by its code', [money('r', 100, { codes: ['A'] })], [due('A', 100, { expired: true })], ['r>A 100 reference']],
  ['too much: the rest stays', [money('r', 130, { codes: ['A'] })], [due('A', 100)], ['r>A 100 reference']],
  [
    'in two transfers',
    [money('r', 60, { codes: ['A'] }), money('s', 40, { codes: ['A'] })],
    [due('A', 100)],
    ['r>A 60 reference', 's>A 40 reference'],
  ],
  [
    'one transfer for two payments',
    [money('r', 150, { codes: ['A', 'B'] })],
    [due('A', 100), due('B', 50)],
    ['r>A 100 reference', 'r>B 50 reference'],
  ],
  [
    'not enough for both: the older is paid',
    [money('r', 120, { codes: ['A', 'B'] })],
    [due('A', 100), due('B', 50)],
    ['r>A 100 reference'],
  ],
  [
    'no code, but the very amount and name',
    [money('r', 100, { payerName: '成县（第一）中学 食堂' })],
    [due('A', 100, { payerName: '成县(第一)中学食堂' })],
    ['r>A 100 name'],
  ],
];
for (const [name, remittances, payments, matches] of rows)
  test(`matching: ${name}`, () => assert.deepEqual(said(matchRemittances(remittances, payments)), matches));

test('money in is what was matched and what is left; a payment is taken whole or not at all, once', () => {
  const code = fc.constantFrom('A', 'B', 'C', 'D', 'E');
  const name = fc.constantFrom('食堂', '公司', '学校');
  const fen = fc.integer({ min: 1, max: 30 });
  const remittance = fc.record({
    fen,
    used: fc.nat(5),
    payerName: name,
    codes: fc.uniqueArray(code, { maxLength: 3 }),
  });
  const payment = fc.record({ fen, payerName: fc.option(name), expired: fc.boolean() });
  fc.assert(
    fc.property(fc.array(remittance, { maxLength: 8 }), fc.array(payment, { maxLength: 5 }), (came, asked) => {
      const remittances = came.map(({ used, ...r }, i) => ({ ...r, id: `r${i}`, leftFen: Math.max(0, r.fen - used) }));
      const payments = asked.map((p, i) => ({ ...p, code: 'ABCDE'[i] as string, payment: `p${i}` }));
      const matches = matchRemittances(remittances, payments);
      for (const { id, leftFen } of remittances) {
        const taken = matches.filter((m) => m.remittance === id).reduce((sum, m) => sum + m.fen, 0);
        assert.ok(taken <= leftFen, `${id}: ${taken} of ${leftFen}`);
      }
      for (const p of payments) {
        const got = matches.filter((m) => m.code === p.code);
        const sum = got.reduce((all, m) => all + m.fen, 0);
        assert.ok(sum === 0 || sum === p.fen, `${p.code}: ${sum} of ${p.fen}`);
        assert.ok(got.every((m) => m.fen > 0 && m.payment === p.payment));
      }
      // What is left can pay nothing more by its code: matching again finds nothing.
      const left = remittances.map((r) => ({
        ...r,
        leftFen: r.leftFen - matches.filter((m) => m.remittance === r.id).reduce((sum, m) => sum + m.fen, 0),
      }));
      const open = payments.filter((p) => !matches.some((m) => m.code === p.code));
      assert.deepEqual(
        matchRemittances(left, open).filter((m) => m.how === 'reference'),
        [],
      );
    }),
  );
});

test('names are alike however a bank writes them', () => {
  assert.equal(plainName('成县（第一）中学　食堂'), plainName('成县(第一)中学食堂'));
  assert.notEqual(plainName('成县第一中学'), plainName('成县第二中学'));
});
