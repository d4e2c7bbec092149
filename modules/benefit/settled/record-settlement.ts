import { skusById } from '#catalog';
import { ensureAccounts, transfer } from '#ledger';
import { monthOf } from '#platform/clock.ts';
import { type Tx, withScope } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { type Subscriber, tell } from '#platform/outbox.ts';
import { type LotFacts, type LotSource, lotFacts, lotSources } from '#trace';
import { settlementPartsOf } from '#trade';
import type { OrderSettled, SettledLine } from '#trade/events';
import { insertEntries } from '../entries/entries.queries.ts';
import type { FarmShareChanged } from '../events.ts';
import { claimPacks, insertLineShares, type LineShareRow } from './settled.queries.ts';
import { attribute, type LineMoney, type LotOfLine, shareOut } from './share-out.ts';

/**
 * An order's money has reached its owners: what of it was households' is written down per line and lot, and the shares
 * agreed for households leave the county's account for those whose produce was in the packs, each with its entry.
 */
export function settlementSubscriber(): Subscriber {
  const settled: Subscriber<OrderSettled> = {
    name: 'benefit.order-settled',
    type: 'trade.order-settled',
    apply: (tx, { county, payload }) => recordSettlement(tx, county, payload),
  };
  return settled as Subscriber;
}

async function recordSettlement(tx: Tx, county: County, settled: OrderSettled['payload']): Promise<void> {
  const now = new Date(settled.at);
  await withScope(tx, String(county));
  const lots = [...new Set(settled.lines.flatMap((line) => line.lots.map(({ lot }) => lot)))];
  const facts = await lotFacts(tx, county, lots);
  const sources = Map.groupBy(await lotSources(tx, county, lots), (source) => source.lot);
  const money = await moneyOfLines(tx, county, settled);
  const before = await claimPacks(tx, county, packsByLot(settled.lines));

  const shares = settled.lines.flatMap((line) => {
    const ofLine = line.lots.map((part) => lotOfLine(part, facts, before));
    return shareOut(money.get(line.line) as LineMoney, ofLine).map(
      (share): LineShareRow => ({
        ...share,
        order: settled.order,
        line: line.line,
        product: line.product,
        sku: line.sku,
        org: line.org,
      }),
    );
  });
  await insertLineShares(tx, county, shares, now);
  const skus = await skusById(
    tx,
    county,
    settled.lines.map((line) => line.sku),
  );
  await payShopShares(
    tx,
    now,
    county,
    shopShares(shares, sources, (sku) => skus.get(sku)?.crop ?? null),
  );
  const products = [...new Set(settled.lines.map((line) => line.product))];
  const event: FarmShareChanged = {
    type: 'benefit.farm-share-changed',
    county,
    payload: { order: settled.order, products, lots },
  };
  await tell(tx, event);
}

/** What of each line's money went where; refuses to guess when the parts are not what the buyer paid. */
async function moneyOfLines(tx: Tx, county: County, { order, lines }: OrderSettled['payload']) {
  const parts = await settlementPartsOf(tx, county, [order]);
  return new Map(
    lines.map((line): [string, LineMoney] => {
      const part = (name: string) =>
        parts
          .filter((p) => p.line === line.line && p.part === name && p.state !== 'voided')
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

interface ShopShare {
  line: string;
  org: string;
  crop: string | null;
  household: string;
  village: string;
  fen: number;
}

/** Each household's share of each line: one fact and one entry, however many lots it had in the line. */
function shopShares(
  shares: readonly LineShareRow[],
  sources: ReadonlyMap<string, LotSource[]>,
  cropOf: (sku: string) => string | null,
): ShopShare[] {
  const byLineAndHousehold = new Map<string, ShopShare>();
  for (const share of shares) {
    if (share.shop === 0) continue;
    for (const { household, village, shop } of attribute(share, sources.get(share.lot) ?? [])) {
      const key = `${share.line} ${household}`;
      const { line, org } = share;
      const entry = byLineAndHousehold.get(key) ?? { line, org, crop: cropOf(share.sku), household, village, fen: 0 };
      entry.fen += shop;
      byLineAndHousehold.set(key, entry);
    }
  }
  return [...byLineAndHousehold.values()].filter((entry) => entry.fen > 0);
}

async function payShopShares(tx: Tx, now: Date, county: County, shares: readonly ShopShare[]): Promise<void> {
  if (shares.length === 0) return;
  const [from, ...to] = await ensureAccounts(tx, county, [
    { kind: 'shop_share', owner: 'county' },
    ...shares.map((share) => ({ kind: 'household' as const, owner: share.household })),
  ]);
  const ids = shares.map(() => newId());
  await transfer(
    tx,
    county,
    shares.map((share, i) => ({
      id: ids[i] as string,
      kind: 'single' as const,
      debit: from as string,
      credit: to[i] as string,
      amountFen: share.fen,
      reason: 'shop-share',
      evidenceKind: 'order_line',
      evidence: share.line,
    })),
    now,
  );
  await insertEntries(
    tx,
    county,
    { mechanism: 'shop', evidenceKind: 'order_line', month: monthOf(now), at: now },
    shares.map((share, i) => ({
      ...share,
      ...{ agreement: null, evidence: share.line, transfer: ids[i] as string },
    })),
  );
}
