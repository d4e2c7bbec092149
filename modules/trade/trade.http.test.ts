import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Caller } from '#platform/actor.ts';
import { newId } from '#platform/ids.ts';
import { testApp } from '../../test/app.ts';
import { openTestCounty, testContext } from '../../test/fixtures.ts';
import { addTestAddress, addTestGoods, addTestStock, openTestShop } from '../../test/fixtures-trade.ts';
import { tradeModule } from './index.ts';
import { sandboxNotice } from './payment/sandbox-provider.ts';

const { at } = await testContext();
const people = await openTestCounty(at);
const { county, buyer, merchant } = people;
const shop = await openTestShop(at, people);
const walnut = await addTestGoods(at, shop);
await addTestStock(at, walnut, { packs: 20 });

let by: Caller = { person: null, memberships: [] };
const app = await testApp(at, [tradeModule], async () => by);
const as = (caller: Caller | null) => {
  by = caller ?? { person: null, memberships: [] };
};

interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what came over the wire
  body: any;
  cookie: string | undefined;
}
async function call(
  method: 'GET' | 'POST' | 'PUT',
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const answer = await app.inject({
    method,
    url,
    headers: { ...(method === 'POST' && { 'idempotency-key': newId() }), ...headers },
    ...(body !== undefined && { payload: body as object }),
  });
  const set = answer.cookies.find((cookie) => cookie.name === 'cart');
  return {
    status: answer.statusCode,
    body: answer.body ? answer.json() : undefined,
    cookie: set && `cart=${set.value}`,
  };
}
const line = (packs: number) => ({ county, sku: walnut.sku, packs });

test('a guest’s cart lives in a signed cookie and moves to the member', async () => {
  as(null);
  const empty = await call('GET', '/api/cart');
  assert.deepEqual([empty.status, empty.body.packs, empty.cookie], [200, 0, undefined]);
  const first = await call('POST', '/api/cart/lines', line(2));
  assert.deepEqual([first.status, first.body.packs], [201, 2]);
  const cookie = first.cookie as string;
  assert.equal((await call('GET', '/api/cart', undefined, { cookie })).body.packs, 2);
  const forged = cookie.replace(/\.\w/, (two) => (two === '.A' ? '.B' : '.A'));
  assert.equal((await call('GET', '/api/cart', undefined, { cookie: forged })).body.packs, 0);
  as(buyer);
  const own = await call('PUT', '/api/cart/lines', line(3), { cookie });
  assert.deepEqual([own.status, own.body.packs, own.cookie], [200, 3, 'cart=']);
  assert.equal((await call('GET', '/api/cart')).body.packs, 3);
  as(null);
  assert.equal((await call('GET', '/api/cart', undefined, { cookie })).body.packs, 0);
});

test('a refusal names the field and, when lines are short, every line', async () => {
  as(buyer);
  const address = await addTestAddress(at, buyer);
  const short = await call('POST', '/api/checkouts', { lines: [line(999)], address });
  assert.deepEqual([short.status, short.body.code, short.body.errors[0].field], [409, 'lines-short', 'lines']);
  assert.deepEqual(short.body.detail.lines, [
    { sku: walnut.sku, wanted: 999, available: 20, county, name: '薄皮核桃 一斤装' },
  ]);
  const empty = await call('POST', '/api/checkouts', { lines: [], address });
  assert.deepEqual([empty.status, empty.body.code, empty.body.errors[0].field], [400, 'bad-input', 'lines']);
  const broken = await call('POST', '/api/quotes', { lines: [line(1)], region: '12345' });
  assert.deepEqual([broken.status, broken.body.errors[0].field], [400, 'region']);
  const nowhere = await call('POST', '/api/quotes', { lines: [line(1)], region: '999999999999' });
  assert.deepEqual(
    [nowhere.status, nowhere.body.code, nowhere.body.errors[0].field],
    [422, 'region-code-broken', 'region'],
  );
  const keyless = await app.inject({ method: 'POST', url: '/api/checkouts', payload: { lines: [line(1)], address } });
  assert.equal(keyless.json().code, 'idempotency-key-missing');
  as(null);
  assert.equal((await call('POST', '/api/checkouts', { lines: [line(1)], address })).status, 401);
});

test('from the cart to a paid order, by a notice over the bytes that came', async () => {
  as(buyer);
  const address = await addTestAddress(at, buyer);
  const placed = await call('POST', '/api/checkouts', { lines: [line(1)], address, totalFen: 4780, note: '请尽快' });
  assert.deepEqual([placed.status, placed.body.state, placed.body.orders.length], [201, 'open', 1]);
  const started = await call('POST', `/api/checkouts/${placed.body.id}/payments`, { provider: 'sandbox' });
  assert.deepEqual([started.status, started.body.payPath], [201, `/pay/${placed.body.id}`]);
  const { raw, headers } = sandboxNotice(at.sealer, {
    payment: started.body.payment,
    amountFen: 4780,
    outcome: 'success',
    at: at.clock.now(),
  });
  as(null);
  const notify = (payload: string, over: Record<string, string> = {}, provider = 'sandbox') =>
    app.inject({ method: 'POST', url: `/api/payment-notices/${provider}`, payload, headers: { ...headers, ...over } });
  assert.equal((await notify(JSON.stringify(JSON.parse(raw), null, 1))).statusCode, 401, 'same content, other bytes');
  assert.equal((await notify(raw, { 'sandbox-signature': 'AAAA' })).json().code, 'notice-forged');
  assert.equal((await notify(raw, {}, 'nobody')).json().code, 'provider-unknown');
  const told = await notify(raw);
  assert.deepEqual([told.statusCode < 300, told.json()], [true, { code: 'SUCCESS' }]);
  assert.equal((await notify(raw)).statusCode < 300, true, 'a repeat is answered well');

  as(merchant);
  const order = await call('GET', `/api/counties/${county}/orders/${placed.body.orders[0].id}`);
  assert.deepEqual(
    [order.body.state, order.body.buyerNote, order.body.contact.phone],
    ['paid', '请尽快', '13912345678'],
  );
});

test('who may call', async () => {
  const id = newId();
  const cases: [who: Caller | null, method: 'GET' | 'POST' | 'PUT', url: string, status: number, body?: unknown][] = [
    [null, 'GET', '/api/orders', 401],
    [null, 'GET', '/api/addresses', 401],
    [null, 'GET', `/api/counties/${county}/orders`, 401],
    [buyer, 'GET', `/api/counties/${county}/orders`, 403],
    [buyer, 'GET', `/api/counties/${county}/stock`, 403],
    [merchant, 'GET', `/api/counties/500242/orders`, 403],
    [merchant, 'GET', `/api/counties/${county}/orders`, 200],
    [buyer, 'POST', `/api/counties/${county}/stock`, 403, { lot: id }],
    [
      merchant,
      'PUT',
      `/api/counties/${county}/freight-rules`,
      403,
      { toRegion: '', firstGrams: 1, firstFen: 0, stepGrams: 1, stepFen: 0 },
    ],
    [buyer, 'GET', `/api/counties/${county}/statements`, 403],
    [null, 'GET', `/api/counties/${county}/products/${walnut.product}/availability`, 200],
    [null, 'GET', `/api/counties/${county}/freight-rules`, 200],
  ];
  for (const [who, method, url, status, body] of cases) {
    as(who);
    assert.equal(
      (await call(method, url, body)).status,
      status,
      `${who?.person ? 'somebody' : 'a visitor'} ${method} ${url}`,
    );
  }
});
