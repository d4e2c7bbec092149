import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { catalogModule } from '#catalog';
import type { Actor } from '#platform/actor.ts';
import type { Db } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { openTestCounty, stranger, testContext } from '../../../test/fixtures.ts';
import { addTestGoods, breachesOf, packTestLot } from '../../../test/fixtures-goods.ts';
import { refusalOf } from '../../../test/fixtures-trade.ts';
import { traceModule } from '../index.ts';
import { lotDetail } from '../lots/lot-detail.ts';
import { undo } from '../operations/undo.ts';
import { makePrintJob, printFile } from '../print/print-job.ts';
import { listAlerts } from './alerts.queries.ts';
import { answerAlert } from './answer-alert.ts';
import { type CodeRange, findRange, rangesOf, readStanding } from './codes.queries.ts';
import { countFalseCodes, MOST_FALSE } from './false-codes.ts';
import { lotCodes } from './lot-codes.ts';
import { reissueCodes } from './reissue-codes.ts';
import { rotateCodeKey } from './rotate-key.ts';
import { type Looker, lookCounter, scanCode } from './scan.ts';
import { brokenRules, defaultScanRule } from './scan-rules.ts';
import { forgetVisitors } from './scans.queries.ts';
import { serialOf } from './serial.ts';
import { setScanRule } from './set-scan-rule.ts';

const { at, setTime } = await testContext();
const of = await openTestCounty(at);
const { county } = of;
const goods = await addTestGoods(at, of);
const counters = { looks: lookCounter(at), falseCodes: countFalseCodes() };

/** A lot on sale. */
async function onSale(packs = 30): Promise<{ id: string; gtin: string; number: string }> {
  const { lot } = await packTestLot(at, of, { sku: goods.sku, netGrams: 500, packs });
  await at.db.updateTable('trace.lot').set({ grams_on_hand: 0 }).where('id', '=', lot.id).execute();
  const range = (await rangesOf(at.db, county, [lot.id])).get(lot.id);
  return { id: lot.id, gtin: range?.gtin ?? '', number: lot.number };
}
const somebody = (visitor: string, province: string | null = null): Looker => ({
  ...{ address: visitor, visitor, province, counties: [] },
});
const serial = async (lot: { id: string }, pack: number) =>
  (await lotCodes(at, of.operator, { county, id: lot.id, from: pack, count: 1 })).codes[0]?.serial ?? '';
const look = async (lot: Awaited<ReturnType<typeof onSale>>, pack: number, by: Looker) =>
  scanCode(at, counters, by, { gtin: lot.gtin, lot: lot.number, serial: await serial(lot, pack) });
const alertsOn = async (lot: { id: string }, by: Actor = of.operator) =>
  (
    await listAlerts(at.db, county, by === of.operator ? 'all' : { orgs: [], stations: [] }, {
      lot: lot.id,
      page: 1,
      size: 50,
    })
  ).rows;

const lot = await onSale();

test('print files: who may not have one', async (t) => {
  const ask = { county, id: lot.id, from: 1, to: 30, format: 'csv', size: '60x40', sheet: 'a4' } as const;
  const cases: [says: string, by: Actor, over: Partial<typeof ask>, code: string][] = [
    ['a stranger', stranger, {}, 'lot-not-found'],
    ['another seller', of.otherMerchant, {}, 'lot-not-found'],
    ['the auditor, who only reads', of.auditor, {}, 'lot-not-yours'],
    ['of a lot that is not there', of.operator, { id: newId() }, 'lot-not-found'],
    ['past the last pack', of.operator, { to: 31 as 30 }, 'packs-beyond-lot'],
    ['backwards', of.operator, { from: 5 as 1, to: 4 as 30 }, 'packs-beyond-lot'],
  ];
  for (const [says, by, over, code] of cases) {
    await t.test(says, async () => {
      assert.equal((await refusalOf(makePrintJob(at, by, { ...ask, ...over }, null))).code, code);
    });
  }
});

