import type { Context } from '#platform/context.ts';
import { type Tx, withScope } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { type Subscriber, tell } from '#platform/outbox.ts';
import { type LotFacts, lotFacts } from '#trace';
import { settlementPartsOf } from '#trade';
import type { LinesRefunded, OrderSettled, SettledLine } from '#trade/events';
import { asOf, postEntries } from '../entries/post-entries.ts';
import type { FarmShareChanged } from '../events.ts';
import { insertOwnSales, salePosting, salesTakenBack } from '../startup/net-sales.ts';
import { postLines } from './post-agreed.ts';
import { claimPacks, insertLineShares, type LineShareRow } from './settled.queries.ts';
import { settledLines } from './settled-lines.ts';
import { type LineMoney, type LotOfLine, shareOut } from './share-out.ts';

/**
 * An order's money has reached its owners: what of it was households' is written down per line and lot, and what each
 * line brings them posts, each with its entry.
 */
export function settlementSubscribers(at: Context): Subscriber[] {
  const settled: Subscriber<OrderSettled> = {
    name: 'benefit.order-settled',
    type: 'trade.order-settled',
    apply: (tx, { county, payload }) => recordSettlements(tx, county, payload.at, [payload]),
    together: {
      of: ({ county, payload }) => `${county} ${payload.at}`,
      apply: (tx, events) =>
        recordSettlements(
          tx,
          (events[0] as OrderSettled).county,
          (events[0] as OrderSettled).payload.at,
          events.map((event) => event.payload),
        ),
    },
  };
  const refunded: Subscriber<LinesRefunded> = {
    name: 'benefit.lines-refunded',
    type: 'trade.lines-refunded',
    apply: (tx, { county, payload }) => takeSalesBack(tx, county, payload, at.clock.now()),
  };
  return [settled, refunded] as Subscriber[];
}

/**
 * A refund after settlement: a household that sold in its own shop gives its part of the sale back. What growers were
 * paid or given stays theirs, since they sold their produce whatever became of the parcel.
 */
async function takeSalesBack(tx: Tx, county: County, refunded: LinesRefunded['payload'], now: Date): Promise<void> {
  if (!refunded.settled) return;
  await withScope(tx, String(county));
  const { order, refund, lines } = refunded;
  const back = await salesTakenBack(tx, county, { order, refund, lines: lines.map(({ line }) => line) });
  await postEntries(tx, county, asOf(now), back.map(salePosting));
  await insertOwnSales(tx, county, back, now);
}

/** Records orders that were settled in one instant, by the same few statements however many they are. */
async function recordSettlements(
  tx: Tx,
  county: County,
  at: string,
  orders: readonly OrderSettled['payload'][],
): Promise<void> {
  // Posted with its project, under its project's agreement: one fact, one entry.
  const settled = orders.filter((one) => !one.promise);
  if (settled.length === 0) return;
  await withScope(tx, String(county));
  const now = new Date(at);
  const all = settled.flatMap(({ order, lines }) => lines.map((line) => ({ ...line, order })));
  const lots = [...new Set(all.flatMap((line) => line.lots.map(({ lot }) => lot)))];
  const facts = await lotFacts(tx, county, lots);
  const money = await moneyOfLines(tx, county, all);
  const before = await claimPacks(tx, county, packsByLot(all));

  const shares = all.flatMap(({ line, order, product, sku, org, lots }) => {
    const ofLine = lots.map((part) => lotOfLine(part, facts, before));
    return shareOut(money.get(line) as LineMoney, ofLine).map(
      (share): LineShareRow => ({ ...share, order, line, product, sku, org }),
    );
  });
  await insertLineShares(tx, county, shares, now);
  const lines = await settledLines(tx, county, shares, now);
  await postLines(tx, county, lines, asOf(now));
  const events = settled.map(
    ({ order, lines }): FarmShareChanged => ({
      type: 'benefit.farm-share-changed',
      county,
      payload: {
        order,
        products: [...new Set(lines.map((line) => line.product))],
        lots: [...new Set(lines.flatMap((line) => line.lots.map(({ lot }) => lot)))],
      },
    }),
  );
  await tell(tx, ...events);
}

/** What of each line's money went where; refuses to guess when the parts are not what the buyer paid. */
async function moneyOfLines(tx: Tx, county: County, lines: readonly (SettledLine & { order: string })[]) {
  const orders = [...new Set(lines.map((line) => line.order))];
  const parts = Map.groupBy(await settlementPartsOf(tx, county, orders), (part) => part.line);
  return new Map(
    lines.map((line): [string, LineMoney] => {
      const part = (name: string) =>
        (parts.get(line.line) ?? [])
          .filter((p) => p.part === name && p.state !== 'voided')
          .reduce((sum, p) => sum + p.fen, 0);
      const money: LineMoney = {
        merchant: part('merchant'),
        station: part('station'),
        // Held for the order as one; each line knows its own part.
        freight: line.freightFen,
        platform: part('platform'),
        // What goods without produce of households pay goes to the same purse as far as a share is concerned.
        fund: part('fund') + part('levy'),
        shop: line.householdFen,
      };
      const sum = Object.values(money).reduce((total, fen) => total + fen, 0);
      if (sum !== line.goodsFen + line.freightFen) {
        throw new Error(
          `line ${line.line}: its parts are ${sum} fen, the buyer paid ${line.goodsFen + line.freightFen}`,
        );
      }
      return [line.line, money];
    }),
  );
}

function packsByLot(lines: readonly SettledLine[]): Map<string, number> {
  const packs = new Map<string, number>();
  for (const part of lines.flatMap((line) => line.lots)) packs.set(part.lot, (packs.get(part.lot) ?? 0) + part.packs);
  return packs;
}

/** The next packs of the lot; moves `before` on, so that two lines of one order take different slices. */
function lotOfLine(
  part: SettledLine['lots'][number],
  facts: ReadonlyMap<string, LotFacts>,
  before: Map<string, number>,
): LotOfLine {
  const lot = facts.get(part.lot);
  if (!lot) throw new Error(`lot ${part.lot} was sold but is no packed lot`);
  const from = before.get(part.lot) ?? 0;
  before.set(part.lot, from + part.packs);
  return { ...part, before: from, lotPacks: lot.packs, lotHouseholdFen: lot.householdFen };
}
