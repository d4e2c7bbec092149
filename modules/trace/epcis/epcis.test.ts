import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openTestCounty, testContext } from '../../../test/fixtures.ts';
import { epcisOf, eventsIn, testDocument, testEvent } from '../../../test/fixtures-epcis.ts';
import { runCapture } from './capture.ts';
import { faultsOf } from './check-document.ts';
import { hashId, prehash } from './event-hash.ts';
import type { JsonObject } from './names.ts';
import { prefixesOf } from './names.ts';

const { at, url, passTime } = await testContext();
const of = await openTestCounty(at);
const { county } = of;
const epcis = await epcisOf(at, url, county);
const merchant = epcis.as(of.merchant);
const operator = epcis.as(of.operator);

const LGTIN = 'urn:epc:class:lgtin:4012345.012345.Lot987';
const full = {
  shipped: testEvent({
    eventID: 'urn:uuid:00000000-0000-4000-8000-000000000001',
    eventTime: '2026-09-01T08:00:00Z',
    action: 'ADD',
    epcList: ['urn:epc:id:sgtin:4012345.011111.1', 'urn:epc:id:sgtin:4012345.011111.2'],
    quantityList: [{ epcClass: LGTIN, quantity: 12.5, uom: 'KGM' }],
    bizStep: 'shipping',
    disposition: 'in_transit',
    persistentDisposition: { set: ['completeness_verified'], unset: ['completeness_inferred'] },
    readPoint: { id: 'urn:epc:id:sgln:4012345.00005.9' },
    bizLocation: { id: 'https://ns.example.com/hall/1' },
    bizTransactionList: [{ type: 'po', bizTransaction: 'https://ns.example.com/po/7' }],
    sourceList: [{ type: 'owning_party', source: 'urn:epc:id:pgln:4012345.00005' }],
    destinationList: [{ type: 'possessing_party', destination: 'https://ns.example.com/shop' }],
    sensorElementList: [
      {
        sensorMetadata: {
          deviceID: 'urn:epc:id:giai:4000001.111',
          dataProcessingMethod: 'https://ns.example.com/method',
          bizRules: 'https://ns.example.com/rules',
          startTime: '2026-09-01T06:00:00Z',
          endTime: '2026-09-01T07:00:00Z',
        },
        sensorReport: [
          { type: 'Temperature', value: 4.5, uom: 'CEL', minValue: 2, maxValue: 6 },
          {
            type: 'Dimensionless',
            stringValue: 'wet',
            booleanValue: true,
            hexBinaryValue: 'f0f0',
            uriValue: 'https://ns.example.com/v',
            microorganism: 'https://ns.example.com/m',
            chemicalSubstance: 'https://ns.example.com/c',
          },
        ],
      },
    ],
    ilmd: { 'ex:variety': 'Qingxiang', 'ex:orchard': { 'ex:row': 4 } },
    'ex:colour': 'brown',
    'ex:degrees': 21,
    'ex:box': { 'ex:width': 30, 'ex:made': '2026-08-01T00:00:00Z' },
  }),
  packed: testEvent({
    type: 'AggregationEvent',
    eventTime: '2026-09-02T08:00:00Z',
    parentID: 'urn:epc:id:sscc:4012345.0111111111',
    epcList: undefined as never,
    childEPCs: ['urn:epc:id:sgtin:4012345.011111.1'],
    bizStep: 'packing',
    bizLocation: { id: 'https://ns.example.com/hall' },
  }),
  pressed: testEvent({
    type: 'TransformationEvent',
    eventTime: '2026-09-03T08:00:00Z',
    action: undefined as never,
    epcList: undefined as never,
    transformationID: 'https://ns.example.com/press/1',
    inputEPCList: ['urn:epc:id:sgtin:4012345.011111.3'],
    inputQuantityList: [{ epcClass: LGTIN, quantity: 100, uom: 'KGM' }],
    outputEPCList: ['urn:epc:id:sgtin:4012345.022222.4'],
    outputQuantityList: [{ epcClass: 'urn:epc:class:lgtin:4012345.022222.Oil1', quantity: 40 }],
  }),
};
const declared = {
  ...full.shipped,
  errorDeclaration: {
    declarationTime: '2026-09-05T00:00:00Z',
    reason: 'incorrect_data',
    correctiveEventIDs: ['urn:uuid:00000000-0000-4000-8000-000000000002'],
    'ex:note': 'wrong hall',
  },
};
const plain = (event: object) => JSON.parse(JSON.stringify(event)) as JsonObject;
const header = {
  epcisHeader: {
    epcisMasterData: {
      vocabularyList: [
        {
          type: 'urn:epcglobal:epcis:vtype:BusinessLocation',
          vocabularyElementList: [{ id: 'https://ns.example.com/hall', children: ['https://ns.example.com/hall/1'] }],
        },
      ],
    },
  },
};
const sent = [full.shipped, full.packed, full.pressed, declared].map(plain);
const first = await merchant.capture(testDocument(sent, header));

