import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ledgerModule } from '#ledger';
import { scoped } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import {
  addTestHousehold,
  addTestOrganisation,
  addTestPerson,
  openTestCounty,
  stranger,
  testContext,
} from '../../../test/fixtures.ts';
import { breachesOf, weighInTest } from '../../../test/fixtures-goods.ts';
import { addTestDevice, type SaidNote } from '../../../test/fixtures-offline.ts';
import { setReferencePrice } from '../../catalog/prices/set-reference-price.ts';
import { mergeHouseholds } from '../../registry/households/merge-households.ts';
import { removeStaff } from '../../registry/people/remove-staff.ts';
import { issueCertificate } from '../certificates/issue-certificate.ts';
import { registerDevice } from '../devices/register-device.ts';
import { revokeDevice } from '../devices/revoke-device.ts';
import { traceModule } from '../index.ts';
import { addPlot } from '../plots/add-plot.ts';
import { recordWork } from '../plots/record-work.ts';
import { setPesticide } from '../plots/set-pesticide.ts';
import { findPurchase } from '../purchases/purchases.queries.ts';
import { confirmNote, reverseConflict } from './decide-conflict.ts';
import { conflictPage } from './offline.queries.ts';
import { receiveNotes } from './receive-notes.ts';

const { at, setTime } = await testContext();
const of = await openTestCounty(at);
const { county, village, operator } = of;
const phone = await addTestDevice(at, of);
const tablet = await addTestDevice(at, of, { name: '站里的平板' });
const morning = new Date('2026-09-17T01:00:00Z');
const noon = new Date('2026-09-17T04:00:00Z');

const inCounty = <T>(work: Parameters<typeof scoped<T>>[2]) => scoped(at.db, String(county), work);
const noteOf = (said: SaidNote) => inCounty((tx) => findPurchase(tx, county, said.id));
const conflictsOf = async (said: SaidNote) =>
  (await inCounty((tx) => conflictPage(tx, county, 'all', { size: 200 }))).rows.filter((c) => c.purchase === said.id);
const household = (yields = [{ crop: 'walnut', areaCentimu: 0, trees: 1 }]) =>
  addTestHousehold(at, { county, village, name: '赵小满', yields });

test('the whole call is refused: a device that is not the caller’s, or only reads', async () => {
  const notes = [phone.buys(morning)];
  const sent = { county, device: phone.id, sentAt: at.clock.now().toISOString(), notes };
  await assert.rejects(receiveNotes(at, stranger, sent, 'zh'), { code: 'device-unknown' });
  await assert.rejects(receiveNotes(at, operator, sent, 'zh'), { code: 'device-unknown' });
  await assert.rejects(receiveNotes(at, of.keeper, { ...sent, device: newId() }, 'zh'), { code: 'device-unknown' });
  const { device } = await registerDevice(at, of.cadre, { county, name: '书记的手机' }, null);
  await assert.rejects(receiveNotes(at, of.cadre, { ...sent, device: device.id }, 'zh'), { code: 'device-reads-only' });
  await assert.rejects(registerDevice(at, of.cadre, { county, station: of.station, name: '书记的手机' }, null), {
    code: 'station-not-yours',
  });
});

test('a note is refused by itself, kept with its reason, and the others of its batch go through', async () => {
  const good = phone.buys(morning);
  const bad: [string, SaidNote][] = [
    ['household-not-found', phone.buys(morning, { household: newId() })],
    ['crop-unknown', phone.buys(morning, { crop: 'gold' })],
    ['buyer-unknown', phone.buys(morning, { buyer: of.station })],
    ['price-zero', phone.buys(morning, { fenPerKg: 0 })],
    ['amount-wrong', phone.buys(morning, { amountFen: 1 })],
    ['note-number-used', phone.buys(noon, { number: good.number })],
    ['purchase-not-found', phone.reverses(noon, phone.buys(noon))],
  ];
  const { notes } = await phone.sends([good, ...bad.map(([, note]) => note)]);
  assert.deepEqual(
    notes.map((one) => one.code),
    [null, ...bad.map(([code]) => code)],
  );
  assert.match(notes[5]?.message ?? '', /^票面 0.01 元，按重量和单价应为 120.00 元$/);
  const kept = await inCounty((tx) =>
    tx.selectFrom('trace.offline_note').select('code').where('state', '=', 'refused').execute(),
  );
  assert.equal(kept.length, bad.length);
});

