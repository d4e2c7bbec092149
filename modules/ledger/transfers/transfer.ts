import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import {
  type AccountState,
  applyChains,
  applyTransfers,
  type Books,
  type ChainOutcome,
  isEnding,
  type Outcome,
  type TransferInput,
  type TransferRow,
} from './transfer-rules.ts';
import { endsOf, lockAccounts, lockAccountsFinding, transfersById, writeBooks } from './transfers.queries.ts';

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
  const books = await openBooks(tx, county, inputs);
  const { outcomes, written } = applyTransfers(books, inputs, now);
  await write(tx, county, books, written, now);
  return outcomes;
}

/**
 * Posts many independent chains of transfers in one call, for who gathers the acts of many: within a chain all or
 * none, while a chain that is refused leaves nothing behind and does not hinder the others. Each sees what the chains
 * before it did.
 *
 * @returns per chain its outcomes, or the refusal
 */
export async function transferChains(
  tx: Tx,
  county: County,
  chains: readonly (readonly TransferInput[])[],
  now: Date = new Date(),
): Promise<ChainOutcome[]> {
  const inputs = chains.flat();
  if (inputs.length === 0) return chains.map(() => ({ outcomes: [] }));
  const books = await openBooks(tx, county, inputs);
  const { outcomes, written } = applyChains(books, chains, now);
  await write(tx, county, books, written, now);
  return outcomes;
}

/** Locks what transfers touch and reads what the rules ask about: two statements, or three where holds end. */
async function openBooks(tx: Tx, county: County, inputs: readonly TransferInput[]): Promise<Books> {
  const ids = new Set<string>();
  const touched = new Set<string>();
  const ending = new Set<string>();
  for (const input of inputs) {
    ids.add(input.id);
    if (isEnding(input)) ending.add(input.pending);
    else touched.add(input.debit).add(input.credit);
  }
  if (ending.size === 0) {
    const { accounts, existing } = await lockAccountsFinding(tx, county, [...touched], [...ids]);
    const transfers = existing.length > 0 ? await transfersById(tx, county, existing) : new Map<string, TransferRow>();
    return { accounts, transfers, ends: new Map() };
  }
  // A written transfer never changes, so all of them are read before the accounts are locked: what every order of a
  // county shares is held for as few statements as can be, and the commit.
  const transfers = await transfersById(tx, county, [...new Set([...ids, ...ending])]);
  for (const pending of ending) {
    const held = transfers.get(pending);
    if (held) touched.add(held.debit).add(held.credit);
  }
  const accounts = await lockAccounts(tx, county, [...touched]);
  // Only now: whoever ended the same holds has held these locks before us and is done.
  return { accounts, transfers, ends: await endsOf(tx, county, [...ending]) };
}

/** Writes what the rules made of the books in one statement. */
export async function write(
  tx: Tx,
  county: County,
  books: Books,
  written: readonly TransferRow[],
  at: Date,
): Promise<void> {
  if (written.length === 0) return;
  const changed = new Set<string>();
  for (const row of written) changed.add(row.debit).add(row.credit);
  const here = new Set<string>();
  const ended = new Set<string>();
  for (const row of written) {
    if (row.pending) ended.add(row.pending);
    else here.add(row.id);
  }
  try {
    await writeBooks(tx, county, at, {
      written,
      // A hold that this call itself has ended again never waits for the sweep.
      begun: written.filter((row) => row.expiresAt && !ended.has(row.id)),
      ended: [...ended].flatMap((id) => {
        const held = books.transfers.get(id) as TransferRow;
        return held.expiresAt && !here.has(id) ? held : [];
      }),
      accounts: [...changed].map((id) => books.accounts.get(id) as AccountState),
    });
  } catch (error) {
    // Somebody wrote a transfer under one of these ids since we looked: the whole transaction again, which then finds
    // it and answers 'exists' or refuses.
    if ((error as { code?: string }).code === '23505') throw Object.assign(error as Error, { code: '40001' });
    throw error;
  }
}
