import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Refusal } from '#platform/errors.ts';
import { openTestCounty, testContext } from '../../test/fixtures.ts';
import {
  addTestPhoto,
  addTestTerms,
  deliverToFulfilment,
  paidOrder,
  type TestOrder,
} from '../../test/fixtures-after-sale.ts';
import {
  addTestGoods,
  addTestRule,
  addTestStock,
  assertSound,
  openTestShop,
  orderStateOf,
} from '../../test/fixtures-trade.ts';
import {
  acceptCase,
  decideCase,
  disputeCase,
  objectToGoods,
  refuseCase,
  sendBack,
  withdrawCase,
} from '../trade/after-sale/answer-case.ts';
import { caseKinds } from '../trade/after-sale/case-states.ts';
import { caseView } from '../trade/after-sale/case-views.ts';
import { elapseCases } from '../trade/after-sale/elapse-cases.ts';
import { openCase } from '../trade/after-sale/open-case.ts';
import { cancelOrder } from '../trade/orders/cancel-order.ts';
import { askRefunds } from '../trade/payment/ask-refunds.ts';
import { packCase } from './parcels/pack-case.ts';
import { packOrder } from './parcels/pack-order.ts';
import { parcelsOfOrder } from './parcels/parcel-views.ts';
import { receiveCase } from './parcels/receive-case.ts';
import { receiveOrder } from './parcels/receive-order.ts';
import { sendParcel } from './parcels/send-parcel.ts';
import { takeBack } from './parcels/take-back.ts';

const context = await testContext();
const { at } = context;
const people = await openTestCounty(at);
const { county, buyer, operator, merchant, otherMerchant } = people;
const shop = await openTestShop(at, people);
await addTestRule(at, county, { stationBp: 333, householdFenPerPack: 33 });
await addTestTerms(at, operator, county, { damageBearer: 'fund', damageFreeBp: 100, damageStepBp: 700 });
const walnut = await addTestGoods(at, shop, { priceFen: 1_999 });
const honey = await addTestGoods(at, shop, { org: people.merchantOrg, priceFen: 777 });
const sellers = [merchant, otherMerchant];

type Step =
  | { act: 'open'; kind: (typeof caseKinds)[number]; line: number; packs: number; fen: number | null }
  | { act: 'advance' | 'refuse' | 'withdraw' | 'object'; which: number }
  | { act: 'decide'; which: number; share: number; bearer: 'merchant' | 'fund' }
  | { act: 'pack' | 'send' | 'receive' | 'cancel'; which: number }
  | { act: 'wait'; hours: number };

const which = fc.nat(5);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      act: fc.constant('open' as const),
      kind: fc.constantFrom(...caseKinds),
      line: fc.nat(1),
      packs: fc.integer({ min: 1, max: 3 }),
      fen: fc.option(fc.integer({ min: 1, max: 3_000 })),
    }),
  },
  { weight: 8, arbitrary: fc.record({ act: fc.constant('advance' as const), which }) },
  {
    weight: 6,
    arbitrary: fc.record({ act: fc.constantFrom('refuse' as const, 'withdraw' as const, 'object' as const), which }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant('decide' as const),
      which,
      share: fc.nat(100),
      bearer: fc.constantFrom('merchant' as const, 'fund' as const),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ act: fc.constantFrom('pack' as const, 'send' as const, 'receive' as const), which }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('cancel' as const), which }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('wait' as const), hours: fc.constantFrom(1, 49, 100, 250) }) },
);

interface World {
  order: TestOrder;
  cases: string[];
}