test('a document is captured by a job that can be asked for', async () => {
  assert.equal(first.status, 200, JSON.stringify(first.body));
  const { running, success, captureErrorBehaviour, events, captured, errors } = first.body;
  assert.deepEqual([running, success, captureErrorBehaviour, events, captured], [false, true, 'rollback', 4, 4]);
  assert.deepEqual(errors, []);
  const jobs = (await merchant.get('/capture?perPage=1')).body as unknown as JsonObject[];
  assert.equal(jobs[0]?.captureID, first.body.captureID);
});

const HALL = 'https%3A%2F%2Fns.example.com%2Fhall';
const ex = { 'gs1-extensions': 'ex=https://ns.example.com/epcis/' };
/** query → how many of the four fit; the shipped event is there twice, the second time declared wrong */
const queries: [query: string, fits: number][] = [
  ['', 4],
  ['eventType=ObjectEvent', 2],
  ['eventType=AggregationEvent|TransformationEvent', 2],
  ['GE_eventTime=2026-09-02T08:00:00Z', 2],
  ['LT_eventTime=2026-09-02T16:00:00%2B08:00', 2],
  ['GE_recordTime=2026-09-17T06:00:00Z', 4],
  ['LT_recordTime=2026-09-17T06:00:00Z', 0],
  ['EQ_action=ADD', 2],
  ['EQ_action=OBSERVE|DELETE', 1],
  ['EQ_bizStep=shipping|packing', 3],
  ['EQ_bizStep=https://ref.gs1.org/cbv/BizStep-packing', 1],
  ['EQ_disposition=in_transit', 2],
  ['EQ_persistentDisposition_set=completeness_verified', 2],
  ['EQ_persistentDisposition_unset=completeness_verified', 0],
  ['EQ_readPoint=https://id.gs1.org/414/4012345000054/254/9', 2],
  ['EQ_readPoint=urn:epc:id:sgln:4012345.00005.0', 0],
  ['WD_readPoint=urn:epc:id:sgln:4012345.00005.0', 2],
  [`EQ_bizLocation=${HALL}`, 1],
  [`WD_bizLocation=${HALL}`, 3],
  ['EQ_transformationID=https://ns.example.com/press/1', 1],
  ['MATCH_epc=urn:epc:id:sgtin:4012345.011111.1', 3],
  ['MATCH_epc=https://id.gs1.org/01/04012345111118/21/1', 3],
  ['MATCH_epc=urn:epc:idpat:sgtin:4012345.011111.*', 3],
  ['MATCH_parentID=urn:epc:id:sscc:4012345.0111111111', 1],
  ['MATCH_inputEPC=urn:epc:id:sgtin:4012345.011111.3', 1],
  ['MATCH_outputEPC=urn:epc:id:sgtin:4012345.022222.4', 1],
  ['MATCH_anyEPC=urn:epc:id:sgtin:4012345.011111.3|urn:epc:id:sscc:4012345.0111111111', 2],
  [`MATCH_epcClass=${LGTIN}`, 2],
  [`MATCH_inputEPCClass=${LGTIN}`, 1],
  ['MATCH_outputEPCClass=urn:epc:class:lgtin:4012345.022222.Oil1', 1],
  [`MATCH_anyEPCClass=${LGTIN}`, 3],
  ['EQ_quantity=12.5', 2],
  ['GT_quantity=40', 1],
  ['GE_quantity=40', 1],
  ['LT_quantity=40', 2],
  ['LE_quantity=40', 3],
  ['EQ_eventID=urn:uuid:00000000-0000-4000-8000-000000000001', 2],
  ['EXISTS_errorDeclaration=', 1],
  ['GE_errorDeclarationTime=2026-09-05T00:00:00Z', 1],
  ['LT_errorDeclarationTime=2026-09-05T00:00:00Z', 0],
  ['EQ_errorReason=incorrect_data', 1],
  ['EQ_correctiveEventID=urn:uuid:00000000-0000-4000-8000-000000000002', 1],
  ['EQ_bizTransaction_po=https://ns.example.com/po/7', 2],
  ['EQ_bizTransaction_inv=https://ns.example.com/po/7', 0],
  ['EQ_source_owning_party=https://id.gs1.org/417/4012345000054', 2],
  ['EQ_destination_possessing_party=https://ns.example.com/shop', 2],
  ['EXISTS_sensorElementList=', 2],
  ['EQ_type=Temperature', 2],
  ['EQ_deviceID=https://id.gs1.org/8004/4000001111', 2],
  ['EQ_dataProcessingMethod=https://ns.example.com/method', 2],
  ['EQ_bizRules=https://ns.example.com/rules', 2],
  ['EQ_microorganism=https://ns.example.com/m', 2],
  ['EQ_chemicalSubstance=https://ns.example.com/c', 2],
  ['EQ_stringValue=wet', 2],
  ['EQ_booleanValue=true', 2],
  ['EQ_hexBinaryValue=f0f0', 2],
  ['EQ_uriValue=https://ns.example.com/v', 2],
  ['GE_startTime=2026-09-01T06:00:00Z&LT_startTime=2026-09-01T06:00:01Z', 2],
  ['GE_endTime=2026-09-01T07:00:01Z', 0],
  ['LT_endTime=2026-09-01T07:00:01Z', 2],
  ['EQ_value_CEL=4.5', 2],
  ['GT_value_FAH=1', 0],
  ['GE_minValue_CEL=2&LT_maxValue_CEL=6', 0],
  ['EQ_ex:colour=brown', 2],
  ['EQ_https://ns.example.com/epcis/colour=brown', 2],
  ['EXISTS_ex:colour=', 2],
  ['EQ_ex:degrees=21', 2],
  ['GT_ex:degrees=20.5', 2],
  ['LE_ex:degrees=20.5', 0],
  ['EQ_INNER_ex:width=30', 2],
  ['GE_INNER_ex:made=2026-08-01T08:00:00%2B08:00', 2],
  ['EQ_ILMD_ex:variety=Qingxiang', 2],
  ['EQ_INNER_ILMD_ex:row=4', 2],
  ['EXISTS_ILMD_ex:nothing=', 0],
  ['EQ_ERROR_DECLARATION_ex:note=wrong hall', 1],
  ['eventType=ObjectEvent&EQ_action=ADD&GE_quantity=12', 2],
];
for (const [query, fits] of queries) {
  test(`events where ${query || 'nothing is asked'}: ${fits}`, async () => {
    const answer = await merchant.get(`/events?${query}`, { headers: ex });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    assert.equal(eventsIn(answer).length, fits);
    assert.deepEqual(faultsOf(answer.body), [], 'an answer is a document of the standard');
  });
}

