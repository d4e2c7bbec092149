import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fulfilmentModule } from '#fulfilment';
import { ledgerModule } from '#ledger';
import { scoped } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { presaleModule } from '#presale';
import { tradeModule } from '#trade';
import { addTestHousehold, openTestCounty, testContext, testVillage } from '../../../test/fixtures.ts';
import { addTestAgreement, disputeTestAgreement } from '../../../test/fixtures-agreements.ts';
import { carryEvents, openTestProject, pledgeTest } from '../../../test/fixtures-presale.ts';
import { addTestGoods, addTestRule, assertSound, openTestShop, refusalOf } from '../../../test/fixtures-trade.ts';
import { closeProjects } from '../../presale/projects/close-projects.ts';
import { decideAgreementDispute } from '../agreements/dispute-agreement.ts';
import { draftAgreement } from '../agreements/draft-agreement.ts';
import { endAgreement } from '../agreements/end-agreement.ts';
import { agreementsHolding } from '../agreements/holding.ts';
import { householdStatement, ownStatements } from '../entries/statement.ts';
import { benefitModule } from '../index.ts';
import { postedUnder } from '../left-out/posted-under.ts';
import { buyerYear } from '../orders/buyer-year.ts';
import { orderBenefit } from '../orders/order-benefit.ts';
import { postWaitingShares } from './project-shares.ts';

const modules = [ledgerModule, tradeModule, fulfilmentModule, presaleModule, benefitModule];
const { at, setTime } = await testContext();
const people = await openTestCounty(at);
const { county, cooperative, merchantOrg, buyer, operator, merchant } = people;
const shop = await openTestShop(at, people);
await addTestRule(at, county);
const walnut = await addTestGoods(at, shop);
const START = '2026-09-17T06:00:00Z';
const END = '2026-09-26T16:00:00Z';

const newHousehold = () => addTestHousehold(at, { county, village: testVillage, name: '孙玉梅' });
const agree = (
  household: string,
  project: string,
  over: Partial<Parameters<typeof addTestAgreement>[1]> & { bp?: number } = {},
) => {
  const { bp = 10_000, ...rest } = over;
  return addTestAgreement(at, {
    ...{ county, org: cooperative, terms: { kind: 'crowdfunding', project, bp, deliverBy: '2026-11-30' } },
    ...{ households: [{ household, village: testVillage }] },
    ...rest,
  });
};
const entries = (household: string) =>
  scoped(at.db, String(county), async (tx) =>
    (
      await tx
        .selectFrom('benefit.entry')
        .select(['evidence_kind', 'mechanism', 'fen', 'agreement'])
        .where('household', '=', household)
        .execute()
    ).map((e) => [e.evidence_kind, e.mechanism, e.fen, e.agreement]),
  );
const whyNot = (household: string) =>
  scoped(at.db, String(county), async (tx) =>
    (await tx.selectFrom('benefit.left_out').select('why').where('household', '=', household).execute()).map(
      (l) => l.why,
    ),
  );
const end = async () => {
  setTime(END);
  await closeProjects(at);
  await carryEvents(at, modules);
};
/** A project of one household, backed with ¥1,000 of which ¥550 are its. */
async function backed(households: { household: string; bp: number }[], n = 10) {
  setTime(START);
  const project = await openTestProject(at, people, walnut, { households });
  const pledge = await pledgeTest(at, buyer, project, { n });
  return { project, pledge };
}

