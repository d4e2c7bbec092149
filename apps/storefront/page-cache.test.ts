import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { encode, encoded, encodingFor, PageCache, tag, textOf } from './page-cache.ts';

const head = { status: 200, type: 'text/html; charset=utf-8', policy: '' };
const page = (text: string) => ({ ...head, body: { plain: Buffer.from(text) } });

test('a kept page comes back in every encoding', async () => {
  const cache = new PageCache();
  cache.put('/a', page('核桃'.repeat(100)), { seconds: 60, tags: [] }, cache.now());
  const kept = cache.get('/a');
  assert.ok(kept);
  const text = '核桃'.repeat(100);
  assert.equal(gunzipSync(encoded(kept.body, 'gzip')).toString(), text);
  assert.equal(brotliDecompressSync(encoded(kept.body, 'br')).toString(), text);
  assert.equal(encoded(kept.body, 'br'), encoded(kept.body, 'br'), 'the second gets what was made for the first');
  assert.match(kept.etag, /^"[\w-]+"$/);
});

test('a page that was compressed from the beginning is sent so, and opened for who takes no other', () => {
  const body = { gzip: gzipSync('核桃') };
  const taken = ['br, gzip', 'gzip', 'br', undefined].map((accepted) => encodingFor(body, accepted));
  assert.deepEqual(taken, ['gzip', 'gzip', undefined, undefined]);
  assert.deepEqual([encode(body, 'gzip'), encoded(body, 'gzip')], [body.gzip, body.gzip]);
  assert.equal(textOf(body).toString(), '核桃');
});

test('dropping a tag forgets the pages that show it and no others', async () => {
  const cache = new PageCache();
  const walnuts = tag.product('w');
  cache.put('/w', page('w'), { seconds: 60, tags: [walnuts, tag.county(621221)] }, cache.now());
  cache.put('/home', page('h'), { seconds: 60, tags: [tag.county(621221)] }, cache.now());
  cache.drop([walnuts]);
  assert.equal(cache.get('/w'), undefined);
  assert.ok(cache.get('/home'));
  cache.drop([tag.county(621221)]);
  assert.equal(cache.size, 0);
});

test('a page whose facts changed while it was rendered is not kept', async () => {
  const cache = new PageCache();
  const begun = cache.now();
  cache.drop([tag.lot('l')]);
  assert.equal(cache.put('/t', page('old'), { seconds: 60, tags: [tag.lot('l')] }, begun), undefined);
  assert.equal(cache.get('/t'), undefined);
  assert.ok(cache.put('/t', page('new'), { seconds: 60, tags: [tag.lot('l')] }, cache.now()));
});

test('a page grows old by itself', async () => {
  const cache = new PageCache();
  cache.put('/a', page('a'), { seconds: 0.02, tags: ['x'] }, cache.now());
  assert.ok(cache.get('/a'));
  await wait(40);
  assert.equal(cache.get('/a'), undefined);
});

test('the bytes kept are bounded; the page unread longest goes first', async () => {
  const cache = new PageCache({ maxBytes: 6_000 });
  const noise = () => Array.from({ length: 1200 }, () => String.fromCharCode(33 + Math.random() * 90)).join('');
  for (const key of ['/1', '/2', '/3']) cache.put(key, page(noise()), { seconds: 60, tags: [key] }, cache.now());
  assert.equal(cache.get('/1'), undefined);
  assert.ok(cache.get('/3'));
});

test('what several pages show alike is asked for once, until a fact changes', async () => {
  const cache = new PageCache();
  let asked = 0;
  const ask = async () => ({ n: ++asked });
  const note = () => ({ seconds: 60, tags: [tag.lot('l')] });
  const [a, b] = await Promise.all([cache.remember('l', ask, note), cache.remember('l', ask, note)]);
  assert.deepEqual([a, b, await cache.remember('l', ask, note)], [{ n: 1 }, { n: 1 }, { n: 1 }]);
  cache.drop([tag.lot('l')]);
  assert.deepEqual(await cache.remember('l', ask, note), { n: 2 });
  assert.equal(await cache.remember('none', async () => null, note), null);
});

test('what changed while it was asked for is not kept', async () => {
  const cache = new PageCache();
  const note = () => ({ seconds: 60, tags: [tag.lot('l')] });
  const old = async () => {
    cache.drop([tag.lot('l')]);
    return { old: true };
  };
  await cache.remember('l', old, note);
  assert.deepEqual(await cache.remember('l', async () => ({ old: false }), note), { old: false });
});

test('who asks after a fact changed does not wait for what was begun before', async () => {
  const cache = new PageCache();
  const note = () => ({ seconds: 60, tags: [tag.lot('l')] });
  const first = Promise.withResolvers<{ n: number }>();
  const before = cache.remember('l', () => first.promise, note);
  cache.drop([tag.lot('l')]);
  const after = cache.remember('l', async () => ({ n: 2 }), note);
  first.resolve({ n: 1 });
  assert.deepEqual([await before, await after], [{ n: 1 }, { n: 2 }]);
  assert.deepEqual(await cache.remember('l', async () => ({ n: 3 }), note), { n: 2 });
});