const wrongQueries: [query: string, type: string, status: number][] = [
  ['EQ_colour=brown', 'QueryParameterException', 400],
  ['GE_eventTime=yesterday', 'QueryParameterException', 400],
  ['EQ_action=SHIPPED', 'QueryParameterException', 400],
  ['eventType=Nothing', 'QueryParameterException', 400],
  ['GT_quantity=much', 'QueryParameterException', 400],
  ['orderBy=quantity', 'QueryParameterException', 400],
  ['orderDirection=SIDEWAYS', 'QueryParameterException', 400],
  ['eventCountLimit=2', 'QueryParameterException', 400],
  ['orderBy=eventTime&eventCountLimit=2&maxEventCount=3', 'QueryParameterException', 400],
  ['nextPageToken=abc', 'QueryParameterException', 400],
  ['perPage=0', 'ValidationException', 400],
  ['maxEventCount=3', 'QueryTooLargeException', 413],
  [`MATCH_epc=${Array.from({ length: 201 }, (_, n) => `x:${n}`).join('|')}`, 'QueryTooComplexException', 413],
];
for (const [query, type, status] of wrongQueries) {
  test(`a query by ${query.slice(0, 60)} is refused as ${type}`, async () => {
    const answer = await merchant.get(`/events?${query}`);
    assert.deepEqual([answer.status, answer.body.type], [status, `epcisException:${type}`]);
    assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
  });
}

