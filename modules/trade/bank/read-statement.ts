import { parse } from 'csv-parse/sync';
import { refuse } from '../refuse.ts';

/** One line of a bank statement as it was given; nothing of it is believed yet. */
export interface StatementLine {
  bankNumber: string;
  bookedOn: string;
  /** yuan as banks write it: 1,280.50 */
  amount: string;
  payerName: string;
  payerAccount: string;
  remark: string;
}

// How banks head these columns; the first that a statement has is taken.
const heads: Readonly<Record<keyof StatementLine, readonly string[]>> = {
  bankNumber: ['交易流水号', '流水号', '银行流水号', '交易序号', '凭证号', 'bank number', 'reference number'],
  bookedOn: ['交易日期', '记账日期', '入账日期', '交易时间', '日期', 'date', 'booking date'],
  amount: ['贷方发生额', '贷方金额', '收入金额', '收入', '交易金额', '金额', 'credit', 'amount'],
  payerName: ['对方户名', '付款人名称', '付款人', '对方名称', '对方账户名称', 'payer', 'payer name'],
  payerAccount: ['对方账号', '付款人账号', '付款账号', '对方帐号', 'payer account'],
  remark: ['附言', '摘要', '备注', '用途', '交易附言', 'remark'],
};
const needed = ['bankNumber', 'bookedOn', 'amount', 'payerName'] as const;
const MOST_LINES = 2000;

/**
 * Reads a statement as banks export it: comma or tab between the columns, some lines of title before the heads.
 * Lines without money coming in (payments of the county's own, sums) are left out.
 *
 * @throws Refusal `statement-unreadable` | `statement-line-unreadable`
 */
export function readStatement(csv: string): StatementLine[] {
  let table: string[][];
  try {
    // Banks write numbers as ="0123" so that spreadsheets leave them as they are.
    table = parse(csv.replace(/(^|[,\t\n])="/g, '$1"'), {
      bom: true,
      delimiter: csv.includes('\t') ? ['\t'] : [','],
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    });
  } catch (error) {
    // The parser's own words are English and for programmers; the line is what somebody can look at.
    throw refuse('statement-line-unreadable', { line: (error as { lines?: number }).lines });
  }
  for (const [at, row] of table.slice(0, 20).entries()) {
    const columns = columnsOf(row);
    if (!needed.every((key) => columns[key] !== undefined)) continue;
    const body = table.slice(at + 1);
    if (body.length > MOST_LINES) throw refuse('statement-unreadable', { why: `> ${MOST_LINES}` });
    const cell = (line: string[], key: keyof StatementLine) => line[columns[key] ?? -1] ?? '';
    return body
      .map((line) => ({
        bankNumber: cell(line, 'bankNumber'),
        bookedOn: cell(line, 'bookedOn'),
        amount: cell(line, 'amount'),
        payerName: cell(line, 'payerName'),
        payerAccount: cell(line, 'payerAccount'),
        remark: cell(line, 'remark'),
      }))
      .filter((line) => line.bankNumber !== '' && !/^[-0.,]*$/.test(line.amount) && !line.amount.startsWith('-'));
  }
  throw refuse('statement-unreadable', { why: needed.map((key) => heads[key][0]).join('、') });
}

function columnsOf(row: readonly string[]): Partial<Record<keyof StatementLine, number>> {
  const names = row.map((name) =>
    name
      .toLowerCase()
      .replace(/[(（].*$/, '')
      .trim(),
  );
  const found: Partial<Record<keyof StatementLine, number>> = {};
  for (const [key, words] of Object.entries(heads) as [keyof StatementLine, readonly string[]][]) {
    for (const word of words) {
      const at = names.indexOf(word);
      if (at >= 0 && found[key] === undefined) found[key] = at;
    }
  }
  return found;
}

/** A day as banks write it (2026-11-27, 2026/11/27 10:20:30, 20261127), or null. */
export function readDay(text: string): string | null {
  const found = /^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})(?:\D.*)?$/.exec(text);
  if (!found) return null;
  const [, year, month = '', day = ''] = found;
  const written = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const at = new Date(`${written}T00:00:00Z`);
  return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== written ? null : written;
}

/** Yuan as whole fen, or null when it is no amount above zero: 1,280.50 → 128050. */
export function readFen(text: string): number | null {
  const plain = text.normalize('NFKC').replace(/[¥,\s元]/g, '');
  const found = /^(\d{1,10})(?:\.(\d{1,2}))?$/.exec(plain);
  if (!found) return null;
  const fen = Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0'));
  return fen > 0 ? fen : null;
}
