import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { newId } from '#platform/ids.ts';
import { relay } from '#platform/outbox.ts';
import { fulfilmentModule } from '../modules/fulfilment/index.ts';
import { packOrder } from '../modules/fulfilment/parcels/pack-order.ts';
import type { ParcelDetail } from '../modules/fulfilment/parcels/parcel-views.ts';
import { receiveOrder } from '../modules/fulfilment/parcels/receive-order.ts';
import { sendParcel } from '../modules/fulfilment/parcels/send-parcel.ts';
import { addAfterSaleRule, type NewAfterSaleRule } from '../modules/trade/after-sale/after-sale-rules.ts';
import { usualTerms } from '../modules/trade/after-sale/case-terms.ts';
import type { TestCounty } from './fixtures.ts';
import { payTest, placeTest, type TestGoods } from './fixtures-trade.ts';

/** An order with its lines in the order they were asked for. */
export interface TestOrder {
  county: number;
  id: string;
  lines: { id: string; org: string; packs: number; goodsFen: number; freightFen: number }[];
}

let waybills = 0;

/** A paid order of one county. */
export async function paidOrder(
  at: Context,
  by: Actor,
  ...lines: readonly (readonly [TestGoods, number])[]
): Promise<TestOrder> {
  const checkout = await placeTest(at, by, ...lines);
  await payTest(at, by, checkout.id);
  const { county, id } = checkout.orders[0] as (typeof checkout.orders)[number];
  const rows = await at.db
    .selectFrom('trade.order_line')
    .select(['id', 'org', 'packs', 'goods_fen as goodsFen', 'freight_fen as freightFen', 'sku'])
    .where('county', '=', county)
    .where('order', '=', id)
    .execute();
  const inOrder = lines.map(([goods]) => rows.find((row) => row.sku === goods.sku) as (typeof rows)[number]);
  return { county, id, lines: inOrder };
}

/** Packs all of an order, seller by seller. */
export async function packAll(at: Context, of: TestCounty, order: TestOrder): Promise<ParcelDetail[]> {
  const parcels = [];
  for (const org of [...new Set(order.lines.map((line) => line.org))]) {
    parcels.push(await packOrder(at, of.operator, { county: order.county, id: order.id, org }, null));
  }
  return parcels;
}

export async function sendTest(at: Context, of: TestCounty, parcel: { county: number; id: string }): Promise<void> {
  const waybill = `SF${String(++waybills).padStart(10, '0')}`;
  await sendParcel(at, of.operator, { county: parcel.county, id: parcel.id, carrier: '顺丰', waybill }, null);
}

/** An order whose parcels have left. */
export async function sentOrder(
  at: Context,
  of: TestCounty,
  ...lines: readonly (readonly [TestGoods, number])[]
): Promise<TestOrder & { parcels: ParcelDetail[] }> {
  const order = await paidOrder(at, of.buyer, ...lines);
  const parcels = await packAll(at, of, order);
  for (const parcel of parcels) await sendTest(at, of, parcel);
  return { ...order, parcels };
}

/** An order that its buyer has received; it is settled and closed. */
export async function receivedOrder(
  at: Context,
  of: TestCounty,
  ...lines: readonly (readonly [TestGoods, number])[]
): Promise<TestOrder & { parcels: ParcelDetail[] }> {
  const order = await sentOrder(at, of, ...lines);
  await receiveOrder(at, of.buyer, order, null);
  return order;
}

/** Terms of after-sale for all goods of a county, before those that hold by themselves. */
export const addTestTerms = (at: Context, by: Actor, county: number, over: Partial<NewAfterSaleRule> = {}) =>
  addAfterSaleRule(
    at,
    by,
    { ...usualTerms, name: '一般商品', basis: '县市监局示例', position: 100, validFrom: '2026-01-01', ...over, county },
    null,
  );

/** Hands on what fulfilment hears of trade, as the relay and its jobs do. */
export async function deliverToFulfilment(at: Context): Promise<void> {
  const subscribers = fulfilmentModule.subscribers?.(at) ?? [];
  for (;;) {
    const taken = await relay(at.db, subscribers, async (tx, deliveries) => {
      for (const { subscriber, event } of deliveries) {
        await subscribers.find((one) => one.name === subscriber)?.apply(tx, event);
      }
    });
    if (taken === 0) return;
  }
}

/** A photo as its buyer has uploaded it, without drawing one. */
export async function addTestPhoto(at: Context, by: Actor, order: { county: number; id: string }): Promise<string> {
  const id = newId();
  await at.db
    .insertInto('trade.after_sale_photo')
    .values({
      county: order.county,
      id,
      order: order.id,
      case: null,
      sha256: 'a'.repeat(64),
      width: 800,
      height: 600,
      party: 'buyer',
      by_person: by.person,
      at: at.clock.now(),
    })
    .execute();
  return id;
}