test('the first ones by time, and none but these', async () => {
  const times = async (query: string) =>
    eventsIn(await merchant.get(`/events?orderBy=eventTime&${query}`)).map((event) =>
      String(event.eventTime).slice(8, 10),
    );
  assert.deepEqual(await times('orderDirection=ASC'), ['01', '01', '02', '03']);
  assert.deepEqual(await times('eventCountLimit=2'), ['03', '02'], 'descending, where nothing else is said');
  assert.deepEqual(await times('orderDirection=ASC&eventCountLimit=3'), ['01', '01', '02']);
  assert.equal(eventsIn(await merchant.get('/events?maxEventCount=4')).length, 4);
});

test('pages hold every event once, whatever comes in between', async () => {
  for (const order of [
    '',
    '&orderBy=eventTime&orderDirection=ASC',
    '&orderBy=recordTime',
    '&orderBy=eventTime&eventCountLimit=3',
  ]) {
    const whole = eventsIn(await merchant.get(`/events?perPage=100${order}`)).map((event) => hashed(event));
    const seen: string[] = [];
    for (let next: string | null = `/events?perPage=1${order}`; next !== null; ) {
      const page = await merchant.get(next);
      seen.push(...eventsIn(page).map((event) => hashed(event)));
      next = /^<(.*)>; rel="next"$/.exec(String(page.headers.link ?? ''))?.[1] ?? null;
      passTime(1000);
      const late = testEvent({
        eventTime: `2026-09-${String(seen.length).padStart(2, '0')}T08:00:00Z`,
        'ex:late': `${order} ${seen.length}`,
      });
      assert.equal(
        (await merchant.post('/events', { body: { ...late, '@context': { ex: 'https://ns.example.com/epcis/' } } }))
          .status,
        201,
      );
    }
    assert.deepEqual(seen, whole, order);
  }
  const hashes = async () => eventsIn(await merchant.get('/events?perPage=1000')).length;
  const before = await hashes();
  passTime(1000);
  assert.equal(await hashes(), before);
});

const hashed = (event: JsonObject) => `${event.eventID} ${JSON.stringify(event.errorDeclaration ?? null)}`;

test('the same document again adds nothing', async () => {
  const again = await merchant.capture(testDocument(sent, header));
  assert.deepEqual([again.body.success, again.body.captured], [true, 0]);
  const id = String(again.body.captureID);
  await runCapture(at, { county, id });
  const event = { ...plain(full.packed), '@context': 'https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld' };
  const twice = [await merchant.post('/events', { body: event }), await merchant.post('/events', { body: event })];
  assert.deepEqual(
    twice.map((answer) => [answer.status, answer.headers.location]),
    Array(2).fill([
      201,
      `/api/counties/${county}/epcis/events/${encodeURIComponent(hashId(prehash(plain(full.packed))))}`,
    ]),
  );
});

test('an id is its sender’s to give: another may use the same for another event', async () => {
  const id = 'urn:uuid:5b1f3a52-7d9c-4a0e-9a53-2f7c7f2b0c11';
  const first = { ...testEvent({ eventTime: '2026-09-12T01:00:00Z' }), eventID: id };
  const second = { ...testEvent({ eventTime: '2026-09-12T02:00:00Z' }), eventID: id };
  assert.equal((await merchant.capture(testDocument([first]))).body.success, true);
  assert.equal((await operator.capture(testDocument([second]))).body.success, true);
  const again = await operator.capture(testDocument([{ ...second, eventTime: '2026-09-12T03:00:00Z' }]));
  assert.equal(again.body.success, false, 'but not for two of one’s own');
  const found = await operator.get(`/events?EQ_eventID=${encodeURIComponent(id)}`);
  assert.deepEqual(
    eventsIn(found)
      .map((event) => event.eventTime)
      .sort(),
    ['2026-09-12T01:00:00Z', '2026-09-12T02:00:00Z'],
  );
});

