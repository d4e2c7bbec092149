import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestCounty, testContext } from '../../../test/fixtures.ts';
import { epcisOf, eventsIn, testDocument, testEvent } from '../../../test/fixtures-epcis.ts';
import { identifierFaults } from './check-identifiers.ts';
import type { JsonObject } from './names.ts';

const { at, url } = await testContext();
const of = await openTestCounty(at);
const merchant = (await epcisOf(at, url, of.county)).as(of.merchant);

const faults: [what: string, event: JsonObject, place: string | undefined][] = [
  ['a serial item', { epcList: ['urn:epc:id:sgtin:4012345.011111.1'] }, undefined],
  [
    'a digit too few',
    { epcList: ['urn:epc:id:sgtin:4012345.011111.1', 'urn:epc:id:sgtin:4012345.01111.1'] },
    '/epcList/1',
  ],
  ['no serial', { epcList: ['urn:epc:id:sgtin:4012345.011111'] }, '/epcList/0'],
  ['letters in a company prefix', { epcList: ['urn:epc:id:sgtin:40123AB.011111.1'] }, '/epcList/0'],
  ['a kind that is none', { epcList: ['urn:epc:id:sgtim:4012345.011111.1'] }, '/epcList/0'],
  ['a tag’s own number is no identity', { epcList: ['urn:epc:tag:sgtin-96:1.4012345.011111.1'] }, '/epcList/0'],
  ['a general identifier, which has no GS1 key', { epcList: ['urn:epc:id:gid:95100000.12345.400'] }, undefined],
  ['a parent', { parentID: 'urn:epc:id:sscc:4012345.011111111' }, '/parentID'],
  ['a child', { childEPCs: ['urn:epc:id:sscc:4012345.0111111111', 'urn:epc:id:sscc:1.2'] }, '/childEPCs/1'],
  ['a lot', { quantityList: [{ epcClass: 'urn:epc:class:lgtin:4012345.12345.L1' }] }, '/quantityList/0/epcClass'],
  ['what went in', { inputEPCList: ['urn:epc:id:sgtin:1.1.1'] }, '/inputEPCList/0'],
  [
    'what came out',
    { outputQuantityList: [{ epcClass: 'urn:epc:idpat:sgtin:4012345.1.*' }] },
    '/outputQuantityList/0/epcClass',
  ],
  ['where', { readPoint: { id: 'urn:epc:id:sgln:4012345.0005.9' } }, '/readPoint/id'],
  [
    'from whom',
    { sourceList: [{ type: 'owning_party', source: 'urn:epc:id:pgln:4012345.5' }] },
    '/sourceList/0/source',
  ],
  ['a web address', { bizLocation: { id: 'https://ns.example.com/urn:epc:id:sgtin:1' } }, undefined],
  ['another URN', { epcList: ['urn:uuid:00000000-0000-4000-8000-000000000001'] }, undefined],
];
for (const [what, event, place] of faults) {
  test(`${what}: ${place ?? 'right'}`, () => {
    const found = identifierFaults(event, '/epcisBody/eventList/3');
    assert.deepEqual(
      found.map((fault) => fault.pointer),
      place === undefined ? [] : [`/epcisBody/eventList/3${place}`],
    );
  });
}

const good = 'urn:epc:id:sgtin:4012345.011111.77';
const bad = 'urn:epc:id:sgtin:4012345.11111.78';
const errorsOf = (body: JsonObject) => body.errors as { field: string; code: string; message: string }[];

test('a document with an EPC URI that cannot be read is refused whole, with the place and what is asked for', async () => {
  const sent = testDocument([testEvent({ epcList: [good] }), testEvent({ epcList: [good, bad] })]);
  const { status, body } = await merchant.post('/capture', { body: sent });
  assert.equal(status, 400);
  assert.equal(body.type, 'epcisException:ValidationException');
  assert.deepEqual(errorsOf(body), [
    {
      field: '/epcisBody/eventList/1/epcList/1',
      code: 'format',
      message:
        'must be written as an EPC URI of its kind, urn:epc:id:sgtin:…; company prefix and reference have 13 digits together',
    },
  ]);
  const one = await merchant.post('/events', {
    body: { ...testEvent({ epcList: [bad] }), '@context': sent['@context'] } as JsonObject,
  });
  assert.deepEqual([one.status, errorsOf(one.body)[0]?.field], [400, '/epcList/0']);
});

test('where the rest may come in it does, and what was an EPC URI comes back as a Digital Link', async () => {
  const sent = testDocument([testEvent({ epcList: [good] }), testEvent({ epcList: [bad] })]);
  const job = await merchant.capture(sent, { 'gs1-capture-error-behaviour': 'proceed' });
  assert.deepEqual(
    [job.body.captured, (job.body.errors as JsonObject[]).map((one) => one.instance)],
    [1, ['/epcisBody/eventList/1/epcList/0']],
  );
  // Asked for in either form it is found, and told as a link; to whoever wants it as it came, as it came.
  const link = 'https://id.gs1.org/01/04012345111118/21/77';
  for (const asked of [good, link]) {
    const [found] = eventsIn(await merchant.get(`/events?MATCH_epc=${encodeURIComponent(asked)}`));
    assert.deepEqual(found?.epcList, [link]);
  }
  const asSent = { headers: { 'gs1-epc-format': 'Never_Translates' } };
  const [kept] = eventsIn(await merchant.get(`/events?MATCH_epc=${encodeURIComponent(link)}`, asSent));
  assert.deepEqual(kept?.epcList, [good]);
});