test('a note is written once: numbers of both, the paper’s money, the lot and the day it was bought on', async () => {
  setTime('2026-09-18T02:00:00Z');
  const said = tablet.buys(noon, { grade: '二级', grams: 12_345, fenPerKg: 1180 });
  const first = await tablet.sends([said]);
  const again = await tablet.sends([said]);
  assert.deepEqual(again.notes, first.notes);
  const [answer] = first.notes;
  assert.deepEqual(
    { ...answer },
    {
      ...{ id: said.id, state: 'accepted', number: 'S260917-0002', lotNumber: 'L260917-0002', conflicts: [] },
      ...{ notices: [], code: null, message: null, receivedAt: at.clock.now() },
    },
  );
  const note = await noteOf(said);
  assert.deepEqual([note?.day, note?.amount_fen, note?.at.toISOString()], ['2026-09-17', 14_567, noon.toISOString()]);
  const booked = await at.db
    .selectFrom('ledger.transfer')
    .select('created_at')
    .where('evidence', '=', said.id)
    .execute();
  assert.deepEqual(
    booked.map((one) => one.created_at.toISOString()),
    ['2026-09-18T02:00:00.000Z', '2026-09-18T02:00:00.000Z'],
    'the ledger is told when it is known',
  );
  assert.equal((await tablet.sends([{ ...said, grams: 1, amountFen: 1 }])).notes[0]?.code, 'note-id-used');
  assert.equal((await phone.sends([said])).notes[0]?.code, 'note-id-used');
});

test('the variety that the paper says is kept, known or not; a device that knew of none says none', async () => {
  const plain = phone.buys(noon, { grams: 1_000, amountFen: 1_200 });
  const said = phone.buys(noon, { grams: 1_000, amountFen: 1_200, variety: '清香' });
  const back = phone.reverses(noon, said);
  const { notes } = await phone.sends([plain, said, back]);
  assert.deepEqual(
    notes.map((one) => one.state),
    ['accepted', 'accepted', 'accepted'],
  );
  const written = await Promise.all([plain, said, back].map(noteOf));
  assert.deepEqual(
    written.map((one) => one?.variety),
    ['', '清香', '清香'],
  );
});

test('of ten who send the same note at once, all get the one answer', async () => {
  const said = phone.buys(noon, { grams: 7_000 });
  const all = await Promise.all(Array.from({ length: 10 }, () => phone.sends([said])));
  assert.equal(new Set(all.map(({ notes: [one] }) => one?.number)).size, 1);
});

test('refused here and accepted there at the same time: what was written is never called refused', async () => {
  const bought = phone.buys(noon, { household: await household() });
  const back = phone.reverses(noon, bought);
  // Between the refusal, whose note has not come yet, and its being kept, both are sent and accepted.
  let transactions = 0;
  const slow = new Proxy(at.db, {
    get(db, name) {
      const value = Reflect.get(db, name);
      if (name !== 'transaction') return typeof value === 'function' ? value.bind(db) : value;
      return () => ({
        execute: async (work: Parameters<ReturnType<typeof db.transaction>['execute']>[0]) => {
          if (++transactions === 2) {
            const { notes } = await phone.sends([bought, back]);
            assert.deepEqual(
              notes.map((one) => one.state),
              ['accepted', 'accepted'],
            );
          }
          return db.transaction().execute(work);
        },
      });
    },
  });
  const sent = { county, device: phone.id, sentAt: at.clock.now().toISOString(), notes: [back] };
  const { notes } = await receiveNotes({ ...at, db: slow }, phone.by, sent, 'zh');
  assert.equal(transactions, 2);
  assert.deepEqual([notes[0]?.state, notes[0]?.code], ['accepted', null]);
  assert.equal((await phone.sends([back])).notes[0]?.state, 'accepted');
});

test('two devices bought from one household: up to 120 % it stands, above the county decides', async () => {
  const seller = await household(); // 40 kg
  const [a, b, c] = [
    phone.buys(morning, { household: seller, grams: 30_000 }),
    tablet.buys(noon, { household: seller, grams: 18_000 }),
    tablet.buys(noon, { household: seller, grams: 1_000 }),
  ];
  const first = await phone.sends([a]);
  const second = await tablet.sends([b, c]);
  assert.deepEqual(
    [...first.notes, ...second.notes].map((one) => one.conflicts),
    [[], [], ['grams-above-yield']],
  );
  const [conflict] = await conflictsOf(c);
  assert.deepEqual(conflict?.detail, { boughtGrams: 48_000, limitGrams: 40_000 });
  const id = conflict?.id ?? '';
  const decision = { county, id, reason: '多种了三棵树，村里核过' };
  await assert.rejects(confirmNote(at, operator, { ...decision, id: newId() }, null), { code: 'conflict-not-found' });
  const done = await confirmNote(at, operator, decision, null);
  assert.deepEqual([done.state, done.decidedByName, done.number], ['confirmed', '周运营', second.notes[1]?.number]);
  await assert.rejects(confirmNote(at, operator, decision, null), { code: 'conflict-decided' });
  await assert.rejects(reverseConflict(at, operator, decision, null), { code: 'conflict-decided' });
  assert.ok(await noteOf(c));
});

