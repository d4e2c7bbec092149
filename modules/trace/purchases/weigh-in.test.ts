import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { knowVariety, varietiesOf } from '#catalog';
import { ledgerModule } from '#ledger';
import { scoped, transact } from '#platform/db.ts';
import type { Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import {
  addTestHousehold,
  addTestOrganisation,
  addTestPerson,
  openTestCounty,
  stranger,
  testContext,
} from '../../../test/fixtures.ts';
import { addTestGoods, breachesOf, weighInTest } from '../../../test/fixtures-goods.ts';
import { setReferencePrice } from '../../catalog/prices/set-reference-price.ts';
import { traceModule } from '../index.ts';
import { reversePurchase } from './reverse-purchase.ts';
import { weighIn } from './weigh-in.ts';

const { at, setTime } = await testContext();
const of = await openTestCounty(at);
const { county, station, household } = of;

const usual = {
  county,
  station,
  household,
  crop: 'walnut',
  grade: '一级',
  grams: 1_000,
  fenPerKg: 1200,
  paid: 'later' as const,
};
const price = { county, crop: 'walnut', grade: '一级', fenPerKg: 1250, source: '县农业农村局' };
await setReferencePrice(at, of.operator, { ...price, day: '2026-09-01' });

// Of another crop, so that nothing of it may be called by it.
await transact(at.db, (tx) => knowVariety(tx, { county, crop: 'pepper', name: '大红袍', at: at.clock.now() }));
const adrift = await addTestOrganisation(at, { county, kind: 'station', name: '没有收购方的站', region: of.village });
const adriftKeeper = await addTestPerson(at, { name: '钱站长', org: adrift, role: 'keeper' });
// 5 mu × 400 kg or 60 trees × 40 kg: whichever gives more.
// Of these 2,400 kg 120 % are let through.
const MOST = 2_880_000;

const refused: [code: string, by: typeof of.keeper, change: Partial<Parameters<typeof weighIn>[2]>][] = [
  ['county-not-open', of.keeper, { county: 500242 }],
  ['station-not-yours', stranger, {}],
  ['station-not-yours', of.operator, {}],
  ['station-not-yours', of.keeper, { station: of.cooperative }],
  ['buyer-unknown', adriftKeeper, { station: adrift }],
  ['household-not-found', of.keeper, { household: newId() }],
  ['household-not-found', of.keeper, { household: of.farHousehold }],
  ['crop-not-grown', of.keeper, { crop: 'pear' }],
  ['crop-not-grown', of.keeper, { crop: 'gold' }],
  ['grams-above-yield', of.keeper, { grams: MOST + 1, fenPerKg: 0 }],
  ['price-zero', of.keeper, { fenPerKg: 0 }],
  ['price-far-from-reference', of.keeper, { fenPerKg: 12_500 }],
  ['price-far-from-reference', of.keeper, { fenPerKg: 125 }],
  ['amount-zero', of.keeper, { crop: 'pepper', grams: 1, fenPerKg: 100 }],
  ['harvested-in-future', of.keeper, { harvestedOn: '2026-09-18' }],
  ['variety-unknown', of.keeper, { variety: '没听说过' }],
  ['variety-unknown', of.keeper, { variety: '大红袍' }],
];
for (const [code, by, change] of refused) {
  test(`refused: ${code} ${JSON.stringify(change)}`, async () => {
    await assert.rejects(weighIn(at, by, { ...usual, ...change }, null), (error) => (error as Refusal).code === code);
    assert.equal(await count('trace.purchase'), 0);
    assert.equal(await count('platform.outbox'), 0);
  });
}

test('a note, its grams in the lot of the day, and what the household is owed come true together', async () => {
  const note = await weighIn(at, of.keeper, { ...usual, grams: 12_345, harvestedOn: '2026-09-15' }, null);
  assert.equal(note.number, 'S260917-0001');
  assert.equal(note.lotNumber, 'L260917-0001');
  assert.equal(note.amountFen, 14_814);
  assert.equal(note.referenceFenPerKg, 1250);
  assert.equal(note.buyer, of.cooperative);
  assert.equal(note.headMasked, '张*明');
  assert.equal(note.villageName, '新村');
  assert.equal(note.byName, '李站长');

  const lot = await lotOf(note.lot);
  assert.deepEqual(
    { ...lot },
    {
      grams_in: 12_345,
      grams_on_hand: 12_345,
      household_fen: 14_814,
      harvested_from: '2026-09-15',
      made_on: '2026-09-17',
      state: 'open',
    },
  );
  assert.deepEqual(await owed(household), { household: 14_814, cash: 0 });
  const [event] = (await at.db.selectFrom('platform.outbox').selectAll().execute()) as {
    type: string;
    payload: object;
  }[];
  assert.equal(event?.type, 'trace.purchase-weighed');
  assert.deepEqual(Object.keys(event?.payload ?? {}).sort(), [
    'at',
    'day',
    'fen',
    'grams',
    'household',
    'lot',
    'purchase',
    'transfer',
    'village',
  ]);
});

test('what is paid at once is posted as owed and paid', async () => {
  const before = await owed(household);
  const note = await weighIn(at, of.keeper, { ...usual, grams: 1_000, paid: 'cash' }, null);
  assert.equal(note.lotNumber, 'L260917-0001');
  const after = await owed(household);
  assert.equal(after.household, before.household);
  assert.equal(after.cash, before.cash + 1_200);
});

test('another grade is another lot, and so is another day', async () => {
  const second = await weighIn(at, of.keeper, { ...usual, grade: '二级' }, null);
  assert.equal(second.lotNumber, 'L260917-0002');
  setTime('2026-09-17T16:00:00Z'); // midnight in China
  const next = await weighIn(at, of.keeper, usual, null);
  assert.equal(next.lotNumber, 'L260918-0001');
  assert.equal(next.number, 'S260918-0001');
});

test('the same key does it once', async () => {
  const key = { scope: 'test', key: 'weigh-once-1', hash: 'a' };
  const before = await count('trace.purchase');
  const first = await weighIn(at, of.keeper, usual, key);
  const again = await weighIn(at, of.keeper, usual, key);
  assert.equal(again.number, first.number);
  assert.equal(await count('trace.purchase'), before + 1);
});

test('fifteen scales at once join one lot, and none sees room that another has taken', async () => {
  const seller = await addTestHousehold(at, {
    county,
    village: of.village,
    name: '陈冬梅',
    // 100 kg, 120 with what is let through: room for twelve of the fifteen
    yields: [{ crop: 'apple', areaCentimu: 2, trees: 0 }],
  });
  const all = await Promise.allSettled(
    Array.from({ length: 15 }, () =>
      weighInTest(at, of, { household: seller, crop: 'apple', grams: 10_000, fenPerKg: 333 }),
    ),
  );
  const notes = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  assert.equal(notes.length, 12);
  for (const one of all) {
    if (one.status === 'rejected') assert.equal((one.reason as Refusal).code, 'grams-above-yield');
  }
  assert.equal(new Set(notes.map((note) => note.lot)).size, 1);
  assert.equal(new Set(notes.map((note) => note.number)).size, 12);
  assert.equal((await lotOf(notes[0]?.lot ?? '')).grams_on_hand, 120_000);
});

test('households and stations of several kinds weigh in at once without waiting for ever', async () => {
  const sellers = await Promise.all(
    ['甲', '乙', '丙', '丁'].map((name) => addTestHousehold(at, { county, village: of.village, name: `周${name}` })),
  );
  const crops = ['walnut', 'pepper'] as const;
  await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      weighInTest(at, of, {
        household: sellers[i % 4],
        crop: crops[i % 2],
        grams: 1_000 + i,
        grade: i % 3 ? '一级' : '二级',
      }),
    ),
  );
});

