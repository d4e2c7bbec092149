import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { projectFolder } from '#platform/config.ts';
import { asDigitalLink, canonicalUri, lotOfUri } from './epc-uri.ts';
import { hashId, prehash, utc } from './event-hash.ts';
import { fullName, isObject, type Json, type JsonObject, prefixesOf } from './names.ts';

const folder = `${projectFolder}../shared/data/epcis-event-hash/`;

/** Cases that cannot be compared, or not in every way, and why. */
const apart: Record<string, string> = {
  SensorDataExamples: 'XML only; documents are taken in as JSON',
  epcisDocWithTransformationEventWithMultipleExtensions: 'XML only; documents are taken in as JSON',
  epcisXmlDocHavingEventWithIgnoreFields: 'XML only; documents are taken in as JSON',
  epcisDocHavingTooManyUserExtensions: 'has no document, only its canonical text',
};
const brokenTexts: Record<string, string> = {
  epcisDocWithAllGS1Keys:
    'its canonical text is garbled in the vectors (epc=httpspc=…); its hash is whole and compared',
  epcisDocWithDefaultSchemaInContext: 'the last words of its second canonical text are cut off; its hash is compared',
};

test('ids equal the published vectors of the algorithm', {
  skip: !existsSync(folder) && 'the vectors of epcis-event-hash-generator are not beside the project',
}, async (t) => {
  const names = [...new Set(readdirSync(`${folder}examples`).map((file) => file.replace(/\.\w+$/, '')))];
  assert.ok(names.length >= 15);
  const lines = (name: string) => {
    const file = `${folder}examples/${name}`;
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : null;
  };
  for (const name of names) {
    await t.test(name, (t) => {
      const file = `${folder}examples/${name}.jsonld`;
      if (!existsSync(file)) {
        assert.ok(apart[name], 'every case that is not compared has its reason');
        t.skip(apart[name]);
        return;
      }
      const texts = prehashesOf(JSON.parse(readFileSync(file, 'utf8')) as JsonObject);
      const hashes = lines(`${name}.hashes`);
      if (hashes) assert.deepEqual(texts.map(hashId), hashes);
      const wanted = lines(`${name}.prehashes`);
      if (!wanted) return;
      if (brokenTexts[name]) t.diagnostic(brokenTexts[name]);
      else assert.deepEqual(texts, wanted);
    });
  }
  for (const file of readdirSync(`${folder}expected_equal`)) {
    await t.test(file, { skip: file.endsWith('.xml') && 'XML only; documents are taken in as JSON' }, () => {
      const documents = JSON.parse(readFileSync(`${folder}expected_equal/${file}`, 'utf8')) as JsonObject;
      assert.equal(new Set(prehashesOf(documents)).size, 1);
    });
  }
});

function prehashesOf(document: JsonObject): string[] {
  const prefixes = prefixesOf(document['@context']);
  const body = document.epcisBody as JsonObject;
  const results = body.queryResults;
  const holder = (isObject(results) ? results.resultsBody : body) as JsonObject;
  const ignored = isObject(results) ? ((results['repository-x:ignoreFields'] ?? []) as Json[]) : [];
  const ignoring = new Set(ignored.map((name) => fullName(String(name), prefixes)));
  return (holder.eventList as JsonObject[]).map((event) => prehash(event, prefixes, ignoring));
}

