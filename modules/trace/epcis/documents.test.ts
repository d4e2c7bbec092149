import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { projectFolder } from '#platform/config.ts';
import { openTestCounty, testContext } from '../../../test/fixtures.ts';
import { epcisOf, eventsIn } from '../../../test/fixtures-epcis.ts';
import { hashId, prehash } from './event-hash.ts';
import { isObject, type JsonObject, prefixesOf } from './names.ts';

const folder = `${projectFolder}../shared/data/epcis-examples/2.0/EPCIS/JSON/`;
const skip = !existsSync(folder) && 'the example documents of EPCIS are not beside the project';
const { at, url } = await testContext();
const of = await openTestCounty(at);
const merchant = (await epcisOf(at, url, of.county)).as(of.merchant);

/** Documents that GS1's own schema refuses though they are meant to be right, and why. */
const refusedBySchema: Record<string, string> = {
  'SensorData_with_combined_events.json':
    'custom sensor types are bare words where the schema wants a URI, and two sensor reports have no type',
  'TransactionEvent_with_userExtensions.json': 'a custom sensor type is a bare word where the schema wants a URI',
};

const files = skip ? [] : globSync(`${folder}**/*.json`).sort();
const nameOf = (file: string) => file.slice(file.lastIndexOf('/') + 1);
const shortOf = (file: string) => file.slice(folder.length);
const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as JsonObject;
const documents = files.filter((file) => !file.includes('/Queries/'));
const wrong = documents.filter((file) => file.includes('/Invalid/') || refusedBySchema[nameOf(file)]);
const right = documents.filter((file) => !wrong.includes(file));

test('there are documents to look at', { skip }, () => assert.ok(right.length >= 20 && wrong.length >= 8));

for (const file of right) {
  test(`${shortOf(file)} is captured and comes back with the same meaning`, async () => {
    const document = read(file);
    const sent = eventsOf(document);
    if (document.type === 'EPCISDocument' || document.type === 'EPCISQueryDocument') {
      // Examples share ids between files; what an earlier one brought with other content is not taken twice.
      const job = await merchant.capture(document, { 'gs1-capture-error-behaviour': 'proceed' });
      assert.equal(job.status, 200, JSON.stringify(job.body));
      const errors = job.body.errors as JsonObject[];
      assert.deepEqual(
        errors.filter((error) => error.type !== 'epcisException:ResourceAlreadyExistsException'),
        [],
      );
    } else {
      const added = await merchant.post('/events', { body: document });
      assert.equal(added.status, 201, JSON.stringify(added.body));
    }
    for (const { event, meaning } of sent) {
      const id = (event.eventID as string | undefined) ?? meaning;
      const back = await merchant.get(`/events/${encodeURIComponent(id)}`);
      assert.equal(back.status, 200, JSON.stringify(back.body));
      const found = eventsIn(back).map((one) => hashId(prehash(one, prefixesOf(back.body['@context']))));
      assert.ok(found.includes(meaning), `${id} comes back as it was sent`);
    }
  });
}

for (const file of wrong) {
  const why = refusedBySchema[nameOf(file)];
  test(`${shortOf(file)} is refused with the place of the fault${why ? ` (${why})` : ''}`, async () => {
    const answer = await merchant.capture(read(file));
    assert.equal(answer.status, 400);
    assert.equal(answer.body.type, 'epcisException:ValidationException');
    const [fault] = answer.body.errors as { field: string }[];
    assert.match(fault?.field ?? '', /^\//);
    assert.match(String(answer.body.detail), new RegExp(fault?.field ?? '-'));
  });
}

test('faults stand at the very place', { skip }, async () => {
  const places: Record<string, string> = {
    EPCISDocument_without_context: '/@context',
    ObjectEvent_with_invalid_action: '/epcisBody/eventList/0/action',
    ObjectEvent_with_ilmd_field_without_namespace: '/epcisBody/eventList/0/ilmd/materialType',
    ObjectEvent_with_quantity_as_text: '/epcisBody/eventList/0/quantityList/0/quantity',
    ObjectEvent_with_unknown_field_in_quantityList: '/epcisBody/eventList/0/quantityList/0/weight',
    ObjectEvent_with_non_standard_disposition: '/epcisBody/eventList/0/disposition',
  };
  for (const [name, place] of Object.entries(places)) {
    const { body } = await merchant.capture(read(`${folder}Capture/Invalid/${name}.json`));
    assert.equal((body.errors as { field: string }[])[0]?.field, place, name);
  }
});

test('queries that cannot be are refused by the parameter', { skip }, async () => {
  for (const [name, parameter] of [
    ['Query_with_invalid_values', 'GE_eventTime'],
    ['Query_with_unknown_parameter', 'GE_eventDate'],
  ]) {
    const query = read(`${folder}Query/Queries/Invalid/${name}.json`);
    const { status, body } = await merchant.post('/queries', { body: { name: 'wrong', query } });
    assert.equal(status, 400);
    assert.equal(body.type, 'epcisException:QueryParameterException');
    assert.equal((body.errors as { field: string }[])[0]?.field, parameter);
  }
});

function eventsOf(document: JsonObject): { event: JsonObject; meaning: string }[] {
  const prefixes = prefixesOf(document['@context']);
  if (!isObject(document.epcisBody)) {
    return [{ event: document, meaning: hashId(prehash(document, prefixes)) }];
  }
  const results = document.epcisBody.queryResults;
  const holder = isObject(results) ? (results.resultsBody as JsonObject) : document.epcisBody;
  return (holder.eventList as JsonObject[]).map((event) => ({ event, meaning: hashId(prehash(event, prefixes)) }));
}
