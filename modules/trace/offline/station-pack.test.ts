// The pack, and every other route of the offline work over HTTP once: what acts give is what the contract says.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knowVariety } from '#catalog';
import { transact } from '#platform/db.ts';
import type { Problem } from '#platform/http/client.ts';
import { traceModule } from '#trace';
import { trace } from '#trace/contract';
import { clientsFor, testApp } from '../../../test/app.ts';
import { addTestHousehold, openTestCounty, testContext } from '../../../test/fixtures.ts';
import { weighInTest } from '../../../test/fixtures-goods.ts';
import { addTestDevice } from '../../../test/fixtures-offline.ts';
import { setReferencePrice } from '../../catalog/prices/set-reference-price.ts';
import { mergeHouseholds } from '../../registry/households/merge-households.ts';

const { at, passTime } = await testContext();
const of = await openTestCounty(at);
const { county, station, household } = of;
const clients = await clientsFor(at, [traceModule], { trace }, of);
const as = (who: string) => clients(who).trace;
const params = { county };
const price = { county, crop: 'walnut', grade: '一级', day: '2026-09-17', fenPerKg: 1200, floorFenPerKg: 1000 };
await setReferencePrice(at, of.operator, { ...price, source: '县农业农村局' });

test('who may not call is told so', async () => {
  const table: [string, () => Promise<unknown>, number][] = [
    ['a visitor', () => as('visitor').stationPack({ params }), 401],
    ['a merchant', () => as('merchant').stationPack({ params }), 403],
    ['an operator carries nothing', () => as('operator').stationPack({ params }), 403],
    ['a cadre at a station', () => as('cadre').stationPack({ params, query: { station } }), 403],
    ['a merchant with a device', () => as('merchant').addDevice({ params, body: { name: '手机' } }), 403],
    [
      'a keeper who confirms',
      () => as('keeper').confirmNote({ params: { county, id: station }, body: { reason: '可以' } }),
      403,
    ],
  ];
  for (const [name, call, status] of table) {
    await assert.rejects(call, (problem: Problem) => problem.status === status, name);
  }
});

test('a keeper carries the households of his village with what each may still bring, and no full name', async () => {
  await weighInTest(at, of, { grams: 25_000 });
  await transact(at.db, (tx) => knowVariety(tx, { county, crop: 'walnut', name: '香玲', at: at.clock.now() }));
  const pack = await as('keeper').stationPack({ params, query: { station } });
  assert.deepEqual(pack.varieties, [{ crop: 'walnut', names: ['香玲'] }]);
  assert.deepEqual(pack.households, [
    {
      ...{
        id: household,
        code: '00001',
        village: of.village,
        villageName: '新村',
        headMasked: '张*明',
        initials: 'zjm',
      },
      crops: [
        { crop: 'pepper', limitGrams: 600_000, mostGrams: 720_000, boughtGrams: 0, plots: [] },
        { crop: 'walnut', limitGrams: 2_400_000, mostGrams: 2_880_000, boughtGrams: 25_000, plots: [] },
      ],
      card: null,
    },
  ]);
  assert.deepEqual(
    [pack.partial, pack.day, pack.station?.buyer, pack.prices, pack.gone, pack.rules.yieldWarnBp],
    [
      false,
      '2026-09-17',
      of.cooperative,
      [{ crop: 'walnut', grade: '一级', day: '2026-09-17', fenPerKg: 1200, floorFenPerKg: 1000 }],
      [],
      8_000,
    ],
  );
  const cadres = await as('cadre').stationPack({ params });
  assert.deepEqual([cadres.households.length, cadres.prices, cadres.station], [1, [], null]);
});

test('who has a pack gets what changed since, and nothing where nothing did', async () => {
  passTime(3_600_000);
  const first = await as('keeper').stationPack({ params, query: { station } });
  passTime(3_600_000);
  const none = await as('keeper').stationPack({ params, query: { station, since: first.cursor } });
  assert.deepEqual([none.partial, none.households, none.gone], [true, [], []]);

  const twice = await addTestHousehold(at, { county, village: of.village, name: '张建明' });
  const phone = await addTestDevice(at, of);
  // Written yesterday, arrived now: what the household sold has changed now.
  await phone.sends([phone.buys(new Date('2026-09-16T02:00:00Z'), { grams: 5_000 })]);
  passTime(1_000);
  const second = await as('keeper').stationPack({ params, query: { station, since: first.cursor } });
  assert.deepEqual(
    second.households.map((row) => [row.id, row.crops.find((one) => one.crop === 'walnut')?.boughtGrams]),
    [
      [household, 30_000],
      [twice, 0],
    ],
  );
  await mergeHouseholds(at, of.operator, { county, id: twice, into: household, reason: '登记了两次' }, null);
  const third = await as('keeper').stationPack({ params, query: { station, since: second.cursor } });
  assert.deepEqual([third.households.map((row) => row.id), third.gone], [[household], [twice]]);
});

