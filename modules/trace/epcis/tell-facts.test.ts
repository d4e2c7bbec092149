import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { transact } from '#platform/db.ts';
import { addTestHousehold, neighbourVillage, openTestCounty, testContext } from '../../../test/fixtures.ts';
import { epcisOf, eventsIn } from '../../../test/fixtures-epcis.ts';
import { addTestGoods, packTestLot, weighInTest } from '../../../test/fixtures-goods.ts';
import { stockedOut } from '../lots/stocked-out.ts';
import { lose } from '../operations/lose.ts';
import { split } from '../operations/split.ts';
import { undo } from '../operations/undo.ts';
import { declareRecall } from '../recalls/declare-recall.ts';
import { makeUnit } from '../units/make-unit.ts';
import { unpackUnit } from '../units/unpack-unit.ts';
import { faultsOf } from './check-document.ts';
import { hashId, prehash } from './event-hash.ts';
import type { JsonObject } from './names.ts';
import { originsOf, tellFacts } from './tell-facts.ts';

const { at, url, passTime } = await testContext();
const of = await openTestCounty(at);
const { county } = of;
const goods = await addTestGoods(at, of);
const neighbour = await addTestHousehold(at, { county, village: of.village, name: '马兰英', category: 'monitored' });
const epcis = await epcisOf(at, url, county);
const operator = epcis.as(of.operator);
const allEvents = async () => eventsIn(await operator.get('/events?perPage=200&orderBy=eventTime&orderDirection=ASC'));

await weighInTest(at, of, { household: neighbour, grams: 5_000, fenPerKg: 1100 });
passTime(60_000);
const { lot, note } = await packTestLot(at, of, { sku: goods.sku, netGrams: 500, packs: 29, lossGrams: 5_500 });
passTime(60_000);

test('what was bought, packed and stocked before is told as events, each once', async () => {
  await transact(at.db, (tx) => stockedOut(tx, county, lot.id, of.operator, { kind: 'stocking', id: lot.id }));
  assert.equal(await tellFacts(at), 3);
  assert.equal(await tellFacts(at), 0, 'nothing is left to be told');
  const [bought, packed, stocked] = (await allEvents()).toSorted((a, b) =>
    String(a.bizStep).localeCompare(String(b.bizStep)),
  ) as [JsonObject, JsonObject, JsonObject];
  assert.equal(bought.bizStep, 'commissioning');
  assert.deepEqual(bought.quantityList, [
    { epcClass: `https://shop.example.cn/lots/${county}/${note.lotNumber}`, quantity: 25, uom: 'KGM' },
  ]);
  assert.deepEqual(
    bought.sourceList,
    [{ type: 'location', source: `https://shop.example.cn/village/${county}000000` }],
    'of two households the village is not told',
  );
  assert.equal(packed.type, 'TransformationEvent');
  assert.equal(packed.bizStep, 'packing');
  assert.deepEqual(packed.outputQuantityList, [
    { epcClass: `https://shop.example.cn/01/${goods.gtin}/10/${lot.number}`, quantity: 29 },
  ]);
  assert.equal(stocked.bizStep, 'stocking');
});

test('an undone operation is declared wrong, and what was lost is gone', async () => {
  const { lot: raw } = await weighInTest(at, of, { grams: 8_000 });
  const done = await split(at, of.operator, { county, lot: raw, grams: [3_000, 5_000] }, null);
  passTime(1000);
  await tellFacts(at);
  await undo(at, of.operator, { county, id: done.id, reason: '秤读错了' }, null);
  passTime(1000);
  await lose(at, of.operator, { county, lot: raw, grams: 1_000, reason: '受潮霉变' }, null);
  passTime(1000);
  assert.equal(await tellFacts(at), 2);
  const declared = eventsIn(await operator.get('/events?EXISTS_errorDeclaration=&perPage=50'));
  assert.equal(declared.length, 1);
  assert.equal((declared[0] as { errorDeclaration: JsonObject }).errorDeclaration.reason, 'did_not_occur');
  const both = eventsIn(await operator.get(`/events/${encodeURIComponent(String(declared[0]?.eventID))}`));
  assert.equal(both.length, 2, 'the event stays, beside what declares it wrong');
  const [gone] = eventsIn(await operator.get('/events?EQ_action=DELETE'));
  assert.deepEqual([gone?.bizStep, gone?.disposition], ['destroying', 'destroyed']);
});

