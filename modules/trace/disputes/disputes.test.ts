import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { ledgerModule } from '#ledger';
import type { Actor } from '#platform/actor.ts';
import { scoped } from '#platform/db.ts';
import type { Refusal } from '#platform/errors.ts';
import type { Problem } from '#platform/http/client.ts';
import { newId } from '#platform/ids.ts';
import { testCallers } from '../../../test/callers.ts';
import {
  addTestHousehold,
  addTestOrganisation,
  addTestPerson,
  giveTestPhone,
  openTestCounty,
  testContext,
} from '../../../test/fixtures.ts';
import { breachesOf, weighInTest } from '../../../test/fixtures-goods.ts';
import { mergeHouseholds } from '../../registry/households/merge-households.ts';
import { issueCertificate } from '../certificates/issue-certificate.ts';
import { trace } from '../contract.ts';
import { traceModule } from '../index.ts';
import { reversePurchase } from '../purchases/reverse-purchase.ts';
import { answerDispute, decideDispute } from './decide-dispute.ts';
import { disputePage, ownSales } from './dispute-views.ts';
import { openDispute, withdrawDispute } from './open-dispute.ts';

const { at, setTime } = await testContext();
const of = await openTestCounty(at);
const { county, keeper, operator, cadre, buyer } = of;
const { as } = await testCallers(at, [traceModule]);

const phone = '13912340001';
const household = await addTestHousehold(at, { county, village: of.village, name: '马兰英', phone });
const farmer = await addTestPerson(at, { name: '马兰英' });
await giveTestPhone(at, farmer, phone);
const elsewhere = await addTestOrganisation(at, {
  ...{ county, kind: 'station', name: '黄渚镇服务站', buysFor: of.cooperative },
});
const otherKeeper = await addTestPerson(at, { name: '何站长', org: elsewhere, role: 'keeper' });
const farCadre = await addTestPerson(at, { name: '孙书记', org: of.centre, role: 'cadre', region: '621221102' });

let lots = 0;
const sale = (input: Parameters<typeof weighInTest>[2] = {}) =>
  weighInTest(at, of, { household, grams: 1_000, grade: `等${++lots}`, ...input });
const dispute = (purchase: string, over: Partial<Parameters<typeof openDispute>[2]> = {}, by: Actor = farmer) =>
  openDispute(at, by, { county, purchase, kind: 'not_mine', words: '那天我家没人去卖', ...over }, null);
const decide = (id: string, decision: 'uphold' | 'reject', by: Actor = operator) =>
  decideDispute(at, by, { county, id, decision, words: '问过站里和邻居' }, null);
const answer = (id: string, by: Actor = keeper) =>
  answerDispute(at, by, { county, id, words: '是他儿子来卖的，有照片' }, null);
const refuses = (work: () => Promise<unknown>, code: string) =>
  assert.rejects(work(), (error) => {
    assert.equal((error as Refusal).code, code, String(error));
    return true;
  });

test('refused: only the household itself, only its own notes, once, in time', async () => {
  const note = await sale();
  const forgotten = await sale();
  await refuses(() => dispute(newId()), 'purchase-not-found');
  for (const by of [buyer, keeper, operator]) await refuses(() => dispute(note.id, {}, by), 'purchase-not-found');
  const neighbours = await weighInTest(at, of, { grams: 1_000, grade: '邻居' });
  await refuses(() => dispute(neighbours.id), 'purchase-not-found');
  const wrong = await sale();
  const back = await reversePurchase(at, keeper, { county, id: wrong.id, reason: '记错了' }, null);
  await refuses(() => dispute(back.id), 'purchase-is-a-reversal');
  await refuses(() => dispute(wrong.id), 'purchase-already-reversed');
  await refuses(() => dispute(note.id, { kind: 'wrong_weight' }), 'claim-missing');
  await refuses(() => dispute(note.id, { kind: 'wrong_weight', claimedGrams: 1_000 }), 'claim-missing');
  const both = await Promise.allSettled([dispute(note.id), dispute(note.id)]);
  assert.deepEqual(both.map((one) => one.status).sort(), ['fulfilled', 'rejected']);
  await refuses(() => dispute(note.id), 'dispute-open');
  setTime('2027-03-17T06:00:00Z');
  await refuses(() => dispute(forgotten.id), 'dispute-too-late');
  setTime('2026-09-17T06:00:00Z');
});

test('refused: who answers and who decides', async () => {
  const { id } = await dispute((await sale()).id);
  await refuses(() => answer(newId()), 'dispute-not-found');
  await refuses(() => answer(id, otherKeeper), 'station-not-yours');
  await refuses(() => decide(newId(), 'uphold'), 'dispute-not-found');
  await refuses(() => withdrawDispute(at, buyer, { county, id, words: '算了' }, null), 'dispute-not-found');
  const params = { county, id };
  const body = { decision: 'uphold' as const, words: '问过' };
  for (const by of [keeper, cadre, farmer]) {
    await assert.rejects(as(by, { trace }).trace.decideDispute({ params, body }), (e: Problem) => e.status === 403);
  }
  await decide(id, 'reject');
  await refuses(() => answer(id), 'dispute-over');
  await refuses(() => decide(id, 'uphold'), 'dispute-over');
  await refuses(() => withdrawDispute(at, farmer, { county, id, words: '算了' }, null), 'dispute-over');
});

