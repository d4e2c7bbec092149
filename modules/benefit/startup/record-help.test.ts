import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { balance, findAccount } from '#ledger';
import { scoped } from '#platform/db.ts';
import { addTestHousehold, farVillage, openTestCounty, testContext, testVillage } from '../../../test/fixtures.ts';
import { addTestAgreement, disputeTestAgreement } from '../../../test/fixtures-agreements.ts';
import { assertSound } from '../../../test/fixtures-posting.ts';
import type { Terms } from '../agreements/agreement-kinds.ts';
import { agreementPage } from '../agreements/agreement-views.ts';
import { changeAgreement, draftAgreement } from '../agreements/draft-agreement.ts';
import { endAgreement } from '../agreements/end-agreement.ts';
import { addPaper } from '../agreements/papers.ts';
import { householdStatement } from '../entries/statement.ts';
import { helpPage } from './help-views.ts';
import { recordHelp, reverseHelp } from './record-help.ts';

const { at } = await testContext();
const of = await openTestCounty(at);
const { county, centre, household, merchantOrg, operator } = of;
const photo = await sharp({ create: { width: 60, height: 60, channels: 3, background: '#284' } })
  .jpeg()
  .toBuffer();
const signedAt = new Date('2026-03-01T00:00:00Z');
const terms = (business?: string): Terms => ({
  ...{ kind: 'startup', help: ['training', 'rent'], worthFen: 100_000 },
  ...(business && { business }),
});
const agree = (over: Partial<Parameters<typeof addTestAgreement>[1]> = {}) =>
  addTestAgreement(at, {
    ...{ county, org: centre, terms: terms(), households: [{ household, village: testVillage }], signedAt, ...over },
  });
const give = (agreement: string, over: Partial<Parameters<typeof recordHelp>[2]> = {}, by = operator) =>
  recordHelp(
    at,
    by,
    {
      ...{
        county,
        id: agreement,
        household,
        help: 'training',
        worthFen: 30_000,
        day: '2026-09-10',
        words: '电商培训三天',
      },
      ...over,
    },
    null,
  );
const owed = async (kind: 'help_given' | 'household_kind' | 'household', owner: string) => {
  const account = await findAccount(at.db, county, { kind, owner });
  return account ? (await balance(at.db, county, account)).balance : 0;
};

test('help that is refused', async (t) => {
  const it = await agree();
  const ended = await agree();
  await endAgreement(at, operator, { county, id: ended, reason: '不办了' }, null);
  const disputed = await agree();
  await disputeTestAgreement(at, county, { agreement: disputed, household }, testVillage);
  const shop = await agree({ terms: { kind: 'shop', per: 'margin', bp: 100, products: [] } });
  const { paper: elsewhere } = await addPaper(at, operator, { county, id: shop, bytes: photo }, null);
  const stranger = await addTestHousehold(at, { county, village: farVillage, name: '何大山' });
  await give(it);
  const table: [string, () => Promise<unknown>, string][] = [
    ['no such agreement', () => give('00000000-0000-7000-8000-000000000000'), 'agreement-not-found'],
    ['of another county', () => give(it, { county: 621202 }), 'agreement-not-found'],
    ['by somebody else’s staff', () => give(it, {}, of.otherMerchant), 'not-allowed'],
    ['on a day that has not come', () => give(it, { day: '2026-12-01' }), 'help-in-future'],
    ['with a household that is none', () => give(it, { household: merchantOrg }), 'household-not-found'],
    ['with a household that is no party', () => give(it, { household: stranger }), 'no-agreement'],
    ['an agreement of another kind', () => give(shop), 'no-agreement'],
    ['before the term', () => give(it, { day: '2025-12-31' }), 'wrong-period'],
    ['ended', () => give(ended), 'agreement-ended'],
    ['disputed', () => give(disputed), 'household-disputed'],
    ['a kind that was not agreed', () => give(it, { help: 'loan' }), 'help-not-agreed'],
    ['twice', () => give(it), 'help-recorded'],
    ['with a paper that was never kept', () => give(it, { help: 'rent', paper: household }), 'paper-not-found'],
    ['with a paper of another agreement', () => give(it, { help: 'rent', paper: elsewhere }), 'paper-not-found'],
    ['more than was agreed', () => give(it, { help: 'rent', worthFen: 70_001 }), 'help-above-agreed'],
  ];
  for (const [name, work, code] of table) await t.test(name, () => assert.rejects(work(), { code }));
  assert.equal(await owed('help_given', centre), 30_000, 'nothing of all this posted');
});

