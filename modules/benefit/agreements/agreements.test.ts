import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import type { Actor } from '#platform/actor.ts';
import { scoped } from '#platform/db.ts';
import type { Refusal } from '#platform/errors.ts';
import type { Problem } from '#platform/http/client.ts';
import { newId } from '#platform/ids.ts';
import { askOwnCode } from '#registry';
import { testCallers } from '../../../test/callers.ts';
import {
  addTestHousehold,
  addTestOrganisation,
  addTestPerson,
  farVillage,
  giveTestPhone,
  neighbourVillage,
  openTestCounty,
  stranger,
  testContext,
  testVillage,
} from '../../../test/fixtures.ts';
import { addTestSku } from '../../../test/fixtures-benefit.ts';
import { breachesOf } from '../../../test/fixtures-goods.ts';
import { phoneHash } from '../../registry/people/personal-hashes.ts';
import { benefit } from '../contract.ts';
import { benefitModule } from '../index.ts';
import { agreementPage, agreementView, ownAgreements } from './agreement-views.ts';
import { decideAgreementDispute, disputeAgreement, withdrawAgreementDispute } from './dispute-agreement.ts';
import { changeAgreement, draftAgreement } from './draft-agreement.ts';
import { endAgreement, expireAgreements } from './end-agreement.ts';
import { addPaper, paperBytes } from './papers.ts';
import { signAsHousehold, signForOrganisation, signOnPaper } from './sign-agreement.ts';

const { at, setTime } = await testContext();
const of = await openTestCounty(at);
const { county, merchant, otherMerchant, keeper, operator, cadre, buyer } = of;
const { as } = await testCallers(at, [benefitModule]);

const phone = '13912340021';
const household = await addTestHousehold(at, { county, village: testVillage, name: '马兰英', phone });
const farmer = await addTestPerson(at, { name: '马兰英' });
await giveTestPhone(at, farmer, phone);
await addTestHousehold(at, { county, village: testVillage, name: '何满仓', phone: '13912340022' });
const neighbourPerson = await addTestPerson(at, { name: '何满仓' });
await giveTestPhone(at, neighbourPerson, '13912340022');
const farKeeperOrg = await addTestOrganisation(at, {
  ...{ county, kind: 'station', name: '黄渚镇服务站', region: farVillage, buysFor: of.cooperative },
});
const farKeeper = await addTestPerson(at, { name: '何站长', org: farKeeperOrg, role: 'keeper' });

type Draft = Parameters<typeof draftAgreement>[2];
let grades = 0;
const industry = (over: object = {}) => ({
  ...{ kind: 'industry' as const, crop: 'walnut', grade: `等${++grades}`, floorFenPerKg: 2_000, grams: 500_000 },
  ...{ season: '2026', bearer: 'firm' as const, ...over },
});
const draft = (over: Partial<Draft> = {}, by: Actor = merchant) =>
  draftAgreement(
    at,
    by,
    {
      ...{ county, org: of.cooperative, households: [household], villages: [], terms: industry() },
      ...{ startsOn: '2026-09-01', endsOn: '2027-03-31', words: '按保护价收购', ...over },
    },
    null,
  );
const signOrg = (id: string, version = 1, by: Actor = merchant) =>
  signForOrganisation(at, by, { county, id, version }, null);
const signCode = async (id: string, version = 1, by: Actor = farmer) => {
  const { sandboxCode } = await askOwnCode(at, by);
  return signAsHousehold(at, by, { county, id, version, code: sandboxCode as string }, null);
};
const inForce = async (over: Partial<Draft> = {}) => {
  const { id } = await draft(over);
  await signOrg(id);
  return signCode(id);
};
const dispute = (id: string, by: Actor = farmer) =>
  disputeAgreement(at, by, { county, id, words: '没按保护价收' }, null);
const photo = await sharp({ create: { width: 400, height: 300, channels: 3, background: '#eee' } })
  .jpeg()
  .toBuffer();
const paperOf = async (id: string, by: Actor = keeper) =>
  (await addPaper(at, by, { county, id, bytes: photo }, null)).paper;
