import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import {
  applyTransfers,
  type Books,
  type Ending,
  type Outcome,
  type PendingState,
  type TransferInput,
  type TransferRow,
} from './transfer-rules.ts';
import { lockAccounts, pendingsById, transfersById, writeBooks } from './transfers.queries.ts';

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

  // A written transfer never changes, so all of them are read before the accounts are locked: what every order of a
  // county shares is held for two statements and the commit.
  const transfers = await transfersById(tx, county, [...new Set([...ids, ...ended])]);
  const holds = ended.flatMap((pending) => transfers.get(pending) ?? []);
  const touched = [
    ...inputs.flatMap((input) => (isEnding(input) ? [] : [input.debit, input.credit])),
    ...holds.flatMap((row) => [row.debit, row.credit]),
  ];
  const accounts = await lockAccounts(tx, county, [...new Set(touched)]);
  // Only now: whoever ended the same holds has held these locks before us and is done.
  const pendings = ended.length > 0 ? await pendingsById(tx, county, ended) : new Map<string, PendingState>();

  const books: Books = { accounts, transfers, pendings };
  const known = new Set(pendings.keys());
  const { outcomes, written } = applyTransfers(books, inputs, now);
  if (written.length > 0) await write(tx, county, books, known, written, now);
  return outcomes;
}

/** Writes what the rules made of the books in one statement. `known` are the holds that had a row before. */
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
    await writeBooks(tx, county, at, {
      begun: holds.filter((hold) => !known.has(hold.transfer)),
      ended: holds.filter((hold) => known.has(hold.transfer) && endedHere.has(hold.transfer)),
      written,
      accounts: [...books.accounts.values()].filter((account) => changed.has(account.id)),
    });
  } catch (error) {
    // Somebody wrote a transfer under one of these ids since we looked: the whole transaction again, which then finds
    // it and answers 'exists' or refuses.
    if ((error as { code?: string }).code === '23505') throw Object.assign(error as Error, { code: '40001' });
    throw error;
  }
}

const isEnding = (input: TransferInput): input is Ending => input.kind === 'post' || input.kind === 'void';
