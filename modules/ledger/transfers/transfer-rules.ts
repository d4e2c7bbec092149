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
  closed: boolean;
}

export interface TransferRow {
  id: string;
  kind: 'single' | 'pending' | 'post' | 'void' | 'expire';
  debit: string;
  credit: string;
  amountFen: Fen;
  pending: string | null;
  expiresAt: Date | null;
  reason: string;
  evidenceKind: string;
  evidence: string;
  by: string | null;
}

export interface PendingState {
  transfer: string;
  state: 'pending' | 'posted' | 'voided' | 'expired';
  expiresAt: Date | null;
  endedBy: string | null;
}

/** What the rules look at and change: rows that the caller has locked. */
export interface Books {
  accounts: Map<string, AccountState>;
  /** transfers that are already written: those with an id of this call, and pending ones that it ends */
  transfers: Map<string, TransferRow>;
  pendings: Map<string, PendingState>;
}

/** `exists`: this transfer was written before with the same content, and nothing was done now. */
export type Outcome = { id: string; result: 'created' | 'exists' };

/**
 * Applies transfers in order to `books`, in memory: each sees what those before it did. The first that may not be
 * done refuses them all.
 *
 * @returns one outcome per input, and the transfers to write
 * @throws Refusal of ledgerRefusals, with the id of the transfer it is about
 */
export function applyTransfers(books: Books, inputs: readonly TransferInput[], now: Date) {
  const written: TransferRow[] = [];
  const outcomes = inputs.map((input): Outcome => {
    const before = books.transfers.get(input.id);
    if (before) {
      if (!sameContent(before, input, books)) throw refuse('transfer-differs', { transfer: input.id });
      return { id: input.id, result: 'exists' };
    }
    const row =
      input.kind === 'post' || input.kind === 'void' ? end(books, input, now) : move(books, input as Moving, now);
    books.transfers.set(row.id, row);
    written.push(row);
    return { id: row.id, result: 'created' };
  });
  return { outcomes, written };
}

/** Releases a held transfer whose time is over; the caller has checked that it is still pending and due. */
export function expire(books: Books, id: string, pending: string): TransferRow {
  const held = books.transfers.get(pending) as TransferRow;
  release(books, held);
  Object.assign(books.pendings.get(pending) as PendingState, { state: 'expired', endedBy: id });
  const { debit, credit, amountFen, reason, evidenceKind, evidence } = held;
  return {
    id,
    kind: 'expire',
    debit,
    credit,
    amountFen,
    pending,
    expiresAt: null,
    reason,
    evidenceKind,
    evidence,
    by: null,
  };
}

function move(books: Books, input: Moving, now: Date): TransferRow {
  const { id: transfer, amountFen } = input;
  whole(amountFen);
  if (amountFen <= 0) throw refuse('amount-not-positive', { transfer });
  if (input.debit === input.credit) throw refuse('same-account', { transfer });
  const debit = account(books, input.debit, transfer);
  const credit = account(books, input.credit, transfer);
  if (debit.currency !== credit.currency) throw refuse('currency-differs', { transfer });
  for (const { closed, id } of [debit, credit]) if (closed) throw refuse('account-closed', { transfer, account: id });
  if (input.expiresAt && input.expiresAt <= now) throw refuse('expiry-not-ahead', { transfer });
  // What is held counts as gone, and what is still to come does not count as there.
  if (debit.limitedSide === 'debit' && debit.debitsPending + debit.debitsPosted + amountFen > debit.creditsPosted) {
    throw refuse('exceeds-balance', { transfer, account: debit.id });
  }
  if (
    credit.limitedSide === 'credit' &&
    credit.creditsPending + credit.creditsPosted + amountFen > credit.debitsPosted
  ) {
    throw refuse('exceeds-balance', { transfer, account: credit.id });
  }
  const expiresAt = input.kind === 'pending' ? (input.expiresAt ?? null) : null;
  if (input.kind === 'pending') {
    debit.debitsPending += amountFen;
    credit.creditsPending += amountFen;
    books.pendings.set(transfer, { transfer, state: 'pending', expiresAt, endedBy: null });
  } else {
    debit.debitsPosted += amountFen;
    credit.creditsPosted += amountFen;
  }
  return row(input, { debit: debit.id, credit: credit.id, amountFen, pending: null, expiresAt });
}

