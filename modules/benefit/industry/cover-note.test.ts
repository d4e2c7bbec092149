import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AccountName, balance, findAccount } from '#ledger';
import { scoped } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { addTestHousehold, openTestCounty, testContext, testVillage } from '../../../test/fixtures.ts';
import { addTestAgreement, disputeTestAgreement } from '../../../test/fixtures-agreements.ts';
import { addTestPurchase, reverseTestPurchase, type TestPurchase } from '../../../test/fixtures-benefit.ts';
import { addTestFund, assertSound, deliver } from '../../../test/fixtures-posting.ts';
import type { Terms } from '../agreements/agreement-kinds.ts';
import { decideAgreementDispute } from '../agreements/dispute-agreement.ts';
import { endAgreement } from '../agreements/end-agreement.ts';
import { type Mechanism, mechanisms } from '../contract.ts';
import { mechanismOf } from '../entries/entry-kinds.ts';
import { postFundShort } from '../left-out/post-left-out.ts';
import { postedUnder } from '../left-out/posted-under.ts';
import { agreedFloors, stationFloors } from './agreed-floors.ts';

const { at } = await testContext();
const of = await openTestCounty(at);
const { county, cooperative } = of;
const signedAt = new Date('2026-03-01T00:00:00Z');
const DAY = '2026-09-17';

const floor = (over: Partial<Extract<Terms, { kind: 'industry' }>> = {}): Terms => ({
  ...{ kind: 'industry', crop: 'walnut', grade: '一级', floorFenPerKg: 2_000, grams: 20_000, season: '2026' },
  ...{ bearer: 'firm', ...over },
});

/** A household with its own agreement: ¥20 a kilogram for 20 kg, borne by the cooperative unless said otherwise. */
async function agreed(terms: Terms = floor(), over: Partial<Parameters<typeof addTestAgreement>[1]> = {}) {
  const household = await addTestHousehold(at, { county, village: testVillage, name: '赵福生' });
  const parties = [{ household, village: testVillage }];
  const agreement = await addTestAgreement(at, {
    county,
    org: cooperative,
    terms,
    households: parties,
    signedAt,
    ...over,
  });
  return { household, agreement };
}

async function weigh(household: string, grams: number, fenPerKg = 1_800, day = DAY): Promise<TestPurchase> {
  const note = await addTestPurchase(at, of, { household, grams, fenPerKg, day });
  await deliver(at, note.event);
  return note;
}

/** What was posted for a household, and what was left out and why. */
const posted = (household: string) =>
  scoped(at.db, String(county), async (tx) => ({
    entries: (
      await tx
        .selectFrom('benefit.entry')
        .select(['evidence_kind', 'fen', 'agreement'])
        .where('household', '=', household)
        .orderBy('at')
        .orderBy('id')
        .execute()
    ).map((e) => [e.evidence_kind, e.fen, e.agreement]),
    covered: (
      await tx
        .selectFrom('benefit.floor_cover')
        .select(['grams', 'fen'])
        .where('household', '=', household)
        .orderBy('at')
        .orderBy('purchase')
        .execute()
    ).map((c) => [c.grams, c.fen]),
    leftOut: (await tx.selectFrom('benefit.left_out').select('why').where('household', '=', household).execute()).map(
      (l) => l.why,
    ),
  }));

const owed = async (of: AccountName) => {
  const account = await findAccount(at.db, county, of);
  return account ? (await balance(at.db, county, account)).balance : 0;
};

