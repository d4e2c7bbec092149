import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import Type from 'typebox';
import { testApp } from '../../../test/app.ts';
import { testContext } from '../../../test/fixtures.ts';
import { contract } from './contract.ts';
import { serve } from './serve.ts';
import { allowSockets, closeCodes, type Socket } from './sockets.ts';

const routes = contract({
  news: {
    method: 'GET',
    path: '/api/news/:of',
    summary: 'news',
    who: 'anyone',
    socket: ['operator'],
    params: Type.Object({ of: Type.String() }),
    answer: Type.Object({ of: Type.String() }),
  },
});
const { at } = await testContext();
const opened: Socket[] = [];
const app = await testApp(
  at,
  [
    {
      name: 'test',
      async routes(root) {
        await allowSockets(root, { pingMs: 200, patienceMs: 300, goodbyeMs: 200 });
        serve(
          root,
          routes.news,
          ({ params }) => params,
          async () => (socket) => {
            opened.push(socket);
          },
        );
      },
    },
  ],
  async () => ({ person: 'a', memberships: [{ org: 'b', role: 'operator', region: '62' }] }) as never,
);
const address = await app.listen({ port: 0, host: '127.0.0.1' });

/** @returns the socket as the server has it, and as a client that does nothing by itself */
async function bareClient() {
  const client = connect(Number(new URL(address).port), '127.0.0.1');
  client.on('error', () => {});
  client.write(
    'GET /api/news/a HTTP/1.1\r\nhost: here\r\nconnection: upgrade\r\nupgrade: websocket\r\n' +
      'sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  const [head] = (await once(client, 'data')) as [Buffer];
  assert.match(head.toString(), /^HTTP\/1\.1 101 /);
  return { client, socket: opened.at(-1) as Socket };
}
const gone = (socket: Socket) => (socket.closed.aborted ? Promise.resolve() : once(socket.closed, 'abort'));

test('a reader who does not read is hung up on, and holds little in memory', async () => {
  const { client, socket } = await bareClient();
  client.pause();
  const text = 'x'.repeat(1024 * 1024);
  const begun = performance.now();
  let taken = 0;
  await assert.rejects(async () => {
    for (;;) {
      await socket.send(text);
      taken += 1;
    }
  });
  assert.ok(taken < 30, `${taken} messages were taken by the network`);
  assert.ok(performance.now() - begun < 5000);
  await gone(socket);
  await assert.rejects(socket.send('more'));
});

test('who does not answer pings is gone; who does stays', async () => {
  const { socket: dead } = await bareClient();
  const living = new WebSocket(`${address.replace('http', 'ws')}/api/news/b`);
  await once(living, 'open');
  const here = opened.at(-1) as Socket;
  await gone(dead);
  await sleep(600);
  assert.equal(here.closed.aborted, false);
  living.close();
  await gone(here);
});

test('a long message of a client closes the socket, a short one is passed over', async () => {
  const client = new WebSocket(`${address.replace('http', 'ws')}/api/news/c`);
  await once(client, 'open');
  const closed = once(client, 'close');
  client.send('hello');
  client.send('x'.repeat(2000));
  const [event] = await closed;
  assert.equal((event as CloseEvent).code, 1009);
});

test('code and reason reach the client; who does not say goodbye is left', async () => {
  const client = new WebSocket(`${address.replace('http', 'ws')}/api/news/d`);
  await once(client, 'open');
  const closed = once(client, 'close');
  (opened.at(-1) as Socket).close(closeCodes.notAllowed, 'no longer allowed');
  const [event] = await closed;
  assert.deepEqual(
    [(event as CloseEvent).code, (event as CloseEvent).reason, (event as CloseEvent).wasClean],
    [1008, 'no longer allowed', true],
  );
  const { socket } = await bareClient();
  socket.close(closeCodes.done, 'done');
  await gone(socket);
});

test('the server stops at once, whoever does not say goodbye', async () => {
  const { socket } = await bareClient();
  const begun = performance.now();
  await app.close();
  assert.ok(performance.now() - begun < 3000);
  assert.ok(socket.closed.aborted);
});
