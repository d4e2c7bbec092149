import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Actor, Caller } from '#platform/actor.ts';
import { newId } from '#platform/ids.ts';
import { testApp } from '../../../../test/app.ts';
import { WechatEmulator } from '../../../../test/emulators/wechat.ts';
import { openTestCounty, testContext } from '../../../../test/fixtures.ts';
import { addTestGoods, addTestRule, addTestStock, openTestShop, placeTest } from '../../../../test/fixtures-trade.ts';
import { tradeModule } from '../../index.ts';
import { openidOf } from './wechat-sign-in.ts';

const context = await testContext();
const { at } = context;
const wechat = await WechatEmulator.start({ after }, at.clock);
at.payments = { wechat: wechat.settings(), alipay: null };
const people = await openTestCounty(at);
const shop = await openTestShop(at, people);
const walnut = await addTestGoods(at, shop);
await addTestStock(at, walnut, { packs: 50 });
await addTestRule(at, shop.county);
const { buyer, otherBuyer } = people;
let by: Caller = buyer;
const app = await testApp(at, [tradeModule], async () => by);

async function post(url: string, body: object, cookie?: string) {
  const headers = { 'idempotency-key': newId(), ...(cookie && { cookie }) };
  const answer = await app.inject({ method: 'POST', url, payload: body, headers });
  const set = answer.cookies.find((one) => one.name === 'wechat_way');
  return {
    status: answer.statusCode,
    body: answer.body ? answer.json() : {},
    cookie: set && `wechat_way=${set.value}`,
  };
}
const as = (who: Actor) => {
  by = who;
};
const sight = async (id: string) => (await app.inject({ url: `/api/checkouts/${id}/payment` })).json();
const place = async (who: Actor) => (await placeTest(at, who, [walnut, 1])).id;
/** The way there: what the shop sends the browser away with, and what WeChat sends it back with. */
async function go(checkout: string, openid: string) {
  const begun = await post(`/api/checkouts/${checkout}/wechat-sign-in`, {});
  assert.equal(begun.status, 201);
  const back = wechat.authorize(begun.body.url, openid);
  assert.equal(`${back.origin}${back.pathname}`, `${at.publicUrl}/pay/${checkout}`);
  const { code = '', state = '' } = Object.fromEntries(back.searchParams);
  return { code, state, cookie: begun.cookie as string };
}
const take = (checkout: string, { code, state, cookie }: { code: string; state: string; cookie?: string }) =>
  post(`/api/checkouts/${checkout}/wechat-code`, { code, state }, cookie);

test('who opened the page is asked for once, kept sealed, and pays by WeChat’s script', async () => {
  as(buyer);
  const checkout = await place(buyer);
  assert.equal((await sight(checkout)).wechat, 'unknown');
  assert.equal(
    (await post(`/api/checkouts/${checkout}/payments`, { provider: 'wechat', method: 'jsapi' })).body.code,
    'openid-missing',
  );
  const went = await go(checkout, 'oBuyer1');
  const taken = await take(checkout, went);
  assert.deepEqual([taken.status, taken.cookie], [204, 'wechat_way='], 'the browser need not bring it any more');
  assert.equal((await sight(checkout)).wechat, 'known');
  assert.equal(await openidOf(at, buyer.person), 'oBuyer1');
  const kept = await at.db.selectFrom('trade.wechat_openid').selectAll().executeTakeFirstOrThrow();
  assert.ok(!kept.openid_sealed.toString('latin1').includes('oBuyer1'));
  const started = await post(`/api/checkouts/${checkout}/payments`, { provider: 'wechat', method: 'jsapi' });
  assert.deepEqual([started.status, started.body.go.kind], [201, 'jsapi']);
});

test('a state that is forged, old, used, another’s, another browser’s or of another payment is refused, and no code is spent', async () => {
  as(buyer);
  const checkout = await place(buyer);
  const other = await place(buyer);
  const went = await go(checkout, 'oBuyer2');
  const refused = async (what: string, act: () => Promise<{ body: { code?: string } }>) =>
    assert.equal((await act()).body.code, 'wechat-state-broken', what);
  await refused('forged', () => take(checkout, { ...went, state: 'f'.repeat(48) }));
  await refused('another browser', () => take(checkout, { ...went, cookie: `wechat_way=${'0'.repeat(48)}` }));
  await refused('no cookie', () => take(checkout, { ...went, cookie: undefined }));
  await refused('another payment', () => take(other, went));
  as(otherBuyer);
  await refused('another person', () => take(checkout, went));
  as(buyer);
  const both = await Promise.all([take(checkout, went), take(checkout, went)]);
  assert.deepEqual(both.map(({ status }) => status).sort(), [204, 409], 'of two who bring it at once one has it');
  await refused('used', () => take(checkout, went));
  const late = await go(checkout, 'oBuyer3');
  context.passTime(10 * 60_000 + 1);
  await refused('old', () => take(checkout, late));
  assert.equal(await openidOf(at, buyer.person), 'oBuyer2');
});

test('a code that WeChat does not know, has seen or is too old says nothing; no answer is no answer', async () => {
  as(otherBuyer);
  const checkout = await place(otherBuyer);
  const wrong = await go(checkout, 'oOther');
  assert.equal((await take(checkout, { ...wrong, code: 'x'.repeat(32) })).body.code, 'wechat-code-refused');
  const first = await go(checkout, 'oOther');
  assert.equal((await take(checkout, first)).status, 204);
  const second = await go(checkout, 'oOther');
  assert.equal((await take(checkout, { ...second, code: first.code })).body.code, 'wechat-code-refused', 'used');
  const third = await go(checkout, 'oOther');
  context.passTime(5 * 60_000 + 1);
  assert.equal((await take(checkout, third)).body.code, 'wechat-code-refused', 'five minutes');
  const fourth = await go(checkout, 'oOther');
  const settings = at.payments?.wechat as NonNullable<NonNullable<typeof at.payments>['wechat']>;
  const kept = settings.signIn;
  settings.signIn = { secret: 'wrong', openUrl: kept?.openUrl ?? '', apiUrl: kept?.apiUrl ?? '' };
  assert.equal((await take(checkout, fourth)).body.code, 'wechat-code-refused', 'another secret');
  const fifth = await go(checkout, 'oOther');
  settings.signIn = { secret: 's', openUrl: kept?.openUrl ?? '', apiUrl: 'http://127.0.0.1:9' };
  const silent = await take(checkout, fifth);
  assert.deepEqual(
    [silent.body.code, JSON.stringify(silent.body).includes('secret')],
    ['payment-provider-busy', false],
  );
  settings.signIn = kept;
});

test('without the account’s secret nothing is offered', async () => {
  as(buyer);
  const checkout = await place(buyer);
  const settings = at.payments?.wechat as NonNullable<NonNullable<typeof at.payments>['wechat']>;
  const kept = settings.signIn;
  settings.signIn = null;
  assert.equal((await sight(checkout)).wechat, null);
  assert.equal((await post(`/api/checkouts/${checkout}/wechat-sign-in`, {})).body.code, 'wechat-not-configured');
  settings.signIn = kept;
  assert.equal((await post(`/api/checkouts/${newId()}/wechat-sign-in`, {})).body.code, 'checkout-not-found');
});