test('nothing of a floor price posts, and why', async (t) => {
  const elsewhere = await agreed(floor(), { org: of.merchantOrg });
  const otherGrade = await agreed(floor({ grade: '二级' }));
  const otherCrop = await agreed(floor({ crop: 'honey' }));
  const unsigned = await agreed(floor(), { signedAt: new Date('2026-12-01T00:00:00Z') });
  const over = await agreed(floor(), { startsOn: '2026-01-01', endsOn: '2026-08-31' });
  const longOver = await agreed(floor(), { startsOn: '2025-01-01', endsOn: '2025-12-31' });
  const early = await agreed(floor(), { startsOn: '2026-10-01', endsOn: '2026-12-31' });
  const ended = await agreed();
  await endAgreement(at, of.operator, { county, id: ended.agreement, reason: '不收了' }, null);
  const disputed = await agreed();
  await disputeTestAgreement(at, county, disputed, testVillage);
  const released = await agreed();
  const dispute = await disputeTestAgreement(at, county, released, testVillage);
  await decideAgreementDispute(at, of.operator, { county, id: dispute, decision: 'released', answer: '退出' }, null);
  const full = await agreed(floor({ grams: 5_000 }));
  await weigh(full.household, 5_000, 2_000);
  const poor = await agreed(floor({ bearer: 'fund' }));
  const none = await addTestHousehold(at, { county, village: testVillage, name: '钱有才' });
  const table: [string, string, string[]][] = [
    ['no agreement', none, []],
    ['with another buyer', elsewhere.household, []],
    ['another grade', otherGrade.household, []],
    ['another crop', otherCrop.household, []],
    ['signed only later', unsigned.household, []],
    ['the term is just over', over.household, ['wrong-period']],
    ['the term is long over: nobody wonders', longOver.household, []],
    ['before the term', early.household, ['wrong-period']],
    ['ended', ended.household, ['agreement-over']],
    ['disputed', disputed.household, ['household-disputed']],
    ['released', released.household, ['household-disputed']],
    ['over the quantity', full.household, ['quantity-used']],
    ['the fund has nothing', poor.household, ['fund-short']],
  ];
  for (const [name, household, why] of table) {
    await t.test(name, async () => {
      const before = (await posted(household)).covered;
      await weigh(household, 10_000);
      const { entries, covered, leftOut } = await posted(household);
      assert.deepEqual(leftOut, why);
      assert.deepEqual(covered, before);
      assert.equal(entries.filter(([kind]) => kind === 'floor').length, 0);
      assert.ok(
        entries.some(([kind, fen]) => kind === 'purchase' && fen === 18_000),
        'the purchase itself posts',
      );
    });
  }
  await t.test('another county’s agreement does not exist here', async () => {
    const sees = await scoped(at.db, '620102', (tx) => tx.selectFrom('benefit.agreement_party').select('id').execute());
    assert.deepEqual(sees, []);
  });
});

test('below the floor the firm adds what is missing; above it only the quantity is used', async () => {
  const { household, agreement } = await agreed();
  const [cost, income] = [
    { kind: 'purchase_cost', owner: cooperative },
    { kind: 'household', owner: household },
  ] as const;
  const before = await owed(cost);
  await weigh(household, 10_000);
  assert.deepEqual(await posted(household), {
    entries: [
      ['floor', 2_000, agreement],
      ['purchase', 18_000, agreement],
    ],
    covered: [[10_000, 2_000]],
    leftOut: [],
  });
  assert.deepEqual([await owed(income), (await owed(cost)) - before], [20_000, 20_000]);
  await weigh(household, 6_000, 2_400);
  await weigh(household, 10_000);
  assert.deepEqual(
    (await posted(household)).covered,
    [
      [10_000, 2_000],
      [6_000, 0],
      [4_000, 800],
    ],
    'only the part within',
  );
  await assertSound(at.db);
});

test('the scale sees the agreed floor while something is left of it, and the agreement what posted under it', async () => {
  const { household, agreement } = await agreed(floor({ grams: 12_000 }));
  const seen = async (station?: string) =>
    (await agreedFloors(at, of.keeper, { county, household, station })).map((f) => [f.floorFenPerKg, f.leftGrams]);
  await weigh(household, 10_000);
  assert.deepEqual(
    [await seen(), await seen(of.station), await seen(of.logistics)],
    [[[2_000, 2_000]], [[2_000, 2_000]], []],
  );
  await weigh(household, 10_000);
  await weigh(household, 10_000);
  assert.deepEqual(await seen(of.station), [[2_000, 0]]);
  // What a device of the station carries is the same, of all its households at once.
  const carried = await stationFloors(at, of.keeper, { county, id: of.station });
  assert.deepEqual(
    carried.filter((one) => one.household === household).map((one) => [one.floorFenPerKg, one.leftGrams]),
    await seen(of.station),
  );
  await assert.rejects(stationFloors(at, of.merchant, { county, id: of.station }), { code: 'not-allowed' });
  await assert.rejects(stationFloors(at, of.keeper, { county, id: of.logistics }), { code: 'not-allowed' });
  const { rows, total, fen, leftOut } = await postedUnder(at, of.merchant, { county, id: agreement });
  assert.deepEqual([rows.length, total, fen], [5, 5, 54_000 + 2_400]);
  assert.deepEqual(
    leftOut.map((one) => [one.why, one.evidenceNumber.length > 0]),
    [['quantity-used', true]],
  );
  await assert.rejects(postedUnder(at, of.otherMerchant, { county, id: agreement }), { code: 'agreement-not-found' });
});

test('delivered twice it posts once; reversed it is taken back, and its grams are free again', async () => {
  const { household, agreement } = await agreed();
  const note = await weigh(household, 20_000);
  await deliver(at, note.event);
  const back = await reverseTestPurchase(at, of, note);
  await deliver(at, back);
  await deliver(at, back);
  const { entries, covered } = await posted(household);
  assert.deepEqual(covered, [
    [20_000, 4_000],
    [-20_000, -4_000],
  ]);
  assert.deepEqual(entries.map(([kind, fen]) => [kind, fen]).sort(), [
    ['floor', -4_000],
    ['floor', 4_000],
    ['purchase', -36_000],
    ['purchase', 36_000],
  ]);
  assert.ok(entries.every(([, , under]) => under === agreement));
  await weigh(household, 20_000);
  assert.equal((await posted(household)).covered.length, 3);
  await assertSound(at.db);
});

