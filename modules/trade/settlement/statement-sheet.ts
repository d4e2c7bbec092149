import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import type { Lang } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { headRow, momentText, workbook, yuanCell } from '#platform/sheet.ts';
import { settlementPartWords, statementStateWords } from '../contract.ts';
import { refuse } from '../refuse.ts';
import { entriesOf, payeeNames, rowsOf, type StatementQuery, totalsOf } from './statement.ts';

/** A sheet of this many rows is made in about a second; whoever has more asks payee by payee. */
const MOST_ROWS = 50_000;

const words = {
  zh: {
    totals: '汇总',
    rows: '明细',
    sum: '合计',
    all: [
      '类别',
      '收款方',
      '冻结（元）',
      '已入账（元）',
      '退款撤销（元）',
      '入账后退回（元）',
      '承担手续费（元）',
      '已付出（元）',
      '账户现余额（元）',
    ],
    each: ['订单', '付款批次', '商品', '件数', '类别', '收款方', '规则', '状态', '金额（元）', '时间', '转账编号'],
  },
  en: {
    totals: 'Totals',
    rows: 'Rows',
    sum: 'Sum',
    all: [
      'Part',
      'Payee',
      'Held (yuan)',
      'Posted (yuan)',
      'Voided (yuan)',
      'Taken back (yuan)',
      'Fees borne (yuan)',
      'Paid out (yuan)',
      'Account now (yuan)',
    ],
    each: [
      'Order',
      'Payout batch',
      'Goods',
      'Packs',
      'Part',
      'Payee',
      'Rule',
      'State',
      'Amount (yuan)',
      'At',
      'Transfer',
    ],
  },
};

/**
 * A month's statement as a workbook: a sheet of sums per receiver and one of all rows, amounts in yuan with two decimals.
 *
 * @throws Refusal `statement-too-long`
 */
export async function statementSheet(
  at: Context,
  by: Actor,
  county: County,
  query: StatementQuery,
  lang: Lang,
): Promise<{ name: string; bytes: Buffer }> {
  const say = words[lang];
  const { month, entries } = entriesOf(at, by, county, query);
  const totals = await totalsOf(at.db, county, entries);
  const total = totals.reduce((sum, one) => sum + one.rows, 0);
  if (total > MOST_ROWS) throw refuse('statement-too-long', { total });
  const rows = await rowsOf(at.db, entries, { size: MOST_ROWS, skip: 0 });
  const nameOf = await payeeNames(at.db, county, totals);
  const sumOf = (key: 'heldFen' | 'postedFen' | 'voidedFen' | 'reversedFen' | 'feeFen' | 'paidFen') =>
    yuanCell(totals.reduce((sum, one) => sum + one[key], 0));
  const sheets = [
    {
      sheet: say.totals,
      columns: [18, 30, 14, 14, 14, 16, 16, 14, 16].map((width) => ({ width })),
      stickyRowsCount: 1,
      data: [
        headRow(say.all),
        ...totals.map((one) => [
          settlementPartWords[one.part][lang],
          nameOf(one.org),
          yuanCell(one.heldFen),
          yuanCell(one.postedFen),
          yuanCell(one.voidedFen),
          yuanCell(one.reversedFen),
          yuanCell(one.feeFen),
          yuanCell(one.paidFen),
          yuanCell(one.accountFen),
        ]),
        [
          say.sum,
          null,
          sumOf('heldFen'),
          sumOf('postedFen'),
          sumOf('voidedFen'),
          sumOf('reversedFen'),
          sumOf('feeFen'),
          sumOf('paidFen'),
          null,
        ],
      ],
    },
    {
      sheet: say.rows,
      columns: [14, 14, 26, 8, 18, 30, 20, 14, 14, 20, 38].map((width) => ({ width })),
      stickyRowsCount: 1,
      data: [
        headRow(say.each),
        ...rows.map((row) => [
          row.orderNumber,
          row.batchNumber,
          row.lineName,
          row.packs,
          settlementPartWords[row.part][lang],
          nameOf(row.org),
          row.ruleName,
          statementStateWords[row.state][lang],
          yuanCell(row.fen),
          momentText(row.at),
          row.transfer,
        ]),
      ],
    },
  ];
  return { name: `settlement-${county}-${month}.xlsx`, bytes: await workbook(sheets) };
}
