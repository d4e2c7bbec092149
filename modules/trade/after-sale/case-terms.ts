import { type Fen, proportion } from '#platform/money.ts';
import type { CaseState, Party } from './case-states.ts';
import type { FreightBearer } from './freight-kinds.ts';

/** A county's terms of after-sale. Shares in basis points, amounts in fen; days and hours from the fact they name. */
export interface Terms {
  /** null for the terms that hold where a county has set none */
  id: string | null;
  name: string;
  /** from receipt; 0 for goods that cannot be sent back */
  returnDays: number;
  /** from receipt */
  damageHours: number;
  /** damage below this share is usual and not compensated */
  damageFreeBp: number;
  /** shares count in steps of so much, rounded up */
  damageStepBp: number;
  damageCapBp: number;
  /** compensation up to this is given at once */
  damageAutoFen: Fen;
  damageBearer: 'merchant' | 'fund';
  /** a merchant who says nothing for so long has accepted */
  merchantHours: number;
  /** a buyer who does not send back, or does not dispute, within so long has given up */
  buyerDays: number;
  /** goods sent back count as received after so long */
  arrivalDays: number;
  /** what is to be sent again and is not by then goes to the county */
  resendDays: number;
  /** the county should have decided by then; what is late shows first */
  countyDays: number;
  /** who bears the way back of goods that are returned or exchanged, where they are not as sold and where the buyer has changed their mind */
  returnFaultBearer: FreightBearer;
  returnChoiceBearer: FreightBearer;
  exchangeFaultBearer: FreightBearer;
  exchangeChoiceBearer: FreightBearer;
  /** what of it is made good at most */
  returnFreightCapFen: Fen;
  /** weighed goods: what a line is dearer by is asked for above this, else the merchant bears it */
  weighToleranceFen: Fen;
}

/** Where a county has set nothing: the seven days of the Consumer Rights Law (art. 25), and what platforms commonly give. */
export const usualTerms: Terms = {
  id: null,
  name: '',
  returnDays: 7,
  damageHours: 48,
  damageFreeBp: 500,
  damageStepBp: 1000,
  damageCapBp: 10_000,
  damageAutoFen: 2_000,
  damageBearer: 'merchant',
  merchantHours: 48,
  buyerDays: 7,
  arrivalDays: 10,
  resendDays: 3,
  countyDays: 7,
  // Whose goods are not as sold bears it (Consumer Rights Law art. 24), whoever changes their mind too (art. 25).
  returnFaultBearer: 'merchant',
  returnChoiceBearer: 'buyer',
  exchangeFaultBearer: 'merchant',
  exchangeChoiceBearer: 'buyer',
  returnFreightCapFen: 3_000,
  weighToleranceFen: 500,
};

const HOUR = 3_600_000;

/** What a state waits for, whom, how long, and what happens when that passes; states without a line do not end by time. */
export const caseDeadlines: Partial<
  Record<CaseState, { waitsFor: Party; ms: (terms: Terms) => number; act: string | null }>
> = {
  applied: { waitsFor: 'merchant', ms: (t) => t.merchantHours * HOUR, act: 'accept' },
  accepted: { waitsFor: 'buyer', ms: (t) => t.buyerDays * 24 * HOUR, act: 'lapse' },
  sent_back: { waitsFor: 'merchant', ms: (t) => t.arrivalDays * 24 * HOUR, act: 'arrive' },
  resending: { waitsFor: 'merchant', ms: (t) => t.resendDays * 24 * HOUR, act: 'stall' },
  resent: { waitsFor: 'buyer', ms: () => 10 * 24 * HOUR, act: 'receive' },
  refused: { waitsFor: 'buyer', ms: (t) => t.buyerDays * 24 * HOUR, act: 'lapse' },
  // Nobody decides for the county; that it is late is shown to everybody.
  disputed: { waitsFor: 'county', ms: (t) => t.countyDays * 24 * HOUR, act: null },
};

/** When the wait that begins now in a state is over; null where nothing is waited for. */
export function dueAt(state: CaseState, terms: Terms, now: Date): Date | null {
  const deadline = caseDeadlines[state];
  return deadline ? new Date(now.getTime() + deadline.ms(terms)) : null;
}

/**
 * What damaged goods are compensated with: the damaged share in whole steps, rounded up in the buyer's favour, no more
 * than the cap.
 *
 * @param damageBp damaged share of the goods by weight
 * @param goodsFen what is left of the goods' price
 * @returns fen; null when the damage is below the free threshold
 */
export function damageFen(terms: Terms, damageBp: number, goodsFen: Fen): Fen | null {
  if (damageBp < terms.damageFreeBp) return null;
  const steps = Math.ceil(damageBp / terms.damageStepBp);
  const share = Math.min(steps * terms.damageStepBp, terms.damageCapBp, 10_000);
  return proportion(goodsFen, share, 10_000);
}

/** The window of a kind, in ms from receipt. */
export const windowMs = (kind: 'return' | 'damage', terms: Terms): number =>
  kind === 'damage' ? terms.damageHours * HOUR : terms.returnDays * 24 * HOUR;
