import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify from 'fastify';
import { mountPages, type Visit } from './mount.ts';

type Page = (request: Request, visit: Visit) => Promise<string | Response> | string | Response;

/** A shop of one page, with a little API behind it. */
async function shop(page: Page) {
  const app = Fastify();
  app.get('/api/counties', async (request) => [
    { shortName: `${request.headers['accept-language']} ${request.headers.cookie ?? ''}` },
  ]);
  app.post('/api/sign-out', async (_request, reply) => {
    reply.header('set-cookie', 'shanhuo_session=new; Path=/').code(204);
  });
  const made: string[] = [];
  const cache = await mountPages(app, async (request, visit) => {
    made.push(`${visit.lang} ${new URL(request.url).pathname}`);
    const shown = await page(request, visit);
    return typeof shown === 'string' ? new Response(shown, { headers: { 'content-type': 'text/html' } }) : shown;
  });
  return { app, cache, made };
}

const kept: Page = (_request, visit) => {
  visit.keep({ seconds: 60, tags: ['county:621221'] });
  return 'walnuts '.repeat(300);
};

test('an anonymous visitor gets the kept page, in the encoding asked for, until a fact changes', async () => {
  const { app, cache, made } = await shop(kept);
  const first = await app.inject({ url: '/', headers: { 'accept-encoding': 'gzip, br' } });
  const again = await app.inject({ url: '/' });
  assert.equal(first.headers['content-encoding'], 'br');
  assert.equal(again.body, 'walnuts '.repeat(300));
  assert.equal(again.headers['content-type'], 'text/html; charset=utf-8');
  assert.deepEqual(made, ['zh /']);
  const unchanged = await app.inject({ url: '/', headers: { 'if-none-match': String(again.headers.etag) } });
  assert.equal(unchanged.statusCode, 304);
  cache.drop(['county:621221']);
  await app.inject({ url: '/' });
  assert.equal(made.length, 2);
});

test('when a pack cannot be looked up, its page is made all the same and says what went wrong', async () => {
  const asked: unknown[] = [];
  const { app } = await shop((_request, visit) => {
    asked.push(visit.pack);
    return new Response('something went wrong', { status: 500 });
  });
  app.post('/api/codes/:gtin/:lot/:serial/scans', async (_request, reply) => reply.code(503).send({ code: 'down' }));
  const answer = await app.inject({ url: '/01/06901234000016/10/L1/21/4K7Q82' });
  assert.deepEqual([answer.statusCode, answer.body, asked], [500, 'something went wrong', [undefined]]);
});

test('many who ask at once for a page that is not kept wait for one to make it', async () => {
  const { app, made } = await shop(async (request, visit) => {
    await new Promise((done) => setTimeout(done, 30));
    return kept(request, visit);
  });
  const answers = await Promise.all(Array.from({ length: 20 }, () => app.inject({ url: '/' })));
  assert.deepEqual(new Set(answers.map((answer) => answer.statusCode)), new Set([200]));
  assert.equal(made.length, 1);
});

test('a form with files is taken by the page that asks for photos, from who is signed in, and by no other', async () => {
  const { app } = await shop(async (request) => {
    const form = await request.formData();
    return `${form.get('reason')} ${(form.get('file') as File).size}`;
  });
  const send = (url: string, cookie?: string) => {
    const payload = new FormData();
    payload.set('reason', '坏果');
    payload.set('file', new Blob([Buffer.alloc(70_000)]), 'box.jpg');
    return app.inject({ method: 'POST', url, payload, headers: cookie ? { cookie } : {} });
  };
  const signedIn = 'shanhuo_session=s';
  assert.equal((await send('/cart', signedIn)).statusCode, 415);
  assert.equal((await send('/after-sale/621221/x')).statusCode, 415);
  const taken = await send('/after-sale/621221/x', signedIn);
  assert.deepEqual([taken.statusCode, taken.body], [200, '坏果 70000']);
});

test('photos that are too large together lead back to the form, which says so', async (t) => {
  const { app } = await shop(() => 'the form');
  t.after(() => app.close());
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const send = (path: string) => {
    const body = new FormData();
    body.set('file', new Blob([Buffer.alloc(40 * 1024 * 1024)]), 'box.jpg');
    const headers = { cookie: 'shanhuo_session=s' };
    return fetch(`${url}${path}`, { method: 'POST', body, headers, redirect: 'manual' });
  };
  const answer = await send('/after-sale/621221/x?kind=damage');
  assert.deepEqual([answer.status, answer.headers.get('location')], [303, '/after-sale/621221/x?kind=damage&heavy=1']);
});