test('a variety that the county knows stands on the note and on what takes it back; with and without share a lot', async () => {
  await addTestGoods(at, of, { product: { variety: '清香' } });
  await addTestGoods(at, of, { product: { variety: '还在起草' }, draft: true });
  assert.deepEqual(await varietiesOf(at.db, county), [
    { crop: 'pepper', names: ['大红袍'] },
    { crop: 'walnut', names: ['清香'] },
  ]);
  const seller = await addTestHousehold(at, {
    ...{ county, village: of.village, name: '何秀英' },
    yields: [{ crop: 'walnut', areaCentimu: 100, trees: 0 }],
  });
  const said = { ...usual, household: seller };
  const note = await weighIn(at, of.keeper, { ...said, variety: ' 清香 ' }, null);
  const none = await weighIn(at, of.keeper, said, null);
  assert.deepEqual([note.variety, none.variety, none.lot], ['清香', '', note.lot]);
  const back = await reversePurchase(at, of.keeper, { county, id: note.id, reason: '记错品种' }, null);
  assert.equal(back.variety, '清香');
});

test('the books agree', async () => assert.deepEqual(await breachesOf(at, traceModule, ledgerModule), []));

function count(table: string): Promise<number> {
  return scoped(at.db, 'all', async (tx) => {
    const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(tx);
    return rows[0]?.n ?? 0;
  });
}

function lotOf(id: string) {
  return at.db
    .selectFrom('trace.lot')
    .select(['grams_in', 'grams_on_hand', 'household_fen', 'harvested_from', 'made_on', 'state'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}

/** What a household is owed, and what the cooperative paid out. */
async function owed(owner: string): Promise<{ household: number; cash: number }> {
  const rows = await at.db.selectFrom('ledger.account').selectAll().where('county', '=', county).execute();
  const of_ = (kind: string, who: string) => {
    const row = rows.find((one) => one.kind === kind && one.owner === who);
    return row ? row.credits_posted - row.debits_posted : 0;
  };
  return { household: of_('household', owner), cash: of_('buyer_cash', of.cooperative) };
}