const refuses = (work: () => Promise<unknown>, code: string) =>
  assert.rejects(work(), (error) => {
    assert.equal((error as Refusal).code, code, String(error));
    return true;
  });

test('drafting is refused, in this order', async (t) => {
  const foreign = await addTestSku(at, of);
  await draft({ terms: industry({ grade: '重复' }) });
  const shop = (products: string[]) => ({ kind: 'shop' as const, per: 'unit' as const, fen: 100, products });
  const table: [string, () => Promise<unknown>, string][] = [
    ['no role', () => draft({}, stranger), 'not-allowed'],
    ['another shop’s person', () => draft({}, otherMerchant), 'not-allowed'],
    ['an organisation that is not there', () => draft({ org: newId() }, operator), 'organisation-not-found'],
    ['a kind that buys nothing', () => draft({ org: of.logistics }, operator), 'maker-unfit'],
    ['with nobody', () => draft({ households: [] }), 'parties-unclear'],
    ['with both', () => draft({ villages: [testVillage] }), 'parties-unclear'],
    ['a village elsewhere', () => draft({ households: [], villages: ['420922100001'] }), 'village-outside-county'],
    ['no such household', () => draft({ households: [newId()] }), 'household-not-found'],
    ['backwards', () => draft({ endsOn: '2026-08-31' }), 'term-backwards'],
    ['over already', () => draft({ startsOn: '2026-01-01', endsOn: '2026-09-16' }), 'term-over'],
    ['no such crop', () => draft({ terms: industry({ crop: 'durian' }) }), 'crop-unknown'],
    [
      'another’s product',
      () => draft({ org: of.merchantOrg, terms: shop([foreign.product]) }, operator),
      'product-elsewhere',
    ],
    ['agreed already', () => draft({ terms: industry({ grade: '重复' }) }), 'agreement-exists'],
  ];
  for (const [name, work, code] of table) await t.test(name, () => refuses(work, code));
  const twice = industry();
  const both = await Promise.allSettled([draft({ terms: twice }), draft({ terms: twice })]);
  assert.deepEqual(both.map((one) => one.status).sort(), ['fulfilled', 'rejected'], 'of two at once one is first');
});

test('signing is refused, in this order', async (t) => {
  const { id, parties } = await draft();
  const party = parties[0]?.id as string;
  const paper = await paperOf(id);
  const onPaper = (over: object, by: Actor = keeper) =>
    signOnPaper(at, by, { county, id, version: 1, party, paper, ...over }, null);
  const wrongCode = { county, id, version: 1, code: '000000' };
  const table: [string, () => Promise<unknown>, string][] = [
    ['no such agreement', () => signOrg(newId()), 'agreement-not-found'],
    ['another shop’s person', () => signOrg(id, 1, otherMerchant), 'not-allowed'],
    ['the county for the organisation', () => signOrg(id, 1, operator), 'not-allowed'],
    ['a version that is not there', () => signOrg(id, 2), 'version-old'],
    ['another household', () => signCode(id, 1, neighbourPerson), 'agreement-not-found'],
    ['a wrong code', () => signAsHousehold(at, farmer, wrongCode, null), 'phone-code-wrong'],
    ['a person without a phone', () => askOwnCode(at, buyer), 'phone-unknown'],
    ['a witness from elsewhere', () => onPaper({}, farKeeper), 'agreement-not-found'],
    ['a paper of nobody', () => onPaper({ paper: newId() }), 'paper-not-found'],
    ['a paper uploaded from elsewhere', () => paperOf(id, farKeeper), 'agreement-not-found'],
  ];
  for (const [name, work, code] of table) await t.test(name, () => refuses(work, code));
  assert.equal((await agreementView(at, merchant, county, id)).state, 'draft', 'nothing was signed');

  const own = await addTestPerson(at, { name: '马站长', org: of.station, role: 'keeper' });
  await giveTestPhoneAgain(own);
  await refuses(() => onPaper({}, own), 'own-agreement');
  const both = await Promise.allSettled([signOrg(id), signOrg(id)]);
  assert.deepEqual(both.map((one) => one.status).sort(), ['fulfilled', 'rejected']);
  await refuses(() => signOrg(id), 'signed-already');
  await onPaper({});
  await refuses(() => onPaper({}), 'signed-already');
  const late = await draft({ endsOn: '2026-09-18' });
  setTime('2026-09-19T06:00:00Z');
  await refuses(() => signOrg(late.id), 'term-over');
  setTime('2026-09-17T06:00:00Z');
  await endAgreement(at, merchant, { county, id: late.id, reason: '写错了' }, null);
  await refuses(() => signOrg(late.id), 'agreement-over');
});

