import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answers, ShopClient } from '../../contracts.ts';
import { discountsOf, missingToFree, packLines, priceCart, unpackLines } from './cart.ts';

const walnuts = { county: 621221, sku: '0198c7a2-0000-7000-8000-000000000001', packs: 2 };
const honey = { county: 500242, sku: '0198c7a2-0000-7000-8000-000000000002', packs: 10 };

test('lines survive the way through a link', () => {
  assert.deepEqual(unpackLines(packLines([walnuts, honey])), [walnuts, honey]);
  assert.deepEqual(unpackLines(packLines([])), []);
});

test('what is not a line is left out', () => {
  assert.deepEqual(unpackLines(null), []);
  assert.deepEqual(unpackLines(`x 621221.short.1 ${packLines([honey])}`), [honey]);
});

test('a rule that lowers several lines is said once, and in the order of the calculators', () => {
  const d = (kind: string, rule: string, fen: number) => ({ kind, rule, name: rule, nameEn: null, fen });
  const lines = [
    { discounts: [d('coupon', 'k', 5)] },
    { discounts: [d('tier', 't', 8), d('bundle', 'b', 3), d('coupon', 'k', 2)] },
  ];
  assert.deepEqual(discountsOf(lines), [d('tier', 't', 8), d('bundle', 'b', 3), d('coupon', 'k', 7)]);
});

type Cart = Answers['trade']['cart'];
type Body = Parameters<ShopClient['trade']['quote']>[0]['body'];

const line = (county: number, sku: string, over: object = {}) => ({
  ...{ county, sku, packs: 1, available: 9, onSale: true, goodsFen: 1000 },
  ...over,
});
const cartOf = (...lines: ReturnType<typeof line>[]) =>
  ({
    counties: [...Map.groupBy(lines, (one) => one.county)].map(([county, own]) => ({
      ...{ county, countyName: String(county), lines: own, goodsFen: 0 },
    })),
  }) as unknown as Cart;
const problem = (status: number, code: string, detail: object = {}) =>
  Object.assign(new Error(code), { name: 'Problem', status, code, title: code, errors: [], detail });

/** A shop in which a pack costs ten yuan less two, freight is five, some SKUs are refused and some counties cannot send. */
function shopThat(refuses: Record<string, object>, sendsNot: readonly number[] = []) {
  const asked: Body[] = [];
  const quote = async ({ body }: { body: Body }) => {
    asked.push(body);
    for (const { sku } of body.lines) if (refuses[sku]) throw problem(409, `refused ${sku}`, refuses[sku]);
    const county = body.lines[0]?.county ?? 0;
    if (body.region && sendsNot.includes(county)) throw problem(409, 'freight-unknown', { county: 'x' });
    const lines = body.lines.map(({ sku, packs }) => ({ sku, goodsFen: 800 * packs, discountFen: 200 * packs }));
    const goodsFen = lines.reduce((sum, one) => sum + one.goodsFen, 0);
    const freightFen = body.region ? 500 : 0;
    const order = { county, lines, goodsFen, discountFen: goodsFen / 4, freightFen, totalFen: goodsFen + freightFen };
    return { orders: [order] };
  };
  return { asked, client: { trade: { quote } } as unknown as ShopClient };
}

test('a cart is priced county by county, and what is short, gone or refused is named and left out', async () => {
  const { client, asked } = shopThat({ few: { sku: 'few' }, off: { skus: ['off'] } });
  const cart = cartOf(
    line(1, 'a'),
    line(1, 'few'),
    line(1, 'short', { available: 0 }),
    line(2, 'b', { packs: 3 }),
    line(3, 'off'),
  );
  const priced = await priceCart(client, cart, '621221000000');
  assert.deepEqual(
    priced.counties.map((c) => [c.county, c.order?.totalFen, c.lines.map((l) => l.charged?.goodsFen ?? l.why ?? null)]),
    [
      [1, 1300, [800, 'refused few', null]],
      [2, 2900, [2400]],
      [3, undefined, ['refused off']],
    ],
  );
  assert.deepEqual(
    priced.blocking.map((of) => of.line.sku),
    ['few', 'short', 'off'],
  );
  const { totalFen, discountFen, freightFen, freightKnown } = priced;
  assert.deepEqual(
    { totalFen, discountFen, freightFen, freightKnown },
    { totalFen: 4200, discountFen: 800, freightFen: 1000, freightKnown: true },
  );
  assert.ok(asked.every((body) => new Set(body.lines.map((one) => one.county)).size === 1));
});

test('a county that does not send to the usual address keeps its prices, without freight', async () => {
  const { client } = shopThat({}, [1]);
  const priced = await priceCart(client, cartOf(line(1, 'a'), line(2, 'b')), '540102001000');
  assert.deepEqual(
    priced.counties.map((c) => [c.unsendable, c.order?.totalFen]),
    [
      ['freight-unknown', 800],
      [undefined, 1300],
    ],
  );
  assert.deepEqual([priced.freightKnown, priced.totalFen, priced.blocking.length], [false, 2100, 0]);
});

test('a refusal that names nothing of the cart goes on', async () => {
  const { client } = shopThat({ a: {} });
  await assert.rejects(priceCart(client, cartOf(line(1, 'a'))), { code: 'refused a' });
});

test('what is missing to free freight', () => {
  const cases: [freeFromFen: number | null, goodsFen: number, missing: number | null][] = [
    [null, 5000, null],
    [5000, 4000, 1000],
    [5000, 5000, 0],
    [5000, 9000, 0],
  ];
  for (const [freeFromFen, goodsFen, missing] of cases) assert.equal(missingToFree({ freeFromFen, goodsFen }), missing);
});
