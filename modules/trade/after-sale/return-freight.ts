import { ensureAccounts, transfer } from '#ledger';
import type { Actor } from '#platform/actor.ts';
import type { Tx } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { type Fen, splitByWeight, yuan } from '#platform/money.ts';
import { refuse } from '../refuse.ts';
import { refundLines } from '../settlement/refund-lines.ts';
import { type LineAccount, moneyLeft } from './case-budget.ts';
import type { CaseKind } from './case-states.ts';
import type { Terms } from './case-terms.ts';
import { type CaseFields, lineAccounts, linesOfCases } from './cases.queries.ts';
import type { Fault, FreightBearer } from './freight-kinds.ts';
import type { Share } from './grant-refund.ts';
import type { LockedCase } from './move-case.ts';

/** Who bears the way back, by kind and fault; null for kinds in which nothing is sent back. */
export function freightBearerOf(kind: CaseKind, fault: Fault, terms: Terms): FreightBearer | null {
  if (kind === 'return') return fault === 'seller' ? terms.returnFaultBearer : terms.returnChoiceBearer;
  if (kind === 'exchange') return fault === 'seller' ? terms.exchangeFaultBearer : terms.exchangeChoiceBearer;
  return null;
}

/**
 * What somebody paid the carrier, proved by a photo of the receipt that is of the case and their own, by the carrier's
 * number on it, or by both.
 */
export interface FreightPaid {
  fen: Fen;
  photo?: string | undefined;
  number?: string | undefined;
}

/**
 * What becomes true of a case when the buyer, or the seller at whose door the carrier asked for it, says to have paid
 * the way back.
 *
 * @throws Refusal `freight-own` when they bear it themselves | `freight-said` | `freight-over` above the terms' most |
 *   `freight-unproved` | `photo-not-found` | `freight-number-used` for another case
 */
export async function freightPaid(
  tx: Tx,
  by: Actor,
  { found, terms }: Pick<LockedCase, 'found' | 'terms'>,
  party: 'buyer' | 'merchant',
  paid: FreightPaid | undefined,
): Promise<Partial<Pick<CaseFields, 'freight_paid_by' | 'freight_paid_fen' | 'freight_photo'>>> {
  if (!paid) return {};
  if (found.freight_bearer === null || found.freight_bearer === party) throw refuse('freight-own');
  if (found.freight_paid_by !== null) throw refuse('freight-said');
  const most = terms.returnFreightCapFen;
  if (paid.fen > most) throw refuse('freight-over', { most: yuan(most) });
  const { fen, photo, number } = paid;
  if (photo === undefined && number === undefined) throw refuse('freight-unproved');
  if (photo !== undefined) await requirePhoto(tx, by, found, photo);
  if (number !== undefined) await keepNumber(tx, found, number.toUpperCase());
  return { freight_paid_by: party, freight_paid_fen: fen, freight_photo: photo ?? null };
}

async function requirePhoto(tx: Tx, by: Actor, found: CaseFields, id: string): Promise<void> {
  const photo = await tx
    .selectFrom('trade.after_sale_photo')
    .select('id')
    .where('county', '=', found.county)
    .where('id', '=', id)
    .where('case', '=', found.id)
    .where('by_person', '=', by.person)
    .executeTakeFirst();
  if (!photo) throw refuse('photo-not-found');
}

/** One number proves one payment: the index says so, also to whoever gives it in this very moment. */
async function keepNumber(tx: Tx, found: CaseFields, number: string): Promise<void> {
  await tx
    .updateTable('trade.after_sale_case')
    .set({ freight_number: number })
    .where('county', '=', found.county)
    .where('id', '=', found.id)
    .execute()
    .catch((error: { code?: string }) => {
      throw error.code === '23505' ? refuse('freight-number-used') : error;
    });
}

/**
 * What of the way back the refund of a case can carry: the terms' most, as far as the order's own freight reaches.
 */
export function mostFreightBack(
  found: Pick<CaseFields, 'freight_bearer'>,
  terms: Pick<Terms, 'returnFreightCapFen'>,
  lines: readonly { line: string }[],
  accounts: ReadonlyMap<string, LineAccount>,
): Fen {
  if (found.freight_bearer === null || found.freight_bearer === 'buyer') return 0;
  return Math.min(terms.returnFreightCapFen, sum(roomOf(lines, accounts)));
}

