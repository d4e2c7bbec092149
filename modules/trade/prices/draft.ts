import type { SkuBrief } from '#catalog';
import { type Fen, splitByWeight } from '#platform/money.ts';
import type { Bearer, Scope } from './price-facts.ts';

export type DiscountKind = 'tier' | 'member' | 'institution' | 'campaign' | 'bundle' | 'full_reduction' | 'coupon';

/** Why a line costs less than its list price. */
export interface LineDiscount {
  kind: DiscountKind;
  /** id of what gave it */
  rule: string;
  name: string;
  /** off the whole line, > 0 */
  fen: Fen;
  bearer: Bearer;
}

/** What goods are missing until a full reduction takes more off. */
export interface NextStep {
  rule: string;
  name: string;
  /** so much more of the goods it is for, as they count for it */
  missingFen: Fen;
  /** what it takes off then, in all */
  offFen: Fen;
}

/** Something limited that placing the order uses up. */
export interface Claim {
  subject: string;
  /** a person, or '' when all buyers share it */
  holder: string;
  /** how much of it there is for this holder */
  most: number;
  n: number;
  /** what the buyer is told when it is used up, with `name` */
  refusal: 'buyer-limit-reached' | 'campaign-sold-out' | 'coupon-used';
  name: string;
}

/**
 * A line on its way through the calculators. Its packs are of two kinds: plain ones at `unitFen` each, and those that a
 * campaign or a bundle has priced, together at `setFen`.
 */
export interface DraftLine {
  readonly sku: SkuBrief;
  readonly packs: number;
  unitFen: Fen;
  plainPacks: number;
  /** what is off the plain packs as a whole: their part of full reductions and coupons */
  plainOffFen: Fen;
  setFen: Fen;
  discounts: LineDiscount[];
  /** its goods have counted for a full reduction */
  fullyReduced: boolean;
}

/** An order on its way through the calculators; its lines in SKU order, so that it does not matter how they were asked. */
export interface Draft {
  readonly lines: readonly DraftLine[];
  readonly claims: Claim[];
  readonly next: NextStep[];
  holdMinutes: number;
}

/** The first calculator: every pack at its list price. */
export const atListPrice = (lines: readonly { sku: SkuBrief; packs: number }[]): Draft => ({
  lines: [...lines]
    .sort((a, b) => (a.sku.id < b.sku.id ? -1 : 1))
    .map(({ sku, packs }) => ({
      sku,
      packs,
      unitFen: sku.priceFen,
      plainPacks: packs,
      plainOffFen: 0,
      setFen: 0,
      discounts: [],
      fullyReduced: false,
    })),
  claims: [],
  next: [],
  holdMinutes: Number.POSITIVE_INFINITY,
});

export const plainFen = (line: DraftLine): Fen => line.unitFen * line.plainPacks - line.plainOffFen;
/** What a line is charged as far as it has been calculated. */
export const chargedFen = (line: DraftLine): Fen => plainFen(line) + line.setFen;
export const sumFen = (lines: readonly DraftLine[]): Fen => lines.reduce((sum, line) => sum + chargedFen(line), 0);

export const inScope = (scope: Scope, sku: SkuBrief): boolean =>
  (scope.org === null || scope.org === sku.org) &&
  (scope.category === null || scope.category === sku.category) &&
  (scope.products === null || scope.products.includes(sku.product));

/** The sum of lines that counts for something: their plain packs, and those at a price of their own where it says so. */
export const baseOf = (lines: readonly DraftLine[], onReduced: boolean): Fen =>
  lines.reduce((sum, line) => sum + plainFen(line) + (onReduced ? line.setFen : 0), 0);

/**
 * Takes an amount off lines, in proportion to what of each counts (largest remainder). Something is always left to pay:
 * no provider takes a payment of nothing.
 *
 * @returns what was taken off
 */
export function takeOff(
  draft: Draft,
  lines: readonly DraftLine[],
  off: { fen: Fen; onReduced: boolean; kind: DiscountKind; rule: string; name: string; bearer: Bearer },
): Fen {
  const fen = mostOff(draft, lines, off);
  if (fen <= 0) return 0;
  const weights = lines.flatMap((line) => [plainFen(line), off.onReduced ? line.setFen : 0]);
  const parts = splitByWeight(fen, weights);
  for (const [i, line] of lines.entries()) {
    const [plain = 0, set = 0] = parts.slice(2 * i, 2 * i + 2);
    if (plain + set === 0) continue;
    line.plainOffFen += plain;
    line.setFen -= set;
    const { kind, rule, name, bearer } = off;
    line.discounts.push({ kind, rule, name, fen: plain + set, bearer });
  }
  return fen;
}

/** What of an amount can be taken off lines. */
export const mostOff = (draft: Draft, lines: readonly DraftLine[], off: { fen: Fen; onReduced: boolean }): Fen =>
  Math.max(0, Math.min(off.fen, baseOf(lines, off.onReduced), sumFen(draft.lines) - 1));

/** Lowers what a plain pack costs, when it is lower; the difference is the discount. */
export function lowerUnit(
  line: DraftLine,
  to: { priceFen: Fen; kind: 'tier' | 'member' | 'institution'; rule: string; name: string },
): void {
  const fen = (line.unitFen - to.priceFen) * line.plainPacks;
  if (fen <= 0) return;
  line.discounts.push({ kind: to.kind, rule: to.rule, name: to.name, fen, bearer: 'merchant' });
  line.unitFen = to.priceFen;
}

/** The claims on a limited thing: on all there are of it, and on what one buyer may have. */
export function claimsOn(
  person: string | null,
  of: { subject: string; all: number | null; each: number | null },
  claim: Pick<Claim, 'n' | 'refusal' | 'name'>,
): Claim[] {
  const { subject, all, each } = of;
  return [
    ...(all === null ? [] : [{ subject, holder: '', most: all, ...claim }]),
    ...(each === null || person === null ? [] : [{ subject, holder: person, most: each, ...claim }]),
  ];
}
