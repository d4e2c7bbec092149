import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { answersTo, type OnceKey, onceName } from '#platform/db.ts';
import { Refusal, refusePlatform } from '#platform/errors.ts';
import type { Outcome } from '#platform/gather.ts';
import { type County, newId } from '#platform/ids.ts';
import { yuan } from '#platform/money.ts';
import { type PriceFacts, quotaKey } from '../prices/price-facts.ts';
import { priceOrder } from '../prices/price-order.ts';
import { refuse } from '../refuse.ts';
import type { Chosen, Short } from '../stock/shelf.ts';
import type { CheckoutView } from './checkout-view.ts';
import { summariesOf } from './order-rows.ts';
import type { Cart } from './place-checkout.ts';
import { writeDrafts } from './placing.queries.ts';
import { type AddressToShip, type DeskFacts, readDesk } from './placing-facts.ts';
import { buyerOf, nameOf, type PricedOrder } from './price-lines.ts';

/** A cart to be placed, and for whom. */
export interface PlaceAsk extends Cart {
  by: Actor;
  key: OnceKey | null;
}

/** An order about to be placed: its rows have their ids, its packs their lots. */
export interface DraftOrder extends PricedOrder {
  id: string;
  number: string;
  lineIds: string[];
  chosen: Chosen[];
}

/** A checkout about to be placed, with the answer it will give now and at every repeat. */
export interface Draft {
  ask: PlaceAsk;
  orders: DraftOrder[];
  address: AddressToShip;
  answer: CheckoutView;
}

/**
 * Somebody else took what this batch had read: SH409 from the placing itself, 23514 from a limit's own check; 40001 and
 * 40P01 when the database itself asks to begin anew.
 */
const changedMeanwhile = new Set(['SH409', '23514', '40001', '40P01', '0A000']);
const TRIES = 8;

/**
 * Places carts in one transaction, each with its own answer. What they need is read first, for all of them at once;
 * each cart then chooses its lots from the same shelf, one after another; what was chosen is written by conditional
 * updates that fail when somebody else was faster, and then everything is read and chosen anew.
 *
 * @returns an outcome per ask: the checkout, or Refusal `address-not-found` | `county-not-open` | `price-changed` |
 *   `lines-short` (detail.lines: every short line with what is left) | `idempotency-key-reused` | those of `priceOrder`
 */
export async function placeBatch(at: Context, asks: readonly PlaceAsk[]): Promise<Outcome<CheckoutView>[]> {
  const outcomes = new Map<PlaceAsk, Outcome<CheckoutView>>();
  let left: readonly PlaceAsk[] = asks;
  for (let attempt = 1; left.length > 0; attempt++) {
    // Hardly any key was used before, and writing finds that out: only then, and before a refusal, is it asked for.
    if (attempt > 1 || at.db.isTransaction) left = await answerRepeats(at, left, outcomes);
    const now = at.clock.now();
    const facts = await readDesk(at, now, left);
    const drafts = new Map<PlaceAsk, Draft>();
    const twins = new Map<PlaceAsk, Draft>();
    const refused = new Map<PlaceAsk, Refusal>();
    const byKey = new Map<string, Draft>();
    for (const ask of left) {
      try {
        const twin = ask.key && twinOf(byKey, ask.key);
        if (twin) {
          twins.set(ask, twin);
          continue;
        }
        const draft = draftOf(facts, now, ask);
        drafts.set(ask, draft);
        if (ask.key) byKey.set(onceName(ask.key), draft);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        refused.set(ask, error);
      }
    }
    try {
      if (drafts.size > 0) await writeDrafts(at.db, now, [...drafts.values()]);
      for (const ask of await answerRepeats(at, [...refused.keys()], outcomes)) {
        outcomes.set(ask, { error: refused.get(ask) });
      }
      for (const [ask, draft] of [...drafts, ...twins]) outcomes.set(ask, { value: draft.answer });
      left = [];
    } catch (error) {
      const code = (error as { code?: string }).code ?? '';
      // A row's lock that does not come in time is no different: others are at work on the same goods.
      if (code === '55P03') throw refuse('desk-full', { retryAfter: 2 });
      if (!changedMeanwhile.has(code) || at.db.isTransaction) throw error;
      if (attempt === TRIES) throw refuse('desk-full', { retryAfter: 2 });
      // Those who were refused, too: what they missed may have been taken by a repeat that takes nothing.
    }
  }
  return asks.map((ask) => outcomes.get(ask) as Outcome<CheckoutView>);
}

/**
 * Gives those whose key was answered before the same answer again, or refuses them if they asked for something else.
 *
 * @returns the others
 */
async function answerRepeats(
  at: Context,
  asks: readonly PlaceAsk[],
  outcomes: Map<PlaceAsk, Outcome<CheckoutView>>,
): Promise<PlaceAsk[]> {
  const answered = await answersTo<CheckoutView>(
    at.db,
    asks.flatMap((ask) => ask.key ?? []),
  );
  return asks.filter((ask) => {
    const stored = ask.key && answered.get(onceName(ask.key));
    if (!stored) return true;
    const same = stored.hash === ask.key?.hash;
    outcomes.set(ask, same ? { value: stored.answer } : { error: refusePlatform('idempotency-key-reused') });
    return false;
  });
}