/** A refusal is a fine answer to a random wish; anything else is a bug. */
async function tryTo(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

const sellerOf = (org: string) => (org === shop.org ? merchant : otherMerchant);
let waybills = 0;
const waybill = () => `YT${String(++waybills).padStart(10, '0')}`;

async function take(world: World, one: Step): Promise<void> {
  const { order, cases } = world;
  if (one.act === 'open') {
    const line = order.lines[one.line]?.id ?? '';
    const photos = [await addTestPhoto(at, buyer, order)];
    const damageBp = one.kind === 'damage' ? one.packs * 2_222 : undefined;
    const fen = one.kind === 'refund' ? (one.fen ?? undefined) : undefined;
    const lines = [{ line, packs: one.packs }];
    const { kind } = one;
    cases.push(
      await openCase(
        at,
        buyer,
        { county, order: order.id, kind, lines, reason: '随便问问', photos, damageBp, fen },
        null,
      ),
    );
    return;
  }
  if (one.act === 'wait') {
    context.passTime(one.hours * 3_600_000);
    await askRefunds(at);
    await elapseCases(at);
    await deliverToFulfilment(at);
    return;
  }
  if (one.act === 'pack') {
    await packOrder(at, sellers[one.which % 2] as typeof merchant, { county, id: order.id }, null);
    return;
  }
  if (one.act === 'send') {
    const parcels = (await parcelsOfOrder(at, operator, county, order.id)).filter((p) => p.state === 'packed');
    const parcel = parcels[one.which % Math.max(1, parcels.length)];
    if (parcel) await sendParcel(at, operator, { county, id: parcel.id, carrier: '圆通', waybill: waybill() }, null);
    return;
  }
  if (one.act === 'receive') return receiveOrder(at, buyer, { county, id: order.id }, null);
  if (one.act === 'cancel') return cancelOrder(at, buyer, { county, id: order.id, reason: '不想要了' }, null);
  const id = cases[one.which % Math.max(1, cases.length)];
  if (id) await moveOn(id, one);
}

async function moveOn(id: string, one: Extract<Step, { which: number }>): Promise<void> {
  const found = await caseView(at, operator, county, id);
  const seller = sellerOf(found.org);
  const input = { county, id };
  if (one.act === 'refuse') return refuseCase(at, seller, { ...input, reason: '不同意' }, null);
  if (one.act === 'withdraw') return withdrawCase(at, buyer, input, null);
  if (one.act === 'object') return objectToGoods(at, seller, { ...input, reason: '空箱' }, null);
  if (one.act === 'decide') {
    if (found.state === 'refused') await disputeCase(at, buyer, { ...input, reason: '再看看' }, null);
    const fen = Math.floor((found.mostFen * one.share) / 100);
    return decideCase(at, operator, { ...input, fen, bearer: one.bearer, reason: '裁定' }, null);
  }
  if (found.state === 'applied') return acceptCase(at, seller, { ...input, orRefund: one.which % 2 === 0 }, null);
  if (found.state === 'accepted') return sendBack(at, buyer, { ...input, carrier: '中通', waybill: waybill() }, null);
  if (found.state === 'resent') return receiveCase(at, buyer, input, null);
  if (found.state === 'resending') {
    await tryTo(() => packCase(at, seller, input, null));
    const parcel = (await parcelsOfOrder(at, operator, county, found.order)).find((p) => p.afterSale === id);
    if (parcel) await sendParcel(at, operator, { county, id: parcel.id, carrier: '圆通', waybill: waybill() }, null);
    return;
  }
  if (found.state === 'sent_back') {
    const parcels = await parcelsOfOrder(at, operator, county, found.order);
    const most = found.lines.reduce((sum, line) => sum + line.packs, 0);
    const codes = parcels.filter((p) => p.org === found.org).flatMap((p) => p.codes);
    const packs = codes
      .slice(0, 1 + (one.which % most))
      .map(({ gtin, lotNumber, serial }, i) => ({ gtin, lot: lotNumber, serial, sellable: (one.which + i) % 3 !== 0 }));
    if (packs.length > 0) await takeBack(at, seller, { ...input, packs }, null);
  }
}

/** No line gave back more than it was charged, and an order that gave all back is refunded, no other. */
async function assertMoney(order: TestOrder): Promise<void> {
  const back = await at.db
    .selectFrom('trade.refund_line as r')
    .innerJoin('trade.order_line as l', (join) => join.onRef('l.county', '=', 'r.county').onRef('l.id', '=', 'r.line'))
    .select((e) => e.fn.sum<string>(e('r.goods_fen', '+', e.ref('r.freight_fen'))).as('fen'))
    .where('l.order', '=', order.id)
    .executeTakeFirstOrThrow();
  const paid = order.lines.reduce((sum, line) => sum + line.goodsFen + line.freightFen, 0);
  const given = Number(back.fen ?? 0);
  assert.ok(given <= paid, `${given} of ${paid}`);
  assert.equal((await orderStateOf(at.db, county, order.id)) === 'refunded', given === paid);
}

test('whatever is asked, answered, packed and sent back, orders, parts, stock and refunds agree', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 8, maxLength: 30 }),
      fc.constantFrom('paid', 'sent', 'closed'),
      async (steps, from) => {
        await addTestStock(at, walnut, { packs: 5, expiresOn: '2028-03-01' });
        await addTestStock(at, honey, { packs: 5, expiresOn: '2028-03-01' });
        const world: World = { order: await paidOrder(at, buyer, [walnut, 3], [honey, 2]), cases: [] };
        const way: Step[] = [
          { act: 'pack', which: 0 },
          { act: 'pack', which: 1 },
          { act: 'send', which: 0 },
          { act: 'send', which: 0 },
          { act: 'receive', which: 0 },
        ];
        const first = from === 'paid' ? [] : from === 'sent' ? way.slice(0, 4) : way;
        for (const one of [...first, ...steps]) await tryTo(() => take(world, one));
        await deliverToFulfilment(at);
        await assertSound(at.db);
        await assertMoney(world.order);
      },
    ),
    { numRuns: 40, endOnFailure: true },
  );
  // Otherwise the walks would prove less than they seem to.
  const moves = await at.db.selectFrom('trade.after_sale_move').select('to_state').distinct().execute();
  const reached = new Set(moves.map((move) => move.to_state));
  for (const state of ['refunded', 'closed', 'withdrawn', 'refused', 'resending']) {
    assert.ok(reached.has(state), `no walk led to ${state}; they led to ${[...reached].join(', ')}`);
  }
});

test('several people at one order at once', async () => {
  await addTestStock(at, walnut, { packs: 50, expiresOn: '2028-03-01' });
  await addTestStock(at, honey, { packs: 50, expiresOn: '2028-03-01' });
  const walks = fc.sample(fc.array(step, { minLength: 15, maxLength: 15 }), { numRuns: 6, seed: 20261127 });
  const world: World = { order: await paidOrder(at, buyer, [walnut, 6], [honey, 6]), cases: [] };
  await Promise.all(
    walks.map(async (steps) => {
      for (const one of steps) await tryTo(() => take(world, one));
    }),
  );
  await deliverToFulfilment(at);
  await assertSound(at.db);
  await assertMoney(world.order);
});
