import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import Fastify from 'fastify';
import { logOptions } from './log.ts';

test('a log names method and path, never query, body, cookie, address or the row a database error was about', async () => {
  let text = '';
  const stream = new Writable({
    write(chunk, _, done) {
      text += chunk;
      done();
    },
  });
  const app = Fastify({ logger: { ...(logOptions({ logLevel: 'info' }) as object), stream } });
  app.post('/households', async (request) => {
    request.log.info({ headers: request.headers }, 'seen');
    throw Object.assign(new Error('duplicate key'), { code: '23505', detail: 'Key (phone)=(13912345678) exists' });
  });
  await app.inject({
    method: 'POST',
    url: '/households?phone=13912345678',
    headers: { cookie: 'session=13912345678', authorization: 'Bearer 13912345678' },
    payload: { phone: '13912345678' },
    remoteAddress: '203.0.113.9',
  });
  await app.close();
  assert.doesNotMatch(text, /13912345678|203\.0\.113\.9/);
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.ok(lines.some((line) => line.req?.path === '/households' && line.req.method === 'POST'));
  assert.ok(lines.some((line) => line.err?.code === '23505' && line.err.stack));
});
