import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusalOf } from '../../../test/fixtures-trade.ts';
import { readDay, readFen, readStatement } from './read-statement.ts';

const line = { bankNumber: '', bookedOn: '', amount: '', payerName: '', payerAccount: '', remark: '' };

test('a statement that cannot be read is refused', async () => {
  const rows: [string, string][] = [
    ['empty', ''],
    ['no heads', '1,2,3\n4,5,6'],
    ['no payer', '交易流水号,交易日期,金额\n1,2026-09-17,10'],
  ];
  for (const [name, csv] of rows) {
    const refused = await refusalOf((async () => readStatement(csv))());
    assert.equal(refused.code, 'statement-unreadable', name);
  }
  const endless = '交易流水号,交易日期,金额,对方户名\n"1,2026-09-17,10,甲';
  const refused = await refusalOf((async () => readStatement(endless))());
  assert.deepEqual([refused.code, refused.detail], ['statement-line-unreadable', { line: 2 }]);
});

test('a statement as banks write it', () => {
  const csv = [
    '\uFEFF账户明细查询,,,,,',
    '账号,621700001,,,,',
    '交易流水号,交易日期,贷方发生额（元）,借方发生额,对方户名,对方账号,附言',
    '="0001",20260917,"1,280.50",,成县第一中学食堂,6217 0000 1,货款 4827 1938',
    '0002,2026-09-17,,300.00,某供应商,62,付货款',
    '0003,2026/9/17 10:20:30,-5.00,,冲正,62,',
    ',,,,,,',
    '合计,,1280.50,,,,',
  ].join('\n');
  assert.deepEqual(readStatement(csv), [
    {
      ...line,
      bankNumber: '0001',
      bookedOn: '20260917',
      amount: '1,280.50',
      payerName: '成县第一中学食堂',
      payerAccount: '6217 0000 1',
      remark: '货款 4827 1938',
    },
    { ...line, bankNumber: '合计', amount: '1280.50' },
  ]);
});

test('days and amounts are read in the ways banks write them, and nothing else is', () => {
  const days: [string, string | null][] = [
    ['', null],
    ['昨天', null],
    ['2026-02-30', null],
    ['2026-13-01', null],
    ['2026-09-17', '2026-09-17'],
    ['2026/9/7', '2026-09-07'],
    ['20260917', '2026-09-17'],
    ['2026-09-17 10:20:30', '2026-09-17'],
    ['2026年9月17日', '2026-09-17'],
  ];
  for (const [text, day] of days) assert.equal(readDay(text), day, text);
  const amounts: [string, number | null][] = [
    ['', null],
    ['0', null],
    ['0.00', null],
    ['-1', null],
    ['1.234', null],
    ['12abc', null],
    ['1', 100],
    ['1.5', 150],
    ['1,280.50', 128_050],
    ['¥1280.05', 128_005],
    ['１２', 1_200],
  ];
  for (const [text, fen] of amounts) assert.equal(readFen(text), fen, text);
});