test('a note the county takes back leaves no conflict open, and neither does one its keeper takes back', async () => {
  const floor = { county, crop: 'walnut', grade: '统货', day: '2026-09-17', fenPerKg: 1000, source: '县农业农村局' };
  await setReferencePrice(at, operator, { ...floor, floorFenPerKg: 900 });
  const seller = await household();
  const cheap = { grade: '统货', fenPerKg: 800, referenceFenPerKg: 800, household: seller, grams: 50_000 };
  const [a, b] = [phone.buys(noon, cheap), phone.buys(noon, { ...cheap, grams: 1_000 })];
  const { notes } = await phone.sends([a, b]);
  assert.deepEqual(notes[0]?.conflicts, ['grams-above-yield', 'price-under-floor']);
  assert.deepEqual(notes[0]?.notices, ['price-changed']);
  const [first] = await conflictsOf(a);
  await reverseConflict(at, operator, { county, id: first?.id ?? '', reason: '退回给农户' }, null);
  assert.deepEqual(
    (await conflictsOf(a)).map((one) => one.state),
    ['reversed', 'reversed'],
  );
  assert.equal((await conflictsOf(b))[0]?.state, 'open');
  await phone.sends([phone.reverses(at.clock.now(), b)]);
  assert.deepEqual(
    (await conflictsOf(b)).map((one) => one.state),
    ['reversed', 'reversed'],
  );
});

test('a household merged meanwhile: its notes are the one’s that stays, and count together', async () => {
  const [kept, twice] = [await household(), await household()];
  const before = phone.buys(morning, { household: twice, grams: 30_000 });
  await phone.sends([before]);
  const offline = tablet.buys(noon, { household: twice, grams: 20_000, referenceFenPerKg: 1000 });
  await mergeHouseholds(at, operator, { county, id: twice, into: kept, reason: '登记了两次' }, null);
  const { notes } = await tablet.sends([offline]);
  assert.deepEqual([notes[0]?.conflicts, notes[0]?.notices], [['grams-above-yield'], ['household-merged']]);
  assert.equal((await noteOf(offline))?.household, kept);
  assert.equal((await noteOf(before))?.household, twice, 'what was written is never edited');
  // With a signal the same pointer is followed, up to what is left of both.
  await assert.rejects(weighInTest(at, of, { household: twice, grams: 1_000, grade: '一级' }));
});

test('a lot closed meanwhile: a new one of the same day', async () => {
  const seller = await household();
  const online = await weighInTest(at, of, { household: seller, grams: 1_000, grade: '特级' });
  await issueCertificate(at, operator, { county, id: online.lot, basis: ['quality_control'] }, null);
  const said = phone.buys(new Date('2026-09-18T01:00:00Z'), { household: seller, grade: '特级', grams: 2_000 });
  const { notes } = await phone.sends([said]);
  assert.notEqual(notes[0]?.lotNumber, online.lotNumber);
  assert.match(notes[0]?.lotNumber ?? '', /^L260918-/);
});

test('a reversal too late for its lot is a conflict of the note it would take back', async () => {
  const seller = await household();
  const said = phone.buys(noon, { household: seller, grade: '等外', grams: 3_000 });
  await phone.sends([said]);
  const lot = (await noteOf(said))?.lot ?? '';
  await issueCertificate(at, operator, { county, id: lot, basis: ['quality_control'] }, null);
  const back = phone.reverses(at.clock.now(), said, '称错了');
  const { notes } = await phone.sends([back]);
  assert.deepEqual([notes[0]?.state, notes[0]?.number, notes[0]?.conflicts], ['accepted', null, ['reversal-too-late']]);
  assert.deepEqual((await phone.sends([back])).notes, notes);
  const [conflict] = await conflictsOf(said);
  await assert.rejects(reverseConflict(at, operator, { county, id: conflict?.id ?? '', reason: '照站长说的' }, null), {
    code: 'lot-moved-on',
  });
  await confirmNote(at, operator, { county, id: conflict?.id ?? '', reason: '货已开证，照付' }, null);
});

test('a clock an hour fast: the note stands on the day it was bought', async () => {
  setTime('2026-09-19T02:00:00Z');
  const fast = await addTestDevice(at, of, { offsetMs: -3_600_000 });
  // 23:30 in China; the phone shows half past midnight of the next day.
  const said = fast.buys(new Date('2026-09-18T15:30:00Z'), {
    household: await household(),
    grams: 1_000,
    referenceFenPerKg: 1000,
  });
  assert.equal(said.writtenAt, '2026-09-18T16:30:00.000Z');
  const { notes } = await fast.sends([said]);
  assert.deepEqual([notes[0]?.conflicts, notes[0]?.notices], [[], ['clock-corrected']]);
  assert.equal((await noteOf(said))?.day, '2026-09-18');
});

