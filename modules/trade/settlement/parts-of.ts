import type { AccountName } from '#ledger';
import type { Fen } from '#platform/money.ts';
import type { PartOfOrder } from './settlement-parts.ts';
import { type LineParts, ruleForLine, type SettlementRule, splitLines } from './split-line.ts';

/** A part before it is held: whom it will be owed to, and on which account. */
export interface Owed extends Pick<PartOfOrder, 'line' | 'part' | 'org' | 'rule' | 'fen'> {
  account: AccountName;
}

export interface OrderToSplit {
  id: string;
  number: string;
  total_fen: Fen;
  freight_fen: Fen;
}

export interface LineToHold {
  id: string;
  org: string;
  category: string;
  product: string;
  packs: number;
  /** what the buyer pays for the packs */
  goodsFen: Fen;
  /** what county or platform pay of their price */
  borneFen: Fen;
}

export interface AllocatedPacks {
  line: string;
  lot: string;
  packs: number;
}

/** What of a lot decides on parts: whose station it came through, and what households were paid for its produce. */
export interface LotOrigin {
  station: string | null;
  householdFen: Fen;
}

/**
 * Whom an order's money is owed to by the rules of a day. The parts sum to the fen to what the buyer pays and others
 * bear; the freight is one part of the order, everything else is of a line. Preview and payment both come here.
 *
 * @param lines the order's, and `allocations` those of them that are not released
 * @param rules in the order they are tried
 * @param day YYYY-MM-DD in China
 */
export function partsOf(
  order: OrderToSplit,
  lines: readonly LineToHold[],
  allocations: readonly AllocatedPacks[],
  lots: ReadonlyMap<string, LotOrigin>,
  rules: readonly SettlementRule[],
  day: string,
): Owed[] {
  const parts: Owed[] = [];
  for (const [rule, own] of Map.groupBy(lines, (line) => ruleForLine(rules, line, day))) {
    const packed = own.map((line) => allocations.filter((a) => a.line === line.id));
    const splits = splitLines(
      rule,
      own.map((line, i) => ({
        packs: line.packs,
        aidPacks: aidPacksOf(packed[i] as AllocatedPacks[], lots),
        goodsFen: line.goodsFen + line.borneFen,
      })),
    );
    for (const [i, line] of own.entries()) {
      owedOfLine(parts, line, rule?.id ?? null, splits[i] as LineParts, stationOf(packed[i] as AllocatedPacks[], lots));
    }
  }
  if (order.freight_fen > 0) {
    const account = { kind: 'freight' as const, owner: 'county' };
    parts.push({ line: null, part: 'freight', org: null, rule: null, fen: order.freight_fen, account });
  }
  const sum = parts.reduce((total, part) => total + part.fen, 0);
  const whole = order.total_fen + lines.reduce((total, line) => total + line.borneFen, 0);
  if (sum !== whole) throw new Error(`order ${order.number}: parts of ${sum} for ${whole} fen`);
  return parts;
}

/** The station of a line from several lots is that of its largest one. */
function stationOf(packed: readonly AllocatedPacks[], lots: ReadonlyMap<string, LotOrigin>): string | null {
  let largest: AllocatedPacks | undefined;
  for (const one of packed) if (!largest || one.packs > largest.packs) largest = one;
  return (largest && lots.get(largest.lot)?.station) ?? null;
}

/** Aid goods are told by their trace, not by a label: produce of households was weighed in for their lot. */
export function aidPacksOf(packed: readonly AllocatedPacks[], lots: ReadonlyMap<string, LotOrigin>): number {
  return packed.reduce((sum, one) => ((lots.get(one.lot)?.householdFen ?? 0) > 0 ? sum + one.packs : sum), 0);
}

function owedOfLine(parts: Owed[], line: LineToHold, rule: string | null, split: LineParts, station: string | null) {
  const add = (part: Owed['part'], org: string | null, fen: Fen, account: AccountName) => {
    if (fen > 0) parts.push({ line: line.id, part, org, rule, fen, account });
  };
  add('merchant', line.org, split.merchant, { kind: 'merchant', owner: line.org });
  add('station', station, split.station, { kind: 'station', owner: station ?? 'county' });
  add('platform', null, split.platform, { kind: 'platform', owner: 'platform' });
  add('fund', null, split.fund, { kind: 'fund', owner: 'county' });
  add('levy', null, split.levy, { kind: 'levy', owner: 'county' });
  add('household', null, split.household, { kind: 'shop_share', owner: 'county' });
}
