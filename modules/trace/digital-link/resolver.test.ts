import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogModule } from '#catalog';
import { testApp } from '../../../test/app.ts';
import { openTestCounty, testContext } from '../../../test/fixtures.ts';
import { addTestGoods, packTestLot } from '../../../test/fixtures-goods.ts';
import { lotCodes } from '../codes/lot-codes.ts';
import { traceModule } from '../index.ts';
import { makeUnit } from '../units/make-unit.ts';
import { chooseType } from './accept.ts';

const { at } = await testContext();
const of = await openTestCounty(at);
const { county } = of;
const goods = await addTestGoods(at, of);
const { lot } = await packTestLot(at, of, { sku: goods.sku, netGrams: 500, packs: 20 });
const { gtin, lotNumber, codes } = await lotCodes(at, of.operator, { county, id: lot.id, from: 1, count: 1 });
const pack = codes[0]?.path ?? '';
const lotPage = `/01/${gtin}/10/${lotNumber}`;
const { sscc } = await makeUnit(
  at,
  of.merchant,
  { county, kind: 'case', ranges: [{ lot: lot.id, from: 1, to: 5 }], children: [] },
  null,
);

const app = await testApp(at, [catalogModule, traceModule], async () => ({ person: null, memberships: [] }));
// What the shop does with pages, as far as the resolver is concerned.
app.get('/*', (request, reply) => reply.type('text/html').send(`page ${request.url}`));
await app.ready();

const BASE = 'https://shop.example.cn';
const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const get = (url: string, accept: string | undefined = browser, method: 'GET' | 'HEAD' | 'OPTIONS' = 'GET') =>
  app.inject({ method, url, headers: accept === undefined ? {} : { accept } });
const LINKSET = 'application/linkset+json';

test('what a client wants, by RFC 9110', () => {
  const types = ['text/html', LINKSET, 'application/json'] as const;
  for (const [header, chosen] of [
    [browser, 'text/html'],
    [undefined, 'text/html'],
    ['*/*', 'text/html'],
    [LINKSET, LINKSET],
    ['application/json', 'application/json'],
    ['application/*', LINKSET],
    ['text/html;q=0.5, application/json', 'application/json'],
    ['text/html;q=0, */*', LINKSET],
    ['application/json;q=0.4, application/linkset+json;q=0.9', LINKSET],
    ['image/png', undefined],
    ['text/html;q=0', undefined],
  ] as const) {
    assert.equal(chooseType(header, types), chosen, String(header));
  }
});

test('a browser gets the page, and is told where the links are', async () => {
  for (const url of [lotPage, pack, `/00/${sscc}`]) {
    const answer = await get(url);
    assert.deepEqual([answer.statusCode, answer.body], [200, `page ${url}`]);
    assert.match(String(answer.headers.link), new RegExp(`<${BASE}${url}\\?linkType=linkset>; rel="linkset"`));
  }
});

test('a code written in another way leads a browser to the page, with what else stood in it', async () => {
  for (const [url, location] of [
    [`/01/${gtin}`, `/product/${county}/${goods.product}`],
    [`/01/${gtin.slice(1)}/10/${lotNumber}`, lotPage],
    [`/01/${gtin}/22/A/10/${lotNumber}`, lotPage],
    [`/01/${gtin.slice(1)}/10/${lotNumber}?utm_source=box&17=270617`, `${lotPage}?utm_source=box&17=270617`],
    [`${lotPage}?linkType=gs1:pip&from=box`, `/product/${county}/${goods.product}?from=box`],
    [`${pack}?linkType=https%3A%2F%2Fref.gs1.org%2Fvoc%2Ftraceability`, pack],
    [`${lotPage}?linkType=gs1:defaultLink`, lotPage],
    [`${lotPage}?linkType=gs1:certificationInfo`, lotPage],
  ] as const) {
    const answer = await get(url);
    assert.deepEqual([answer.statusCode, answer.headers.location], [307, BASE + location], url);
  }
});