/** A keeper whose own family is a party: he signs in by the same phone as a member of it. */
async function giveTestPhoneAgain(by: Actor): Promise<void> {
  const mobile = '13912340029';
  await giveTestPhone(at, by, mobile);
  await scoped(at.db, 'all', (tx) =>
    tx
      .updateTable('registry.household_member')
      .set({ phone_hash: phoneHash(at.sealer, mobile) })
      .where('county', '=', county)
      .where('household', '=', household)
      .where('relation', '=', 'spouse')
      .execute(),
  );
}

test('both sides sign, by account and by code; a change holds once it is signed anew', async () => {
  const first = await draft();
  assert.match(first.number, /^XY2026\d{5}$/);
  assert.deepEqual([first.state, first.ours, first.parties.map((p) => p.headMasked)], ['draft', true, ['马*英']]);
  assert.equal((await signCode(first.id)).state, 'half_signed');
  assert.equal((await signOrg(first.id)).state, 'in_force');

  const change = {
    county,
    id: first.id,
    version: 1,
    startsOn: '2026-09-01',
    endsOn: '2027-03-31',
    words: '保护价提高',
  };
  const terms = { ...(first.terms as ReturnType<typeof industry>), floorFenPerKg: 2_200 };
  await refuses(() => changeAgreement(at, otherMerchant, { ...change, terms }, null), 'not-allowed');
  await refuses(() => changeAgreement(at, merchant, { ...change, terms, version: 2 }, null), 'version-old');
  const other = { kind: 'startup' as const, help: ['rent' as const], worthFen: 0 };
  await refuses(() => changeAgreement(at, merchant, { ...change, terms: other }, null), 'kind-changed');
  const changed = await changeAgreement(at, merchant, { ...change, terms }, null);
  assert.deepEqual([changed.state, changed.latest, changed.versions[0]?.signatures.length], ['in_force', 2, 0]);
  await refuses(() => signOrg(first.id, 1), 'version-old');
  await signOrg(first.id, 2);
  const seen = await signCode(first.id, 2);
  assert.deepEqual(
    seen.versions.map((v) => [v.version, v.signatures.map((s) => `${s.method} ${s.byName}`)]),
    [2, 1].map((version) => [version, ['account 王合作', 'code 马*英']]),
  );
});

test('a signature that is sent twice is made once, and its code is asked for once', async () => {
  const { id } = await draft();
  const { sandboxCode } = await askOwnCode(at, farmer);
  const key = { scope: farmer.person, key: newId(), hash: 'x' };
  const send = () => signAsHousehold(at, farmer, { county, id, version: 1, code: sandboxCode as string }, key);
  assert.deepEqual([(await send()).state, (await send()).state], ['half_signed', 'half_signed']);
});