test('one fault takes all back, or with "proceed" only its own event', async () => {
  const good = testEvent({ eventTime: '2026-09-11T01:00:00Z' });
  const taken = { ...plain(full.shipped), eventTimeZoneOffset: '+07:00' };
  const rolled = await merchant.capture(testDocument([good, taken]));
  const [error] = rolled.body.errors as JsonObject[];
  assert.deepEqual([rolled.body.success, rolled.body.captured], [false, 0]);
  assert.deepEqual(
    [error?.type, error?.instance],
    ['epcisException:ResourceAlreadyExistsException', '/epcisBody/eventList/1/eventID'],
  );
  assert.equal((await merchant.get(`/events/${encodeURIComponent(hashId(prehash(good)))}`)).status, 404);

  const wrong = testEvent({ action: 'GIVE' });
  const proceeding = { 'gs1-capture-error-behaviour': 'proceed' };
  const some = await merchant.capture(testDocument([wrong, good, taken]), proceeding);
  assert.deepEqual([some.body.success, some.body.captured, some.body.captureErrorBehaviour], [false, 1, 'proceed']);
  assert.deepEqual(
    (some.body.errors as JsonObject[]).map((one) => one.instance),
    ['/epcisBody/eventList/0/action', '/epcisBody/eventList/2/eventID'],
  );
  assert.equal((await merchant.get(`/events/${encodeURIComponent(hashId(prehash(good)))}`)).status, 200);
  assert.equal((await merchant.capture(testDocument([good]), { 'gs1-capture-error-behaviour': 'hope' })).status, 400);
  assert.equal((await merchant.capture(testDocument([good], { schemaVersion: 7 }), proceeding)).status, 400);
});

const refusals: [
  why: string,
  ask: () => Promise<{ status: number; body: JsonObject }>,
  status: number,
  type: string,
][] = [
  ['no JSON', () => merchant.capture('{'), 400, 'ValidationException'],
  ['no object', () => merchant.capture('[]'), 400, 'ValidationException'],
  ['an event as a document', () => merchant.capture(plain(full.packed)), 400, 'ValidationException'],
  ['a document as an event', () => merchant.post('/events', { body: testDocument([]) }), 400, 'ValidationException'],
  [
    'another event under a taken id',
    () =>
      merchant.post('/events', {
        body: {
          ...plain(full.shipped),
          eventTimeZoneOffset: '+07:00',
          '@context': { ex: 'https://ns.example.com/epcis/' },
        },
      }),
    409,
    'ResourceAlreadyExistsException',
  ],
  [
    'too many events',
    () => merchant.capture(testDocument(Array.from({ length: 1001 }, () => testEvent()))),
    413,
    'CaptureLimitExceededException',
  ],
  [
    'XML',
    () => merchant.post('/capture', { body: '<x/>', headers: { 'content-type': 'application/xml' } }),
    415,
    'UnsupportedMediaTypeException',
  ],
  [
    'XML as the answer',
    () => merchant.get('/events', { headers: { accept: 'application/xml' } }),
    406,
    'NotAcceptableException',
  ],
  [
    'EPC URIs as the answer',
    () => merchant.get('/events', { headers: { 'gs1-epc-format': 'Always_EPC_URN' } }),
    406,
    'NotAcceptableException',
  ],
  ['an event that is not here', () => merchant.get('/events/urn:uuid:0'), 404, 'NoSuchNameException'],
  ['a job that is not here', () => merchant.get(`/capture/${of.household}`), 404, 'NoSuchNameException'],
  ['a query that is not here', () => merchant.get('/queries/nothing'), 404, 'NoSuchNameException'],
  ['an EPC that no event names', () => merchant.get('/epcs/urn:x:1'), 404, 'NoSuchNameException'],
  ['a keeper who captures', () => epcis.as(of.keeper).capture(testDocument([])), 403, 'SecurityException'],
  ['an auditor who captures', () => epcis.as(of.auditor).capture(testDocument([])), 403, 'SecurityException'],
  ['a cadre who reads', () => epcis.as(of.cadre).get('/events'), 403, 'SecurityException'],
  ['a visitor', () => epcis.as(null).get('/events'), 401, 'SecurityException'],
  ['a visitor who captures', () => epcis.as(null).capture(testDocument([])), 401, 'SecurityException'],
];
for (const [why, ask, status, type] of refusals) {
  test(`${why} is refused`, async () => {
    const answer = await ask();
    assert.deepEqual(
      [answer.status, answer.body.type],
      [status, `epcisException:${type}`],
      JSON.stringify(answer.body),
    );
  });
}