const roomOf = (
  shares: readonly { line: string; freightFen?: Fen }[],
  accounts: ReadonlyMap<string, LineAccount>,
): Fen[] =>
  shares.map(({ line, freightFen = 0 }) => {
    const account = accounts.get(line);
    return account ? moneyLeft(account).freightFen - freightFen : 0;
  });

/**
 * The refund of goods that came back, with the way back in it. What the buyer laid out for another goes to them on top,
 * as far as the order's own freight reaches: no provider gives back more than it took. What the seller laid out for the
 * buyer is kept from it, and something is always left to give back.
 *
 * @returns the shares, and what of the way back is in them: below nothing where it was kept
 */
export function withReturnFreight(
  found: Pick<CaseFields, 'freight_bearer' | 'freight_paid_by' | 'freight_paid_fen'>,
  shares: readonly Share[],
  accounts: ReadonlyMap<string, LineAccount>,
): { shares: Share[]; backFen: Fen } {
  const paid = found.freight_paid_fen ?? 0;
  if (found.freight_paid_by === 'buyer' && found.freight_bearer !== 'buyer') {
    const room = roomOf(shares, accounts);
    const backFen = Math.min(paid, sum(room));
    const parts = spread(backFen, room);
    return {
      shares: shares.map((share, i) => ({ ...share, freightFen: share.freightFen + (parts[i] ?? 0) })),
      backFen,
    };
  }
  if (found.freight_paid_by === 'merchant' && found.freight_bearer === 'buyer') {
    const goods = shares.map((share) => share.goodsFen);
    const keptFen = Math.max(0, Math.min(paid, sum(goods) - 1));
    const parts = spread(keptFen, goods);
    return {
      shares: shares.map((share, i) => ({ ...share, goodsFen: share.goodsFen - (parts[i] ?? 0) })),
      backFen: -keptFen,
    };
  }
  return { shares: [...shares], backFen: 0 };
}

const sum = (amounts: readonly Fen[]): Fen => amounts.reduce((total, fen) => total + fen, 0);
const spread = (fen: Fen, weights: readonly Fen[]): Fen[] =>
  sum(weights) === 0 ? weights.map(() => 0) : splitByWeight(fen, weights);

/**
 * Goods of an exchange are back and new ones reserved: nothing is refunded but the way back, where the buyer laid it out
 * for another.
 */
export async function refundReturnFreight(tx: Tx, now: Date, by: Actor, { order, found }: LockedCase): Promise<void> {
  const { county } = found;
  const lines = await linesOfCases(tx, county, [found.id]);
  const none = lines.map(({ line }) => ({ line, goodsFen: 0, freightFen: 0 }));
  const { shares, backFen } = withReturnFreight(found, none, await lineAccounts(tx, county, order.id, found.id));
  if (backFen > 0 && order.payment) {
    await refundLines(tx, now, by, order, {
      lines: shares.filter((share) => share.freightFen > 0),
      reason: `售后 ${found.number} 退货运费`,
      evidence: { kind: 'case', id: found.id },
    });
  }
  await bearReturnFreight(tx, now, by, found, Math.max(0, backFen));
}

/**
 * Whoever bears the way back pays for it: what went to the buyer came out of the order's freight, which is made good; what
 * the seller laid out for the platform, it gives the seller. What is kept from a buyer stays with the parts of the order,
 * in their proportion, as its price does.
 */
export async function bearReturnFreight(tx: Tx, now: Date, by: Actor, found: CaseFields, backFen: Fen): Promise<void> {
  await tx
    .updateTable('trade.after_sale_case')
    .set({ freight_back_fen: found.freight_paid_by === null ? null : backFen })
    .where('county', '=', found.county)
    .where('id', '=', found.id)
    .execute();
  const bearer = found.freight_bearer;
  if (bearer === null || bearer === 'buyer') return;
  const forSeller = found.freight_paid_by === 'merchant' && bearer === 'platform';
  const amountFen = forSeller ? (found.freight_paid_fen ?? 0) : Math.max(0, backFen);
  if (amountFen === 0) return;
  const seller = { kind: 'merchant' as const, owner: found.org };
  const [from, to] = (await ensureAccounts(tx, found.county, [
    bearer === 'platform' ? { kind: 'platform', owner: 'platform' } : seller,
    forSeller ? seller : { kind: 'freight', owner: 'county' },
  ])) as [string, string];
  await transfer(
    tx,
    found.county,
    [
      {
        ...{ id: newId(), kind: 'single', debit: from, credit: to, amountFen, reason: 'return-freight' },
        ...{ evidenceKind: 'case', evidence: found.id, by: by.person },
      },
    ],
    now,
  );
}