/** The draft of the same key in this very batch: a button pressed twice. @throws Refusal `idempotency-key-reused` */
function twinOf(byKey: ReadonlyMap<string, Draft>, key: OnceKey): Draft | undefined {
  const twin = byKey.get(onceName(key));
  if (twin && twin.ask.key?.hash !== key.hash) throw refusePlatform('idempotency-key-reused');
  return twin;
}

/** Prices a cart and chooses its lots; what it takes from the shelf and uses of limits counts for those after it. */
function draftOf(facts: DeskFacts, now: Date, ask: PlaceAsk): Draft {
  const address = facts.addresses.get(ask.address);
  if (address?.person !== ask.by.person) throw refuse('address-not-found');
  const priced = priceCart(facts, address.region, ask);
  const totalFen = priced.reduce((sum, { order }) => sum + order.totalFen, 0);
  if (ask.totalFen !== undefined && ask.totalFen !== totalFen) {
    throw refuse('price-changed', { total: yuan(totalFen), totalFen });
  }
  const orders = takeLots(facts, priced);
  for (const { order, prices } of priced) {
    const used = prices.used as Map<string, number>;
    for (const claim of order.claims) {
      const key = quotaKey(claim.subject, claim.holder);
      used.set(key, (used.get(key) ?? 0) + claim.n);
    }
  }
  const holdMinutes = Math.min(...orders.map((order) => order.holdMinutes));
  const expiresAt = new Date(now.getTime() + holdMinutes * 60_000);
  const id = newId();
  const answer: CheckoutView = {
    ...{ id, state: 'open', totalFen, expiresAt, payment: null },
    orders: orders.map((order) => ({
      ...{ county: order.county, countyName: order.countyName, id: order.id, number: order.number, state: 'placed' },
      ...{ goodsFen: order.goodsFen, freightFen: order.freightFen, totalFen: order.totalFen },
      packs: order.lines.reduce((sum, line) => sum + line.packs, 0),
      ...summariesOf(
        order.lines.map(({ sku, packs }) => ({ name: sku.nameZh, sku_name: sku.skuNameZh, sku: sku.id, packs })),
        new Map(order.lines.map(({ sku }) => [sku.id, sku])),
      ),
      pictureBase: order.lines[0]?.sku.pictureBase ?? null,
      ...{
        checkout: id,
        shipRegion: address.region,
        shipRegionName: address.regionName,
        placedAt: now,
        paidAt: null,
        recalled: false,
        promise: null,
      },
    })),
  };
  return { ask, orders, address, answer };
}

interface PricedOfCart {
  order: PricedOrder;
  prices: PriceFacts;
}

/** The cart's orders, in ascending order of counties. */
function priceCart(facts: DeskFacts, region: string, ask: PlaceAsk): PricedOfCart[] {
  const counties = [...new Set(ask.lines.map((line) => line.county))].sort((a, b) => a - b);
  return counties.map((county) => {
    const found = facts.counties.get(county);
    if (!found) throw refusePlatform('county-not-open', { county });
    const order = priceOrder(found.prices, {
      ...buyerOf(ask.by),
      region,
      lines: ask.lines.filter((line) => line.county === county),
      coupons: ask.coupons ?? [],
    });
    return { order, prices: found.prices };
  });
}

/** @throws Refusal `lines-short` that names every short line of every county; nothing is then taken */
function takeLots(facts: DeskFacts, priced: readonly PricedOfCart[]): DraftOrder[] {
  const short: (Short & { county: County; name: string })[] = [];
  const drafts = priced.map(({ order }): DraftOrder => {
    const { county } = order;
    const found = facts.counties.get(county);
    if (!found) throw refusePlatform('county-not-open', { county });
    const lineIds = order.lines.map(() => newId());
    const wanted = order.lines.map((line, i) => ({
      line: lineIds[i] as string,
      sku: line.sku.id,
      packs: line.packs,
    }));
    const choice = found.shelf.take(wanted);
    short.push(...choice.short.map((s) => ({ ...s, county, name: nameIn(order, s.sku) })));
    return { ...order, id: newId(), number: '', lineIds, chosen: choice.chosen };
  });
  if (short.length > 0) {
    for (const draft of drafts) facts.counties.get(draft.county)?.shelf.putBack(draft.chosen);
    throw refuse('lines-short', { lines: short });
  }
  // Only now: a cart that is refused needs no number.
  return drafts.map((draft) => ({
    ...draft,
    number: (facts.counties.get(draft.county) as { number(): string }).number(),
  }));
}

const nameIn = (order: PricedOrder, sku: string): string =>
  nameOf(order.lines.find((line) => line.sku.id === sku)?.sku);