test('help is in kind: beside what is earned, on accounts that pay nothing out, and taken back by a second row', async () => {
  const before = await Promise.all([owed('help_given', centre), owed('household', household)]);
  const id = await agree();
  await give(id, { worthFen: 40_000 });
  await give(id, { help: 'rent', worthFen: 60_000 });
  assert.equal(await owed('help_given', centre), (before[0] as number) + 100_000);
  assert.equal(await owed('household', household), before[1]);
  const statement = await householdStatement(at, operator, { county, household });
  assert.deepEqual([statement.earnedFen, statement.owedFen, statement.inKindFen], [0, 0, 130_000]);
  const [row] = statement.rows;
  assert.deepEqual([row?.evidenceKind, row?.income, row?.evidenceNumber.slice(0, 6)], ['help', 'in_kind', 'CY2026']);

  const wrong = await scoped(at.db, String(county), (tx) =>
    tx
      .selectFrom('benefit.help')
      .select('id')
      .where('agreement', '=', id)
      .where('help', '=', 'rent')
      .executeTakeFirstOrThrow(),
  );
  const back = { county, id: wrong.id, reason: '记错了' };
  await assert.rejects(reverseHelp(at, of.otherMerchant, back, null), { code: 'not-allowed' });
  await reverseHelp(at, operator, back, null);
  await assert.rejects(reverseHelp(at, operator, back, null), { code: 'help-reversed' });
  await assert.rejects(reverseHelp(at, operator, { ...back, id: id }, null), { code: 'help-not-found' });
  assert.equal(await owed('household_kind', household), 70_000);
  await give(id, { help: 'rent', worthFen: 60_000 });
  await assertSound(at.db);
});

test('an own shop is a merchant of the county, of one household, and not whoever helps', async (t) => {
  const other = await addTestHousehold(at, { county, village: testVillage, name: '沈巧云' });
  const term = { startsOn: '2026-09-17', endsOn: '2027-09-16', words: '' };
  const draft = (business: string, households: string[], villages: string[] = [], org = centre) =>
    draftAgreement(at, operator, { county, org, terms: terms(business), households, villages, ...term }, null);
  const fresh = await addTestHousehold(at, { county, village: testVillage, name: '韩小满' });
  const first = await draft(merchantOrg, [fresh]);
  const table: [string, () => Promise<unknown>, string][] = [
    ['no merchant', () => draft(of.cooperative, [other]), 'business-unfit'],
    ['of nowhere', () => draft(household, [other]), 'business-unfit'],
    ['whoever helps', () => draft(merchantOrg, [other], [], merchantOrg), 'business-unfit'],
    ['of two households', () => draft(merchantOrg, [other, household]), 'business-of-one'],
    ['of a village', () => draft(merchantOrg, [], [farVillage]), 'business-of-one'],
    ['another household’s', () => draft(merchantOrg, [other]), 'business-taken'],
  ];
  for (const [name, work, code] of table) await t.test(name, () => assert.rejects(work(), { code }));
  const changed = { county, id: first.id, version: 1, terms: terms(of.station), ...term };
  await assert.rejects(changeAgreement(at, operator, changed, null), { code: 'business-unfit' });
});

test('help is read by whoever gives it, by the county and by who works in the village, with its photo and what was taken back', async () => {
  const id = await agree({ org: of.cooperative });
  await assert.rejects(addPaper(at, of.otherMerchant, { county, id, bytes: photo }, null), {
    code: 'agreement-not-found',
  });
  const { paper } = await addPaper(at, of.merchant, { county, id, bytes: photo }, null);
  await give(id, { worthFen: 20_000, paper }, of.merchant);
  await give(id, { help: 'rent', worthFen: 50_000, words: '半年店租' }, of.merchant);
  const read = (by = operator, more = {}) => helpPage(at, by, { county, agreement: id, ...more });
  const wrong = (await read()).rows.find((one) => one.help === 'rent');
  await reverseHelp(at, of.merchant, { county, id: wrong?.id as string, reason: '租金记多了' }, null);

  const page = await read(of.merchant);
  assert.deepEqual([page.total, page.worthFen], [2, 20_000], 'what was taken back is shown and not counted');
  const shown = new Map(page.rows.map((one) => [one.help, one]));
  assert.deepEqual([shown.get('training')?.paper, shown.get('training')?.takenBack], [paper, null]);
  assert.equal(shown.get('rent')?.takenBack, '租金记多了');
  assert.ok(page.rows.every((one) => one.ours && one.headMasked.includes('*')));
  assert.equal((await read(of.otherMerchant)).total, 0, 'another firm’s help is not theirs to read');
  assert.equal(
    (await read(of.keeper)).rows.some((one) => one.ours),
    false,
    'the station reads and takes nothing back',
  );
  const mine = await helpPage(at, operator, { county, household });
  assert.ok(mine.rows.some((one) => one.agreement === id));
  const found = await agreementPage(at, operator, county, { kind: 'startup', household });
  assert.ok(found.rows.some((one) => one.id === id));
  const stranger = await addTestHousehold(at, { county, village: farVillage, name: '何远山' });
  assert.equal((await agreementPage(at, operator, county, { kind: 'startup', household: stranger })).total, 0);
});