test('who captured sees it, the county sees it, another firm does not', async () => {
  const rival = {
    ...of.merchant,
    person: 'rival',
    memberships: of.merchant.memberships.map((one) => ({ ...one, org: of.household })),
  };
  const event = `/events/${encodeURIComponent(String(full.shipped.eventID))}`;
  assert.equal((await operator.get(event)).status, 200);
  assert.equal((await epcis.as(rival).get(event)).status, 404);
  assert.equal((await epcis.as(rival).get(`/capture/${first.body.captureID}`)).status, 404);
  assert.deepEqual((await epcis.as(rival).get('/epcs')).body.member, []);
});

test('what is known here can be walked through', async () => {
  const members = async (path: string) => (await merchant.get(path)).body.member as string[];
  assert.ok((await members('')).includes('bizSteps'));
  assert.equal((await members('/eventTypes')).length, 5);
  assert.deepEqual(await members('/eventTypes/ObjectEvent'), ['events']);
  assert.deepEqual(await members('/bizSteps'), ['packing', 'shipping']);
  assert.deepEqual(await members('/dispositions'), ['in_transit']);
  assert.deepEqual(await members('/readPoints'), ['https://id.gs1.org/414/4012345000054/254/9']);
  assert.deepEqual(await members('/bizLocations'), ['https://ns.example.com/hall', 'https://ns.example.com/hall/1']);
  const epcs = await merchant.get('/epcs?perPage=2');
  assert.deepEqual((epcs.body.member as string[]).length, 2);
  const next = /^<(.*)>/.exec(String(epcs.headers.link))?.[1] as string;
  assert.ok((await members(next))[0]);
  for (const [path, fits] of [
    ['/bizSteps/packing', 1],
    ['/eventTypes/TransformationEvent', 1],
    ['/epcs/urn%3Aepc%3Aid%3Asscc%3A4012345.0111111111', 1],
    ['/readPoints/https%3A%2F%2Fid.gs1.org%2F414%2F4012345000054%2F254%2F9', 2],
    [`/bizLocations/${HALL}`, 1],
    ['/dispositions/in_transit', 2],
  ] as const) {
    assert.equal(eventsIn(await merchant.get(`${path}/events`)).length, fits, path);
    assert.equal(eventsIn(await merchant.get(`${path}/events?EQ_eventID=x`)).length, 0, path);
    if (!path.includes('eventTypes')) assert.deepEqual(await members(path), ['events'], path);
  }
});

test('a query can be named, asked and removed', async () => {
  const body = {
    name: 'shipped',
    query: {
      eventType: ['ObjectEvent'],
      'EQ_ex:colour': ['brown'],
      '@context': { ex: 'https://ns.example.com/epcis/' },
    },
  };
  const added = await merchant.post('/queries', { body });
  assert.deepEqual([added.status, added.headers.location], [201, `/api/counties/${county}/epcis/queries/shipped`]);
  assert.equal((await merchant.post('/queries', { body })).body.type, 'epcisException:ResourceAlreadyExistsException');
  const answer = await merchant.get('/queries/shipped/events?perPage=1');
  assert.equal(eventsIn(answer).length, 1);
  assert.match(String(answer.headers.link), /rel="next"/);
  assert.equal((answer.body.epcisBody as { queryResults: JsonObject }).queryResults.queryName, 'shipped');
  assert.deepEqual((await merchant.get('/queries')).body, [body] as never);
  assert.deepEqual((await merchant.get('/queries/shipped')).body, body);
  assert.equal((await epcis.as(of.otherMerchant).remove('/queries/shipped')).status, 403, 'another’s');
  assert.equal((await merchant.remove('/queries/shipped')).status, 204);
  assert.equal((await merchant.remove('/queries/shipped')).status, 404);
  await merchant.post('/queries', { body });
  assert.equal((await operator.remove('/queries/shipped')).status, 204, 'by the county');
});