test('a program gets the linkset, in the form it wants', async () => {
  for (const [url, accept] of [
    [lotPage, LINKSET],
    [lotPage, 'application/json'],
    [lotPage, 'application/ld+json'],
    [`${lotPage}?linkType=linkset`, browser],
    [`${lotPage}?linkType=all`, '*/*'],
  ] as const) {
    const answer = await get(url, accept);
    assert.equal(answer.statusCode, 200, `${url} ${accept}`);
    assert.equal(answer.headers['access-control-allow-origin'], '*');
    const [set] = answer.json().linkset;
    assert.equal(set.anchor, BASE + lotPage);
    const rels = Object.keys(set)
      .filter((name) => name.startsWith('https:'))
      .map((name) => name.split('/').at(-1))
      .sort();
    assert.deepEqual(rels, ['certificationInfo', 'defaultLink', 'pip', 'traceability']);
    for (const [name, links] of Object.entries(set)) {
      if (!name.startsWith('https:')) continue;
      for (const link of links as Record<string, unknown>[]) {
        assert.match(String(link.href), /^https:\/\/shop\.example\.cn\//);
        assert.deepEqual([link.type, link.hreflang], ['text/html', ['zh', 'en']]);
        assert.ok(link.title);
      }
    }
  }
  assert.equal((await get(lotPage, LINKSET)).headers['content-type'], `${LINKSET}; charset=utf-8`);
  assert.ok((await get(lotPage, 'application/ld+json')).json()['@context']);
  assert.match(String((await get(lotPage, LINKSET)).headers.link), /json-ld#context/);
  const [unit] = (await get(`/00/${sscc}`, LINKSET)).json().linkset;
  assert.equal(unit.anchor, `${BASE}/00/${sscc}`);
});

test('a recalled lot says so among its links', async () => {
  await at.db.updateTable('trace.lot').set({ state: 'recalled' }).where('id', '=', lot.id).execute();
  const [set] = (await get(lotPage, LINKSET)).json().linkset;
  assert.ok(set['https://ref.gs1.org/voc/recallStatus']);
  assert.equal((await get(`${lotPage}?linkType=gs1:recallStatus`)).headers.location, BASE + lotPage);
  await at.db.updateTable('trace.lot').set({ state: 'closed' }).where('id', '=', lot.id).execute();
  assert.equal((await get(`${lotPage}?linkType=gs1:recallStatus`)).statusCode, 404);
});

test('what a program is refused', async () => {
  for (const [url, accept, status] of [
    [`/01/${gtin.slice(0, 13)}${(Number(gtin[13]) + 1) % 10}`, LINKSET, 400],
    [`${lotPage}/99/ABC`, LINKSET, 400],
    ['/01/06901234567892', LINKSET, 404],
    [`/01/${gtin}/10/X`, LINKSET, 404],
    [`/01/${gtin}/235/XYZ`, LINKSET, 404],
    ['/414/9520123456788', LINKSET, 404],
    ['/00/006141411234567890', LINKSET, 404],
    [`${lotPage}?linkType=gs1:epcis`, browser, 404],
    [lotPage, 'image/png', 406],
  ] as const) {
    const answer = await get(url, accept);
    assert.equal(answer.statusCode, status, url);
    assert.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8', url);
  }
});

test('a browser with a code that is none gets the shop’s own page about it', async () => {
  for (const url of ['/01/06901234567893/10/X', '/01/06901234567892', `/01/${gtin}/10/X`]) {
    assert.equal((await get(url)).body, `page ${url}`);
  }
});

test('other programs may ask from anywhere; the resolver describes itself', async () => {
  const asked = await get(lotPage, LINKSET, 'OPTIONS');
  assert.deepEqual([asked.statusCode, asked.headers['access-control-allow-origin']], [204, '*']);
  assert.equal((await get(`/01/${gtin}`, browser, 'HEAD')).statusCode, 307);
  const described = (await get('/.well-known/gs1resolver', 'application/json')).json();
  assert.deepEqual(described.supportedPrimaryKeys, ['01', '00']);
  assert.equal(described.resolverRoot, BASE);
});
