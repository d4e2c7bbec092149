import { Refusal } from '#platform/errors.ts';
import type { Fen } from '#platform/money.ts';
import { refuse } from '../refuse.ts';

interface Said {
  /** chosen by the caller, so that a repeat is found */
  id: string;
  /** short code of why: 'purchase', 'order-part', … */
  reason: string;
  /** the fact that moves the money: 'purchase', 'order', 'order_line', … and its id */
  evidenceKind: string;
  evidence: string;
  by?: string | null;
}

/** Money that moves, at once (`single`) or held first (`pending`). */
export interface Moving extends Said {
  kind: 'single' | 'pending';
  debit: string;
  credit: string;
  amountFen: Fen;
  /** a pending transfer only: released by itself from this instant on */
  expiresAt?: Date | null;
  /** the amount is the most: what the debit account has (or the credit account lacks) is moved if that is less */
  balancing?: 'debit' | 'credit';
  /** refused unless the debit account has the amount, though accounts of its kind may go below nothing */
  ifCovered?: true;
  /** a pending transfer only, which may be of nothing: that account is closed until the hold is let go, and for good once it is posted */
  closing?: 'debit' | 'credit';
}

/** The end of a held transfer: `post` moves it, all of it or the amount given (the rest is released); `void` releases it. */
export interface Ending extends Said {
  kind: 'post' | 'void';
  pending: string;
  /** post only; all of it when left out */
  amountFen?: Fen;
}

export type TransferInput = Moving | Ending;

/** An account's four sums, in fen; all only grow except the pending ones. */
export interface AccountState {
  id: string;
  currency: string;
  debitsPending: Fen;
  debitsPosted: Fen;
  creditsPending: Fen;
  creditsPosted: Fen;
  limitedSide: 'debit' | 'credit' | null;
  closedAt: Date | null;
  /** the hold, or the act, that closed it */
  closedBy: string | null;
}

type Flag = 'balancing-debit' | 'balancing-credit' | 'closing-debit' | 'closing-credit';

export interface TransferRow {
  id: string;
  kind: 'single' | 'pending' | 'post' | 'void' | 'expire';
  debit: string;
  credit: string;
  amountFen: Fen;
  pending: string | null;
  expiresAt: Date | null;
  flag: Flag | null;
  reason: string;
  evidenceKind: string;
  evidence: string;
  by: string | null;
}

export type EndState = 'posted' | 'voided' | 'expired';

/** What the rules look at and change: rows that the caller has locked. */
export interface Books {
  accounts: Map<string, AccountState>;
  /** transfers that are already written: those with an id of this call, and pending ones that it ends */
  transfers: Map<string, TransferRow>;
  /** how a pending transfer ended; one that is not here is still held */
  ends: Map<string, EndState>;
}

/** `exists`: this transfer was written before with the same content, and nothing was done now. `fen` is what it moved or holds. */
export type Outcome = { id: string; result: 'created' | 'exists'; fen: Fen };

/**
 * Applies transfers in order to `books`, in memory: each sees what those before it did. The first that may not be
 * done refuses them all; `books` are then of no use.
 *
 * @returns one outcome per input, and the transfers to write
 * @throws Refusal of ledgerRefusals, with the id of the transfer it is about
 */
export function applyTransfers(books: Books, inputs: readonly TransferInput[], now: Date) {
  const written: TransferRow[] = [];
  const outcomes = inputs.map((input) => applyOne(books, input, now, written));
  return { outcomes, written };
}

/** A chain that went through, or why it did not: then nothing of it was done. */
export type ChainOutcome = { outcomes: Outcome[] } | { refusal: Refusal };

/**
 * Applies chains of transfers one after the other: within a chain all or none, while a chain that is refused is undone
 * and does not hinder those after it.
 */
