import { splitByWeight } from '#platform/money.ts';
import { claimsOn, type Draft } from './draft.ts';
import { type Bundle, leftOf, type PriceFacts } from './price-facts.ts';

/**
 * 套餐: a set of packs at one price, as often as plain packs and pieces are left for it. What it saves is split over
 * the lines by what their packs in it would cost (largest remainder). One that would save nothing is passed by.
 */
export function bundlePrice(
  draft: Draft,
  bundle: Bundle,
  facts: Pick<PriceFacts, 'used'>,
  person: string | null,
): void {
  const items = bundle.items.flatMap(({ sku, packs }) => {
    const line = draft.lines.find((l) => l.sku.id === sku);
    return line ? [{ line, packs }] : [];
  });
  if (items.length < bundle.items.length) return;
  const limits = { subject: bundle.id, all: bundle.pieces, each: bundle.buyerPieces };
  const times = Math.min(
    leftOf(facts, person, limits),
    ...items.map(({ line, packs }) => Math.floor(line.plainPacks / packs)),
  );
  const values = items.map(({ line, packs }) => line.unitFen * packs * times);
  const off = values.reduce((sum, fen) => sum + fen, 0) - bundle.priceFen * times;
  if (off <= 0) return;
  const parts = splitByWeight(off, values);
  for (const [i, { line, packs }] of items.entries()) {
    const fen = parts[i] ?? 0;
    line.plainPacks -= packs * times;
    line.setFen += (values[i] ?? 0) - fen;
    if (fen > 0)
      line.discounts.push({ kind: 'bundle', rule: bundle.id, name: bundle.name, fen, bearer: bundle.bearer });
  }
  draft.claims.push(...claimsOn(person, limits, { n: times, refusal: 'campaign-sold-out', name: bundle.name }));
}
