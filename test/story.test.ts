// One box of walnuts through the API of the whole house, from two households' scale to their ledger.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { benefit } from '#benefit/contract';
import { catalog } from '#catalog/contract';
import { fulfilment } from '#fulfilment/contract';
import { insight } from '#insight/contract';
import { ledger } from '#ledger/contract';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { applyOnce, relay, type Subscriber } from '#platform/outbox.ts';
import { trace } from '#trace/contract';
import { trade } from '#trade/contract';
import { modules } from '../apps/server/modules.ts';
import { testCallers } from './callers.ts';
import { addTestHousehold, openTestCounty, testContext } from './fixtures.ts';
import { addTestGoods, breachesOf } from './fixtures-goods.ts';

const contracts = { benefit, catalog, fulfilment, insight, ledger, trace, trade };

/** Carries what happened upwards, as the server's relay and jobs do, until nothing is left. */
async function settleDown(at: Context): Promise<void> {
  const subscribers = modules.flatMap((module) => module.subscribers?.(at) ?? []);
  const byName = new Map(subscribers.map((one): [string, Subscriber] => [one.name, one]));
  const taken: Parameters<Parameters<typeof relay>[2]>[1][number][] = [];
  while ((await relay(at.db, subscribers, async (_tx, deliveries) => void taken.push(...deliveries))) > 0);
  // Twice each: a delivery that is repeated must change nothing.
  for (const { subscriber, event } of [...taken, ...taken]) {
    await applyOnce(at.db, byName.get(subscriber) as Subscriber, event);
  }
  if (taken.length > 0) await settleDown(at);
}

