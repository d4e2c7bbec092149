import type { Tx } from '#platform/db.ts';
import type { Lang } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { lockOrder, type OrderFields } from '../orders/orders.queries.ts';
import { refuse } from '../refuse.ts';
import { termsById } from './after-sale-rules.queries.ts';
import {
  type CaseKind,
  type CaseMove,
  type CaseState,
  caseMoves,
  movesOfCase,
  overStates,
  type Party,
} from './case-states.ts';
import { dueAt, type Terms } from './case-terms.ts';
import { type CaseFields, caseById, insertCaseMove, lockCase } from './cases.queries.ts';

/** A case with its order, both locked, and the terms it was opened under. */
export interface LockedCase {
  order: OrderFields;
  found: CaseFields;
  terms: Terms;
}

/**
 * Locks a case for an act. Its order first, as packing, sending, cancelling and refunding do.
 *
 * @throws Refusal `case-not-found`
 */
export async function lockForAct(tx: Tx, county: County, id: string): Promise<LockedCase> {
  const seen = await caseById(tx, county, id);
  const order = seen && (await lockOrder(tx, county, seen.order));
  const found = order && (await lockCase(tx, county, id));
  if (!order || !found) throw refuse('case-not-found');
  return { order, found, terms: await termsById(tx, county, found.rule) };
}

/**
 * The move that an act of a party makes with a case now; with `to` where one act can lead to two states.
 *
 * @throws Refusal `case-move-not-allowed`
 */
export function moveFor(of: CaseFields, act: string, party: Party, to?: CaseState): CaseMove {
  const move = movesOfCase(of.kind, of.state, party).find((m) => m.act === act && (to === undefined || m.to === to));
  if (!move) throw refuseCaseMove(of, act);
  return move;
}

/** The refusal in the words of the states, as people know them. */
export const refuseCaseMove = (of: { kind: CaseKind; state: CaseState }, act: string) =>
  refuse('case-move-not-allowed', { state: of.state, act, from: wordsOf(of.state).zh, fromEn: wordsOf(of.state).en });

const wordsOf = (state: CaseState): Record<Lang, string> => caseMoves.states[state];

/** Who moves a case, and what they say of it. */
export interface Mover {
  party: Party;
  by: string | null;
  note?: string | null;
}

/**
 * Writes a move down and starts the clock of the new state. Only the state: what it means for money and goods is the
 * caller's act, in the same transaction.
 *
 * @param set what else becomes true of the case
 */
export async function moveCase(
  tx: Tx,
  now: Date,
  of: Pick<LockedCase, 'found' | 'terms'>,
  move: Pick<CaseMove, 'to' | 'act'>,
  mover: Mover,
  set: Partial<
    Pick<
      CaseFields,
      | ('granted_fen' | 'bearer' | 'refund' | 'answer' | 'decision' | 'return_carrier' | 'return_waybill')
      | ('freight_paid_by' | 'freight_paid_fen' | 'freight_photo')
    >
  > = {},
): Promise<void> {
  const { county, id, state } = of.found;
  await tx
    .updateTable('trade.after_sale_case')
    .set({
      ...set,
      state: move.to,
      due_at: dueAt(move.to, of.terms, now),
      ...(overStates.includes(move.to) && { closed_at: now }),
    })
    .where('county', '=', county)
    .where('id', '=', id)
    .execute();
  await insertCaseMove(tx, {
    county,
    case: id,
    from: state,
    to: move.to,
    act: move.act,
    party: mover.party,
    note: mover.note ?? null,
    by: mover.by,
    at: now,
  });
}