test('a page that fails fails for each who asked, and the next one tries again', async () => {
  let times = 0;
  const { app } = await shop(async (request, visit) => {
    times += 1;
    await new Promise((done) => setTimeout(done, 10));
    if (times <= 3) throw new Error('the database is away');
    return kept(request, visit);
  });
  const answers = await Promise.all([1, 2, 3].map(() => app.inject({ url: '/' })));
  assert.deepEqual(
    answers.map((answer) => answer.statusCode),
    [500, 500, 500],
  );
  assert.equal((await app.inject({ url: '/' })).statusCode, 200);
});

test('each language is its own page', async () => {
  const { app, made } = await shop(kept);
  await app.inject({ url: '/' });
  await app.inject({ url: '/', headers: { 'accept-language': 'en-GB' } });
  await app.inject({ url: '/', headers: { cookie: 'lang=en' } });
  assert.deepEqual(made, ['zh /', 'en /']);
});

test('who has a session or a cart never gets or leaves a kept page', async () => {
  const { app, cache, made } = await shop(kept);
  for (const cookie of ['shanhuo_cart=x', 'lang=zh; __Secure-better-auth.session_token=x'])
    await app.inject({ url: '/', headers: { cookie } });
  assert.equal(made.length, 2);
  assert.equal(cache.size, 0);
});

test('a page that says nothing, fails or is asked for by POST is not kept', async () => {
  const { app, cache } = await shop((request, visit) => {
    const { pathname } = new URL(request.url);
    if (pathname !== '/silent') visit.keep({ seconds: 60, tags: [] });
    return pathname === '/gone' ? new Response('gone', { status: 404 }) : 'x';
  });
  await app.inject({ url: '/silent' });
  assert.equal((await app.inject({ url: '/gone' })).statusCode, 404);
  await app.inject({
    method: 'POST',
    url: '/',
    payload: 'a=1',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  assert.equal(cache.size, 0);
});

test('?lang= is remembered and taken out of the address', async () => {
  const { app } = await shop(kept);
  const answer = await app.inject({ url: '/search?q=hetao&lang=en' });
  assert.equal(answer.statusCode, 303);
  assert.equal(answer.headers.location, '/search?q=hetao');
  assert.match(String(answer.headers['set-cookie']), /^lang=en; Path=\/; Max-Age=\d+; SameSite=Lax$/);
});

test('no address leads away from this host', async () => {
  const { app } = await shop(kept);
  for (const url of ['//else.cn/?lang=zh', '/.//else.cn/?lang=zh'])
    assert.match(String((await app.inject({ url })).headers.location), /^\/(?!\/)/, url);
  assert.equal((await app.inject({ url: '//' })).statusCode, 200, 'no address at all is the home page');
});

test('a page made under a false host name is not given to others', async () => {
  const { app } = await shop(async (request, visit) => {
    visit.keep({ seconds: 60, tags: [] });
    return new URL('/picture.webp', request.url).href;
  });
  await app.inject({ url: '/', headers: { host: 'else.cn' } });
  assert.equal(
    (await app.inject({ url: '/', headers: { host: 'shop.example' } })).body,
    'http://shop.example/picture.webp',
  );
});

test('a form is read by the page; one that another site sends is refused', async () => {
  const { app, made } = await shop(async (request) => String((await request.formData()).get('packs')));
  const post = (headers: Record<string, string>) =>
    app.inject({
      method: 'POST',
      url: '/cart',
      payload: 'packs=2',
      headers: { host: 'shop.example', 'content-type': 'application/x-www-form-urlencoded', ...headers },
    });
  assert.equal((await post({ origin: 'https://evil.example' })).statusCode, 403);
  assert.equal((await post({ 'sec-fetch-site': 'cross-site' })).statusCode, 403);
  assert.equal(made.length, 0);
  // Behind a proxy that ends TLS the scheme differs, the host does not.
  assert.equal((await post({ origin: 'https://shop.example' })).body, '2');
  assert.equal((await post({ 'sec-fetch-site': 'same-origin' })).body, '2');
});

test('a page calls the API as the visitor: language, cookies, and those it was given on the way', async () => {
  const { app } = await shop(async (_request, visit) => {
    await visit.client.registry.signOut();
    return (await visit.client.registry.counties())[0]?.shortName ?? '';
  });
  const answer = await app.inject({ url: '/', headers: { cookie: 'lang=en; shanhuo_session=old' } });
  assert.equal(answer.body, 'en lang=en; shanhuo_session=new');
  assert.match(String(answer.headers['set-cookie']), /shanhuo_session=new/);
});

test('what the API does not know stays the API’s to answer', async () => {
  const { app, made } = await shop(kept);
  assert.equal((await app.inject({ url: '/api/nothing' })).statusCode, 404);
  assert.equal(made.length, 0);
});