test('the same content has the same tag, whatever the time; nothing on the way may keep it', async () => {
  const app = await testApp(at, [traceModule], async () => of.keeper);
  const url = `/api/counties/${county}/station-pack?station=${station}`;
  const first = await app.inject({ url });
  passTime(60_000);
  const again = await app.inject({ url, headers: { 'if-none-match': String(first.headers.etag) } });
  assert.deepEqual([again.statusCode, again.body], [304, '']);
  assert.equal(first.headers['cache-control'], 'private, no-store');
});

test('a device, its notes, a conflict and the end of it, over HTTP', async () => {
  const { device, recoveryKey } = await as('keeper').addDevice({ params, body: { station, name: '手机' } });
  assert.equal(Buffer.from(recoveryKey, 'base64').length, 32);
  const one = { params: { county, id: device.id } };
  assert.equal((await as('keeper').recoverDevice(one)).recoveryKey, recoveryKey);
  await assert.rejects(as('operator').recoverDevice(one), { code: 'device-unknown' });

  const phone = await addTestDevice(at, of);
  const { offsetMs: _, ...said } = phone.buys(at.clock.now(), { fenPerKg: 900, referenceFenPerKg: 1200 });
  const sentAt = at.clock.now().toISOString();
  const { notes } = await as('keeper').offlineNotes({
    params,
    body: { device: phone.id, sentAt, notes: [{ ...said, offsetMs: null }] },
  });
  assert.deepEqual([notes[0]?.state, notes[0]?.conflicts], ['accepted', ['price-under-floor']]);
  const sent = await as('operator').offlineNoteList({ params, query: { q: said.number } });
  assert.deepEqual([sent.total, sent.rows[0]?.deviceName], [1, '站长的手机']);

  for (const who of ['keeper', 'operator', 'auditor']) {
    const { rows, total } = await as(who).noteConflicts({ params, query: { state: 'open' } });
    assert.deepEqual([total, rows[0]?.deviceNumber, rows[0]?.headMasked], [1, said.number, '张*明'], who);
  }
  const [conflict] = (await as('operator').noteConflicts({ params })).rows;
  const decide = { params: { county, id: conflict?.id ?? '' }, body: { reason: '按保护价补差' } };
  assert.equal((await as('operator').reverseConflict(decide)).state, 'reversed');
  await assert.rejects(as('operator').confirmNote(decide), { code: 'conflict-decided' });

  const revoked = await as('operator').revokeDevice({ ...one, body: { reason: '换了手机' } });
  assert.equal(revoked.revokedWhy, '换了手机');
  await assert.rejects(as('keeper').recoverDevice(one), { code: 'device-revoked' });
  assert.equal((await as('keeper').devices({ params })).total, 3);
  assert.equal((await as('cadre').devices({ params })).total, 0);
});

test('a plot and a spray on it are carried with the next pack: what it yields, until when it is blocked', async () => {
  passTime(5 * 60_000);
  const { cursor } = await as('keeper').stationPack({ params, query: { station } });
  passTime(5 * 60_000);
  const keeper = as('keeper');
  const said = { name: '坡地', crop: 'walnut', areaCentimu: 100, trees: 0, yieldGrams: 300_000, from: '2026-01-01' };
  const { id } = await keeper.addPlot({ params, body: { household, ...said } });
  const use = { product: '吡虫啉', nameEn: 'Imidacloprid', crop: 'walnut', kind: 'use' as const, intervalDays: 14 };
  await as('operator').setPesticide({ params, body: { ...use, basis: '按标签录入' } });
  const work = { kind: 'spray' as const, onDay: '2026-09-17', product: '吡虫啉', grams: 20, intervalDays: 14 };
  await keeper.recordWork({ params: { county, id }, body: work });
  const next = await as('keeper').stationPack({ params, query: { station, since: cursor } });
  const carried = next.households.find((one) => one.id === household)?.crops.find((one) => one.crop === 'walnut');
  assert.deepEqual([carried?.limitGrams, carried?.plots.map((one) => one.blocked?.freeOn)], [300_000, ['2026-10-01']]);
});