test('cases are told by their SSCC, and a recall with every lot it has', async () => {
  const { lot: second } = await packTestLot(at, of, { sku: goods.sku, netGrams: 500, packs: 24, lossGrams: 0 });
  const ranges = [{ lot: second.id, from: 1, to: 12 }];
  const unit = await makeUnit(at, of.merchant, { county, kind: 'case', ranges, children: [] }, null);
  passTime(1000);
  await unpackUnit(at, of.merchant, { county, id: unit.id, reason: '箱子破了' }, null);
  passTime(1000);
  const told = { county, lot: second.id, reach: 'lot', unshipped: 'hold' } as const;
  await declareRecall(at, of.operator, { ...told, reason: '检出农残超标', advice: '请勿食用，联系退款' }, null);
  passTime(1000);
  await tellFacts(at);
  const [added, removed] = eventsIn(
    await operator.get(
      `/events?MATCH_parentID=https://id.gs1.org/00/${unit.sscc}&orderBy=eventTime&orderDirection=ASC`,
    ),
  );
  assert.deepEqual(
    [added?.action, added?.bizStep, removed?.action, removed?.bizStep],
    ['ADD', 'packing', 'DELETE', 'unpacking'],
  );
  assert.equal((added as { childQuantityList: JsonObject[] }).childQuantityList[0]?.quantity, 12);
  const [recalled] = eventsIn(await operator.get('/events?EQ_disposition=recalled'));
  assert.equal((recalled as { quantityList: JsonObject[] }).quantityList.length, 1);
  assert.ok(!JSON.stringify(recalled).includes('农残'), 'why is not told by event');
});

test('our events are valid by GS1’s schema, are their own hash, and name no household', async () => {
  const answer = await operator.get('/events?perPage=200');
  assert.deepEqual(faultsOf(answer.body), []);
  for (const event of eventsIn(answer)) assert.equal(event.eventID, hashId(prehash(event)));
  const households = await sql<{ id: string; code: string }>`select id, code from registry.household`.execute(at.db);
  const kept = await sql<{ document: string }>`
    select document::text || coalesce(fact, '') as document from trace.epcis_event
    union all select field || value from trace.epcis_term`.execute(at.db);
  const text = kept.rows.map((row) => row.document).join('\n') + JSON.stringify(answer.body);
  const secrets = ['张', '马兰英', of.household, neighbour, note.id, note.number, of.keeper.person];
  for (const secret of [...secrets, ...households.rows.flatMap((row) => [row.id, row.code])]) {
    assert.ok(!text.includes(secret), `“${secret}” is in no event`);
  }
});

test('everybody sees the events of his own lots only', async () => {
  const merchant = eventsIn(await epcis.as(of.merchant).get('/events?perPage=200'));
  assert.ok(merchant.length > 0);
  const stranger = {
    ...of.merchant,
    person: 'stranger',
    memberships: of.merchant.memberships.map((m) => ({ ...m, org: neighbour })),
  };
  assert.equal(eventsIn(await epcis.as(stranger).get('/events')).length, 0);
  assert.equal((await epcis.as(of.cadre).get('/events')).status, 403);
  assert.equal((await epcis.as(null).get('/events')).status, 401);
});

const origins: [why: string, sources: Parameters<typeof originsOf>[0], told: string[]][] = [
  ['three of a village: the village', [{ village: of.village, households: ['a', 'b', 'c'] }], [of.village]],
  [
    'three of a township, in two villages: the township',
    [
      { village: of.village, households: ['a', 'b'] },
      { village: neighbourVillage, households: ['c'] },
    ],
    [`${of.village.slice(0, 9)}000`],
  ],
  ['one: the county', [{ village: of.village, households: ['a'] }], [`${county}000000`]],
  [
    'one household that is known in two villages is one',
    [
      { village: of.village, households: ['a', 'b'] },
      { village: neighbourVillage, households: ['a'] },
    ],
    [`${county}000000`],
  ],
];
for (const [why, sources, told] of origins) test(why, () => assert.deepEqual(originsOf(sources), told));
