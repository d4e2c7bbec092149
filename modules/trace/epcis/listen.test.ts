import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Actor } from '#platform/actor.ts';
import { addTestPerson, openTestCounty, testContext } from '../../../test/fixtures.ts';
import { epcisOf, testDocument, testEvent } from '../../../test/fixtures-epcis.ts';
import { MOST_SOCKETS } from './listen.ts';
import type { JsonObject } from './names.ts';

const { at, url, passTime } = await testContext();
const of = await openTestCounty(at);
const { county } = of;
const epcis = await epcisOf(at, url, county);
/** A second process: another app over the same database. */
const elsewhere = await epcisOf(at, url, county);
const [here, there] = [await epcis.listen(), await elsewhere.listen()];
const merchant = epcis.as(of.merchant);
for (const [name, query] of Object.entries({
  shipped: { EQ_bizStep: ['shipping'] },
  first5: { orderBy: 'eventTime', eventCountLimit: 5 },
})) {
  assert.equal((await merchant.post('/queries', { body: { name, query } })).status, 201);
}

let made = 0;
const capture = async (n = 1, bizStep = 'shipping', by = merchant) => {
  const events = Array.from({ length: n }, () =>
    testEvent({ bizStep, epcList: [`urn:epc:id:sgtin:4012345.011111.${++made}`] }),
  );
  const job = await by.capture(testDocument(events));
  assert.equal(job.body.captured, n, JSON.stringify(job.body));
};

/** Somebody who listens: what came, and how it ended. */
interface Heard {
  socket: WebSocket;
  messages: JsonObject[];
  closed: Promise<{ code: number; reason: string }>;
}
const open: WebSocket[] = [];
after(() => {
  for (const socket of open) socket.close();
});
async function listen(query: string, by: Actor = of.merchant, base = here): Promise<Heard> {
  epcis.as(by);
  elsewhere.as(by);
  const socket = new WebSocket(`${base.replace('http', 'ws')}/queries/${query}`, {
    headers: { 'x-as': by.person },
  } as never);
  open.push(socket);
  const heard: Heard = {
    socket,
    messages: [],
    closed: new Promise((resolve) => socket.addEventListener('close', ({ code, reason }) => resolve({ code, reason }))),
  };
  socket.addEventListener('message', ({ data }) => heard.messages.push(JSON.parse(data) as JsonObject));
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', () => reject(new Error(`${query} was not opened`)));
  });
  return heard;
}
const eventsOf = (message: JsonObject) =>
  (message as { epcisBody: { queryResults: { resultsBody: { eventList: JsonObject[] } } } }).epcisBody.queryResults
    .resultsBody.eventList;
const allOf = ({ messages }: Heard) => messages.flatMap(eventsOf);
const epcsOf = (heard: Heard) => allOf(heard).map((event) => (event.epcList as string[])[0]?.split('/').at(-1));
/** Until somebody has heard so many messages; fails after a while. */
async function heardOf(heard: Heard, messages: number): Promise<void> {
  for (let tries = 0; heard.messages.length < messages; tries++) {
    assert.ok(tries < 200, `${heard.messages.length} messages came, not ${messages}`);
    await sleep(50);
  }
}
/** The same of events: how many come in one message is a matter of time. */
async function eventsHeard(heard: Heard, events: number): Promise<void> {
  for (let tries = 0; allOf(heard).length < events; tries++) {
    assert.ok(tries < 200, `${allOf(heard).length} events came, not ${events}`);
    await sleep(50);
  }
}
/** Long enough for each process to have looked twice. */
const quiet = () => sleep(1300);