test('a print file holds the codes of its packs, is its maker’s for a day, and is on record', async () => {
  const paper = { size: '60x40', sheet: 'a4' } as const;
  const job = await makePrintJob(
    at,
    of.merchant,
    { county, id: lot.id, from: 3, to: 12, format: 'csv', ...paper },
    null,
  );
  assert.equal(job.codes, 10);
  assert.equal((await refusalOf(printFile(at, of.operator, { county, id: job.id }))).code, 'print-job-not-found');
  const { file, name } = await printFile(at, of.merchant, { county, id: job.id });
  assert.equal(name, `${lot.number}-3-12.csv`);
  const text = await textOf(file);
  assert.ok(text.startsWith('\ufeff'), 'spreadsheets read it as UTF-8');
  const lines = text.trim().split('\r\n');
  assert.equal(lines.length, 11);
  assert.equal(lines[0], 'pack,serial,gtin,lot,url');
  const first = await serial(lot, 3);
  assert.equal(
    lines[1],
    `3,${first},${lot.gtin},${lot.number},https://shop.example.cn/01/${lot.gtin}/10/${lot.number}/21/${first}`,
  );
  for (const [format, begins] of [
    ['svg', '<svg '],
    ['pdf', '%PDF-1.'],
  ] as const) {
    for (const sheet of ['roll', 'a4'] as const) {
      const one = await makePrintJob(
        at,
        of.merchant,
        { county, id: lot.id, from: 1, to: 30, format, size: '40x30', sheet },
        null,
      );
      const drawn = await textOf((await printFile(at, of.merchant, { county, id: one.id })).file);
      assert.ok(drawn.startsWith(begins));
      if (format === 'svg') assert.equal(drawn.split('<g ').length - 1, 30);
      else assert.ok(drawn.includes(`/Count ${sheet === 'a4' ? 1 : 30}`) && drawn.trimEnd().endsWith('%%EOF'));
    }
  }
  setTime('2026-09-18T06:00:01Z');
  assert.equal((await refusalOf(printFile(at, of.merchant, { county, id: job.id }))).code, 'print-job-not-found');
  setTime('2026-09-17T06:00:00Z');
  const rows = await at.db.selectFrom('trace.print_job').select(['from_pack', 'to_pack', 'by_person']).execute();
  assert.equal(rows.length, 5);
  assert.deepEqual(
    rows.find((row) => row.from_pack === 3),
    { from_pack: 3, to_pack: 12, by_person: of.merchant.person },
  );
});

test('rules of copied codes, by themselves', () => {
  const now = new Date('2026-10-01T00:00:00Z');
  const place = (province: string, daysAgo: number) => ({
    province,
    lastAt: new Date(now.getTime() - daysAgo * 86_400_000),
  });
  const cases: [says: string, scans: number, places: ReturnType<typeof place>[], broken: string[]][] = [
    ['one look', 1, [place('62', 0)], []],
    ['packed here, bought there', 2, [place('62', 3), place('11', 0)], []],
    ['three looks in two provinces', 3, [place('62', 3), place('11', 0)], ['copied']],
    ['three looks in one', 3, [place('62', 3)], []],
    ['two provinces, long apart', 3, [place('62', 31), place('11', 0)], []],
    ['twenty looks at home', 20, [place('62', 0)], []],
    ['twenty-one looks at home', 21, [place('62', 0)], ['often']],
    ['many looks, nobody said where', 21, [], ['often']],
  ];
  for (const [says, scans, places, broken] of cases) {
    assert.deepEqual(brokenRules(defaultScanRule, { scans, places }, now, null), broken, says);
  }
  const places = [place('62', 3), place('11', 0)];
  const yesterday = { at: new Date('2026-09-30T00:00:00Z'), scans: 3 };
  assert.deepEqual(brokenRules(defaultScanRule, { scans: 4, places }, now, yesterday), [], 'closed as harmless');
});

