import { parse } from 'csv-parse/sync';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { scoped } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { readFen } from '../bank/read-statement.ts';
import { refuse } from '../refuse.ts';
import { cellsOf, fileById, fileHeads, linesOfFile, paymentsOf } from './bank-file.ts';
import { notePayout } from './note-payout.ts';
import { lockLine } from './payout-rows.ts';
import { lineMoves } from './payout-states.ts';
import type { bankOutcomes, bankRowProblems } from './payouts.contract.ts';

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
const words: Readonly<Record<string, 'paid' | 'failed' | 'returned'>> = {
  成功: 'paid',
  success: 'paid',
  失败: 'failed',
  failed: 'failed',
  退票: 'returned',
  退回: 'returned',
  returned: 'returned',
};
const more = {
  result: ['结果', '交易结果', 'result'],
  why: ['原因', '失败原因', 'why'],
  reference: ['银行流水号', 'reference'],
};

/**
 * Takes in what the bank made of a file, line by line: paid with the bank's number, failed, or come back after it had
 * arrived (the word says which; a failure after success is not taken for a return). Every line is compared with what was
 * sent, so that nothing is believed of another account or amount. A line that was taken before changes nothing, and the
 * file may be brought again whole.
 *
 * @throws Refusal `bank-file-not-found` | `bank-result-unreadable`
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
  for (const result of readResults(input.csv)) {
    const { line, payment } = result;
    const known = sent.get(payment);
    const wrong = known ? problemOf(result, known, seen) : ('payment' as const);
    seen.add(payment);
    if (wrong || !known) rows.push({ line, payment: known ? payment : null, outcome: 'refused', problem: wrong });
    else rows.push({ line, payment, ...(await take(at, by, county, result)) });
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

/** @throws Refusal `bank-result-unreadable` */
function readResults(csv: string): Result[] {
  let table: string[][];
  try {
    table = parse(csv, { bom: true, relax_column_count: true, trim: true });
  } catch (error) {
    throw refuse('bank-result-unreadable', { why: (error as Error).message });
  }
  const at = table
    .slice(0, 20)
    .findIndex((row) => row.includes('流水号') && row.some((name) => more.result.includes(name)));
  const heads = table[at];
  if (!heads) throw refuse('bank-result-unreadable', { why: `${fileHeads.join('、')}、结果` });
  const column = (...names: readonly string[]) => heads.findIndex((name) => names.includes(name));
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
  const outcome = words[result.toLowerCase()];
  if (!outcome) return 'result';
  return outcome === 'paid' && reference.length < 4 ? 'reference' : null;
}

/** Some banks hide the middle of a number in what they send back: then its ends are compared. */
function sameAccount(told: string, known: string): boolean {
  if (!told.includes('*')) return told === known;
  const [head = '', tail = ''] = [/^[^*]*/.exec(told)?.[0], /[^*]*$/.exec(told)?.[0]];
  return tail.length >= 4 && known.startsWith(head) && known.endsWith(tail);
}

/** Each line in a transaction of its own: one that cannot be taken keeps no other from being so. */
async function take(
  at: Context,
  by: Actor,
  county: County,
  { payment, result, why, reference }: Result,
): Promise<Pick<BankRow, 'outcome' | 'problem'>> {
  const told = words[result.toLowerCase()] ?? 'failed';
  return scoped(at.db, String(county), async (tx) => {
    const line = await lockLine(tx, county, payment);
    // Come back before anybody said that it had arrived: it has not, also when it is said again.
    const outcome = told === 'returned' && (line?.state === 'under_way' || line?.state === 'failed') ? 'failed' : told;
    if (line?.state === outcome) return { outcome: 'known', problem: null };
    if (!line || line.hold === null || !lineMoves.allows(line.state, outcome))
      return { outcome: 'refused', problem: 'state' };
    const ended =
      outcome === 'paid' ? { outcome, reference } : { outcome: 'failed' as const, why: why || `银行：${result}` };
    await notePayout(tx, at.clock.now(), by.person, county, line, ended);
    return { outcome, problem: null };
  });
}