// What the XML vectors of `expected_equal` compare, written in JSON.
const said = {
  type: 'ObjectEvent',
  eventTime: '2020-03-04T11:00:30.9996+01:00',
  eventTimeZoneOffset: '+01:00',
  action: 'OBSERVE',
  epcList: ['urn:epc:id:sscc:4012345.0222222222', 'urn:epc:id:sscc:4012345.0111111111'],
  bizStep: 'receiving',
  quantityList: [{ epcClass: 'urn:epc:class:lgtin:4012345.012345.Lot987', quantity: 5, uom: 'KGM' }],
};
const same: [why: string, event: JsonObject][] = [
  ['another order of a list', { ...said, epcList: said.epcList.toReversed() }],
  ['another order of fields', Object.fromEntries(Object.entries(said).toReversed())],
  ['another zone and finer time', { ...said, eventTime: '2020-03-04T10:00:31.000049Z' }],
  ['an empty list', { ...said, sourceList: [] }],
  ['an old URN for a word', { ...said, bizStep: 'urn:epcglobal:cbv:bizstep:receiving' }],
  [
    'a Digital Link on another host',
    {
      ...said,
      quantityList: [{ epcClass: 'https://x.cn/a/01/04012345123456/10/Lot987?17=261231', quantity: 5, uom: 'KGM' }],
    },
  ],
  ['an id, and when it was recorded', { ...said, eventID: 'urn:uuid:1', recordTime: '2026-01-01T00:00:00Z' }],
  ['an error declared', { ...said, errorDeclaration: { declarationTime: '2026-01-01T00:00:00Z' } }],
];
for (const [why, event] of same) {
  test(`the same fact with ${why} has the same id`, () => assert.equal(prehash(event), prehash(said)));
}
test('another fact has another id', () => {
  assert.notEqual(prehash({ ...said, action: 'ADD' }), prehash(said));
  assert.notEqual(prehash({ ...said, 'ex:colour': 'red' }, { ex: 'https://ex.cn/' }), prehash(said));
  assert.equal(
    prehash({ ...said, 'ex:colour': 'red' }, { ex: 'https://ex.cn/' }),
    prehash({ ...said, 'other:colour': 'red' }, { other: 'https://ex.cn/' }),
    'a prefix is only a prefix',
  );
});

const uris: [given: string, canonical: string][] = [
  ['urn:epc:id:sgtin:4012345.011111.98%22', 'https://id.gs1.org/01/04012345111118/21/98%22'],
  ['urn:epc:id:sgtin:4012345.01111.9', 'urn:epc:id:sgtin:4012345.01111.9'],
  ['urn:epc:class:lgtin:4012345.012345.L1', 'https://id.gs1.org/01/04012345123456/10/L1'],
  ['https://shop.cn/01/02621221000013/10/P260917-0001/21/ABC', 'https://id.gs1.org/01/02621221000013/21/ABC'],
  ['https://shop.cn/gtin/12345670', 'https://id.gs1.org/01/00000012345670'],
  ['https://shop.cn/product/621221/01', 'https://shop.cn/product/621221/01'],
  ['https://shop.cn/01/abc', 'https://shop.cn/01/abc'],
  ['urn:uuid:9c5b94b1-35ad-49bb-b118-8e8fc24abf80', 'urn:uuid:9c5b94b1-35ad-49bb-b118-8e8fc24abf80'],
];
for (const [given, canonical] of uris) {
  test(`${given} is ${canonical}`, () => assert.equal(canonicalUri(given), canonical));
}
test('links stay as they are where only EPC URIs are turned into links', () => {
  assert.equal(asDigitalLink('https://shop.cn/01/04012345123456/10/L1'), 'https://shop.cn/01/04012345123456/10/L1');
  assert.equal(asDigitalLink('urn:epc:idpat:sgtin:4012345.012345.*'), 'https://id.gs1.org/01/04012345123456');
});
test('the lot is read from a class and from a pack of it', () => {
  const lot = 'https://id.gs1.org/01/02621221000013/10/P260917-0001';
  assert.equal(lotOfUri('https://shop.cn/01/02621221000013/10/P260917-0001/21/ABC'), lot);
  assert.equal(lotOfUri(lot), lot);
  assert.equal(lotOfUri('https://id.gs1.org/01/02621221000013/21/ABC'), null);
});
test('times are rounded to milliseconds, and what is no time stays', () => {
  assert.equal(utc('2020-03-04T11:00:30.9996+01:00'), '2020-03-04T10:00:31.000Z');
  assert.equal(utc('yesterday'), 'yesterday');
});