test('a copied code is flagged within three looks from two provinces, and the county decides', async () => {
  assert.deepEqual((await look(lot, 1, somebody('a', '62'))).warnings, []);
  assert.deepEqual((await look(lot, 1, somebody('a', '62'))).scans, 1, 'the same phone again');
  assert.deepEqual((await look(lot, 1, somebody('b', '11'))).warnings, []);
  const third = await look(lot, 1, somebody('c', '11'));
  assert.deepEqual(third.warnings, ['copied']);
  assert.deepEqual(
    third.places.map(({ province, scans }) => [province, scans]),
    [
      ['11', 2],
      ['62', 1],
    ],
  );
  const [alert] = await alertsOn(lot);
  assert.deepEqual([alert?.kind, alert?.pack, alert?.state, alert?.scans], ['copied', 1, 'open', 3]);
  const id = alert?.id ?? '';
  for (const [by, code] of [
    [of.merchant, 'alert-not-yours'],
    [of.auditor, 'alert-not-yours'],
  ] as const) {
    assert.equal((await refusalOf(answerAlert(at, by, { county, id, to: 'looked_at' }, null))).code, code);
  }
  assert.equal(
    (await refusalOf(answerAlert(at, of.operator, { county, id: newId(), to: 'closed' }, null))).code,
    'alert-not-found',
  );
  await answerAlert(at, of.operator, { county, id, to: 'looked_at' }, null);
  assert.equal(
    (await refusalOf(answerAlert(at, of.operator, { county, id, to: 'looked_at' }, null))).code,
    'alert-already-moved',
  );
  setTime('2026-09-17T07:00:00Z');
  await answerAlert(at, of.operator, { county, id, to: 'closed', verdict: 'harmless', reason: '同一家人' }, null);
  setTime('2026-09-17T08:00:00Z');
  assert.deepEqual((await look(lot, 1, somebody('d', '11'))).warnings, [], 'harmless: the page says nothing more');
  await look(lot, 1, somebody('e', '31'));
  assert.deepEqual((await look(lot, 1, somebody('f', '31'))).warnings, ['copied'], 'three more from two provinces');
  assert.equal((await alertsOn(lot)).length, 2);
  setTime('2026-09-17T06:00:00Z');
});

test('looks that come at once, at one pack and at many, are each counted', async () => {
  const many = await onSale(40);
  await Promise.all(Array.from({ length: 120 }, (_, i) => look(many, 1 + (i % 40), somebody(`v${i}`))));
  const rows = await at.db.selectFrom('trace.scan').select(['pack', 'scans']).where('lot', '=', many.id).execute();
  assert.equal(rows.length, 40);
  assert.ok(rows.every((row) => row.scans === 3));
});

test('where the visitor says to be is no second look', async () => {
  await look(lot, 2, somebody('x'));
  const told = await scanCode(at, counters, somebody('x'), {
    ...{ gtin: lot.gtin, lot: lot.number, serial: await serial(lot, 2), province: '44' },
  });
  assert.deepEqual([told.scans, told.places.map((place) => place.province)], [1, ['44']]);
});

test('whoever works in the county and checks labels is not counted', async () => {
  const seen = await look(lot, 3, { ...somebody('staff', '62'), counties: [county] });
  assert.equal(seen.scans, 0);
});

test('a lot that is not on sale, or recalled: the buyer is warned, the county told once a lot', async () => {
  const early = await packTestLot(at, of, { sku: goods.sku, netGrams: 500, packs: 5 });
  const gtin = lot.gtin;
  const one = { id: early.lot.id, gtin, number: early.lot.number };
  assert.deepEqual((await look(one, 1, somebody('a'))).warnings, ['not-on-sale']);
  await look(one, 2, somebody('b'));
  await at.db.updateTable('trace.lot').set({ state: 'recalled', grams_on_hand: 0 }).where('id', '=', one.id).execute();
  assert.deepEqual((await look(one, 3, somebody('c'))).warnings, ['recalled']);
  const told = await alertsOn(one);
  assert.deepEqual(told.map(({ kind, scans, pack }) => [kind, scans, pack]).sort(), [
    ['not_stocked', 2, 0],
    ['recalled', 1, 0],
  ]);
});

