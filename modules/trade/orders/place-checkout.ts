import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type Db, type OnceKey, once, type Tx, takeNumber } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { yuan } from '#platform/money.ts';
import { tell } from '#platform/outbox.ts';
import { openCounties, regionNames } from '#registry';
import { addressOf } from '../addresses/addresses.queries.ts';
import { openContact, sealContact } from '../addresses/contact.ts';
import { dropFromCart } from '../cart/cart.queries.ts';
import { stockChanged } from '../events.ts';
import { refuse } from '../refuse.ts';
import { type Chosen, chooseLots, type Short } from '../stock/choose-lots.ts';
import { moveStock } from '../stock/move-stock.ts';
import { lockOpenLots } from '../stock/stock.queries.ts';
import type { CheckoutView } from './checkout-view.ts';
import { type OrderRowView, summaryOf } from './order-rows.ts';
import { insertMove } from './orders.queries.ts';
import { type AskedLine, buyerOf, nameOf, type PricedOrder, priceLines } from './price-lines.ts';

/** How long an unpaid checkout holds its packs. */
export const HOLD_MINUTES = 15;

/** An order about to be placed: every line already has its id, so that lots can be chosen for it. */
interface Draft extends PricedOrder {
  id: string;
  lineIds: string[];
  chosen: Chosen[];
}

/**
 * Places a cart: one order per county under one checkout, all or none. Each line's packs are reserved lot by lot,
 * oldest expiry first, and held for 15 minutes.
 *
 * @param input.totalFen what the buyer saw; another total is refused instead of charged
 * @throws Refusal `address-not-found` | `county-not-open` | `sku-not-on-sale` | `freight-unknown` | `price-changed` |
 *   `lines-short` (detail.lines: every short line with what is left)
 */
export async function placeCheckout(
  at: Context,
  by: Actor,
  input: { lines: readonly AskedLine[]; address: string; totalFen?: number; note?: string },
  key: OnceKey | null,
): Promise<CheckoutView> {
  const now = at.clock.now();
  // Before the transaction: the county's counter is the one row that all its orders share.
  const numbers = await orderNumbers(
    at.db,
    now,
    input.lines.map((line) => line.county),
  );
  return once(at.db, key, async (tx) => {
    const address = await addressOf(tx, by.person, input.address);
    if (!address) throw refuse('address-not-found');
    const names = await regionNames(tx, [address.region]);
    const regionName = names.get(address.region)?.fullName ?? address.region;
    const priced = await priceLines(tx, { ...buyerOf(by), region: address.region, lines: input.lines, coupons: [] });
    const totalFen = priced.reduce((sum, order) => sum + order.totalFen, 0);
    if (input.totalFen !== undefined && input.totalFen !== totalFen) {
      throw refuse('price-changed', { total: yuan(totalFen), totalFen });
    }
    // Counties in ascending order, and each county's lots in theirs: no two checkouts can wait for each other in a ring.
    const drafts: Draft[] = [];
    const short: (Short & { county: County; name: string })[] = [];
    for (const order of priced) {
      const lineIds = order.lines.map(() => newId());
      const lots = await lockOpenLots(
        tx,
        order.county,
        order.lines.map((line) => line.sku.id),
        dayOf(now),
      );
      const choice = chooseLots(
        lots,
        order.lines.map((line, i) => ({ line: lineIds[i] as string, sku: line.sku.id, packs: line.packs })),
      );
      drafts.push({ ...order, id: newId(), lineIds, chosen: choice.chosen });
      short.push(...choice.short.map((s) => ({ ...s, county: order.county, name: nameIn(order, s.sku) })));
    }
    if (short.length > 0) throw refuse('lines-short', { lines: short });

    for (const draft of drafts) {
      await moveStock(tx, {
        county: draft.county,
        kind: 'reserved',
        steps: draft.chosen.map((c) => ({ sku: c.sku, lot: c.lot, onHand: 0, reserved: c.packs })),
        evidence: { kind: 'order', id: draft.id },
        by: by.person,
        at: now,
        locked: true,
      });
      const products = draft.lines.map((line) => line.sku.product);
      await tell(tx, ...stockChanged(draft.county, products));
    }
    await dropFromCart(tx, by.person, input.lines);
    const checkout = newId();
    const expiresAt = new Date(now.getTime() + HOLD_MINUTES * 60_000);
    await tx
      .insertInto('trade.checkout')
      .values({
        id: checkout,
        person: by.person,
        state: 'open',
        total_fen: totalFen,
        counties: drafts.map((draft) => draft.county),
        created_at: now,
        expires_at: expiresAt,
      })
      .execute();
    const contact = sealContact(at.sealer, openContact(at.sealer, address.contact_sealed));
    const to = { region: address.region, regionName, contact };
    const orders: OrderRowView[] = [];
    for (const draft of drafts) {
      orders.push(await insertOrder(tx, draft, { checkout, by, now, expiresAt, to, numbers, note: input.note }));
    }
    return { id: checkout, state: 'open', totalFen, expiresAt, payment: null, orders };
  });
}

