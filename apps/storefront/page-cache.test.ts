import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { PageCache, tag } from './page-cache.ts';

const page = (text: string) => ({ status: 200, type: 'text/html; charset=utf-8', policy: '', body: Buffer.from(text) });

test('a kept page comes back in every encoding', async () => {
  const cache = new PageCache();
  await cache.put('/a', page('核桃'.repeat(100)), { seconds: 60, tags: [] }, cache.now());
  const kept = cache.get('/a');
  assert.ok(kept);
  assert.equal(gunzipSync(kept.gzip).toString(), kept.plain.toString());
  assert.equal(brotliDecompressSync(kept.br).toString(), kept.plain.toString());
  assert.match(kept.etag, /^"[\w-]+"$/);
});

test('dropping a tag forgets the pages that show it and no others', async () => {
  const cache = new PageCache();
  const walnuts = tag.product('w');
  await cache.put('/w', page('w'), { seconds: 60, tags: [walnuts, tag.county(621221)] }, cache.now());
  await cache.put('/home', page('h'), { seconds: 60, tags: [tag.county(621221)] }, cache.now());
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
  assert.equal(await cache.put('/t', page('old'), { seconds: 60, tags: [tag.lot('l')] }, begun), undefined);
  assert.equal(cache.get('/t'), undefined);
  assert.ok(await cache.put('/t', page('new'), { seconds: 60, tags: [tag.lot('l')] }, cache.now()));
});

test('a page grows old by itself', async () => {
  const cache = new PageCache();
  await cache.put('/a', page('a'), { seconds: 0.02, tags: ['x'] }, cache.now());
  assert.ok(cache.get('/a'));
  await wait(40);
  assert.equal(cache.get('/a'), undefined);
});

test('the bytes kept are bounded; the page unread longest goes first', async () => {
  const cache = new PageCache({ maxBytes: 6_000 });
  const noise = () => Array.from({ length: 1200 }, () => String.fromCharCode(33 + Math.random() * 90)).join('');
  for (const key of ['/1', '/2', '/3']) await cache.put(key, page(noise()), { seconds: 60, tags: [key] }, cache.now());
  assert.equal(cache.get('/1'), undefined);
  assert.ok(cache.get('/3'));
});