test('a project’s money waits for whoever has no agreement that holds, and why', async (t) => {
  const cases: [name: string, why: string | null, make: (household: string, project: string) => Promise<unknown>][] = [
    ['no agreement', null, async () => {}],
    ['an agreement about another project', null, (h) => agree(h, newId())],
    ['an agreement with another organisation', null, (h, p) => agree(h, p, { org: merchantOrg })],
    ['not both have signed', null, (h, p) => agree(h, p, { signedAt: new Date('2027-01-01T00:00:00Z') })],
    [
      'wrong period, too early',
      'wrong-period',
      (h, p) => agree(h, p, { startsOn: '2026-01-01', endsOn: '2026-09-26' }),
    ],
    ['wrong period, too late', 'wrong-period', (h, p) => agree(h, p, { startsOn: '2026-09-28', endsOn: '2027-09-26' })],
    ['over the share', 'over-share', (h, p) => agree(h, p, { bp: 9_999 })],
    [
      'ended',
      'agreement-over',
      async (h, p) => endAgreement(at, operator, { county, id: await agree(h, p), reason: '不做了' }, null),
    ],
    [
      'household disputed',
      'household-disputed',
      async (h, p) => disputeTestAgreement(at, county, { household: h, agreement: await agree(h, p) }, testVillage),
    ],
  ];
  for (const [name, why, make] of cases) {
    await t.test(name, async () => {
      const household = await newHousehold();
      const { project } = await backed([{ household, bp: 10_000 }]);
      await make(household, project.id);
      await end();
      await postWaitingShares(at);
      assert.deepEqual(await entries(household), []);
      assert.deepEqual(await whyNot(household), why ? [why] : []);
      await assertSound(at.db, modules);
    });
  }
});

test('an agreement of another county, or about a project that is not there, cannot be written', async () => {
  const household = await newHousehold();
  const { project } = await backed([{ household, bp: 10_000 }], 1);
  const draft = (over: object, terms: object = {}) =>
    draftAgreement(
      at,
      merchant,
      {
        ...{ county, org: cooperative, households: [household], villages: [], words: '' },
        ...{ startsOn: '2026-09-01', endsOn: '2027-08-31' },
        terms: { kind: 'crowdfunding', project: project.id, bp: 10_000, deliverBy: '2026-11-30', ...terms },
        ...over,
      },
      null,
    );
  assert.equal((await refusalOf(draft({}, { project: newId() }))).code, 'project-elsewhere');
  assert.equal((await refusalOf(draft({ county: 500242 }))).code, 'county-not-open');
  const written = await draft({});
  assert.equal(written.kind, 'crowdfunding');
  assert.equal((await refusalOf(draft({}))).code, 'agreement-exists');
  // Of the same county's households only; and one of another county is nobody here.
  const held = await scoped(at.db, String(county), (tx) =>
    agreementsHolding(tx, county, {
      ...{ kind: 'crowdfunding', at: at.clock.now(), terms: { project: project.id } },
      households: [{ household: newId(), village: testVillage }],
    }),
  );
  assert.deepEqual([...held.values()], ['no-agreement']);
  await end();
});

test('shares go to the fen, once, with everything that tells of them', async () => {
  const households = [await newHousehold(), await newHousehold(), await newHousehold()];
  const shares = [3_333, 3_333, 3_334].map((bp, i) => ({ household: households[i] as string, bp }));
  const { project, pledge } = await backed(shares, 11);
  const agreements = await Promise.all(shares.map((one) => agree(one.household, project.id, { bp: one.bp })));
  const before = await orderBenefit(at, buyer, { county, order: pledge.id }, 'zh');
  assert.deepEqual([before.settled, before.householdFen, before.households], [false, 60_500, 3]);
  await end();
  await end();
  await postWaitingShares(at);
  const all = (await Promise.all(households.map(entries))).flat();
  assert.deepEqual(
    all.map(([kind, mechanism, fen]) => [kind, mechanism, fen]).sort((a, b) => Number(a[2]) - Number(b[2])),
    [
      ['project', 'crowdfunding', 20_164],
      ['project', 'crowdfunding', 20_165],
      ['project', 'crowdfunding', 20_171],
    ],
  );
  assert.deepEqual(all.map((row) => row[3]).sort(), [...agreements].sort());
  const statement = await householdStatement(at, operator, { county, household: households[0] as string });
  assert.deepEqual(
    statement.rows.map((row) => [row.evidenceNumber, row.mechanism, row.evidenceKind]),
    [[project.number, 'crowdfunding', 'project']],
  );
  assert.deepEqual(await ownStatements(at, buyer, {}), []);
  const under = await postedUnder(at, operator, { county, id: agreements[0] as string });
  assert.deepEqual([under.fen, under.leftOut.length], [all[0]?.[2], 0]);
  const after = await orderBenefit(at, buyer, { county, order: pledge.id }, 'zh');
  assert.deepEqual(
    [after.settled, after.paidFen, after.householdFen, after.parts.map((part) => [part.pocket, part.fen])],
    [
      true,
      110_000,
      60_500,
      [
        ['shop_share', 60_500],
        ['merchant', 44_000],
        ['fund', 5_500],
      ],
    ],
  );
  const year = await buyerYear(at, buyer, {});
  assert.ok(year.mechanisms.includes('crowdfunding') && (year.householdFen ?? 0) >= 60_500);
  await assertSound(at.db, modules);
});

