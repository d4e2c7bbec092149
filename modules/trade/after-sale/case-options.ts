import type { OrderState } from '../orders/order-states.ts';
import { type CaseKind, caseKinds } from './case-states.ts';
import { type Terms, windowMs } from './case-terms.ts';
import { faults } from './freight-kinds.ts';
import { freightBearerOf } from './return-freight.ts';

/** Why a kind of case cannot be opened for a line now; each is a refusal's code. */
export type WhyNot =
  | 'case-order-state'
  | 'line-packed'
  | 'case-not-sent'
  | 'case-not-received'
  | 'case-not-returnable'
  | 'case-too-late'
  | 'case-nothing-left';

/** What a line's possibilities hang on. */
export interface LineState {
  orderState: OrderState;
  receivedAt: Date | null;
  /** nothing of it has left, and it can still be left out */
  waiting: boolean;
  packsLeft: number;
  fenLeft: number;
}

/**
 * Whether a kind of case can be opened for a line now, and until when. Before it has left a line can only be refunded,
 * packed or not; by weight and packed, or with its parcel gone while others of the order are here, nothing; from sending
 * of the whole order on everything but damage, which is told at receipt.
 */
export function optionOf(
  kind: CaseKind,
  line: LineState,
  terms: Terms,
  now: Date,
): { why: WhyNot | null; until: Date | null } {
  const no = (why: WhyNot) => ({ why, until: null });
  if (line.orderState === 'placed' || line.orderState === 'cancelled' || line.orderState === 'refunded') {
    return no('case-order-state');
  }
  if (line.packsLeft === 0) return no('case-nothing-left');
  const needsMoney = kind === 'refund' || kind === 'return' || kind === 'damage';
  if (needsMoney && line.fenLeft === 0) return no('case-nothing-left');
  if (line.waiting) return kind === 'refund' ? { why: null, until: null } : no('case-not-sent');
  if (line.orderState === 'paid' || line.orderState === 'packed') return no('line-packed');
  if ((kind === 'return' || kind === 'exchange') && terms.returnDays === 0) return no('case-not-returnable');
  if (kind === 'damage' && !line.receivedAt) return no('case-not-received');
  if (!line.receivedAt) return { why: null, until: null };
  const until = new Date(line.receivedAt.getTime() + windowOf(kind, terms));
  return now > until ? { why: 'case-too-late', until } : { why: null, until };
}

// Goods that cannot be sent back can still be wrong or rotten: as long as damage can be told, so can that.
const windowOf = (kind: CaseKind, terms: Terms): number =>
  kind === 'damage'
    ? windowMs('damage', terms)
    : kind === 'return' || kind === 'exchange'
      ? windowMs('return', terms)
      : Math.max(windowMs('return', terms), windowMs('damage', terms));

/** All kinds at once, for a screen: with who would bear the way back, where goods go back. */
export const optionsOf = (line: LineState, terms: Terms, now: Date) =>
  caseKinds.map((kind) => {
    const [fault, choice] = faults.map((of) => freightBearerOf(kind, of, terms));
    return { kind, ...optionOf(kind, line, terms, now), freight: fault && choice ? { fault, choice } : null };
  });