test('a village signs on paper; its households read it, dispute it and are released one by one', async () => {
  const { id, parties } = await draft(
    {
      ...{ org: of.merchantOrg, households: [], villages: [testVillage, neighbourVillage] },
      terms: { kind: 'shop', per: 'margin', bp: 1_000, products: [] },
    },
    otherMerchant,
  );
  await signOrg(id, 1, otherMerchant);
  const party = parties.find((one) => one.village === testVillage)?.id as string;
  const paper = await paperOf(id);
  await refuses(() => dispute(id), 'not-in-force');
  assert.equal((await signOnPaper(at, keeper, { county, id, version: 1, party, paper }, null)).state, 'in_force');
  assert.ok((await paperBytes(at, otherMerchant, { county, id, paper })).byteLength > 100);
  await refuses(() => paperBytes(at, merchant, { county, id, paper }), 'agreement-not-found');

  const own = (await ownAgreements(at, farmer)).find((one) => one.id === id);
  assert.deepEqual(
    own?.parties.map((one) => one.village),
    [testVillage],
    'the other village is not its business',
  );
  assert.equal((await ownAgreements(at, buyer)).length, 0);
  const disputed = await dispute(id);
  assert.deepEqual([disputed.state, disputed.disputes[0]?.state], ['disputed', 'open']);
  await refuses(() => dispute(id), 'agreement-dispute-open');
  await refuses(
    () => endAgreement(at, otherMerchant, { county, id, reason: '不做了' }, null),
    'agreement-dispute-open',
  );
  await dispute(id, neighbourPerson);
  const [mine, theirs] = await Promise.all(
    [farmer, neighbourPerson].map(async (by) => {
      const view = (await ownAgreements(at, by)).find((one) => one.id === id);
      assert.equal(view?.disputes.length, 1, 'only its own');
      return view?.disputes[0]?.id as string;
    }),
  );
  const decide = (which: string, decision: 'stands' | 'released') =>
    decideAgreementDispute(at, operator, { county, id: which, decision, answer: '查过账和单子' }, null);
  await refuses(() => decide(newId(), 'stands'), 'agreement-dispute-not-found');
  await refuses(
    () => withdrawAgreementDispute(at, farmer, { county, id: theirs as string }, null),
    'agreement-dispute-not-found',
  );
  assert.equal((await decide(mine as string, 'released')).state, 'disputed', 'one is still open');
  await refuses(() => decide(mine as string, 'stands'), 'agreement-dispute-over');
  assert.equal(
    (await withdrawAgreementDispute(at, neighbourPerson, { county, id: theirs as string }, null)).state,
    'in_force',
  );
  await refuses(() => dispute(id), 'not-in-force');
  assert.equal((await endAgreement(at, operator, { county, id, reason: '网店关了' }, null)).state, 'ended');
  await refuses(() => dispute(id, neighbourPerson), 'not-in-force');
});

test('the only household is released: the agreement ends; a term that is over expires', async () => {
  const { id } = await inForce();
  const { disputes } = await dispute(id);
  setTime('2026-09-25T06:00:00Z');
  assert.equal((await agreementView(at, operator, county, id)).disputes[0]?.overdue, true);
  const released = await decideAgreementDispute(
    at,
    operator,
    { county, id: disputes[0]?.id as string, decision: 'released', answer: '企业确实没有按价收' },
    null,
  );
  assert.equal(released.state, 'ended');
  const short = await inForce({ endsOn: '2026-09-30' });
  await expireAgreements(at);
  assert.equal((await agreementView(at, operator, county, short.id)).state, 'in_force');
  setTime('2026-10-01T00:00:00Z');
  await expireAgreements(at);
  assert.equal((await agreementView(at, operator, county, short.id)).state, 'expired');
  setTime('2026-09-17T06:00:00Z');
});

test('who sees which agreements, and who may ask what', async () => {
  const { id } = await inForce();
  const ids = async (by: Actor) => (await agreementPage(at, by, county, { size: 200 })).rows.map((row) => row.id);
  for (const by of [merchant, keeper, cadre, operator]) assert.ok((await ids(by)).includes(id));
  for (const by of [otherMerchant, farKeeper]) assert.ok(!(await ids(by)).includes(id));
  await refuses(() => agreementView(at, farKeeper, county, id), 'agreement-not-found');
  const params = { county, id };
  const status = async (work: Promise<unknown>, code: number) =>
    assert.rejects(work, (e: Problem) => e.status === code);
  await status(as(farmer, { benefit }).benefit.agreement({ params }), 403);
  await status(as(cadre, { benefit }).benefit.endAgreement({ params, body: { reason: '不行' } }), 403);
  const answer = await as(merchant, { benefit }).benefit.agreement({ params });
  assert.equal(answer.terms.kind, 'industry');
  const mine = await as(farmer, { benefit }).benefit.myAgreements();
  assert.ok(mine.some((one) => one.id === id));
});

test('what must always hold, holds', async () => {
  assert.deepEqual(await breachesOf(at, benefitModule), []);
});
