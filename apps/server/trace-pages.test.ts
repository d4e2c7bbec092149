import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { readCode } from '#trace';
import { addTestPerson, openTestCounty, testContext } from '../../test/fixtures.ts';
import { packTestParcel, recallTestLot } from '../../test/fixtures-parcels.ts';
import { fillShop } from '../../test/fixtures-shop.ts';
import type { TestGoods } from '../../test/fixtures-trade.ts';
import { buildFrontEnds, frontEnds } from '../../tools/build.ts';
import { mountStorefront } from '../storefront/mount.ts';
import { tag } from '../storefront/page-cache.ts';
import { buildApp } from './app.ts';
import { modules } from './modules.ts';

const REGION = 'x-region';
const { at: plain } = await testContext();
const at = { ...plain, regionHeader: REGION };
const people = await openTestCounty(at);
const { county, buyer, operator } = people;
// From the scale on, so that the lots have all that their pages tell.
const shop = await fillShop(at, 1, 60);
const merchant = await addTestPerson(at, { name: '合作社', org: shop.org, role: 'merchant' });
const goods = { county, sku: shop.skus[0] } as TestGoods;

await buildFrontEnds(
  () => {},
  frontEnds.filter(({ name }) => name === 'storefront'),
);
const app: FastifyInstance = await buildApp(at, {
  modules,
  identify: async () => ({ person: null, memberships: [] }),
});
const cache = await mountStorefront(app, REGION);

type Phone = { name: string; lang?: 'zh' | 'en'; region?: string; cookie?: string };
const open = async (path: string, { name, lang = 'zh', region, cookie }: Phone) => {
  const headers = { 'user-agent': name, 'accept-language': lang, accept: 'text/html' };
  const answer = await app.inject({
    url: path,
    headers: { ...headers, ...(region && { [REGION]: region }), ...(cookie && { cookie }) },
  });
  return { ...answer, body: answer.body, status: answer.statusCode };
};
/** The same page for somebody with a cart: nobody shares it, so it is rendered for them alone. */
const rendered = (path: string, phone: Phone) => open(path, { ...phone, cookie: 'shanhuo_cart=x' });

/** The paths of packs that were bought and packed, and sent where it says so. */
const parcel = (packs: number, sent: boolean) =>
  packTestParcel(at, { buyer, merchant, goods, packs, ...(sent && { carrier: '顺<丰>' }) });

const scansOf = async (path: string) => {
  const [, , gtin = '', , lot = '', , serial = ''] = path.split('/');
  const code = await readCode(at.db, at.sealer, gtin, lot, serial);
  const row = await at.db
    .selectFrom('trace.scan')
    .select('scans')
    .where('county', '=', county)
    .where('lot', '=', code?.lot ?? '')
    .where('pack', '=', code?.pack ?? 0)
    .executeTakeFirst();
  return row?.scans ?? 0;
};

test('a page put together is, sign by sign, the page rendered for that pack', async () => {
  const [atHome, sentOne, sentTwo] = [...(await parcel(1, false)), ...(await parcel(2, true))] as [
    string,
    string,
    string,
  ];
  // The second of a parcel finds the page that the first has left.
  for (const path of [atHome, sentOne, sentTwo]) {
    for (const lang of ['zh', 'en'] as const) {
      const shown = await open(path, { name: 'first', lang });
      assert.equal(shown.status, 200);
      assert.equal(shown.body, (await rendered(path, { name: 'first', lang })).body, `${path} ${lang}`);
      assert.ok(shown.body.includes(path.split('/').at(-1) as string));
    }
  }
  const shown = await open(sentTwo, { name: 'second', region: '62' });
  assert.match(shown.body, /顺&lt;丰&gt;/);
});

test('each look at a code is counted once, and the page tells the looks before', async () => {
  const [path, other] = (await parcel(2, true)) as [string, string];
  const first = await open(path, { name: 'one', region: '62' });
  assert.match(first.body, /第 1 次查询/);
  assert.equal(await scansOf(path), 1);
  // From elsewhere, so that the kept page of the first is not shown.
  const second = await open(path, { name: 'two', region: '11' });
  assert.equal(await scansOf(path), 2);
  assert.match(second.body, /共查过 2 次/);
  assert.match(second.body, /甘肃省 1 次/);
  assert.equal(second.body, (await rendered(path, { name: 'two', region: '11' })).body);
  await open(path, { name: 'three', region: '44' });
  const copied = await open(path, { name: 'four', region: '33' });
  assert.match(copied.body, /这个码可能被复制了/, 'told by the very look that breaks the rule');
  assert.equal(await scansOf(path), 4);
  const untouched = await open(other, { name: 'one', region: '62' });
  assert.doesNotMatch(untouched.body, /可能被复制/);
  assert.equal(await scansOf(other), 1);
});

test('a kept page is compressed as it is, and unchanged is told', async () => {
  const [path] = (await parcel(1, false)) as [string];
  const shown = await open(path, { name: 'one' });
  const zipped = await app.inject({ url: path, headers: { 'accept-encoding': 'gzip, br', 'accept-language': 'zh' } });
  assert.deepEqual([zipped.headers['content-encoding'], zipped.headers.etag], ['gzip', shown.headers.etag]);
  assert.deepEqual(zipped.headers['content-security-policy'], shown.headers['content-security-policy']);
  const again = await app.inject({
    url: path,
    headers: { 'accept-language': 'zh', 'if-none-match': String(shown.headers.etag) },
  });
  assert.equal(again.statusCode, 304);
  assert.ok(Buffer.byteLength(shown.body) < 25_000);
});

test('a serial that was not made here has no page, and is counted against who tries', async () => {
  const [path] = (await parcel(1, false)) as [string];
  const wrong = path.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
  assert.equal((await open(wrong, { name: 'guesser' })).status, 404);
  assert.equal((await open(path.replace(/[^/]+$/, 'THISPACKSSERIAL'), { name: 'guesser' })).status, 404);
  assert.equal((await open(path.replace('/21/', '/21/%3Cb%3E'), { name: 'guesser' })).status, 404);
});

test('a recall shows at once on packs that nobody has looked at, and on the others when it is told', async () => {
  const [seen, unseen] = (await parcel(2, true)) as [string, string];
  assert.doesNotMatch((await open(seen, { name: 'before' })).body, /召回/);
  const [, , gtin = '', , number = '', , serial = ''] = seen.split('/');
  const lot = (await readCode(at.db, at.sealer, gtin, number, serial))?.lot as string;
  await recallTestLot(at, operator, { county, lot });
  assert.match((await open(unseen, { name: 'after' })).body, /召回/, 'before any event was carried');
  cache.drop([tag.county(county)]);
  const told = await open(seen, { name: 'after' });
  assert.match(told.body, /召回/);
  assert.equal(told.body, (await rendered(seen, { name: 'after' })).body);
});
