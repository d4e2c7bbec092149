import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Context } from '#platform/context.ts';
import { AliyunSms } from '../../../test/emulators/aliyun-sms.ts';
import { giveTestPhone, openTestCounty, testContext } from '../../../test/fixtures.ts';
import { declareRecall, hearRecalls, rawWithPacks, recallReport } from '../../../test/fixtures-recall.ts';
import { addTestGoods, addTestRule, openTestShop, payTest, placeTest } from '../../../test/fixtures-trade.ts';
import { liftRecall } from '../../trace/recalls/lift-recall.ts';
import { sendRecallMessages } from './tell-buyers.ts';

const service = await AliyunSms.start();
after(() => service.stop());
const house = await testContext();
const at: Context = { ...house.at, sms: service.settings() };
const of = await openTestCounty(at);
const { county, operator, buyer, otherBuyer } = of;
const shop = await openTestShop(at, of);
await addTestRule(at, county);
await giveTestPhone(at, buyer, '10000000001');
await giveTestPhone(at, otherBuyer, '10000000002');

/** Two buyers have packs of a lot that is called back. */
async function recalled(by: Context = at) {
  const goods = await addTestGoods(by, shop);
  const { raw } = await rawWithPacks(by, of, goods, [10]);
  const numbers: string[] = [];
  for (const who of [buyer, otherBuyer, buyer]) {
    const checkout = await placeTest(by, who, [goods, 1]);
    await payTest(by, who, checkout.id);
    numbers.push(checkout.orders[0]?.number as string);
  }
  const words = { reason: '抽检农残超标', advice: '请不要食用，等待退款' };
  const { id } = await declareRecall(
    by,
    operator,
    { county, lot: raw, reach: 'descendants', unshipped: 'hold', ...words },
    null,
  );
  await hearRecalls(by);
  return { id, numbers };
}

const messages = async (id: string) => (await recallReport(at, operator, county, id)).told.messages;
const later = (minutes: number) => house.passTime(minutes * 60_000);

test('where no service or no text for recalls is set up nothing waits and nothing is sent', async () => {
  const none = { ...at, sms: undefined };
  const { id } = await recalled(none);
  assert.equal(await sendRecallMessages(none), 0);
  const noText = { ...at, sms: service.settings({ templates: { code: 'SMS_100001', recall: null } }) };
  const second = await recalled(noText);
  assert.equal(await sendRecallMessages(noText), 0);
  for (const one of [id, second.id]) assert.deepEqual(await messages(one), { waiting: 0, sent: 0, failed: 0 });
  assert.deepEqual(service.sent, []);
});

test('every buyer is written to once, about the newest of their orders', async () => {
  const { id, numbers } = await recalled();
  assert.deepEqual(await messages(id), { waiting: 2, sent: 0, failed: 0 });
  // Two servers at once.
  const counts = await Promise.all([sendRecallMessages(at), sendRecallMessages(at)]);
  assert.equal(counts[0] + counts[1], 2);
  assert.equal(await sendRecallMessages(at), 0);
  assert.deepEqual(await messages(id), { waiting: 0, sent: 2, failed: 0 });
  const sent = service.sent.splice(0).sort((a, b) => (a.phone < b.phone ? -1 : 1));
  assert.deepEqual(
    sent.map(({ phone, template, words }) => [phone, template, words.order]),
    [
      ['10000000001', 'SMS_100002', numbers[2]],
      ['10000000002', 'SMS_100002', numbers[1]],
    ],
  );
  assert.ok(sent.every(({ words }) => words.product && words.product.length <= 20));
});

test('what the service does not take is tried again at growing intervals, and given up after eight', async () => {
  const { id } = await recalled();
  service.faults.next('SendSms', { code: 'isv.AMOUNT_NOT_ENOUGH' }, 'silent');
  assert.equal(await sendRecallMessages(at), 0);
  assert.equal(await sendRecallMessages(at), 0, 'not before its time');
  later(2);
  assert.equal(await sendRecallMessages(at), 2);
  assert.deepEqual(await messages(id), { waiting: 0, sent: 2, failed: 0 });
  service.sent.splice(0);

  const second = await recalled();
  for (let n = 1; n <= 8; n++) {
    assert.deepEqual(await messages(second.id), { waiting: 2, sent: 0, failed: 0 }, `before try ${n}`);
    service.faults.next('SendSms', { code: 'Throttling' }, { code: 'Throttling' });
    assert.equal(await sendRecallMessages(at), 0);
    later(2 ** n);
  }
  assert.deepEqual(await messages(second.id), { waiting: 0, sent: 0, failed: 2 });
  assert.equal(await sendRecallMessages(at), 0);
  assert.deepEqual(service.sent, []);
});

test('a phone that takes none, and a buyer without one, are not tried again', async () => {
  await at.db.deleteFrom('auth.phone').where('person', '=', otherBuyer.person).execute();
  const { id } = await recalled();
  service.faults.next('SendSms', { code: 'isv.MOBILE_NUMBER_ILLEGAL' });
  assert.equal(await sendRecallMessages(at), 0);
  assert.deepEqual(await messages(id), { waiting: 0, sent: 0, failed: 2 });
});

test('lifted before they went out, messages are not sent', async () => {
  const { id } = await recalled();
  await liftRecall(at, operator, { county, id, reason: '送检样品拿错了' }, null);
  await hearRecalls(at);
  assert.equal(await sendRecallMessages(at), 0);
  assert.deepEqual(await messages(id), { waiting: 0, sent: 0, failed: 0 });
  assert.deepEqual(service.sent, []);
});