export function applyChains(books: Books, chains: readonly (readonly TransferInput[])[], now: Date) {
  const written: TransferRow[] = [];
  const outcomes = chains.map((chain): ChainOutcome => {
    const from = written.length;
    const stood = saved(books, chain);
    try {
      return { outcomes: chain.map((input) => applyOne(books, input, now, written)) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      for (const account of stood) Object.assign(books.accounts.get(account.id) as AccountState, account);
      for (const row of written.splice(from)) {
        books.transfers.delete(row.id);
        if (row.pending) books.ends.delete(row.pending);
      }
      return { refusal: error };
    }
  });
  return { outcomes, written };
}

/** Copies of the accounts that a chain can change. */
function saved(books: Books, chain: readonly TransferInput[]): AccountState[] {
  const touched = new Set<string>();
  for (const input of chain) {
    const between = isEnding(input) ? books.transfers.get(input.pending) : input;
    if (between) touched.add(between.debit).add(between.credit);
  }
  return [...touched].flatMap((id) => {
    const found = books.accounts.get(id);
    return found ? { ...found } : [];
  });
}

export const isEnding = (input: TransferInput): input is Ending => input.kind === 'post' || input.kind === 'void';

function applyOne(books: Books, input: TransferInput, now: Date, written: TransferRow[]): Outcome {
  const before = books.transfers.get(input.id);
  if (before) {
    const differs = difference(before, input, books);
    if (differs) throw refuse('transfer-differs', { transfer: input.id, differs });
    return { id: input.id, result: 'exists', fen: before.amountFen };
  }
  const row = isEnding(input) ? end(books, input, now) : move(books, input, now);
  books.transfers.set(row.id, row);
  written.push(row);
  return { id: row.id, result: 'created', fen: row.amountFen };
}

/** Releases a held transfer whose time is over; the caller has checked that it is still held and due. */
export function expire(books: Books, id: string, pending: string): TransferRow {
  const held = books.transfers.get(pending) as TransferRow;
  release(books, held);
  reopen(books, held);
  books.ends.set(pending, 'expired');
  return { ...held, id, kind: 'expire', pending, expiresAt: null, flag: null, by: null };
}

// The rules come in the order in which TigerBeetle documents its results, and transfer.test.ts is a table of them in
// that order.

function move(books: Books, input: Moving, now: Date): TransferRow {
  const { id: transfer, balancing, closing } = input;
  whole(input.amountFen);
  if (input.debit === input.credit) throw refuse('same-account', { transfer });
  if (input.kind === 'single' && input.expiresAt) throw refuse('expiry-not-pending', { transfer });
  if (input.kind === 'single' && closing) throw refuse('closing-not-pending', { transfer });
  if (balancing && closing) throw refuse('flags-exclude-each-other', { transfer });
  if (input.amountFen < 0 || (input.amountFen === 0 && !closing)) throw refuse('amount-not-positive', { transfer });
  const debit = account(books, input.debit, transfer);
  const credit = account(books, input.credit, transfer);
  if (debit.currency !== credit.currency) throw refuse('currency-differs', { transfer });
  if (input.expiresAt && input.expiresAt <= now) throw refuse('expiry-not-ahead', { transfer });
  mustBeOpen(debit, credit, transfer);
  // What is held counts as gone, and what is still to come does not count as there.
  let amountFen = input.amountFen;
  const has = debit.creditsPosted - debit.debitsPosted - debit.debitsPending;
  const lacks = credit.debitsPosted - credit.creditsPosted - credit.creditsPending;
  if (balancing === 'debit') amountFen = Math.min(amountFen, has);
  if (balancing === 'credit') amountFen = Math.min(amountFen, lacks);
  if (balancing && amountFen <= 0) throw refuse('exceeds-balance', { transfer, account: input[balancing] });
  if ((debit.limitedSide === 'debit' || input.ifCovered) && amountFen > has)
    throw refuse('exceeds-balance', { transfer, account: debit.id });
  if (credit.limitedSide === 'credit' && amountFen > lacks) {
    throw refuse('exceeds-balance', { transfer, account: credit.id });
  }
  if (input.kind === 'pending') {
    debit.debitsPending = grown(debit.debitsPending, amountFen);
    credit.creditsPending = grown(credit.creditsPending, amountFen);
  } else {
    debit.debitsPosted = grown(debit.debitsPosted, amountFen);
    credit.creditsPosted = grown(credit.creditsPosted, amountFen);
  }
  if (closing) Object.assign(closing === 'debit' ? debit : credit, { closedAt: now, closedBy: transfer });
  return {
    id: transfer,
    kind: input.kind,
    debit: input.debit,
    credit: input.credit,
    amountFen,
    pending: null,
    expiresAt: input.expiresAt ?? null,
    flag: flagOf(input),
    reason: input.reason,
    evidenceKind: input.evidenceKind,
    evidence: input.evidence,
    by: input.by ?? null,
  };
}

const flagOf = ({ balancing, closing }: Moving): Flag | null =>
  balancing ? `balancing-${balancing}` : closing ? `closing-${closing}` : null;

const endedRefusals = {
  posted: 'pending-already-posted',
  voided: 'pending-already-voided',
  expired: 'pending-expired',
} as const;

function end(books: Books, input: Ending, now: Date): TransferRow {
  const { id: transfer, pending } = input;
  if (transfer === pending) throw refuse('pending-is-itself', { transfer });
  if (input.kind === 'post' && input.amountFen !== undefined) {
    whole(input.amountFen);
    if (input.amountFen < 0) throw refuse('amount-not-positive', { transfer });
  }
  const held = books.transfers.get(pending);
  if (!held) throw refuse('pending-not-found', { transfer, pending });
  if (held.kind !== 'pending') throw refuse('pending-not-pending', { transfer, pending });
  const amountFen = input.kind === 'post' ? (input.amountFen ?? held.amountFen) : held.amountFen;
  if (amountFen === 0 && held.amountFen > 0) throw refuse('amount-not-positive', { transfer });
  if (amountFen > held.amountFen) throw refuse('exceeds-pending', { transfer, pending });
  const ended = books.ends.get(pending);
  if (ended) throw refuse(endedRefusals[ended], { transfer, pending });
  // Due but not yet swept by the job: it has expired all the same, or the answer would hang on when the job runs.
  if (held.expiresAt && held.expiresAt <= now) throw refuse('pending-expired', { transfer, pending });
  const debit = account(books, held.debit, transfer);
  const credit = account(books, held.credit, transfer);
  // A closed account takes nothing more, but what is held on it can still be let go; and what closed it may be posted.
  if (input.kind === 'post') {
    mustBeOpen(debit, credit, transfer, pending);
    // No limit can break here: the amount was counted when it was held.
    debit.debitsPosted = grown(debit.debitsPosted, amountFen);
    credit.creditsPosted = grown(credit.creditsPosted, amountFen);
  }
  release(books, held);
  if (input.kind === 'void') reopen(books, held);
  books.ends.set(pending, input.kind === 'post' ? 'posted' : 'voided');
  return {
    id: transfer,
    kind: input.kind,
    debit: held.debit,
    credit: held.credit,
    amountFen,
    pending,
    expiresAt: null,
    flag: null,
    reason: input.reason,
    evidenceKind: input.evidenceKind,
    evidence: input.evidence,
    by: input.by ?? null,
  };
}

function release(books: Books, held: TransferRow): void {
  account(books, held.debit, held.id).debitsPending -= held.amountFen;
  account(books, held.credit, held.id).creditsPending -= held.amountFen;
}

/** Letting go of the hold that closed an account opens it; one that an act has closed stays closed. */
function reopen(books: Books, held: TransferRow): void {
  if (!held.flag?.startsWith('closing')) return;
  const closed = account(books, held.flag === 'closing-debit' ? held.debit : held.credit, held.id);
  if (closed.closedBy === held.id) Object.assign(closed, { closedAt: null, closedBy: null });
}

function account(books: Books, id: string, transfer: string): AccountState {
  const found = books.accounts.get(id);
  if (!found) throw refuse('account-not-found', { transfer, account: id });
  return found;
}

function mustBeOpen(debit: AccountState, credit: AccountState, transfer: string, unlessBy: string | null = null): void {
  for (const { id, closedAt, closedBy } of [debit, credit]) {
    if (closedAt && closedBy !== unlessBy) throw refuse('account-closed', { transfer, account: id });
  }
}

/** Which field of a transfer is not as it was written, or null. Not who asked: a job may finish what a person began. */
function difference(before: TransferRow, input: TransferInput, books: Books): string | null {
  if (before.kind !== input.kind) return 'kind';
  if (isEnding(input)) {
    if (before.pending !== input.pending) return 'pending';
    const all = books.transfers.get(input.pending)?.amountFen;
    const amount = input.kind === 'post' ? (input.amountFen ?? all) : all;
    if (before.amountFen !== amount) return 'amount';
  } else {
    if (before.flag !== flagOf(input)) return 'flag';
    if ((before.expiresAt?.getTime() ?? null) !== (input.expiresAt?.getTime() ?? null)) return 'expiry';
    if (before.debit !== input.debit) return 'debit';
    if (before.credit !== input.credit) return 'credit';
    if (input.balancing ? before.amountFen > input.amountFen : before.amountFen !== input.amountFen) return 'amount';
  }
  if (before.evidenceKind !== input.evidenceKind || before.evidence !== input.evidence) return 'evidence';
  return before.reason === input.reason ? null : 'reason';
}

function whole(fen: Fen): void {
  if (!Number.isSafeInteger(fen)) throw new RangeError(`transfer of ${fen}: amounts are whole fen`);
}

/** A sum above 2^53 fen (90 trillion yuan) is a mistake of ours and nobody's refusal. */
function grown(sum: Fen, by: Fen): Fen {
  const more = sum + by;
  whole(more);
  return more;
}
