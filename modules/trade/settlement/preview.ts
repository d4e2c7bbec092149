import { dayOf, startOfDay } from '#platform/clock.ts';
import type { Db } from '#platform/db.ts';
import type { Lang } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { organisationsById } from '#registry';
import { lotFacts } from '#trace';
import type { partReasons } from '../contract.ts';
import { settlementParts } from '../contract.ts';
import { priceLines } from '../orders/price-lines.ts';
import { openShelf } from '../stock/shelf.ts';
import { lotsToExpect, type OpenLot } from '../stock/stock.queries.ts';
import { type AllocatedPacks, aidPacksOf, type LineToHold, type Owed, partsOf } from './parts-of.ts';
import { settlementRules } from './settlement-rules.ts';
import type { SettlementRule } from './split-line.ts';

interface Asked {
  county: County;
  lines: readonly { sku: string; packs: number }[];
  region: string;
  /** YYYY-MM-DD; today when left out */
  day?: string;
}

/**
 * What an order would give to whom: priced as for a visitor, its packs from the lots that would be taken now, split by
 * `partsOf` as a payment on that day would be, by the rules as they stand. Nothing is written or reserved.
 *
 * @throws Refusal of `priceLines`
 */
export async function previewSettlement(db: Db, now: Date, asked: Asked, lang: Lang) {
  const { county } = asked;
  const day = asked.day ?? dayOf(now);
  const when = asked.day && asked.day !== dayOf(now) ? startOfDay(day) : now;
  const lined = asked.lines.map((line) => ({ ...line, county }));
  const ask = { person: null, purchaser: false, coupons: [], region: asked.region, lines: lined };
  const [order] = await priceLines(db, ask, when);
  if (!order) throw new Error('a preview has at least one line');
  const lines = order.lines.map((line) => ({
    id: line.sku.id,
    org: line.sku.org,
    category: line.sku.category,
    product: line.sku.product,
    packs: line.packs,
    goodsFen: line.goodsFen,
    borneFen: line.discounts.reduce((sum, d) => (d.bearer === 'merchant' ? sum : sum + d.fen), 0),
    name: lang === 'zh' ? `${line.sku.nameZh} ${line.sku.skuNameZh}` : `${line.sku.nameEn} ${line.sku.skuNameEn}`,
  }));
  const lots = await lotsToExpect(
    db,
    county,
    lines.map((line) => line.id),
    day,
  );
  const { packs, inStock } = expectedPacks(lots, lines);
  const facts = await lotFacts(
    db,
    county,
    packs.map((one) => one.lot),
  );
  const rules = await settlementRules(db, when, county);
  const head = { id: '', number: 'preview', total_fen: order.totalFen, freight_fen: order.freightFen };
  const parts = partsOf(head, lines, packs, facts, rules, day);
  // The same without bounds tells which part a bound has changed.
  const free = partsOf(head, lines, packs, facts, rules.map(withoutBounds), day);
  const orgs = await organisationsById(
    db,
    county,
    parts.flatMap((part) => part.org ?? []),
  );
  return {
    day,
    goodsFen: order.goodsFen,
    borneFen: lines.reduce((sum, line) => sum + line.borneFen, 0),
    freightFen: order.freightFen,
    totalFen: order.totalFen,
    lines: lines.map((line) => {
      const own = parts.filter((part) => part.line === line.id);
      const rule = rules.find(({ id }) => id === own[0]?.rule) ?? null;
      const ofLine = packs.filter((one) => one.line === line.id);
      return {
        sku: line.id,
        name: line.name,
        packs: line.packs,
        aidPacks: aidPacksOf(ofLine, facts),
        packsInStock: inStock.get(line.id) ?? 0,
        goodsFen: line.goodsFen,
        borneFen: line.borneFen,
        rule,
        parts: own.map((part) => ({
          part: part.part,
          org: part.org,
          orgName: part.org ? (orgs.get(part.org)?.name ?? null) : null,
          fen: part.fen,
          why: reasonOf(part, line, rule, free),
        })),
      };
    }),
    totals: settlementParts
      .map((part) => ({ part, fen: parts.reduce((sum, one) => (one.part === part ? sum + one.fen : sum), 0) }))
      .filter(({ fen }) => fen > 0),
  };
}

const withoutBounds = (rule: SettlementRule): SettlementRule => ({ ...rule, bounds: [] });

/** The packs each line would get; those that are not there are taken to be as the newest lot of their SKU. */
function expectedPacks(lots: readonly OpenLot[], lines: readonly LineToHold[]) {
  const shelf = openShelf(lots);
  const packs: AllocatedPacks[] = [];
  const inStock = new Map<string, number>();
  for (const line of lines) {
    const own = lots.filter((lot) => lot.sku === line.id);
    const there = Math.min(
      line.packs,
      own.reduce((sum, lot) => sum + lot.available, 0),
    );
    inStock.set(line.id, there);
    packs.push(...shelf.take([{ line: line.id, sku: line.id, packs: there }]).chosen);
    const last = own.at(-1);
    if (there < line.packs && last) packs.push({ line: line.id, lot: last.lot, packs: line.packs - there });
  }
  return { packs, inStock };
}

type Reason = (typeof partReasons)[number];

function reasonOf(part: Owed, line: LineToHold, rule: SettlementRule | null, free: readonly Owed[]): Reason {
  if (part.part === 'freight') return 'freight';
  if (part.part === 'merchant') return 'rest';
  const unbound = free.find((one) => one.line === line.id && one.part === part.part)?.fen ?? 0;
  if (part.fen > unbound) return 'floor';
  if (part.fen === unbound) return 'share';
  const bound = rule?.bounds.find((one) => one.part === part.part);
  return bound?.capFen !== undefined && bound.capFen !== null && unbound > bound.capFen ? 'cap' : 'left';
}