test('new lots take the new key; what is printed stays true', async () => {
  assert.equal(
    (await refusalOf(rotateCodeKey(at, of.merchant, { county, reason: '试试' }, null))).code,
    'codes-not-yours',
  );
  const before = await serial(lot, 7);
  assert.deepEqual(await rotateCodeKey(at, of.operator, { county, reason: '换密钥' }, null), { version: 2 });
  const next = await onSale(5);
  assert.equal((await findRange(at.db, next.gtin, next.number))?.keyVersion, 2);
  assert.equal(await serial(lot, 7), before);
});

test('codes that were stolen before use are withdrawn; used ones cannot be', async (t) => {
  const other = await onSale(20);
  const stolen = await serial(other, 15);
  await look(other, 9, somebody('a'));
  const cases: [says: string, by: Actor, over: object, code: string][] = [
    ['not the seller', of.merchant, {}, 'codes-not-yours'],
    ['no such lot', of.operator, { id: newId() }, 'lot-not-found'],
    ['past the last pack', of.operator, { from: 21 }, 'packs-beyond-lot'],
    ['a pack that was looked up is among them', of.operator, { from: 9 }, 'codes-in-use'],
  ];
  for (const [says, by, over, code] of cases) {
    await t.test(says, async () => {
      const input = { county, id: other.id, from: 10, reason: '文件外泄', ...over };
      assert.equal((await refusalOf(reissueCodes(at, by, input, null))).code, code);
    });
  }
  const made = await reissueCodes(at, of.operator, { county, id: other.id, from: 10, reason: '文件外泄' }, null);
  assert.equal(made.from, 10);
  assert.notEqual(await serial(other, 15), stolen);
  const old = scanCode(at, counters, somebody('thief', '44'), { gtin: other.gtin, lot: other.number, serial: stolen });
  assert.equal((await refusalOf(old)).code, 'code-false');
  assert.deepEqual(
    (await alertsOn(other)).map(({ kind, pack }) => [kind, pack]),
    [['withdrawn', 15]],
  );
  assert.equal((await look(other, 15, somebody('b'))).pack, 15, 'the new code is true');
  const beyond = serialOf(at.sealer, { county, lot: other.id, pack: 21, keyVersion: 2 });
  await refusalOf(scanCode(at, counters, somebody('t'), { gtin: other.gtin, lot: other.number, serial: beyond }));
  assert.ok((await alertsOn(other)).some(({ kind, pack }) => kind === 'never_packed' && pack === 21));
});

