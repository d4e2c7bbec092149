import { ensureAccounts, type TransferInput } from '#ledger';
import { dayOf } from '#platform/clock.ts';
import type { Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { lotFacts } from '#trace';
import {
  type AllocationFields,
  allocationsOf,
  type LineFields,
  linesOf,
  type OrderFields,
} from '../orders/orders.queries.ts';
import type { PartOfOrder } from './settlement-parts.ts';
import { rulesOf } from './settlement-rules.queries.ts';
import { ruleForLine, splitLine } from './split-line.ts';

/** A part before it is held: whom it will be owed to, under which account. */
interface Owed extends Pick<PartOfOrder, 'line' | 'part' | 'org' | 'rule' | 'fen'> {
  account: { kind: 'merchant' | 'station' | 'freight' | 'platform' | 'fund' | 'shop_share'; owner: string };
}

/** Transfers of one county that an act has still to post. */
export interface Posting {
  county: County;
  transfers: TransferInput[];
}

/**
 * An order's money has come in: it is booked as received and held, part by part, for whom the rules of this day say.
 * The parts sum to the order's total to the fen, and each keeps the rule that made it.
 *
 * @param provider whose clearing account it came through
 * @returns the posting, to be done last in the transaction: all orders of a county share its accounts, which are
 *   locked from then on
 */
export async function holdParts(tx: Tx, now: Date, order: OrderFields, provider: string): Promise<Posting> {
  const { county } = order;
  const lines = await linesOf(tx, county, [order.id]);
  const allocations = await allocationsOf(
    tx,
    county,
    lines.map((line) => line.id),
  );
  const parts = [...(await partsOfLines(tx, county, lines, allocations, dayOf(now))), ...freightOf(order)];
  const sum = parts.reduce((total, part) => total + part.fen, 0);
  if (sum !== order.total_fen) throw new Error(`order ${order.number}: parts of ${sum} for ${order.total_fen} fen`);

  const [clearing, received, ...owed] = (await ensureAccounts(tx, county, [
    { kind: 'provider_clearing', owner: provider },
    { kind: 'orders_received', owner: 'county' },
    ...parts.map((part) => part.account),
  ])) as [string, string, ...string[]];
  const because = { evidenceKind: 'order', evidence: order.id };
  const holds = parts.map(
    (part, i): TransferInput => ({
      ...because,
      id: newId(),
      kind: 'pending',
      debit: received,
      credit: owed[i] as string,
      amountFen: part.fen,
      reason: 'order-part',
    }),
  );
  await tx
    .insertInto('trade.settlement_part')
    .values(
      parts.map(({ account: _, ...part }, i) => ({
        ...part,
        county,
        id: newId(),
        order: order.id,
        state: 'held' as const,
        hold: (holds[i] as TransferInput).id,
      })),
    )
    .execute();
  const came: TransferInput = {
    ...because,
    id: newId(),
    kind: 'single',
    debit: clearing,
    credit: received,
    amountFen: order.total_fen,
    reason: 'order-received',
  };
  return { county, transfers: [came, ...holds] };
}

async function partsOfLines(
  tx: Tx,
  county: County,
  lines: readonly LineFields[],
  allocations: readonly AllocationFields[],
  day: string,
): Promise<Owed[]> {
  const rules = await rulesOf(tx, county);
  const live = allocations.filter((a) => a.state !== 'released');
  const facts = await lotFacts(
    tx,
    county,
    live.map((a) => a.lot),
  );
  return lines.flatMap((line) => {
    const rule = ruleForLine(rules, line, day);
    const split = splitLine(rule, { ...line, goodsFen: line.goods_fen });
    // A line from several lots has one station: that of its largest lot, the older where two are equal.
    const largest = live.filter((a) => a.line === line.id).sort((a, b) => b.packs - a.packs)[0];
    const station = (largest && facts.get(largest.lot)?.station) ?? null;
    const of = { line: line.id, rule: rule?.id ?? null };
    const parts: Owed[] = [
      { ...of, part: 'merchant', org: line.org, fen: split.merchant, account: { kind: 'merchant', owner: line.org } },
      {
        ...of,
        part: 'station',
        org: station,
        fen: split.station,
        account: { kind: 'station', owner: station ?? 'county' },
      },
      { ...of, part: 'platform', org: null, fen: split.platform, account: { kind: 'platform', owner: 'platform' } },
      { ...of, part: 'fund', org: null, fen: split.fund, account: { kind: 'fund', owner: 'county' } },
      { ...of, part: 'household', org: null, fen: split.household, account: { kind: 'shop_share', owner: 'county' } },
    ];
    return parts.filter((part) => part.fen > 0);
  });
}

function freightOf(order: OrderFields): Owed[] {
  if (order.freight_fen === 0) return [];
  const account = { kind: 'freight' as const, owner: 'county' };
  return [{ line: null, part: 'freight', org: null, rule: null, fen: order.freight_fen, account }];
}