test('every resource says what it can', async () => {
  const answer = await epcis.as(null).options('/capture');
  assert.equal(answer.status, 204);
  assert.equal(answer.headers.allow, 'OPTIONS, POST, GET');
  assert.equal(answer.headers['gs1-epcis-version'], '2.0');
  assert.equal(answer.headers['gs1-cbv-version'], '2.0');
  assert.equal(answer.headers['gs1-epcis-capture-limit'], '1000');
  assert.equal(answer.headers['gs1-epcis-capture-file-size-limit'], String(10 * 1024 * 1024));
  for (const path of ['', '/events', '/queries/x', '/epcs/x/events', `/capture/${of.household}`]) {
    assert.equal((await epcis.as(null).options(path)).status, 204, path);
  }
});

test('identifiers come as links, or as they were captured', async () => {
  const path = '/events?EQ_transformationID=https://ns.example.com/press/1';
  const [links] = eventsIn(await merchant.get(path));
  assert.deepEqual(links?.inputEPCList, ['https://id.gs1.org/01/04012345111118/21/3']);
  const [asCaptured] = eventsIn(await merchant.get(path, { headers: { 'gs1-epc-format': 'Never_Translates' } }));
  assert.deepEqual(asCaptured?.inputEPCList, ['urn:epc:id:sgtin:4012345.011111.3']);
});

test('property: any event comes back as it was captured', async () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
  const value = fc.oneof(
    fc.string({ maxLength: 400 }).map((text) => text.replaceAll('\0', '')),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }),
    fc.boolean(),
  );
  const own = fc.dictionary(
    word.map((name) => `ex:${name}`),
    fc.oneof(
      value,
      fc.array(value, { maxLength: 3 }),
      fc.dictionary(
        word.map((name) => `ex:${name}`),
        value,
        { maxKeys: 2 },
      ),
    ),
    { maxKeys: 3 },
  );
  const event = fc.record(
    {
      eventTime: fc
        .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
        .map((d) => d.toISOString()),
      action: fc.constantFrom('ADD', 'OBSERVE', 'DELETE'),
      bizStep: fc.constantFrom('shipping', 'receiving', 'https://ns.example.com/step'),
      epcList: fc.uniqueArray(
        fc.integer({ min: 1, max: 99_999 }).map((n) => `urn:epc:id:sgtin:4012345.011111.${n}`),
        { maxLength: 4 },
      ),
      quantityList: fc.uniqueArray(
        fc.record({
          epcClass: fc.constantFrom(LGTIN, 'https://ns.example.com/class'),
          quantity: fc.double({ noNaN: true, min: 0.001, max: 1e6 }),
        }),
        { minLength: 1, maxLength: 3, selector: (one) => JSON.stringify(one) },
      ),
      own,
    },
    { requiredKeys: ['eventTime', 'action', 'epcList', 'own'] },
  );
  await fc.assert(
    fc.asyncProperty(event, async ({ own, ...said }) => {
      const whole = testEvent({ ...(said as JsonObject), ...(own as JsonObject) });
      const added = await merchant.post('/events', {
        body: { ...whole, '@context': { ex: 'https://ns.example.com/epcis/' } },
      });
      assert.equal(added.status, 201, JSON.stringify(added.body));
      const back = await merchant.get(String(added.headers.location), {
        headers: { 'gs1-epc-format': 'Never_Translates' },
      });
      const [{ eventID, recordTime, ...same }] = eventsIn(back) as [JsonObject];
      assert.deepEqual(same, plain(whole));
      assert.equal(eventID, hashId(prehash(same, prefixesOf(back.body['@context']))));
      assert.ok(recordTime);
    }),
    { numRuns: 60 },
  );
});
