import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Db, Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';
import { linesOf, lockOrder } from '../orders/orders.queries.ts';
import { refuse } from '../refuse.ts';
import { refundLines } from '../settlement/refund-lines.ts';
import { afterSaleRulesOf, termsFor } from './after-sale-rules.queries.ts';
import { askBalance, type Heavier } from './ask-balance.ts';
import { moneyLeft } from './case-budget.ts';
import { lineAccounts } from './cases.queries.ts';
import { outcomeOf, plausible, weighedFen } from './weigh-price.ts';

/** Which SKUs are sold by weight: their price and grams are an estimate until they are weighed at packing. */
export async function soldByWeight(db: Db, county: County, skus: readonly string[]): Promise<Set<string>> {
  if (skus.length === 0) return new Set();
  const rows = await db
    .selectFrom('trade.sku_terms')
    .select('sku')
    .where('county', '=', county)
    .where('sku', 'in', skus)
    .where('by_weight', '=', true)
    .execute();
  return new Set(rows.map((row) => row.sku));
}

/** A line as it goes into a parcel. */
interface Packed {
  line: string;
  sku: string;
  packs: number;
  packGrams: Grams;
}

/**
 * The net weights of lines that are being packed: as weighed, of goods sold by weight.
 *
 * @returns grams of the lines that are sold by weight; the others are missing
 * @throws Refusal `weight-missing` | `weight-implausible`
 */
export async function weightsOf(
  db: Db,
  county: County,
  packed: readonly Packed[],
  weights: readonly { line: string; grams: Grams }[],
): Promise<Map<string, Grams>> {
  const byWeight = await soldByWeight(
    db,
    county,
    packed.map((line) => line.sku),
  );
  const found = new Map<string, Grams>();
  for (const line of packed.filter((one) => byWeight.has(one.sku))) {
    const grams = weights.find((one) => one.line === line.line)?.grams;
    const name = await nameOfLine(db, county, line.line);
    if (grams === undefined) throw refuse('weight-missing', { name });
    const nominal = line.packs * line.packGrams;
    if (!plausible(nominal, grams)) throw refuse('weight-implausible', { name, nominal, grams });
    found.set(line.line, grams);
  }
  return found;
}

async function nameOfLine(db: Db, county: County, line: string): Promise<string> {
  const row = await db
    .selectFrom('trade.order_line')
    .select(['name', 'sku_name'])
    .where('county', '=', county)
    .where('id', '=', line)
    .executeTakeFirst();
  return row ? `${row.name} ${row.sku_name}` : '';
}

/**
 * Lines were weighed as they were packed, and their price follows: what weighs less is refunded at once; what weighs
 * more is the merchant's up to what the county's terms say, and above that the buyer is asked for it with an order of
 * its own ([decision](../../../docs/decisions/weighed-goods.md)). Posts, so it comes last in the transaction.
 *
 * @param input.weights net grams of packs, checked by `weightsOf`
 */
export async function weighLines(
  tx: Tx,
  now: Date,
  by: Actor,
  input: { county: County; order: string; weights: readonly { line: string; packs: number; grams: Grams }[] },
): Promise<void> {
  const { county, weights } = input;
  if (weights.length === 0) return;
  const order = await lockOrder(tx, county, input.order);
  if (!order?.payment) throw refuse('order-not-found');
  const lines = await linesOf(tx, county, [order.id]);
  const accounts = await lineAccounts(tx, county, order.id);
  const rules = await afterSaleRulesOf(tx, county);
  const weighed = weights.map(({ line: id, packs, grams }) => {
    const line = lines.find((one) => one.id === id);
    const account = accounts.get(id);
    if (!line || !account) throw new Error(`line ${id} is not of order ${order.number}`);
    const terms = termsFor(rules, line, dayOf(order.placed_at));
    const nominal = packs * line.pack_grams;
    const charged = moneyLeft(account).goodsFen;
    const due = weighedFen(charged, nominal, grams);
    return { line, nominal, grams, charged, due, terms, outcome: outcomeOf(charged, due, terms.weighToleranceFen) };
  });
  const heavier = weighed.filter((one) => one.outcome === 'asked');
  const balance = await askBalance(tx, now, order, heavier.map(asHeavier));
  const lighter = weighed.filter((one) => one.outcome === 'refunded');
  const refund =
    lighter.length === 0
      ? null
      : (
          await refundLines(tx, now, by, order, {
            lines: lighter.map((one) => ({ line: one.line.id, goodsFen: one.charged - one.due, freightFen: 0 })),
            reason: '按实重退差价',
            evidence: { kind: 'order', id: order.id },
          })
        ).refund;
  await tx
    .insertInto('trade.weighing')
    .values(
      weighed.map((one) => ({
        county,
        id: newId(),
        order: order.id,
        line: one.line.id,
        nominal_grams: one.nominal,
        grams: one.grams,
        charged_fen: one.charged,
        due_fen: one.due,
        outcome: one.outcome,
        refund: one.outcome === 'refunded' ? refund : null,
        balance: one.outcome === 'asked' ? balance : null,
        by_person: by.person,
        at: now,
      })),
    )
    .execute();
}

const asHeavier = (one: {
  line: Heavier['line'];
  nominal: Grams;
  grams: Grams;
  charged: number;
  due: number;
  terms: { buyerDays: number };
}): Heavier => ({
  line: one.line,
  fen: one.due - one.charged,
  grams: one.grams - one.nominal,
  days: one.terms.buyerDays,
});
