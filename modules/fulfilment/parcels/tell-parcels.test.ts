import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestCounty, testContext } from '../../../test/fixtures.ts';
import { epcisOf, eventsIn } from '../../../test/fixtures-epcis.ts';
import {
  addTestGoods,
  addTestRule,
  addTestStock,
  openTestShop,
  payTest,
  placeTest,
} from '../../../test/fixtures-trade.ts';
import type { JsonObject } from '../../trace/epcis/names.ts';
import { packOrder } from './pack-order.ts';
import { sendParcel } from './send-parcel.ts';
import { tellParcelStates } from './tell-parcels.ts';

const { at, url, passTime } = await testContext();
const of = await openTestCounty(at);
const { county, buyer, merchant } = of;
const shop = await openTestShop(at, of);
await addTestRule(at, county);
const walnut = await addTestGoods(at, shop);
await addTestStock(at, walnut, { packs: 500 });
const operator = (await epcisOf(at, url, county)).as(of.operator);

test('a parcel is told as packed and as sent, each once, and of its buyer nothing', async () => {
  const checkout = await placeTest(at, buyer, [walnut, 3]);
  await payTest(at, buyer, checkout.id);
  const order = checkout.orders[0]?.id as string;
  const [parcel] = await packOrder(at, merchant, { county, id: order }, null).then((made) => [made].flat());
  assert.ok(parcel);
  passTime(60_000);
  assert.equal(await tellParcelStates(at), 1);
  const parcels = async () => eventsIn(await operator.get('/events?orderBy=eventTime&orderDirection=ASC'));
  const [packed] = (await parcels()) as [JsonObject];
  assert.deepEqual([packed.type, packed.action, packed.bizStep], ['AggregationEvent', 'ADD', 'packing']);
  assert.equal((packed.childQuantityList as JsonObject[])[0]?.quantity, 3);

  await sendParcel(at, merchant, { county, id: parcel.id, carrier: '顺丰', waybill: 'SF00000001' }, null);
  passTime(60_000);
  assert.equal(await tellParcelStates(at), 1);
  assert.equal(await tellParcelStates(at), 0, 'nothing is left to be told');
  const [, sent] = (await parcels()) as [JsonObject, JsonObject];
  assert.deepEqual([sent.type, sent.bizStep, sent.disposition], ['ObjectEvent', 'shipping', 'in_transit']);
  assert.deepEqual(sent.epcList, [packed.parentID]);

  const text = JSON.stringify(await parcels());
  for (const secret of [buyer.person, buyer.name, 'SF00000001', '顺丰', order])
    assert.ok(!text.includes(secret), secret);
});
