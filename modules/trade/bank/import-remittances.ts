import { ensureAccounts, type TransferInput, transfer } from '#ledger';
import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, type Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { lockPayTerms } from '../payment/pay-terms.ts';
import { refuse } from '../refuse.ts';
import { type Match, matchRemittances } from './match-remittances.ts';
import { readDay, readFen, readStatement, type StatementLine } from './read-statement.ts';
import { awaitedPayments, type BankAccounts, openRemittances, writeMatches } from './remittances.queries.ts';
import { takeInMatched } from './take-in-matched.ts';

export interface ImportAnswer {
  id: string;
  accepted: number;
  repeated: number;
  refused: number;
  /** payments that are paid by it */
  matched: number;
  rows: RowAnswer[];
}
interface RowAnswer {
  /** 1 for the first line with money */
  line: number;
  bankNumber: string;
  outcome: 'accepted' | 'repeated' | 'refused';
  /** which field is wrong, when it was refused */
  field: keyof StatementLine | null;
  remittance: string | null;
}

/**
 * Takes the lines of the county's bank statement in, each by itself: a line whose bank number is known is the same
 * money and does nothing; a line that cannot be read is named with its field and holds nothing up. What came is booked
 * as unmatched money of the county, then matched with the payments that wait for it.
 *
 * @throws Refusal `pay-terms-missing` | `statement-unreadable` | `statement-line-unreadable` | `statement-empty`
 */
export async function importRemittances(
  at: Context,
  by: Actor,
  input: { county: County; fileName: string; csv?: string; rows?: readonly StatementLine[] },
  key: OnceKey | null,
): Promise<ImportAnswer> {
  const lines = input.csv === undefined ? (input.rows ?? []) : readStatement(input.csv);
  if (lines.length === 0) throw refuse('statement-empty');
  const { answer, payments } = await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const { county } = input;
    await lockPayTerms(tx, county);
    const id = newId();
    const read = lines.map((line) => ({ line, ...readLine(line, dayOf(now)) }));
    const taken = await insertLines(tx, at, by, now, { ...input, id, read });
    const accounts = await bankAccounts(tx, county);
    const came = [...taken.values()].map((row): TransferInput => inTransfer(row, accounts, by.person));
    const { matches, transfers } = await matchOpen(tx, now, by.person, county, accounts);
    const rows = read.map(({ line, field }, i): RowAnswer => {
      const remittance = taken.get(i)?.id ?? null;
      const outcome = field ? 'refused' : remittance ? 'accepted' : 'repeated';
      return { line: i + 1, bankNumber: line.bankNumber, outcome, field, remittance };
    });
    const count = (outcome: RowAnswer['outcome']) => rows.filter((row) => row.outcome === outcome).length;
    const counts = { accepted: count('accepted'), repeated: count('repeated'), refused: count('refused') };
    await tx
      .updateTable('trade.remittance_import')
      .set(counts)
      .where('county', '=', county)
      .where('id', '=', id)
      .execute();
    // Last, since the county's accounts are shared with all of its orders.
    await transfer(tx, county, [...came, ...transfers], now);
    const payments = [...new Set(matches.map((match) => match.payment))];
    return { answer: { id, ...counts, matched: payments.length, rows }, payments };
  });
  await takeInMatched(at, 'bank', payments);
  return answer;
}

/** Matches whatever is open by now; also for money that came before its payment was begun. */
export async function matchOpen(
  tx: Tx,
  now: Date,
  by: string | null,
  county: County,
  accounts: BankAccounts,
): Promise<{ matches: Match[]; transfers: TransferInput[] }> {
  const matches = matchRemittances(await openRemittances(tx, county), await awaitedPayments(tx, county, now));
  return { matches, transfers: await writeMatches(tx, now, by, { county, matches, accounts }) };
}

export async function bankAccounts(tx: Tx, county: County): Promise<BankAccounts> {
  const [clearing, remittance] = (await ensureAccounts(tx, county, [
    { kind: 'provider_clearing', owner: 'bank' },
    { kind: 'remittance', owner: 'county' },
  ])) as [string, string];
  return { clearing, remittance };
}

interface ReadLine {
  bookedOn: string | null;
  fen: number | null;
  /** the first field that cannot be read */
  field: keyof StatementLine | null;
}

function readLine(line: StatementLine, today: string): ReadLine {
  const bookedOn = readDay(line.bookedOn);
  const fen = readFen(line.amount);
  const field =
    line.bankNumber.trim() === '' || line.bankNumber.length > 64
      ? 'bankNumber'
      : // Tomorrow's money is a wrong column or a wrong year.
        bookedOn === null || bookedOn > today
        ? 'bookedOn'
        : fen === null
          ? 'amount'
          : line.payerName.trim() === '' || line.payerName.length > 120
            ? 'payerName'
            : line.payerAccount.length > 40
              ? 'payerAccount'
              : line.remark.length > 300
                ? 'remark'
                : null;
  return { bookedOn, fen, field };
}

/** The lines that are new, by their place in the statement. */
async function insertLines(
  tx: Tx,
  at: Context,
  by: Actor,
  now: Date,
  input: { county: County; id: string; fileName: string; read: readonly (ReadLine & { line: StatementLine })[] },
): Promise<Map<number, { id: string; fen: number }>> {
  const { county, id } = input;
  await tx
    .insertInto('trade.remittance_import')
    .values({
      county,
      id,
      file_name: input.fileName,
      accepted: 0,
      repeated: 0,
      refused: 0,
      by_person: by.person,
      at: now,
    })
    .execute();
  const taken = new Map<number, { id: string; fen: number }>();
  for (const [i, { line, bookedOn, fen, field }] of input.read.entries()) {
    if (field !== null || bookedOn === null || fen === null) continue;
    const remittance = newId();
    const made = await tx
      .insertInto('trade.remittance')
      .values({
        county,
        id: remittance,
        import: id,
        bank_number: line.bankNumber.trim(),
        booked_on: bookedOn,
        fen,
        payer_name: line.payerName.trim(),
        payer_account_sealed: line.payerAccount.trim() ? at.sealer.seal(line.payerAccount.trim()) : null,
        remark: line.remark.trim(),
        created_at: now,
      })
      .onConflict((c) => c.columns(['county', 'bank_number']).doNothing())
      .executeTakeFirst();
    if (made.numInsertedOrUpdatedRows === 1n) taken.set(i, { id: remittance, fen });
  }
  return taken;
}

const inTransfer = (row: { id: string; fen: number }, accounts: BankAccounts, by: string): TransferInput => ({
  id: newId(),
  kind: 'single',
  debit: accounts.clearing,
  credit: accounts.remittance,
  amountFen: row.fen,
  reason: 'remittance-received',
  evidenceKind: 'remittance',
  evidence: row.id,
  by,
});
