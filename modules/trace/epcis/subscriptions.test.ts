import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { addTestPerson, openTestCounty, testContext } from '../../../test/fixtures.ts';
import { epcisOf, testDocument, testEvent } from '../../../test/fixtures-epcis.ts';
import type { JsonObject } from './names.ts';
import type { PostOutside } from './post-outside.ts';
import { MOST_SUBSCRIPTIONS } from './subscriptions.ts';
import { MOST_FAILURES, TOLD_EVERY_MS, tellSubscribers } from './tell-subscribers.ts';

const { at, url, passTime } = await testContext();
const of = await openTestCounty(at);
const { county } = of;
const epcis = await epcisOf(at, url, county);
const [merchant, operator, other] = [of.merchant, of.operator, of.otherMerchant].map((by) => epcis.as(by)) as [
  ReturnType<typeof epcis.as>,
  ReturnType<typeof epcis.as>,
  ReturnType<typeof epcis.as>,
];
const dest = 'https://client.example.com/queryCallback';
const TOKEN = '13df38d8275b13f05704629e5f1cf3d45d6132d5';
const named = async (name: string, query: JsonObject) => {
  assert.equal((await merchant.post('/queries', { body: { name, query } })).status, 201);
  return `/queries/${name}/subscriptions`;
};
const shipped = await named('shipped', { EQ_bizStep: ['shipping'] });
const first5 = await named('first5', { orderBy: 'eventTime', eventCountLimit: 5 });

/** Somebody outside: what came, and what he answers. */
const came: { dest: string; body: JsonObject; text: string; headers: Record<string, string> }[] = [];
let answers: (number | Error)[] = [];
const post: PostOutside = async (to, text, headers) => {
  const answer = answers.shift() ?? 200;
  if (answer instanceof Error) throw answer;
  came.push({ dest: to, text, headers, body: JSON.parse(text) as JsonObject });
  return answer;
};
const tell = async () => {
  came.length = 0;
  await tellSubscribers(at, post);
  return came;
};
const eventsOf = (message: { body: JsonObject }) =>
  (message.body as { epcisBody: { queryResults: { resultsBody: { eventList: JsonObject[] } } } }).epcisBody.queryResults
    .resultsBody.eventList;
let made = 0;
const capture = async (n = 1, bizStep = 'shipping') => {
  const events = Array.from({ length: n }, () =>
    testEvent({ bizStep, epcList: [`urn:epc:id:sgtin:4012345.011111.${++made}`] }),
  );
  const job = await merchant.capture(testDocument(events));
  assert.equal(job.body.captured, n, JSON.stringify(job.body));
};
const subscribeTo = async (path: string, over: JsonObject = {}, by = merchant) => {
  const answer = await by.post(path, { body: { dest, signatureToken: TOKEN, stream: true, ...over } });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return `${path}/${answer.body.subscriptionID}`;
};

const refused: [what: string, path: string, body: unknown, status: number, code: string, place?: string][] = [
  ['of no query', '/queries/none/subscriptions', { dest, stream: true }, 404, 'epcis-query-not-found'],
  ['no JSON', shipped, '{', 400, 'epcis-not-json'],
  ['no address', shipped, { stream: true }, 400, 'epcis-invalid', '/dest'],
  ['not https', shipped, { dest: 'http://client.example.com/', stream: true }, 400, 'epcis-invalid', '/dest'],
  ['our own house', shipped, { dest: 'https://127.0.0.1/', stream: true }, 400, 'epcis-invalid', '/dest'],
  ['the cloud’s keys', shipped, { dest: 'https://169.254.169.254/', stream: true }, 400, 'epcis-invalid', '/dest'],
  ['a short token', shipped, { dest, stream: true, signatureToken: 'abc' }, 400, 'epcis-invalid', '/signatureToken'],
  ['an hour that is none', shipped, { dest, schedule: { hour: '25' } }, 400, 'epcis-invalid', '/schedule/hour'],
  ['no time', shipped, { dest, schedule: {} }, 400, 'epcis-invalid', '/schedule'],
  ['a field of its own', shipped, { dest, stream: true, secret: 'x' }, 400, 'epcis-invalid', '/secret'],
  ['stream: false', shipped, { dest, stream: false }, 400, 'epcis-invalid', '/stream'],
  [
    'a day as a time',
    shipped,
    { dest, stream: true, initialRecordTime: '2026' },
    400,
    'epcis-invalid',
    '/initialRecordTime',
  ],
  ['neither stream nor schedule', shipped, { dest }, 400, 'epcis-subscription-controls'],
  ['both', shipped, { dest, stream: true, schedule: { hour: '1' } }, 400, 'epcis-subscription-controls'],
  ['a query with a limit', first5, { dest, stream: true }, 400, 'epcis-query-not-standing'],
];
for (const [what, path, body, status, code, place] of refused) {
  test(`a subscription is refused: ${what}`, async () => {
    const answer = await merchant.post(path, { body });
    assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(answer.body));
    if (place) assert.ok((answer.body.errors as { field: string }[]).some((one) => one.field === place));
    if (code.includes('standing') || code.includes('controls')) {
      assert.equal(answer.body.type, 'epcisException:SubscriptionControlsException');
    }
  });
}