test('a note that is reversed before it is told of gets nothing added', async () => {
  const { household } = await agreed();
  const note = await addTestPurchase(at, of, { household, grams: 5_000, fenPerKg: 1_800, day: DAY });
  const back = await reverseTestPurchase(at, of, note);
  await deliver(at, back);
  await deliver(at, note.event);
  const { covered, entries } = await posted(household);
  assert.deepEqual([covered, entries.map(([, , under]) => under)], [[], [null, null]]);
  await assertSound(at.db);
});

test('two notes at once do not both take the last grams', async () => {
  const { household } = await agreed(floor({ grams: 10_000 }));
  const notes = [];
  for (let i = 0; i < 4; i++)
    notes.push(await addTestPurchase(at, of, { household, grams: 4_000, fenPerKg: 1_800, day: DAY }));
  await Promise.all(notes.map((note) => deliver(at, note.event)));
  const { covered, leftOut } = await posted(household);
  assert.deepEqual(
    covered.map(([grams]) => grams as number).sort((a, b) => a - b),
    [2_000, 4_000, 4_000],
  );
  assert.deepEqual(leftOut, ['quantity-used']);
  await assertSound(at.db);
});

test('what was left out in a dispute posts once when the agreement stands, and never what was reversed meanwhile', async () => {
  const it = await agreed();
  const dispute = await disputeTestAgreement(at, county, it, testVillage);
  await weigh(it.household, 5_000);
  const wrong = await weigh(it.household, 2_000);
  await deliver(at, await reverseTestPurchase(at, of, wrong));
  assert.deepEqual((await posted(it.household)).leftOut, ['household-disputed']);
  const late = await addTestPurchase(at, of, { household: it.household, grams: 1_000, fenPerKg: 1_800, day: DAY });
  const decision = { county, id: dispute, decision: 'stands' as const, answer: '价格是对的' };
  await decideAgreementDispute(at, of.operator, decision, null);
  await deliver(at, late.event);
  const { covered, leftOut } = await posted(it.household);
  assert.deepEqual([covered.map(([, fen]) => fen).sort(), leftOut], [[1_000, 200], []]);
  await assertSound(at.db);
});

test('an insurer owes what it bears; the county’s fund pays once it has it, and never goes below nothing for it', async () => {
  const insured = await agreed(floor({ bearer: 'insurance' }));
  await weigh(insured.household, 10_000);
  assert.equal(await owed({ kind: 'insurance_claim', owner: cooperative }), 2_000);

  const fund = { kind: 'fund', owner: 'county' } as const;
  const aided = await agreed(floor({ bearer: 'fund' }));
  await weigh(aided.household, 10_000);
  assert.equal(await postFundShort(at), 0);
  await addTestFund(at, county, 5_000);
  // The household of the table above waits longer: both together want ¥40, and there is ¥50.
  assert.equal(await postFundShort(at), 2);
  assert.deepEqual([await owed(fund), (await posted(aided.household)).leftOut], [1_000, []]);
  await weigh(aided.household, 10_000);
  assert.deepEqual([await owed(fund), (await posted(aided.household)).leftOut], [1_000, ['fund-short']]);
  await assertSound(at.db);
});

test('the database itself refuses a second entry of a fact, of a transfer, or under another mechanism', async () => {
  const { household } = await agreed();
  await weigh(household, 1_000);
  const entry = await scoped(at.db, String(county), (tx) =>
    tx
      .selectFrom('benefit.entry')
      .selectAll()
      .where('household', '=', household)
      .where('evidence_kind', '=', 'floor')
      .executeTakeFirstOrThrow(),
  );
  const again = (over: Partial<typeof entry>) =>
    scoped(at.db, String(county), async (tx) => {
      await tx
        .insertInto('benefit.entry')
        .values({ ...entry, id: newId(), ...over })
        .execute();
    });
  await assert.rejects(again({}), { code: '23505' });
  await assert.rejects(again({ evidence: newId() }), { code: '23505' }, 'the same transfer');
  // Every pair of mechanisms, on the same fact: neither as the fact it is, nor as one of the other's kind.
  for (const [kind, of] of Object.entries(mechanismOf) as [keyof typeof mechanismOf, Mechanism][]) {
    for (const mechanism of mechanisms) {
      const said = { evidence_kind: kind, mechanism };
      await assert.rejects(again(said), { code: mechanism === of ? '23505' : '23514' }, `${kind} as ${mechanism}`);
    }
  }
});
