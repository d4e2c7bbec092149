import { parse } from 'csv-parse/sync';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { scoped } from '#platform/db.ts';
import { Refusal } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { readFen } from '../bank/read-statement.ts';
import { refuse } from '../refuse.ts';
import { cellsOf, fileById, fileHeads, linesOfFile, paymentsOf } from './bank-file.ts';
import { type Ended, notePayout, notePayouts } from './note-payout.ts';
import { type LineRow, lockLine, lockLines } from './payout-rows.ts';
import { lineMoves } from './payout-states.ts';
import type { bankOutcomes, bankRowProblems } from './payouts.contract.ts';

/** Lines are taken so many at a time: a whole county's answer is then some dozens of transactions. */
const AT_ONCE = 500;

/** What became of one line of a bank's result file. */
interface BankRow {
  /** of the file that was sent, from 1 */
  line: number;
  payment: string | null;
  outcome: (typeof bankOutcomes)[number];
  /** why a line is refused */
  problem: (typeof bankRowProblems)[number] | null;
}

// What banks write for how a payment ended; whatever else stands there is not guessed at.
const words = new Map<string, 'paid' | 'failed' | 'returned'>([
  ...['成功', '交易成功', '处理成功', '支付成功', '付款成功', 'success'].map((word) => [word, 'paid'] as const),
  ...['失败', '交易失败', '处理失败', '支付失败', '付款失败', 'failed'].map((word) => [word, 'failed'] as const),
  ...['退票', '退回', '已退票', '已退回', '退汇', 'returned'].map((word) => [word, 'returned'] as const),
]);
/** Heads that banks give a column, the plainest first: where a file has several of them, the first here is read. */
const more = {
  result: ['结果', '交易结果', '处理结果', '交易状态', '处理状态', 'result'],
  why: ['原因', '失败原因', '退票原因', '返回信息', 'why'],
  reference: ['银行流水号', '交易流水号', '银行交易流水号', 'reference'],
};

/**
 * Takes in what the bank made of a file, line by line: paid with the bank's number, failed, or come back after it had
 * arrived (the word says which; a failure after success is not taken for a return). Every line is compared with what was
 * sent, so that nothing is believed of another account or amount. A line that was taken before changes nothing, and the
 * file may be brought again whole.
 *
 * @throws Refusal `bank-file-not-found` | `bank-result-unreadable` | `bank-result-columns`
 */
export async function takeBankResults(
  at: Context,
  by: Actor,
  input: { county: County; id: string; csv: string },
): Promise<{
  rows: BankRow[];
  paid: number;
  failed: number;
  returned: number;
  known: number;
  refused: number;
  missing: number;
}> {
  const { county, id } = input;
  const sent = await scoped(at.db, String(county), async (tx) => {
    await fileById(tx, county, id);
    const payments = await paymentsOf(tx, at, county, await linesOfFile(tx, county, id));
    return new Map(payments.map((one, i) => [one.id, { ...one, cells: cellsOf(one, i + 1) }]));
  });
  const rows: BankRow[] = [];
  const seen = new Set<string>();
  const good: { row: BankRow; result: Result }[] = [];
  for (const result of readResults(input.csv)) {
    const { line, payment } = result;
    const known = sent.get(payment);
    const problem = known ? problemOf(result, known, seen) : ('payment' as const);
    seen.add(payment);
    const row: BankRow = { line, payment: known ? payment : null, outcome: 'refused', problem };
    rows.push(row);
    if (!problem) good.push({ row, result });
  }
  for (let from = 0; from < good.length; from += AT_ONCE) {
    const some = good.slice(from, from + AT_ONCE);
    const taken = await takeSome(
      at,
      by,
      county,
      some.map(({ result }) => result),
    );
    for (const [i, { row }] of some.entries()) Object.assign(row, taken[i]);
  }
  const count = (outcome: BankRow['outcome']) => rows.filter((one) => one.outcome === outcome).length;
  return {
    rows,
    ...{ paid: count('paid'), failed: count('failed'), returned: count('returned'), known: count('known') },
    ...{ refused: count('refused'), missing: [...sent.keys()].filter((one) => !seen.has(one)).length },
  };
}

interface Result {
  line: number;
  payment: string;
  account: string;
  holder: string;
  amount: string;
  result: string;
  why: string;
  reference: string;
}