test('ranges are kept, and what changes of one is seen at once here and within a second in every other process', async () => {
  const [reissued, voided] = [await onSale(20), await packTestLot(at, of, { sku: goods.sku, netGrams: 500, packs: 5 })];
  const old = await serial(reissued, 15);
  const range = (await rangesOf(at.db, county, [voided.lot.id])).get(voided.lot.id) as CodeRange;
  const label = serialOf(at.sealer, { county, lot: voided.lot.id, pack: 3, keyVersion: range.keyVersion });
  let read = 0;
  // What one process keeps it keeps for its own connections.
  const elsewhere = at.db.withPlugin({
    transformQuery({ node }) {
      if (node.kind === 'RawNode' && node.sqlFragments.join('').includes('from trace.code_range')) read += 1;
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  const standings = async (db: Db) =>
    Promise.all(
      [
        [reissued.gtin, reissued.number, old],
        [range.gtin, range.lotNumber, label],
      ].map(async (code) => (await readStanding(db, at.sealer, ...(code as [string, string, string])))?.standing),
    );
  assert.deepEqual(await standings(at.db), ['genuine', 'genuine']);
  for (let n = 0; n < 3; n++) assert.deepEqual(await standings(elsewhere), ['genuine', 'genuine']);
  await sleep(1100);
  await standings(elsewhere);
  assert.equal(read, 2, 'kept while nothing changes, however long');

  await reissueCodes(at, of.operator, { county, id: reissued.id, from: 10, reason: '文件外泄' }, null);
  assert.deepEqual(await standings(at.db), ['withdrawn', 'genuine']);
  await sleep(1100);
  assert.deepEqual(await standings(elsewhere), ['withdrawn', 'genuine']);

  const { operations } = await lotDetail(at.db, at.sealer, of.operator, county, voided.lot.id);
  await undo(at, of.operator, { county, id: operations[0]?.id as string, reason: '装错了' }, null);
  assert.deepEqual(await standings(at.db), ['withdrawn', 'withdrawn']);
  await sleep(1100);
  assert.deepEqual(await standings(elsewhere), ['withdrawn', 'withdrawn']);
});

test('a range that was being read while its codes were changed is not kept', async () => {
  const { id, gtin, number } = await onSale(20);
  const old = await serial({ id }, 15);
  const elsewhere = at.db.withPlugin({
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      // The answer is on its way when the change is committed.
      if (result.rows.some((row) => 'lotNumber' in row && row.changes === before)) {
        before = -1;
        await reissueCodes(at, of.operator, { county, id, from: 10, reason: '文件外泄' }, null);
      }
      return result;
    },
  });
  let before = (await findRange(at.db, gtin, number))?.changes ?? 0;
  assert.equal((await readStanding(elsewhere, at.sealer, gtin, number, old))?.standing, 'withdrawn');
});

test('one address may show some false codes and then none at all for a while', async () => {
  const target = await onSale(5);
  const guess = (i: number) =>
    scanCode(at, counters, somebody('guesser'), {
      gtin: target.gtin,
      lot: target.number,
      serial: `${i}`.padStart(15, '0'),
    });
  for (let i = 0; i <= MOST_FALSE; i++) assert.equal((await refusalOf(guess(i))).code, 'code-false');
  assert.equal((await refusalOf(guess(99))).code, 'too-many-requests');
  assert.equal((await refusalOf(look(target, 1, somebody('guesser')))).code, 'too-many-requests');
  assert.equal((await look(target, 1, somebody('buyer'))).scans, 1, 'others go on');
  assert.deepEqual(
    (await alertsOn(target)).map(({ kind, scans }) => [kind, scans]),
    [['guessed', 1]],
  );
});

test('the county’s own rule is in force from when it is set', async () => {
  const rule = { name: '县规则 2026-10', provinces: 2, scans: 2, days: 30, often: 5 };
  assert.equal((await refusalOf(setScanRule(at, of.auditor, { county, ...rule }, null))).code, 'codes-not-yours');
  await setScanRule(at, of.operator, { county, ...rule }, null);
  await look(lot, 20, somebody('a', '62'));
  assert.deepEqual((await look(lot, 20, somebody('b', '51'))).warnings, ['copied']);
});

test('nobody can be found in what is kept of looks, and a day later not even the same phone', async () => {
  const looks = await at.db.selectFrom('trace.scan').selectAll().execute();
  const columns = Object.keys(looks[0] ?? {}).sort();
  assert.deepEqual(columns, ['county', 'first_at', 'last_at', 'lot', 'pack', 'scans', 'visitor']);
  assert.ok((await forgetVisitors(at.db, new Date('2026-09-19T00:00:00Z'))) > 0);
  const left = await at.db.selectFrom('trace.scan').select('visitor').where('visitor', 'is not', null).execute();
  assert.equal(left.length, 0);
});

test('the books agree', async () => {
  // This file takes lots off the hand and recalls them by itself; those lines are not what it is about.
  const breaches = await breachesOf(at, catalogModule, traceModule);
  assert.deepEqual(
    breaches.filter((line) => !line.includes('on hand')),
    [],
  );
});

async function textOf(file: AsyncIterable<Buffer | string>): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of file) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString('utf8');
}