test('upheld while the lot is open: the note is taken back, and the household sees it', async () => {
  const note = await sale({ grams: 5_000 });
  const opened = await dispute(note.id, { kind: 'wrong_weight', claimedGrams: 4_000 });
  assert.deepEqual([opened.state, opened.claimedGrams, opened.overdue], ['open', 4_000, false]);
  assert.equal(new Date(opened.dueAt).toISOString(), '2026-09-24T06:00:00.000Z');
  assert.equal((await answer(opened.id)).state, 'answered');
  const upheld = await decide(opened.id, 'uphold');
  assert.equal(upheld.state, 'upheld');
  assert.ok(upheld.reversal);
  assert.deepEqual(
    upheld.moves.map((move) => [move.to, move.byName]),
    [
      ['open', '马*英'],
      ['answered', '李站长'],
      ['upheld', '周运营'],
    ],
  );
  const seen = (await ownSales(at, farmer)).find((one) => one.id === note.id);
  assert.deepEqual([seen?.reversed, seen?.dispute?.state], [true, 'upheld']);
});

test('upheld when the goods have moved on: the note stands, and the dispute says it was wrong', async () => {
  const note = await sale();
  const { id } = await dispute(note.id);
  await issueCertificate(at, operator, { county, id: note.lot, basis: ['quality_control'] }, null);
  const upheld = await decide(id, 'uphold');
  assert.deepEqual([upheld.state, upheld.reversal, upheld.sale.reversed], ['upheld', null, false]);
});

test('taken back by the household, it can be disputed again; what is not decided in time shows as overdue', async () => {
  const note = await sale();
  const first = await dispute(note.id);
  assert.equal(
    (await withdrawDispute(at, farmer, { county, id: first.id, words: '想起来了' }, null)).state,
    'withdrawn',
  );
  const second = await dispute(note.id, { kind: 'not_paid' });
  setTime('2026-09-25T06:00:00Z');
  const [due] = (await disputePage(at, operator, county, {})).rows;
  assert.equal(due?.overdue, true);
  setTime('2026-09-17T06:00:00Z');
  await decide(second.id, 'reject');
});

test('who sees disputes: the station its own, the cadre those of his region, nobody else’s household', async () => {
  assert.ok((await disputePage(at, operator, county, {})).total > 0);
  assert.ok((await disputePage(at, keeper, county, {})).total > 0);
  assert.ok((await disputePage(at, cadre, county, {})).total > 0);
  assert.equal((await disputePage(at, otherKeeper, county, {})).total, 0);
  assert.equal((await disputePage(at, farCadre, county, {})).total, 0);
  assert.deepEqual(await ownSales(at, buyer), []);
  const page = await disputePage(at, operator, county, {});
  assert.ok(!JSON.stringify(page).includes('马兰英'), 'a name is masked');
  const unseen = await scoped(at.db, '500242', (tx) => tx.selectFrom('trace.sale_dispute').select('id').execute());
  assert.deepEqual(unseen, []);
});

test('a household’s own dispute stands by its sale however many others the county has', async () => {
  const note = await sale();
  const opened = await dispute(note.id);
  const neighbours = await weighInTest(at, of, { grams: 1_000, grade: '邻居二' });
  // Newer than ours, so that they come before it in the county's list.
  await scoped(at.db, String(county), (tx) =>
    sql`
      insert into trace.sale_dispute (county, id, purchase, household, village, kind, words, state, at, due_at, by_person,
        closed_at)
      select county, gen_random_uuid(), ${neighbours.id}::uuid, ${of.household}::uuid, village, 'not_mine', words,
             'withdrawn', at + n * interval '1 minute', due_at, by_person, at + n * interval '2 minutes'
        from trace.sale_dispute, generate_series(1, 250) n where id = ${opened.id}::uuid`.execute(tx),
  );
  await decide(opened.id, 'reject');
  const seen = (await ownSales(at, farmer)).find((one) => one.id === note.id);
  assert.deepEqual([seen?.dispute?.id, seen?.dispute?.state], [opened.id, 'rejected']);
});

test('what was sold under a file that was merged is seen and disputed by the household that stays', async () => {
  const phone = '13912340002';
  const [stays, goes] = [
    await addTestHousehold(at, { county, village: of.village, name: '何秀芳', phone }),
    await addTestHousehold(at, { county, village: of.village, name: '何秀芳' }),
  ];
  const person = await addTestPerson(at, { name: '何秀芳' });
  await giveTestPhone(at, person, phone);
  const note = await sale({ household: goes });
  await refuses(() => dispute(note.id, {}, person), 'purchase-not-found');
  await mergeHouseholds(at, operator, { county, id: goes, into: stays, reason: '同一户两张表' }, null);
  assert.deepEqual(
    (await ownSales(at, person)).map((one) => one.id),
    [note.id],
  );
  const { id } = await dispute(note.id, {}, person);
  assert.equal((await ownSales(at, person))[0]?.dispute?.id, id);
  const over = await withdrawDispute(at, person, { county, id, words: '想起来了' }, null);
  assert.equal(over.state, 'withdrawn');
});

test('the books agree', async () => assert.deepEqual(await breachesOf(at, traceModule, ledgerModule), []));
