import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeSealer } from '#platform/secrets.ts';
import { giveTestPhone, openTestCounty, testContext } from '../../test/fixtures.ts';
import { testDocument, testEvent } from '../../test/fixtures-epcis.ts';
import { signInByPhone, startServer } from '../../test/server.ts';

test('who listens on a socket of any of two processes hears each event, and both stop at once', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'shanhuo-sockets-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const { at: plain, url } = await testContext(t);
  const secret = 'a secret of the tests, 32 characters and more';
  const at = { ...plain, sealer: makeSealer(secret) };
  const { county, merchant } = await openTestCounty(at);
  await giveTestPhone(at, merchant, '19900000001');
  const house = await startServer({
    ...{ DATABASE_URL: url, SHANHUO_DATA: folder, SHANHUO_SECRET: secret, SHANHUO_DEMO: 'false', SHANHUO_WORKERS: '2' },
  });
  t.after(() => house.kill());
  const cookie = await signInByPhone(house.url, '19900000001');
  const epcis = `${house.url}/api/counties/${county}/epcis`;
  const post = async (path: string, body: unknown) => {
    const answer = await fetch(epcis + path, {
      ...{ method: 'POST', headers: { cookie, 'content-type': 'application/json' }, body: JSON.stringify(body) },
    });
    assert.equal(answer.status, 201, await answer.text());
  };
  await post('/queries', { name: 'all', query: {} });
  const listeners = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const socket = new WebSocket(`${epcis.replace('http', 'ws')}/queries/all/events?stream=true`, {
        headers: { cookie },
      } as never);
      const heard: string[] = [];
      socket.addEventListener('message', ({ data }) => {
        for (const [id] of String(data).matchAll(/sgtin-of-the-test-\d+/g)) heard.push(id);
      });
      await once(socket, 'open');
      return { socket, heard };
    }),
  );
  const sent = Array.from({ length: 6 }, (_, n) => `sgtin-of-the-test-${n}`);
  const { '@context': context } = testDocument([]);
  for (const id of sent) {
    await post('/events', { '@context': context, ...testEvent({ epcList: [`https://example.com/${id}`] }) });
  }
  for (let tries = 0; listeners.some(({ heard }) => heard.length < sent.length) && tries < 100; tries++)
    await sleep(100);
  for (const { heard } of listeners) assert.deepEqual(heard, sent);

  const closed = listeners.map(({ socket }) => once(socket, 'close'));
  const begun = performance.now();
  assert.equal(await house.stop(), 0);
  assert.ok(performance.now() - begun < 10_000, 'nobody is waited for');
  for (const [event] of await Promise.all(closed)) assert.equal((event as CloseEvent).code, 1001);
  assert.doesNotMatch(house.log(), /"level":(50|60)|unexpected/);
});
