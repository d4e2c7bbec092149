import { addDays } from '#platform/clock.ts';
import { type Fen, type Grams, proportion } from '#platform/money.ts';
import type { AidRule } from './aid-rules.ts';
import type { AidTest, Standing, Verdict } from './aid-states.ts';

/** A lot on sale and what proves its quality. */
export interface LotProof {
  number: string;
  certificate: string | null;
  reports: string[];
  failedReports: string[];
  sound: boolean;
}
export interface QualityGrounds {
  lots: LotProof[];
  marks: string[];
  /** marks it bears whose certificate has ended */
  endedMarks: string[];
}

/**
 * Quality: every lot on sale bears a certificate in force, is neither recalled nor over its days, and no report found
 * it wanting; and no mark is borne without a valid certificate. Without a lot on sale a valid mark is a pass.
 */
export function judgeQuality({ lots, marks, endedMarks }: QualityGrounds): Verdict {
  const bad = lots.some((lot) => !lot.certificate || !lot.sound || lot.failedReports.length > 0);
  if (bad || endedMarks.length > 0) return 'fail';
  return lots.length > 0 || marks.length > 0 ? 'pass' : 'cannot_say';
}

/** One price of the same kind, variety and grade in the season, at the level of the shop. */
export interface Peer {
  source: 'sales' | 'notes' | 'market';
  /** whose it is: a seller, a buyer of produce, a market */
  name: string;
  fenPerKg: Fen;
}
export interface SkuPrice {
  sku: string;
  grade: string;
  fenPerKg: Fen;
  /** null: too few peers */
  medianFenPerKg: Fen | null;
  mostFenPerKg: Fen | null;
  peers: Peer[];
  /** of a product that names a variety: notes of that variety and grade that are too few to be compared with; else null */
  fewNotes: number | null;
}

/** The middle value; of an even number the mean of the two in the middle, rounded half up to whole fen. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(half) - 1], sorted[Math.floor(half)]];
  if (low === undefined || high === undefined) throw new RangeError('median: nothing to take it of');
  return Math.floor((low + high + 1) / 2);
}

/** What a pack costs by the kilogram beside its peers. */
export function comparePrice(
  rule: AidRule,
  of: { sku: string; grade: string; priceFen: Fen; netGrams: Grams },
  peers: Peer[],
  fewNotes: number | null = null,
): SkuPrice {
  const middle = peers.length < rule.fewestPeers ? null : median(peers.map((peer) => peer.fenPerKg));
  return {
    ...{ sku: of.sku, grade: of.grade, fenPerKg: proportion(of.priceFen, 1000, of.netGrams) },
    medianFenPerKg: middle,
    mostFenPerKg: middle === null ? null : Math.floor((middle * rule.mostBp) / 10_000),
    ...{ peers, fewNotes },
  };
}

/** Price: one pack above its bound fails the product; one that nothing can be said of leaves it unsaid. */
export function judgePrice(skus: readonly SkuPrice[]): Verdict {
  if (skus.some((one) => one.mostFenPerKg !== null && one.fenPerKg > one.mostFenPerKg)) return 'fail';
  return skus.length === 0 || skus.some((one) => one.mostFenPerKg === null) ? 'cannot_say' : 'pass';
}

export interface BenefitGrounds {
  /** numbers of live agreements */
  agreements: string[];
  /** purchase notes of the season and of how many households */
  notes: number;
  households: number;
}

/** Benefit: a live agreement with households, or purchases of theirs within the season. */
export const judgeBenefit = ({ agreements, notes }: BenefitGrounds): Verdict =>
  agreements.length > 0 || notes > 0 ? 'pass' : 'fail';

export interface StandsAt {
  state: Standing;
  failed: string[];
  dueOn: string | null;
}

/**
 * Where a product stands after a run. What the county excused on appeal does not count against it, and while an appeal is
 * open no deadline runs out. What cannot be said neither clears nor condemns: an open failure stays until a pass.
 *
 * @returns the same object when nothing moves
 */
export function standAfter(
  rule: AidRule,
  now: StandsAt,
  run: { day: string; verdicts: Record<AidTest, Verdict> },
  appeal: { open: boolean; excused: readonly string[] },
): StandsAt {
  const fails = (Object.keys(run.verdicts) as AidTest[]).filter(
    (test) => run.verdicts[test] === 'fail' && !appeal.excused.includes(test),
  );
  const unproven = now.failed.filter(
    (test) => run.verdicts[test as AidTest] === 'cannot_say' && !appeal.excused.includes(test),
  );
  const failed = [...fails, ...unproven];
  if (failed.length === 0) return now.state === 'clear' ? now : { state: 'clear', failed: [], dueOn: null };
  const until = (days: number) => addDays(run.day, days);
  if (now.state === 'clear') return { state: 'warned', failed, dueOn: until(rule.warnedDays) };
  if (now.state === 'withdrawn') return { state: 'hidden', failed, dueOn: until(rule.hiddenDays) };
  if (appeal.open || now.dueOn === null || run.day <= now.dueOn) return now;
  if (now.state === 'warned') return { state: 'hidden', failed, dueOn: until(rule.hiddenDays) };
  return { state: 'withdrawn', failed, dueOn: null };
}