/** A handshake by hand: the library's own client does not say how it was refused. */
async function handshake(path: string, by: Actor | null, headers: Record<string, string> = {}) {
  if (by) epcis.as(by);
  return new Promise<{ status: number; body: JsonObject; headers: Record<string, unknown> }>((resolve, reject) => {
    const asked = request(`${here}${path}`, {
      headers: {
        ...{ connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' },
        ...{ 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', 'accept-language': 'en' },
        ...(by && { 'x-as': by.person }),
        ...headers,
      },
    });
    asked.on('upgrade', (answer, socket) => {
      socket.destroy();
      resolve({ status: answer.statusCode ?? 0, body: {}, headers: answer.headers });
    });
    asked.on('response', async (answer) => {
      let text = '';
      for await (const chunk of answer) text += chunk;
      resolve({
        ...{ status: answer.statusCode ?? 0, headers: answer.headers },
        body: /json/.test(String(answer.headers['content-type'])) ? (JSON.parse(text) as JsonObject) : {},
      });
    });
    asked.on('error', reject);
    asked.end();
  });
}

const shipped = '/queries/shipped/events';
const refused: [what: string, path: string, by: Actor | null, status: number, code: string, message?: string][] = [
  ['a visitor', `${shipped}?stream=true`, null, 401, 'not-signed-in'],
  ['who may query but not subscribe', `${shipped}?stream=true`, of.keeper, 403, 'not-allowed'],
  ['of no query', '/queries/none/events?stream=true', of.merchant, 404, 'epcis-query-not-found'],
  ['neither stream nor schedule', shipped, of.merchant, 400, 'epcis-subscription-controls'],
  ['both', `${shipped}?stream=true&hour=1`, of.merchant, 400, 'epcis-subscription-controls'],
  ['stream=false', `${shipped}?stream=false`, of.merchant, 400, 'epcis-invalid', '/stream must be true or left out'],
  [
    'an hour that is none',
    `${shipped}?hour=25`,
    of.merchant,
    400,
    'epcis-invalid',
    '/hour must be numbers from 0 to 23, as "5", "0,30" or "[8-17]"',
  ],
  [
    'a day as a time',
    `${shipped}?stream=true&initialRecordTime=2026`,
    of.merchant,
    400,
    'epcis-invalid',
    '/initialRecordTime must be a date-time',
  ],
  [
    'perhaps',
    `${shipped}?hour=1&reportIfEmpty=perhaps`,
    of.merchant,
    400,
    'epcis-invalid',
    '/reportIfEmpty must be boolean',
  ],
  [
    'where to send it',
    `${shipped}?stream=true&dest=x`,
    of.merchant,
    400,
    'epcis-invalid',
    '/dest is not a known field',
  ],
  ['no events in a message', `${shipped}?stream=true&perPage=0`, of.merchant, 400, 'bad-input'],
  ['a query with a limit', '/queries/first5/events?stream=true', of.merchant, 400, 'epcis-query-not-standing'],
];
for (const [what, path, by, status, code, message] of refused) {
  test(`a socket is refused before it is opened: ${what}`, async () => {
    const answer = await handshake(path, by);
    assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(answer.body));
    assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
    assert.match(String(answer.body.type), /^epcisException:/);
    if (message) {
      assert.deepEqual(
        (answer.body.errors as { field: string; message: string }[]).map((one) => `${one.field} ${one.message}`),
        [message],
      );
    }
  });
}

test('EPC URIs and XML are refused as of a query', async () => {
  for (const [name, value] of [
    ['gs1-epc-format', 'Always_EPC_URN'],
    ['accept', 'application/xml'],
  ] as const) {
    assert.equal((await handshake(`${shipped}?stream=true`, of.merchant, { [name]: value })).status, 406);
  }
});

test('who asks without an upgrade is told that it takes one; elsewhere an upgrade is passed over', async () => {
  const plain = await merchant.get(`${shipped}?stream=true`);
  assert.deepEqual([plain.status, plain.body.code], [426, 'epcis-upgrade-required']);
  assert.equal(plain.headers.upgrade, 'websocket');
  for (const [path, headers] of [
    ['/events', {}],
    [shipped, { upgrade: 'h2c', connection: 'Upgrade, HTTP2-Settings' }],
  ] as const) {
    const answer = await handshake(path, of.merchant, headers);
    assert.equal(answer.status, 200);
    assert.equal(answer.body.type, 'EPCISQueryDocument');
  }
});

test('a stream tells each event that fits, from now on, in order and once, in whatever process it was recorded', async () => {
  await capture();
  const [one, other] = [
    await listen('shipped/events?stream=true'),
    await listen('shipped/events?stream=true', of.merchant, there),
  ];
  await capture(3);
  await capture(1, 'packing');
  await capture(2, 'shipping', elsewhere.as(of.merchant));
  for (const heard of [one, other]) {
    await eventsHeard(heard, 5);
    assert.deepEqual(epcsOf(heard), ['2', '3', '4', '6', '7']);
    const [message] = heard.messages as [JsonObject];
    const results = (message.epcisBody as { queryResults: JsonObject }).queryResults;
    assert.equal(results.queryName, 'shipped');
    assert.match(String(results.subscriptionID), /^[0-9a-f-]{36}$/);
    assert.match(String(allOf(heard)[0]?.epcList), /^https:\/\/id\.gs1\.org\/01\//);
  }
  await quiet();
  assert.equal(allOf(one).length, 5, 'told once');
  one.socket.close();
  await one.closed;
  await capture();
  await eventsHeard(other, 6);
  assert.deepEqual([allOf(one).length, allOf(other).length], [5, 6]);
  other.socket.close();
  await other.closed;
});

test('who lost the connection goes on with the record time he heard last', async () => {
  passTime(1000);
  const first = await listen('shipped/events?stream=true&perPage=2');
  await capture(3);
  passTime(1000);
  await capture(2);
  await eventsHeard(first, 5);
  assert.ok(
    first.messages.every((message) => eventsOf(message).length <= 2),
    'no more in a message than was asked for',
  );
  const known = allOf(first).slice(0, 4);
  first.socket.close();
  await first.closed;
  passTime(1000);
  await capture(1);
  const from = encodeURIComponent(String(known.at(-1)?.recordTime));
  const again = await listen(`shipped/events?stream=true&initialRecordTime=${from}`);
  await eventsHeard(again, 3);
  // At least once: those of the same instant come again, and nothing before or between is missing.
  assert.deepEqual(epcsOf(again).slice(0, 1), epcsOf(first).slice(3, 4));
  assert.equal(allOf(again).length, 3);
  again.socket.close();
  await again.closed;
});

test('a long way of places without an event that fits is gone through', async () => {
  const heard = await listen('shipped/events?stream=true');
  await at.db
    .updateTable('trace.epcis_seq')
    .set((e) => ({ last: e('last', '+', 90_000) }))
    .execute();
  await capture(1);
  await eventsHeard(heard, 1);
  heard.socket.close();
  await heard.closed;
});

test('who asks from a time to come hears nothing of before', async () => {
  const from = encodeURIComponent(new Date(at.clock.now().getTime() + 60_000).toISOString());
  const heard = await listen(`shipped/events?stream=true&initialRecordTime=${from}`);
  await capture(1);
  await quiet();
  assert.equal(heard.messages.length, 0);
  passTime(60_000);
  await capture(2);
  await heardOf(heard, 1);
  assert.equal(allOf(heard).length, 2);
  heard.socket.close();
  await heard.closed;
});

test('a schedule tells at its time, and says that nothing came only to who asked for it', async () => {
  const silent = await listen('shipped/events?minute=0');
  const talks = await listen('shipped/events?minute=0&reportIfEmpty=true');
  await capture(2);
  await quiet();
  assert.deepEqual([silent.messages.length, talks.messages.length], [0, 0], 'not before the hour');
  passTime(60 * 60_000);
  await heardOf(silent, 1);
  await heardOf(talks, 1);
  passTime(60 * 60_000);
  await heardOf(talks, 2);
  await quiet();
  assert.deepEqual(
    [silent, talks].map((heard) => heard.messages.map((message) => eventsOf(message).length)),
    [[2], [2, 0]],
  );
  for (const heard of [silent, talks]) heard.socket.close();
  await Promise.all([silent.closed, talks.closed]);
});

test('each hears what he may see; who may no longer is hung up on, and so is who listens to a query that is removed', async () => {
  const leaver = await addTestPerson(at, { name: '走了', org: of.cooperative, role: 'merchant' });
  const [other, his] = [
    await listen('shipped/events?stream=true', of.otherMerchant),
    await listen('shipped/events?stream=true', leaver),
  ];
  assert.equal((await merchant.post('/queries', { body: { name: 'gone', query: {} } })).status, 201);
  const gone = await listen('gone/events?stream=true');
  await capture(1);
  await heardOf(his, 1);
  await heardOf(gone, 1);
  epcis.as({ ...leaver, memberships: [] });
  assert.equal((await merchant.remove('/queries/gone')).status, 204);
  await capture(1);
  assert.deepEqual(await his.closed, { code: 1008, reason: 'no longer allowed' });
  assert.deepEqual(await gone.closed, { code: 1000, reason: 'the query was removed' });
  assert.deepEqual([his.messages.length, gone.messages.length, other.messages.length], [1, 1, 0]);
  other.socket.close();
  await other.closed;
});

test('who hears nothing is asked every half minute whether he may still listen', async (t) => {
  const leaver = await addTestPerson(at, { name: '走了', org: of.cooperative, role: 'merchant' });
  assert.equal((await merchant.post('/queries', { body: { name: 'idle', query: {} } })).status, 201);
  const [his, idle, stays] = [
    await listen('shipped/events?stream=true', leaver),
    await listen('idle/events?stream=true'),
    await listen('shipped/events?stream=true', of.otherMerchant),
  ];
  epcis.as({ ...leaver, memberships: [] });
  assert.equal((await merchant.remove('/queries/idle')).status, 204);
  await quiet();
  assert.deepEqual(
    [his, idle].map(({ socket }) => socket.readyState),
    [WebSocket.OPEN, WebSocket.OPEN],
    'not asked with every look',
  );
  const now = performance.now.bind(performance);
  t.mock.method(performance, 'now', () => now() + 31_000);
  assert.deepEqual(await his.closed, { code: 1008, reason: 'no longer allowed' });
  assert.deepEqual(await idle.closed, { code: 1000, reason: 'the query was removed' });
  await quiet();
  assert.equal(stays.socket.readyState, WebSocket.OPEN);
  assert.deepEqual([his, idle, stays].flatMap(allOf), []);
  stays.socket.close();
  await stays.closed;
});

test('one person has so many sockets and no more; one that is closed makes room', async () => {
  const held: Heard[] = [];
  for (let n = 0; n < MOST_SOCKETS; n++) held.push(await listen('shipped/events?stream=true'));
  const more = await handshake(`${shipped}?stream=true`, of.merchant);
  assert.deepEqual([more.status, more.body.code], [403, 'epcis-sockets-too-many']);
  const another = await listen('shipped/events?stream=true', of.otherMerchant);
  held[0]?.socket.close();
  await held[0]?.closed;
  // The server hears of it a moment later.
  await sleep(200);
  held[0] = await listen('shipped/events?stream=true');
  for (const heard of [...held, another]) heard.socket.close();
  await Promise.all([...held, another].map((heard) => heard.closed));
  // What is refused or fails to be upgraded takes no room.
  for (let n = 0; n < MOST_SOCKETS + 1; n++) {
    assert.equal((await handshake(`${shipped}?hour=25`, of.merchant)).status, 400);
    assert.equal(
      (await handshake(`${shipped}?stream=true`, of.merchant, { 'sec-websocket-version': '7' })).status,
      400,
    );
    await sleep(50);
  }
  assert.equal((await handshake(`${shipped}?stream=true`, of.merchant)).status, 101);
});

test('a server that stops says so and waits for nobody; what comes then is heard elsewhere', async () => {
  const polite = await listen('shipped/events?stream=true', of.merchant, there);
  const begun = performance.now();
  await elsewhere.close();
  assert.ok(performance.now() - begun < 5000);
  assert.deepEqual(await polite.closed, { code: 1001, reason: 'the server is going down' });
  const from = encodeURIComponent(at.clock.now().toISOString());
  await capture(1);
  const again = await listen(`shipped/events?stream=true&initialRecordTime=${from}`);
  await heardOf(again, 1);
});
