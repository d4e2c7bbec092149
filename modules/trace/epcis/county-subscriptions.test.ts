import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { Actor } from '#platform/actor.ts';
import { openTestCounty, testContext } from '../../../test/fixtures.ts';
import { epcisOf, testDocument, testEvent } from '../../../test/fixtures-epcis.ts';
import { countySubscriptions } from './county-subscriptions.ts';
import { moveSubscription } from './move-subscription.ts';
import type { JsonObject } from './names.ts';
import type { PostOutside } from './post-outside.ts';
import { TOLD_EVERY_MS, tellSubscribers } from './tell-subscribers.ts';
import { trySubscription } from './try-subscription.ts';

const { at, url, passTime } = await testContext();
const of = await openTestCounty(at);
const { county } = of;
const epcis = await epcisOf(at, url, county);
const [merchant, other] = [epcis.as(of.merchant), epcis.as(of.otherMerchant)];
await merchant.post('/queries', { body: { name: 'shipped', query: { EQ_bizStep: ['shipping'] } } });
const dest = 'https://client.example.com/queryCallback';
const subscribed = async (as = merchant): Promise<string> => {
  const made = await as.post('/queries/shipped/subscriptions', {
    body: { dest, stream: true, signatureToken: 'a-token-of-sixteen' },
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  return String(made.body.subscriptionID);
};
const came: { body: JsonObject; headers: Record<string, string> }[] = [];
let answers: number[] = [];
const post: PostOutside = async (_to, text, headers) => {
  came.push({ headers, body: JSON.parse(text) as JsonObject });
  return answers.shift() ?? 200;
};
const eventsIn = ({ body }: { body: JsonObject }) =>
  (body as { epcisBody: { queryResults: { resultsBody: { eventList: unknown[] } } } }).epcisBody.queryResults
    .resultsBody.eventList.length;
let made = 0;
const ship = async () => {
  const event = testEvent({ bizStep: 'shipping', epcList: [`urn:epc:id:sgtin:4012345.022222.${++made}`] });
  assert.equal((await merchant.capture(testDocument([event]))).body.captured, 1);
  passTime(TOLD_EVERY_MS + 1000);
};
const move = (by: Actor, id: string, to: 'paused' | 'running' | 'ended', why = '对方在搬机房') =>
  moveSubscription(at, by, { county, id, to, why });
const seen = async (by: Actor, id: string) => {
  const { rows } = await countySubscriptions(at, by, { county, size: 200 });
  return rows.find((row) => row.id === id);
};

const standing = await subscribed();
const paused = await subscribed();
await move(of.operator, paused, 'paused');
const ended = await subscribed();
await move(of.operator, ended, 'ended');

const refused: [what: string, by: Actor, id: string, to: 'paused' | 'running' | 'ended', code: string][] = [
  ['none', of.operator, randomUUID(), 'paused', 'epcis-subscription-not-found'],
  ['another’s', of.otherMerchant, standing, 'paused', 'not-allowed'],
  ['by who only looks', of.auditor, standing, 'ended', 'not-allowed'],
  ['paused again', of.operator, paused, 'paused', 'epcis-subscription-moved'],
  ['resumed while it runs', of.operator, standing, 'running', 'epcis-subscription-moved'],
  ['resumed after its end', of.operator, ended, 'running', 'epcis-subscription-moved'],
  ['ended twice', of.merchant, ended, 'ended', 'epcis-subscription-moved'],
  ['what the county paused, by its subscriber', of.merchant, paused, 'running', 'epcis-subscription-paused-by-county'],
];
for (const [what, by, id, to, code] of refused) {
  test(`refused: ${what}`, async () => {
    await assert.rejects(move(by, id, to), { code });
  });
}

test('a list shows who, which query, where to and how it stands; everybody sees their own, the county all', async () => {
  const his = await subscribed(other);
  const row = await seen(of.operator, his);
  assert.ok(row);
  assert.deepEqual(
    [row.queryName, row.query, row.dest, row.signed, row.state, row.failures, row.mayChange],
    ['shipped', { EQ_bizStep: ['shipping'] }, dest, true, 'running', 0, true],
  );
  assert.equal(row.byName, of.otherMerchant.name);
  assert.equal(row.byOrgs.length, 1);
  assert.ok(row.nextAt);
  assert.equal((await seen(of.auditor, his))?.mayChange, false);
  assert.equal(await seen(of.merchant, his), undefined);
  const stopped = await seen(of.merchant, paused);
  assert.deepEqual(
    [stopped?.state, stopped?.nextAt, stopped?.lastMove?.byCounty, stopped?.lastMove?.why],
    ['paused', null, true, '对方在搬机房'],
  );
  const page = await countySubscriptions(at, of.operator, { county, page: 2, size: 1 });
  assert.deepEqual([page.rows.length, page.total], [1, 4]);
  const states = async (state: 'running' | 'paused' | 'failing' | 'ended') =>
    (await countySubscriptions(at, of.operator, { county, state })).rows.map((one) => one.id).sort();
  assert.deepEqual(await states('running'), [standing, his].sort());
  assert.deepEqual(await states('paused'), [paused]);
  assert.deepEqual(await states('ended'), [ended]);
  assert.deepEqual(await states('failing'), []);
  const last = (await countySubscriptions(at, of.operator, { county })).rows.at(-1);
  assert.deepEqual([last?.id, last?.endedBecause], [ended, 'removed'], 'what is over stands last');
  await move(of.operator, his, 'ended');
});

test('what is paused is told nothing, and all that came in between when it is resumed', async () => {
  await move(of.merchant, standing, 'paused');
  passTime(1000);
  await ship();
  await ship();
  came.length = 0;
  await tellSubscribers(at, post);
  assert.equal(came.length, 0);
  await move(of.merchant, standing, 'running');
  await tellSubscribers(at, post);
  assert.deepEqual(came.map(eventsIn), [2]);
});

test('a trial sends an empty report, signed, and changes neither place nor failures', async () => {
  const before = await seen(of.operator, standing);
  came.length = 0;
  assert.equal((await trySubscription(at, of.operator, { county, id: standing }, post)).failure, null);
  assert.deepEqual(came.map(eventsIn), [0]);
  assert.match(String(came[0]?.headers['gs1-signature']), /^sha256=/);
  answers = [503];
  assert.equal((await trySubscription(at, of.merchant, { county, id: paused }, post)).failure, 'HTTP 503');
  assert.deepEqual(await seen(of.operator, standing), before);
  for (const [by, id, code] of [
    [of.operator, randomUUID(), 'epcis-subscription-not-found'],
    [of.otherMerchant, standing, 'not-allowed'],
    [of.operator, ended, 'epcis-subscription-moved'],
  ] as const) {
    await assert.rejects(trySubscription(at, by, { county, id }, post), { code });
  }
});

test('what fails is among the failing, with its next try', async () => {
  await ship();
  answers = [500];
  await tellSubscribers(at, post);
  const { rows } = await countySubscriptions(at, of.operator, { county, state: 'failing' });
  assert.deepEqual(
    rows.map((row) => [row.id, row.failures, row.lastFailure]),
    [[standing, 1, 'HTTP 500']],
  );
  assert.ok(new Date(rows[0]?.nextAt ?? 0) > at.clock.now());
});

test('two who pause at once: one does, the other is told', async () => {
  const id = await subscribed();
  const both = await Promise.allSettled([move(of.operator, id, 'paused'), move(of.merchant, id, 'paused')]);
  assert.deepEqual(both.map((one) => one.status).sort(), ['fulfilled', 'rejected']);
});

test('over HTTP: a reason is asked for, a keeper has no business here', async () => {
  const path = `/api/counties/${county}/trace-subscriptions`;
  assert.equal((await epcis.as(of.keeper).get(path)).status, 403);
  const headers = { 'idempotency-key': randomUUID() };
  const operator = epcis.as(of.operator);
  assert.equal((await operator.post(`${path}/${standing}/pause`, { headers, body: { why: '' } })).status, 400);
  assert.equal((await operator.post(`${path}/${standing}/pause`, { headers, body: { why: '对方要求' } })).status, 204);
  const listed = await operator.get(`${path}?state=paused`);
  assert.equal(listed.status, 200, JSON.stringify(listed.body));
  assert.equal((await merchant.get(`/queries/shipped/subscriptions/${standing}`)).body.pausedAt !== undefined, true);
});
