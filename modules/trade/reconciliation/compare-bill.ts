import type { Fen } from '#platform/money.ts';
import type { CaseKind } from './difference-states.ts';

/** A line of a provider's bill, with our names read from it; null where it names nothing of ours. */
export interface TheirRow {
  kind: 'payment' | 'refund';
  number: string;
  payment: string | null;
  refund: string | null;
  fen: Fen;
  feeFen: Fen;
}

/** What we have of a payment or refund: of the bill's day, or named by one of its lines. */
export interface OurRow {
  kind: 'payment' | 'refund';
  /** our payment, or our refund */
  id: string;
  payment: string;
  fen: Fen;
  /** whether it is of the bill's day for us; others are only here because a line names them */
  ofDay: boolean;
  /** whether a bill of another day has it */
  billedElsewhere: boolean;
}

export interface Found {
  kind: CaseKind;
  row: 'payment' | 'refund';
  /** ours, or the provider's number where we have nothing */
  id: string;
  payment: string | null;
  refund: string | null;
  ourFen: Fen;
  theirFen: Fen;
}

/**
 * What of a day's bill and of our books does not agree. A payment for several counties may stand in several lines,
 * which count together. The day is the provider's: what we heard of a moment after midnight is no difference as long
 * as some day's bill has it.
 */
export function compareBill(theirs: readonly TheirRow[], ours: readonly OurRow[]): Found[] {
  const found: Found[] = [];
  const known = new Map(ours.map((row) => [`${row.kind} ${row.id}`, row]));
  const sums = new Map<string, { row: TheirRow; fen: Fen; feeFen: Fen }>();
  for (const row of theirs) {
    const id = (row.kind === 'payment' ? row.payment : row.refund) ?? `number ${row.number}`;
    const key = `${row.kind} ${id}`;
    const sum = sums.get(key) ?? { row, fen: 0, feeFen: 0 };
    sums.set(key, { row, fen: sum.fen + row.fen, feeFen: sum.feeFen + row.feeFen });
  }
  for (const [key, { row, fen, feeFen }] of sums) {
    const own = known.get(key);
    const of = {
      row: row.kind,
      id: own?.id ?? row.number,
      payment: own?.payment ?? row.payment,
      refund: row.kind === 'refund' ? (own?.id ?? row.refund) : null,
    };
    if (!own) found.push({ ...of, kind: 'missing', ourFen: 0, theirFen: fen });
    else if (own.fen !== fen) found.push({ ...of, kind: 'amount', ourFen: own.fen, theirFen: fen });
    if (!feeFits(row.kind, fen, feeFen)) found.push({ ...of, kind: 'fee', ourFen: 0, theirFen: feeFen });
  }
  for (const own of ours) {
    if (!own.ofDay || own.billedElsewhere || sums.has(`${own.kind} ${own.id}`)) continue;
    found.push({
      kind: 'surplus',
      row: own.kind,
      id: own.id,
      payment: own.payment,
      refund: own.kind === 'refund' ? own.id : null,
      ourFen: own.fen,
      theirFen: 0,
    });
  }
  return found;
}

/** A payment costs something between nothing and itself; a refund gives back between nothing and itself. */
const feeFits = (kind: TheirRow['kind'], fen: Fen, feeFen: Fen): boolean =>
  kind === 'payment' ? feeFen >= 0 && feeFen <= fen : feeFen <= 0 && -feeFen <= fen;