test('who may not capture may not subscribe, and nobody sees or ends another’s', async () => {
  const place = await subscribeTo(shipped);
  assert.equal((await epcis.as(of.keeper).post(shipped, { body: { dest, stream: true } })).status, 403);
  assert.equal((await epcis.as(null).get(shipped)).status, 401);
  assert.equal((await other.get(place)).status, 404);
  assert.equal((await other.remove(place)).status, 404);
  assert.deepEqual((await other.get(shipped)).body, []);
  const seen = await operator.get(place);
  assert.deepEqual([seen.status, seen.body.dest, seen.body.stream, seen.body.signed], [200, dest, true, true]);
  assert.equal(JSON.stringify(seen.body).includes(TOKEN), false, 'the token is never told');
  assert.equal((await epcis.as(of.auditor).get(place)).status, 200);
  assert.equal((await operator.remove(place)).status, 204);
  assert.equal((await merchant.get(place)).status, 404);
});

test('a stream tells each event that fits once, signed, under the subscription’s name', async () => {
  await capture();
  passTime(1000);
  const place = await subscribeTo(shipped);
  assert.deepEqual(await tell(), [], 'what was there before is not told');
  passTime(1000);
  await capture(2);
  await capture(1, 'packing');
  passTime(TOLD_EVERY_MS + 1000);
  const [message, ...more] = await tell();
  assert.equal(more.length, 0);
  assert.ok(message);
  assert.equal(message.dest, dest);
  assert.equal(eventsOf(message).length, 2);
  const results = (message.body as { epcisBody: { queryResults: JsonObject } }).epcisBody.queryResults;
  assert.deepEqual([results.queryName, results.subscriptionID], ['shipped', place.split('/').at(-1)]);
  assert.equal(
    message.headers['gs1-signature'],
    `sha256=${createHmac('sha256', TOKEN).update(message.text).digest('hex')}`,
  );
  assert.match(String(eventsOf(message)[0]?.epcList), /^https:\/\/id\.gs1\.org\/01\//);
  passTime(TOLD_EVERY_MS + 1000);
  assert.deepEqual(await tell(), [], 'told once');
  const seen = (await merchant.get(place)).body;
  assert.ok(seen.lastNotifiedAt);
  await merchant.remove(place);
});

test('a schedule tells at its time what came until then, and says when there is nothing only if asked to', async () => {
  const quiet = await subscribeTo(shipped, { stream: undefined as never, schedule: { minute: '0' } });
  const talks = await subscribeTo(shipped, {
    stream: undefined as never,
    schedule: { minute: '0' },
    reportIfEmpty: true,
  });
  await capture(3);
  passTime(10 * 60_000);
  assert.deepEqual(await tell(), [], 'not before the hour');
  passTime(60 * 60_000);
  assert.deepEqual(
    (await tell()).map((one) => eventsOf(one).length),
    [3, 3],
  );
  assert.deepEqual(await tell(), []);
  passTime(60 * 60_000);
  const [empty, ...none] = await tell();
  assert.deepEqual([eventsOf(empty as never).length, none.length], [0, 0]);
  for (const place of [quiet, talks]) await merchant.remove(place);
});

test('what was recorded earlier is told to who asks from then', async () => {
  const from = at.clock.now();
  passTime(1000);
  await capture(2);
  passTime(10 * 60_000);
  const place = await subscribeTo(shipped, { initialRecordTime: from.toISOString() });
  assert.deepEqual(
    (await tell()).map((one) => eventsOf(one).length),
    [2],
  );
  await merchant.remove(place);
});

test('to whom it is too much comes less at once; a long list comes in parts', async () => {
  const place = await subscribeTo(shipped);
  passTime(1000);
  await capture(150);
  passTime(TOLD_EVERY_MS + 1000);
  answers = [413, 413];
  const parts = await tell();
  // The first hundred were refused, and then their half; the others of that hundred were taken.
  assert.deepEqual(
    parts.map((one) => eventsOf(one).length),
    [100, 50, 25, 25, 50, 50],
  );
  const taken = parts.slice(2).flatMap((one) => eventsOf(one).map((event) => event.eventID));
  assert.equal(new Set(taken).size, 150);
  await merchant.remove(place);
});

test('who does not answer is told later, ever more seldom, and nothing is lost; in the end it is given up', async () => {
  const place = await subscribeTo(shipped);
  passTime(1000);
  await capture(2);
  passTime(TOLD_EVERY_MS + 1000);
  answers = [503];
  await tell();
  const first = (await merchant.get(place)).body;
  assert.deepEqual([first.failures, first.lastFailure], [1, 'HTTP 503']);
  answers = [new Error('connect ECONNREFUSED')];
  passTime(60_000);
  assert.deepEqual(await tell(), [], 'two minutes have not passed');
  passTime(61_000);
  await tell();
  assert.deepEqual((await merchant.get(place)).body.lastFailure, 'connect ECONNREFUSED');
  await capture(1);
  passTime(10 * 60_000);
  const [message] = await tell();
  assert.equal(eventsOf(message as never).length, 3);
  assert.equal((await merchant.get(place)).body.failures, undefined, 'all is well again');

  await capture(1);
  for (let n = 0; n < MOST_FAILURES; n++) {
    answers = [500];
    passTime(61 * 60_000);
    await tell();
  }
  assert.equal((await merchant.get(place)).status, 404);
  const { ended_because } = await at.db
    .selectFrom('trace.epcis_subscription')
    .select('ended_because')
    .where('id', '=', place.split('/').at(-1) as string)
    .executeTakeFirstOrThrow();
  assert.equal(ended_because, 'unanswered');
});

test('two who look at once tell it once; a query that is removed ends it, and so does a right that was taken back', async () => {
  const place = await subscribeTo(shipped);
  passTime(1000);
  await capture(1);
  passTime(TOLD_EVERY_MS + 1000);
  came.length = 0;
  await Promise.all([tellSubscribers(at, post), tellSubscribers(at, post)]);
  assert.equal(came.length, 1);
  await merchant.remove(place);

  const gone = await named('gone', {});
  const under = await subscribeTo(gone);
  assert.equal((await merchant.remove('/queries/gone')).status, 204);
  await named('gone', {});
  assert.equal((await merchant.get(under)).status, 404);

  const leaver = await addTestPerson(at, { name: '走了', org: of.cooperative, role: 'merchant' });
  const his = await subscribeTo(shipped, {}, epcis.as(leaver));
  await at.db.deleteFrom('registry.membership').where('person', '=', leaver.person).execute();
  passTime(1000);
  await capture(1);
  passTime(TOLD_EVERY_MS + 1000);
  assert.deepEqual(await tell(), []);
  assert.equal((await operator.get(his)).status, 404);
});

test('lists have pages and an end, nobody has too many, and a page’s token is released', async () => {
  const places: string[] = [];
  for (let n = 0; n < MOST_SUBSCRIPTIONS; n++) places.push(await subscribeTo(shipped, {}, other));
  const more = await other.post(shipped, { body: { dest, stream: true } });
  assert.deepEqual([more.status, more.body.code], [403, 'epcis-subscriptions-too-many']);
  const page = await other.get(`${shipped}?perPage=15`);
  assert.equal((page.body as unknown as unknown[]).length, 15);
  const next = /<([^>]+)>/.exec(String(page.headers.link))?.[1] as string;
  assert.equal(((await other.get(next)).body as unknown as unknown[]).length, 5);
  assert.equal((await other.get(`${shipped}?nextPageToken=x`)).status, 400);
  const token = new URL(next, 'http://x').searchParams.get('nextPageToken');
  assert.equal((await other.remove(`/nextPageToken/${token}`)).status, 204);
  const options = await other.options(shipped);
  assert.deepEqual([options.status, options.headers.allow], [204, 'OPTIONS, GET, POST']);
});
