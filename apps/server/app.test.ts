import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import Type from 'typebox';
import type { Actor } from '#platform/actor.ts';
import { systemClock } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { once } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { largestFile } from '#platform/files.ts';
import { makeClient, Problem } from '#platform/http/client.ts';
import { contract } from '#platform/http/contract.ts';
import { County, Input } from '#platform/http/schemas.ts';
import { serve } from '#platform/http/serve.ts';
import { newId } from '#platform/ids.ts';
import type { Module } from '#platform/module.ts';
import { makeSealer } from '#platform/secrets.ts';
import { testDatabase } from '../../test/database.ts';
import { buildApp } from './app.ts';

const routes = contract({
  add: {
    method: 'POST',
    path: '/api/counties/:county/things',
    summary: 'a write',
    who: ['operator'],
    params: Type.Object({ county: County }),
    body: Input({ grams: Type.Integer({ minimum: 1 }) }),
    answer: Type.Object({ number: Type.Integer(), grams: Type.Integer() }),
  },
  upload: {
    method: 'POST',
    path: '/api/upload',
    summary: 'a file',
    who: 'anyone',
    repeatable: true,
    upload: true,
    answer: Type.Object({ bytes: Type.Integer() }),
  },
  notice: {
    method: 'POST',
    path: '/api/raw',
    summary: 'raw',
    who: 'anyone',
    repeatable: true,
    raw: true,
    body: Type.String(),
    answer: Type.Object({ text: Type.String() }),
  },
  broken: { method: 'GET', path: '/api/broken', summary: 'a bug', who: 'anyone', answer: Type.Object({}) },
});

const { db } = await testDatabase();
const at: Context = {
  db,
  clock: systemClock,
  sealer: makeSealer('a secret of the tests, 32 characters and more'),
  files: { has: async () => false, put: async () => {}, get: async () => null },
  publicUrl: 'http://localhost',
  sandbox: true,
};
let count = 0;
const things: Module = {
  name: 'things',
  routes(app) {
    serve(app, routes.add, ({ body, key }) => once(at.db, key, async () => ({ number: ++count, grams: body.grams })));
    serve(app, routes.upload, async ({ request }) => {
      const file = await request.file();
      if (!file) throw refusePlatform('bad-input');
      return { bytes: (await file.toBuffer()).byteLength };
    });
    serve(app, routes.notice, ({ body }) => ({ text: body }));
    serve(app, routes.broken, () => {
      throw new Error('secret detail');
    });
  },
};
const operator: Actor = {
  person: newId(),
  name: '运营',
  memberships: [
    { org: newId(), orgKind: 'county_centre', orgName: '中心', role: 'operator', county: 621221, region: '621221' },
  ],
};
const people: Record<string, Actor> = { operator };
const app = await buildApp(at, {
  modules: [things],
  identify: async (request) => people[String(request.headers['x-as'])] ?? { person: null, memberships: [] },
});
const as = (who: string, more: Record<string, string> = {}) =>
  makeClient({ things: routes }, async ({ method, url, headers, body }) => {
    const r = await app.inject({
      method: method as 'GET',
      url,
      headers: { ...headers, 'x-as': who, ...more },
      payload: body as string,
    });
    return { status: r.statusCode, body: r.body };
  });
const add = (who: string, county: number, body: unknown, key?: string, more?: Record<string, string>) =>
  as(who, more).things.add({ params: { county }, body: body as { grams: number } }, key ? { key } : {});

test('a write is refused, in this order', async (t) => {
  const table: [string, () => Promise<unknown>, number, string, string?][] = [
    ['county is no county', () => add('operator', 12, { grams: 1 }), 400, 'bad-input', 'county'],
    ['a field is missing', () => add('operator', 621221, {}), 400, 'bad-input', 'grams'],
    ['null is not a number', () => add('operator', 621221, { grams: null }), 400, 'bad-input', 'grams'],
    ['text is not a number', () => add('operator', 621221, { grams: '5' }), 400, 'bad-input', 'grams'],
    ['an unknown field', () => add('operator', 621221, { grams: 5, colour: 1 }), 400, 'bad-input', 'colour'],
    ['nobody is signed in', () => add('nobody', 621221, { grams: 5 }), 401, 'not-signed-in'],
    ['another county', () => add('operator', 500242, { grams: 5 }), 403, 'not-allowed'],
    [
      'a key that is none',
      () => add('operator', 621221, { grams: 5 }, 'x'),
      400,
      'idempotency-key-missing',
      'Idempotency-Key',
    ],
  ];
  for (const [name, call, status, code, field] of table) {
    await t.test(name, () =>
      assert.rejects(call, (p: Problem) => {
        assert.ok(p instanceof Problem);
        assert.deepEqual([p.status, p.code, p.errors[0]?.field], [status, code, field]);
        return true;
      }),
    );
  }
  assert.equal(count, 0);
});

test('a write with one key happens once; the key with other input is refused', async () => {
  const first = await add('operator', 621221, { grams: 5 }, 'key-000001');
  assert.deepEqual(await add('operator', 621221, { grams: 5 }, 'key-000001'), first);
  await assert.rejects(
    add('operator', 621221, { grams: 6 }, 'key-000001'),
    (p: Problem) => p.code === 'idempotency-key-reused',
  );
  assert.equal(count, 1);
  const kept = await db.selectFrom('platform.idempotency').select('input_hash').executeTakeFirstOrThrow();
  const asked = JSON.stringify([{ county: 621221 }, {}, { grams: 5 }]);
  assert.notEqual(kept.input_hash, createHash('sha256').update(asked).digest('base64url'), 'it can be guessed at');
});

test('a refusal speaks the reader’s language', async () => {
  await assert.rejects(add('nobody', 621221, { grams: 5 }), (p: Problem) => p.title === '请先登录');
  await assert.rejects(
    add('nobody', 621221, { grams: 5 }, undefined, { 'accept-language': 'en' }),
    (p: Problem) => p.title === 'Please sign in first',
  );
});

test('a file of 50 MB is refused with what is allowed', async () => {
  const boundary = 'b0undary';
  const payload = Buffer.concat([
    Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a.jpg"\r\ncontent-type: image/jpeg\r\n\r\n`,
    ),
    Buffer.alloc(50 * 1024 * 1024),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  const r = await app.inject({
    method: 'POST',
    url: '/api/upload',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    payload,
  });
  assert.equal(r.statusCode, 413);
  assert.match(r.json().title, new RegExp(`${largestFile / 1024 / 1024} MB`));
});

test('a raw route gets the text that was sent, not what it means', async () => {
  const r = await app.inject({
    method: 'POST',
    url: '/api/raw',
    headers: { 'content-type': 'application/json' },
    payload: '{ "a":  1 }',
  });
  assert.equal(r.json().text, '{ "a":  1 }');
});

test('a bug tells the reader its number and nothing else', async () => {
  const r = await app.inject({ url: '/api/broken' });
  assert.equal(r.statusCode, 500);
  assert.equal(r.body.includes('secret detail'), false);
});

test('the operator’s doors answer', async () => {
  for (const url of ['/healthz', '/readyz', '/metrics', '/api/openapi.json']) {
    assert.equal((await app.inject({ url })).statusCode, 200, url);
  }
  const api = (await app.inject({ url: '/api/openapi.json' })).json();
  assert.equal(api.openapi, '3.1.0');
  assert.ok(api.paths['/api/counties/{county}/things'].post);
  const lost = await app.inject({ url: '/api/nowhere' });
  assert.equal(lost.statusCode, 404);
  assert.equal(lost.json().code, 'not-found');
});