test('what waited posts once: when an agreement is signed, when a dispute ends', async () => {
  const [unsigned, disputed] = [await newHousehold(), await newHousehold()];
  const { project } = await backed([
    { household: unsigned, bp: 4_000 },
    { household: disputed, bp: 6_000 },
  ]);
  const agreement = await agree(disputed, project.id, { bp: 6_000 });
  const dispute = await disputeTestAgreement(at, county, { household: disputed, agreement }, testVillage);
  await end();
  assert.deepEqual(await whyNot(disputed), ['household-disputed']);
  await assertSound(at.db, modules);
  await decideAgreementDispute(at, operator, { county, id: dispute, decision: 'stands', answer: '按约定办' }, null);
  await agree(unsigned, project.id, { bp: 4_000 });
  await postWaitingShares(at);
  await postWaitingShares(at);
  assert.deepEqual(
    (await entries(disputed)).map((e) => e[2]),
    [33_000],
  );
  assert.deepEqual(
    (await entries(unsigned)).map((e) => e[2]),
    [22_000],
  );
  assert.deepEqual([...(await whyNot(disputed)), ...(await whyNot(unsigned))], []);
  await assertSound(at.db, modules);
});

test('two at once, or the same news twice, post once', async () => {
  const household = await newHousehold();
  const { project } = await backed([{ household, bp: 10_000 }]);
  await end();
  await agree(household, project.id);
  await Promise.all([postWaitingShares(at), postWaitingShares(at), postWaitingShares(at)]);
  assert.deepEqual(
    (await entries(household)).map((e) => e[2]),
    [55_000],
  );
  await assertSound(at.db, modules);
});

test('the end of a project survives being killed between any two of its steps, and does nothing twice', async () => {
  const households = [await newHousehold(), await newHousehold()];
  const shares = households.map((household) => ({ household, bp: 5_000 }));
  setTime(START);
  const [reached, missed] = [
    await openTestProject(at, people, walnut, { households: shares }),
    await openTestProject(at, people, walnut, { households: shares }),
  ];
  for (let i = 0; i < 5; i++) await pledgeTest(at, buyer, reached, { n: 3 });
  for (let i = 0; i < 3; i++) await pledgeTest(at, buyer, missed, { n: 1 });
  for (const { household } of shares) await agree(household, reached.id, { bp: 5_000 });
  setTime(END);
  // Whoever asks what time it is for the last time dies: everything begins with that question. Each round gets one step
  // further than the one before.
  let finished = false;
  let killed = 0;
  for (let steps = 0; !finished; steps++) {
    let left = steps;
    const dying = {
      ...at,
      clock: {
        now: () => {
          if (left-- <= 0) throw new Error('killed');
          return at.clock.now();
        },
      },
    };
    await closeProjects(dying).then(
      () => {
        finished = true;
      },
      () => {
        killed++;
      },
    );
  }
  assert.ok(killed > 5, `it was killed ${killed} times`);
  await Promise.all([closeProjects(at), closeProjects(at)]);
  await carryEvents(at, modules);
  const states = await at.db
    .selectFrom('presale.project')
    .select(['id', 'state', 'raised_fen'])
    .where('id', 'in', [reached.id, missed.id])
    .execute();
  assert.deepEqual(
    states.map((row) => [row.id === reached.id, row.state, row.raised_fen]).sort(),
    [
      [false, 'failed', 30_000],
      [true, 'funded', 150_000],
    ].sort(),
  );
  assert.deepEqual(
    (await Promise.all(households.map(entries))).flat().map((e) => e[2]),
    [41_250, 41_250],
  );
  await assertSound(at.db, modules);
});
