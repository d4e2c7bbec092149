import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import {
  applyTransfers,
  type Books,
  type Ending,
  type Outcome,
  type PendingState,
  type TransferInput,
  type TransferRow,
} from './transfer-rules.ts';
import {
  endPendings,
  insertPendings,
  insertTransfers,
  lockAccounts,
  pendingsById,
  transfersById,
  writeBalances,
} from './transfers.queries.ts';

/**
 * Posts transfers of one county, in order and all or none, in the caller's transaction. Each id is written once: the
 * same id with the same content answers 'exists' and does nothing, with other content it is refused.
 *
 * Give all transfers of an act in one call: the accounts are locked in one sorted order, and a second call in the
 * same transaction could lock against it. Amounts in fen.
 *
 * @param now what the transfers are dated; expiry is judged by it
 * @throws Refusal of ledgerRefusals, whose detail names the transfer
 */
export async function transfer(
  tx: Tx,
  county: County,
  inputs: readonly TransferInput[],
  now: Date = new Date(),
): Promise<Outcome[]> {
  if (inputs.length === 0) return [];
  const ids = [...new Set(inputs.map((input) => input.id))];
  const ended = [...new Set(inputs.filter(isEnding).map((input) => input.pending))];

  // A written transfer never changes, so the accounts of what is to be ended may be read before they are locked.
  const held = ended.length > 0 ? await transfersById(tx, county, ended) : new Map<string, TransferRow>();
  const touched = [
    ...inputs.flatMap((input) => (isEnding(input) ? [] : [input.debit, input.credit])),
    ...[...held.values()].flatMap((row) => [row.debit, row.credit]),
  ];
  const accounts = await lockAccounts(tx, county, [...new Set(touched)]);
  // Only now: whoever wrote the same ids or ended the same holds has held these locks before us and is done.
  const transfers = await transfersById(tx, county, [...new Set([...ids, ...ended])]);
  const pendings = ended.length > 0 ? await pendingsById(tx, county, ended) : new Map<string, PendingState>();

  const books: Books = { accounts, transfers, pendings };
  const known = new Set(pendings.keys());
  const { outcomes, written } = applyTransfers(books, inputs, now);
  if (written.length > 0) await write(tx, county, books, known, written, now);
  return outcomes;
}

/** Writes what the rules made of the books, one statement per table. `known` are the holds that had a row before. */
export async function write(
  tx: Tx,
  county: County,
  books: Books,
  known: ReadonlySet<string>,
  written: readonly TransferRow[],
  at: Date,
): Promise<void> {
  const holds = [...books.pendings.values()];
  const endedHere = new Set(written.map((row) => row.pending));
  const changed = new Set(written.flatMap((row) => [row.debit, row.credit]));
  try {
    await insertPendings(
      tx,
      county,
      holds.filter((hold) => !known.has(hold.transfer)),
    );
    await endPendings(
      tx,
      county,
      holds.filter((hold) => known.has(hold.transfer) && endedHere.has(hold.transfer)),
    );
    await insertTransfers(tx, county, written, at);
  } catch (error) {
    // Two calls at once gave one id to transfers between different accounts, so no lock held one of them back.
    if ((error as { code?: string }).code === '23505') throw refuse('transfer-differs');
    throw error;
  }
  await writeBalances(
    tx,
    county,
    [...books.accounts.values()].filter((account) => changed.has(account.id)),
  );
}

const isEnding = (input: TransferInput): input is Ending => input.kind === 'post' || input.kind === 'void';
