import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { destinationFault, isPublic, post, postOutside } from './post-outside.ts';

const wrong: unknown[] = [
  ...[undefined, 7, '', 'client.example.com', 'ftp://client.example.com/', `https://example.com/${'a'.repeat(500)}`],
  ...['http://client.example.com/', 'https://me:secret@client.example.com/'],
  ...['https://localhost/', 'https://db/', 'https://printer.local/', 'https://127.0.0.1/', 'https://2130706433/'],
  ...['https://0x7f.1/', 'https://10.1.2.3/', 'https://169.254.169.254/latest', 'https://192.168.1.1:8443/'],
  ...['https://[::1]/', 'https://[::ffff:127.0.0.1]/', 'https://[fd00::1]/', 'https://[fe80::1]/'],
];
for (const dest of wrong) test(`nothing is sent to ${dest}`, () => assert.ok(destinationFault(dest)));

test('addresses of the Internet are right', () => {
  for (const dest of [
    'https://client.example.com/queryCallback',
    'https://93.184.215.14:8443/x',
    'https://[2606:2800::1]/',
  ]) {
    assert.equal(destinationFault(dest), null, dest);
  }
  for (const address of ['8.8.8.8', '172.15.255.255', '172.32.0.1', '2400:3200::1'])
    assert.ok(isPublic(address), address);
  for (const address of ['172.16.0.1', '100.64.0.1', '255.255.255.255', '64:ff9b::7f00:1', 'no address']) {
    assert.equal(isPublic(address), false, address);
  }
});

test('a name that leads inside is found out when it is looked up', async () => {
  // localhost under a name that looks right: what the resolver says counts, not the name.
  await assert.rejects(postOutside('https://localhost.localdomain/', '{}', {}));
  await assert.rejects(postOutside('https://127.0.0.1/', '{}', {}), /must be an address of the Internet/);
});

/** Somebody who listens, and what came. */
async function listen(
  t: { after(fn: () => unknown): void },
  answer: (request: IncomingMessage, reply: ServerResponse) => void,
) {
  const came: { body: string; headers: IncomingMessage['headers'] }[] = [];
  const server = createServer((request, reply) => {
    let body = '';
    request.on('data', (part) => {
      body += String(part);
    });
    request.on('end', () => {
      came.push({ body, headers: request.headers });
      answer(request, reply);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => server.closeAllConnections());
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, came };
}

test('what is sent arrives whole with its headers, and its status comes back', async (t) => {
  const { url, came } = await listen(t, (_, reply) => reply.writeHead(202).end());
  assert.equal(await post(url, '{"村":"新村"}', { 'gs1-signature': 'sha256=ab' }), 202);
  assert.equal(came[0]?.body, '{"村":"新村"}');
  assert.deepEqual(
    [came[0]?.headers['gs1-signature'], came[0]?.headers['content-type']],
    ['sha256=ab', 'application/json'],
  );
});

test('a redirect is not followed, an endless answer not read, and silence ends', async (t) => {
  const moved = await listen(t, (_, reply) => reply.writeHead(302, { location: 'http://127.0.0.1:1/' }).end());
  assert.equal(await post(moved.url, '{}', {}), 302);
  const endless = await listen(t, (_, reply) => {
    reply.writeHead(200);
    const timer = setInterval(() => reply.write('x'.repeat(10_000)), 1);
    reply.on('close', () => clearInterval(timer));
  });
  assert.equal(await post(endless.url, '{}', {}), 200);
  const silent = await listen(t, () => {});
  await assert.rejects(post(silent.url, '{}', {}, { patienceMs: 100 }));
});