test('a device is revoked: before it stands to be looked at, afterwards nothing is written', async () => {
  const lost = await addTestDevice(at, of);
  const earlier = lost.buys(at.clock.now(), { household: await household(), grams: 1_000 });
  setTime('2026-09-19T03:00:00Z');
  await assert.rejects(revokeDevice(at, of.cadre, { county, id: lost.id, reason: '丢了' }, null), {
    code: 'device-unknown',
  });
  await revokeDevice(at, operator, { county, id: lost.id, reason: '站长说丢了' }, null);
  await assert.rejects(revokeDevice(at, operator, { county, id: lost.id, reason: '再停一次' }, null), {
    code: 'device-revoked',
  });
  setTime('2026-09-19T04:00:00Z');
  const { notes } = await lost.sends([earlier, lost.buys(at.clock.now(), { household: await household() })]);
  assert.deepEqual(
    notes.map((one) => [one.conflicts.join(), one.code]),
    [
      ['device-revoked', null],
      ['', 'device-revoked'],
    ],
  );
});

test('a keeper’s role taken back meanwhile, and a station and a buyer closed', async () => {
  const firm = await addTestOrganisation(at, { county, kind: 'merchant', name: '山货收购行' });
  const station = await addTestOrganisation(at, {
    county,
    kind: 'station',
    name: '旧站',
    region: village,
    buysFor: firm,
  });
  const keeper = await addTestPerson(at, { name: '旧站长', org: station, role: 'keeper' });
  const old = await addTestDevice(at, of, { by: keeper, station });
  const written = old.buys(at.clock.now(), { household: await household(), grams: 1_000, buyer: firm });
  setTime('2026-09-19T05:00:00Z');
  await removeStaff(at, operator, { county, org: station, person: keeper.person, role: 'keeper' }, null);
  await at.db
    .updateTable('registry.organisation')
    .set({ state: 'suspended' })
    .where('id', 'in', [station, firm])
    .execute();
  setTime('2026-09-19T06:00:00Z');
  const without = { ...old, by: { ...keeper, memberships: [] } };
  const { notes } = await receiveNotes(
    at,
    without.by,
    {
      ...{ county, device: old.id, sentAt: at.clock.now().toISOString() },
      notes: [written, old.buys(at.clock.now(), { buyer: firm })],
    },
    'zh',
  );
  assert.deepEqual(notes[0]?.conflicts.toSorted(), ['buyer-changed', 'rights-withdrawn', 'station-closed']);
  assert.equal(notes[1]?.code, 'rights-withdrawn');
});

test('the books agree', async () => assert.deepEqual(await breachesOf(at, traceModule, ledgerModule), []));

test('a harvest inside a safe interval is written with a conflict and never lost; a free plot that is named has none', async () => {
  const seller = await household([{ crop: 'walnut', areaCentimu: 500, trees: 0 }]);
  const said = { name: '坡地', crop: 'walnut', areaCentimu: 200, trees: 0, yieldGrams: 800_000, from: '2026-01-01' };
  const add = () => addPlot(at, of.keeper, { county, household: seller, ...said }, null);
  const [sprayed, free] = [await add(), await add()];
  const use = { county, product: '吡虫啉', nameEn: 'Imidacloprid', crop: 'walnut', kind: 'use' as const };
  await setPesticide(at, operator, { ...use, intervalDays: 14, basis: '按标签录入' }, null);
  const work = { county, id: sprayed.id, kind: 'spray' as const, product: '吡虫啉', intervalDays: 14, grams: 20 };
  await recordWork(at, of.keeper, { ...work, onDay: '2026-09-10' }, null);
  const written = { household: seller, grams: 1_000 };
  const notes = [
    phone.buys(noon, written),
    phone.buys(noon, { ...written, plot: sprayed.id }),
    phone.buys(noon, { ...written, plot: free.id }),
    phone.buys(noon, { ...written, plot: newId() }),
  ];
  const { notes: answers } = await phone.sends(notes);
  const kinds = answers.map((one) => [one.state, one.conflicts.includes('spray-interval')]);
  assert.deepEqual(kinds, [
    ['accepted', true],
    ['accepted', true],
    ['accepted', false],
    ['accepted', true],
  ]);
  const [conflict] = await conflictsOf(notes[1] as SaidNote);
  assert.deepEqual(conflict?.detail, { plot: sprayed.number, product: '吡虫啉', day: '2026-09-24' });
  assert.equal((await noteOf(notes[2] as SaidNote))?.plot, free.id);
  assert.deepEqual(await breachesOf(at, traceModule, ledgerModule), []);
});