/** A number for an order of this day in each of the counties that are open; the act refuses the others. */
async function orderNumbers(db: Db, now: Date, counties: readonly County[]): Promise<Map<County, string>> {
  const day = dayOf(now).slice(2).replaceAll('-', '');
  const numbers = new Map<County, string>();
  for (const county of await openCounties(db, counties)) {
    numbers.set(county, `${day}-${String(await takeNumber(db, county, `order ${day}`)).padStart(4, '0')}`);
  }
  return numbers;
}

/** Writes an order with its lines, their lots and its first move; answers it as a list shows it. */
async function insertOrder(
  tx: Tx,
  draft: Draft,
  of: {
    checkout: string;
    by: Actor;
    now: Date;
    expiresAt: Date;
    to: { region: string; regionName: string; contact: Buffer };
    numbers: ReadonlyMap<County, string>;
    note?: string;
  },
): Promise<OrderRowView> {
  const { county } = draft;
  const number = of.numbers.get(county);
  if (!number) throw new Error(`no number was taken for an order in county ${county}`);
  await tx
    .insertInto('trade.order')
    .values({
      county,
      id: draft.id,
      number,
      checkout: of.checkout,
      person: of.by.person,
      state: 'placed',
      goods_fen: draft.goodsFen,
      freight_fen: draft.freightFen,
      total_fen: draft.totalFen,
      grams: draft.grams,
      ship_region: of.to.region,
      contact_sealed: of.to.contact,
      buyer_note: of.note?.trim() || null,
      placed_at: of.now,
      expires_at: of.expiresAt,
    })
    .execute();
  await tx
    .insertInto('trade.order_line')
    .values(
      draft.lines.map((line, i) => ({
        county,
        id: draft.lineIds[i] as string,
        order: draft.id,
        position: i + 1,
        org: line.sku.org,
        product: line.sku.product,
        sku: line.sku.id,
        name: line.sku.nameZh,
        sku_name: line.sku.skuNameZh,
        category: line.sku.category,
        origin: line.sku.origin,
        packs: line.packs,
        pack_grams: line.sku.netGrams,
        unit_fen: line.sku.priceFen,
        goods_fen: line.goodsFen,
        freight_fen: line.freightFen,
      })),
    )
    .execute();
  await tx
    .insertInto('trade.allocation')
    .values(draft.chosen.map((c) => ({ county, ...c, state: 'reserved' as const })))
    .execute();
  await insertMove(tx, {
    county,
    order: draft.id,
    from: null,
    to: 'placed',
    reason: null,
    by: of.by.person,
    at: of.now,
  });
  return {
    county,
    countyName: draft.countyName,
    id: draft.id,
    number,
    state: 'placed',
    goodsFen: draft.goodsFen,
    freightFen: draft.freightFen,
    totalFen: draft.totalFen,
    packs: draft.lines.reduce((sum, line) => sum + line.packs, 0),
    summary: summaryOf(draft.lines.map(({ sku, packs }) => ({ name: sku.nameZh, sku_name: sku.skuNameZh, packs }))),
    pictureBase: draft.lines[0]?.sku.pictureBase ?? null,
    checkout: of.checkout,
    shipRegion: of.to.region,
    shipRegionName: of.to.regionName,
    placedAt: of.now,
    paidAt: null,
  };
}

const nameIn = (order: PricedOrder, sku: string): string =>
  nameOf(order.lines.find((line) => line.sku.id === sku)?.sku);