const endedRefusals = {
  posted: 'pending-already-posted',
  voided: 'pending-already-voided',
  expired: 'pending-expired',
} as const;

function end(books: Books, input: Ending, now: Date): TransferRow {
  const { id: transfer, pending } = input;
  const held = books.transfers.get(pending);
  const hold = books.pendings.get(pending);
  if (held?.kind !== 'pending' || !hold) throw refuse('pending-not-found', { transfer, pending });
  const amountFen = input.kind === 'post' ? (input.amountFen ?? held.amountFen) : held.amountFen;
  whole(amountFen);
  if (amountFen <= 0) throw refuse('amount-not-positive', { transfer });
  if (amountFen > held.amountFen) throw refuse('exceeds-pending', { transfer, pending });
  if (hold.state !== 'pending') throw refuse(endedRefusals[hold.state], { transfer, pending });
  // Due but not yet swept by the job: it has expired all the same, or the answer would hang on when the job runs.
  if (hold.expiresAt && hold.expiresAt <= now) throw refuse('pending-expired', { transfer, pending });
  const debit = account(books, held.debit, transfer);
  const credit = account(books, held.credit, transfer);
  if (input.kind === 'post') {
    // A closed account takes nothing more, but what is held on it can still be let go.
    for (const { closed, id } of [debit, credit]) if (closed) throw refuse('account-closed', { transfer, account: id });
  }
  release(books, held);
  if (input.kind === 'post') {
    // The limited side cannot break here: the amount was counted when it was held.
    debit.debitsPosted += amountFen;
    credit.creditsPosted += amountFen;
  }
  hold.state = input.kind === 'post' ? 'posted' : 'voided';
  hold.endedBy = transfer;
  return row(input, { debit: held.debit, credit: held.credit, amountFen, pending, expiresAt: null });
}

function release(books: Books, held: TransferRow): void {
  account(books, held.debit, held.id).debitsPending -= held.amountFen;
  account(books, held.credit, held.id).creditsPending -= held.amountFen;
}

function account(books: Books, id: string, transfer: string): AccountState {
  const found = books.accounts.get(id);
  if (!found) throw refuse('account-not-found', { transfer, account: id });
  return found;
}

const row = (
  input: TransferInput,
  rest: Pick<TransferRow, 'debit' | 'credit' | 'amountFen' | 'pending' | 'expiresAt'>,
): TransferRow => ({
  id: input.id,
  kind: input.kind,
  reason: input.reason,
  evidenceKind: input.evidenceKind,
  evidence: input.evidence,
  by: input.by ?? null,
  ...rest,
});

/** Everything but who asked: a job may finish what a person began. */
function sameContent(before: TransferRow, input: TransferInput, books: Books): boolean {
  if (before.kind !== input.kind || before.reason !== input.reason) return false;
  if (before.evidenceKind !== input.evidenceKind || before.evidence !== input.evidence) return false;
  if (input.kind === 'post' || input.kind === 'void') {
    const all = books.transfers.get(input.pending)?.amountFen;
    const amount = input.kind === 'post' ? (input.amountFen ?? all) : all;
    return before.pending === input.pending && before.amountFen === amount;
  }
  const moving = input as Moving;
  const expiry = moving.kind === 'pending' ? (moving.expiresAt?.getTime() ?? null) : null;
  return (
    before.debit === moving.debit &&
    before.credit === moving.credit &&
    before.amountFen === moving.amountFen &&
    (before.expiresAt?.getTime() ?? null) === expiry
  );
}

function whole(fen: Fen): void {
  if (!Number.isSafeInteger(fen)) throw new RangeError(`transfer of ${fen}: amounts are whole fen`);
}