test('weighed in, packed, sold, sent, received: the parts are what was paid, down to the notes', async (t) => {
  const { at, passTime } = await testContext(t);
  const of = await openTestCounty(at);
  const { county, keeper, operator, merchant, buyer } = of;
  const app = await testCallers(at, modules, t);
  const as = (by: Actor) => app.as(by, contracts);
  const params = { county };
  const second = await addTestHousehold(at, { county, village: of.village, name: '何玉梅', category: 'monitored' });
  const goods = await addTestGoods(at, of, { sku: { priceFen: 3_980 } });

  await as(operator).trade.setFreightRule({
    params,
    body: { toRegion: '', firstGrams: 1_000, firstFen: 800, stepGrams: 500, stepFen: 200 },
  });
  await as(operator).trade.addSettlementRule({
    params,
    body: {
      position: 10,
      name: '一般商品',
      basis: '县合作协议',
      stationBp: 300,
      platformBp: 100,
      fundBp: 50,
      householdFenPerPack: 101,
      validFrom: '2026-01-01',
    },
  });

  // The scale: 40 kg and 21 kg, one paid at once, one owed; a third note was a slip and is reversed.
  const weigh = (household: string, grams: number, paid: 'cash' | 'later') =>
    as(keeper).trace.weighIn({
      params,
      body: { station: of.station, household, crop: 'walnut', grade: '一级', grams, fenPerKg: 1_333, paid },
    });
  const notes = [await weigh(of.household, 40_000, 'cash'), await weigh(second, 21_000, 'later')];
  const slip = await weigh(second, 2_100, 'later');
  await as(keeper).trace.reversePurchase({ params: { county, id: slip.id }, body: { reason: '多打了一张' } });
  const raw = notes[0]?.lot as string;
  assert.equal(notes[1]?.lot, raw, 'one lot of the day');
  const bought = notes.reduce((sum, note) => sum + note.amountFen, 0);

  await as(operator).trace.issueCertificate({ params: { county, id: raw }, body: { basis: ['quality_control'] } });
  const packs = 120;
  const packed = await as(merchant).trace.pack({
    params,
    body: {
      sku: goods.sku,
      inputs: [{ lot: raw, grams: 61_000 }],
      packs,
      lossGrams: 1_000,
      place: '店村镇分拣中心',
      basis: ['quality_control'],
    },
  });
  await as(merchant).trade.stockLot({ params, body: { lot: packed.lot.id } });

  const address = await as(buyer).trade.addAddress({
    body: { region: `${county}107000`, name: '买家甲', phone: '13900000001', street: '一号院二单元' },
  });
  const buy = async (count: number) => {
    const lines = [{ county, sku: goods.sku, packs: count }];
    const checkout = await as(buyer).trade.placeCheckout({ body: { lines, address: address.id } });
    const payment = await as(buyer).trade.pay({ params: { id: checkout.id }, body: { provider: 'sandbox' } });
    await as(buyer).trade.sandboxPay({ params: { id: payment.payment }, body: { outcome: 'success' } });
    return checkout.orders[0]?.id as string;
  };
  let waybills = 0;
  const deliver = async (id: string) => {
    passTime(60_000);
    const parcel = await as(merchant).fulfilment.packOrder({ params: { county, id }, body: {} });
    const body = { carrier: '中国邮政', waybill: `9801${String(++waybills).padStart(8, '0')}` };
    await as(merchant).fulfilment.sendParcel({ params: { county, id: parcel.id }, body });
    await as(buyer).fulfilment.receiveOrder({ params: { county, id }, body: {} });
  };

  // Paid, not yet received: what is held is said to be held.
  const first = await buy(7);
  await settleDown(at);
  const held = await as(buyer).benefit.orderBenefit({ params: { county, id: first } });
  assert.equal(held.settled, false);
  assert.equal(
    held.parts.reduce((sum, part) => sum + part.fen, 0),
    held.paidFen,
  );
  const unknown = await app
    .as(app.visitor, contracts)
    .benefit.productFarmShare({ params: { county, id: goods.product } });
  assert.equal(unknown.shareBp, null);

  await deliver(first);
  await settleDown(at);
  const order = await as(buyer).trade.order({ params: { county, id: first } });
  const receipt = await as(buyer).benefit.orderBenefit({ params: { county, id: first } });
  assert.equal(receipt.settled, true);
  assert.equal(receipt.paidFen, order.totalFen);
  assert.equal(
    receipt.parts.reduce((sum, part) => sum + part.fen, 0),
    order.totalFen,
  );
  assert.equal(receipt.parts.find(({ pocket }) => pocket === 'shop_share')?.fen, 7 * 101);
  assert.deepEqual([receipt.households, receipt.liftedHouseholds, receipt.monitoredHouseholds], [2, 1, 1]);

  // One order goes back before it is sent: it helps nobody, and its packs are sold again.
  const refunded = await buy(5);
  await as(buyer).trade.cancelOrder({ params: { county, id: refunded }, body: { reason: '买错了' } });
  await settleDown(at);
  const nothing = await as(buyer).benefit.orderBenefit({ params: { county, id: refunded } });
  assert.deepEqual([nothing.paidFen, nothing.parts, nothing.shareBp], [0, [], null]);

  // Sold out over orders of odd sizes: what households were paid is then attributed to the last fen.
  for (const count of [1, 13, 99]) await deliver(await buy(count));
  await settleDown(at);
  const share = await app.as(app.visitor, contracts).benefit.lotFarmShare({ params: { county, id: packed.lot.id } });
  assert.deepEqual([share.lines, share.purchases], [4, 2]);
  assert.equal(share.householdFen, bought + packs * 101);
  assert.equal(
    share.of100.reduce((sum, part) => sum + part.fen, 0),
    10_000,
  );

  // From the household's statement to the transfer, to the note.
  const totals = await as(operator).benefit.totals({ params, query: { by: 'mechanism' } });
  assert.deepEqual(
    totals.rows.map(({ key, fen }) => [key, fen]),
    [
      ['industry', bought],
      ['shop', packs * 101],
    ],
  );
  const statements = await Promise.all(
    [of.household, second].map((id) => as(keeper).benefit.householdStatement({ params: { county, id } })),
  );
  assert.deepEqual(
    statements.map(({ paidFen }) => paidFen),
    [notes[0]?.amountFen, 0],
  );
  assert.equal(
    statements.reduce((sum, one) => sum + one.earnedFen, 0),
    bought + packs * 101,
  );
  const entry = statements[0]?.rows.find((row) => row.mechanism === 'industry');
  const moved = await as(operator).ledger.transfer({ params: { county, id: entry?.transfer as string } });
  assert.deepEqual([moved.evidenceKind, moved.evidence, moved.fen], ['purchase', notes[0]?.id, notes[0]?.amountFen]);
  assert.equal(entry?.evidenceNumber, notes[0]?.number);

  const board = await as(operator).insight.overview({ params });
  assert.deepEqual(
    [board.orders, board.purchases, board.households, board.householdFen, board.boughtGrams],
    [5, 2, 2, bought + packs * 101, 61_000],
  );
  const sheet = await as(operator).ledger.trialBalance({ params });
  assert.equal(sheet.balanced, true);
  assert.equal(sheet.rows.find((row) => row.kind === 'shop_share')?.balance, 0);
  assert.deepEqual(await breachesOf(at, ...modules), []);
});