/** @throws Refusal `bank-result-unreadable` | `bank-result-columns` */
function readResults(csv: string): Result[] {
  let table: string[][];
  try {
    table = parse(csv, { bom: true, relax_column_count: true, trim: true });
  } catch (error) {
    // The parser's own words are English and for programmers; the line is what somebody can look at.
    throw refuse('bank-result-unreadable', { line: (error as { lines?: number }).lines });
  }
  const at = table
    .slice(0, 20)
    .findIndex((row) => row.includes('流水号') && row.some((name) => more.result.includes(name)));
  const heads = table[at];
  if (!heads)
    throw refuse('bank-result-columns', { heads: [...fileHeads, more.result[0], more.reference[0]].join('、') });
  const column = (...names: readonly string[]) =>
    names.map((name) => heads.indexOf(name)).find((place) => place >= 0) ?? -1;
  const [payment, account, holder, amount] = [column('流水号'), column('收款账号'), column('户名'), column('金额')];
  const [result, why, reference] = [column(...more.result), column(...more.why), column(...more.reference)];
  return table
    .slice(at + 1)
    .map((row, i) => {
      const cell = (n: number) => row[n] ?? '';
      return {
        ...{ line: at + i + 2, payment: cell(payment).toLowerCase(), account: cell(account), holder: cell(holder) },
        ...{ amount: cell(amount), result: cell(result), why: cell(why), reference: cell(reference) },
      };
    })
    .filter((row) => row.result !== '');
}

function problemOf(
  { account, holder, amount, result, reference }: Result,
  known: { id: string; fen: number; account: string; holder: string },
  seen: ReadonlySet<string>,
): BankRow['problem'] {
  if (seen.has(known.id)) return 'repeated';
  if (readFen(amount) !== known.fen) return 'amount';
  if (!sameAccount(account, known.account) || holder !== known.holder) return 'account';
  const outcome = words.get(result.toLowerCase());
  if (!outcome) return 'result';
  return outcome === 'paid' && reference.length < 4 ? 'reference' : null;
}

/** Some banks hide the middle of a number in what they send back: then its ends are compared. */
function sameAccount(told: string, known: string): boolean {
  if (!told.includes('*')) return told === known;
  const [head = '', tail = ''] = [/^[^*]*/.exec(told)?.[0], /[^*]*$/.exec(told)?.[0]];
  return tail.length >= 4 && known.startsWith(head) && known.endsWith(tail);
}

type Taken = Pick<BankRow, 'outcome' | 'problem'>;

/**
 * Takes some lines in one transaction. Where the ledger refuses one of them, each goes in a transaction of its own, so
 * that one that cannot be taken keeps no other from being so; so does what is not simply the end of a payment under way.
 */
async function takeSome(at: Context, by: Actor, county: County, results: readonly Result[]): Promise<Taken[]> {
  let taken: (Taken | null)[];
  try {
    taken = await scoped(at.db, String(county), async (tx) => {
      const lines = await lockLines(
        tx,
        county,
        results.map(({ payment }) => payment),
      );
      const endings: Ending[] = [];
      const found = results.map((result): Taken | null => {
        const due = endingOf(result, lines.get(result.payment));
        if ('problem' in due) return due;
        const { line, outcome } = due;
        if (line.state !== 'under_way' || outcome === 'returned') return null;
        endings.push(due);
        return { outcome, problem: null };
      });
      if (endings.length > 0) await notePayouts(tx, at.clock.now(), by.person, county, endings);
      return found;
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    taken = results.map(() => null);
  }
  const answers: Taken[] = [];
  for (const [i, one] of taken.entries()) answers.push(one ?? (await takeOne(at, by, county, results[i] as Result)));
  return answers;
}

async function takeOne(at: Context, by: Actor, county: County, result: Result): Promise<Taken> {
  try {
    return await scoped(at.db, String(county), async (tx): Promise<Taken> => {
      const due = endingOf(result, await lockLine(tx, county, result.payment));
      if ('problem' in due) return due;
      await notePayout(tx, at.clock.now(), by.person, county, due.line, due.ended);
      return { outcome: due.outcome, problem: null };
    });
  } catch (error) {
    // As when the account of a payment's owner was closed meanwhile.
    if (error instanceof Refusal) return { outcome: 'refused', problem: 'state' };
    throw error;
  }
}

/** How a payment ends by what the bank says. */
interface Ending {
  line: LineRow;
  outcome: 'paid' | 'failed' | 'returned';
  ended: Ended;
}

/** @returns how the payment ends; or why nothing is to be done, as it was told before or cannot end so */
function endingOf({ result, why, reference }: Result, line: LineRow | undefined): Ending | Taken {
  const told = words.get(result.toLowerCase()) ?? 'failed';
  // Come back before anybody said that it had arrived: it has not, also when it is said again.
  const outcome = told === 'returned' && (line?.state === 'under_way' || line?.state === 'failed') ? 'failed' : told;
  if (line?.state === outcome) return { outcome: 'known', problem: null };
  if (!line || line.hold === null || !lineMoves.allows(line.state, outcome)) {
    return { outcome: 'refused', problem: 'state' };
  }
  const ended: Ended =
    outcome === 'paid' ? { outcome, reference } : { outcome: 'failed', why: why || `银行：${result}` };
  return { line, outcome, ended };
}
