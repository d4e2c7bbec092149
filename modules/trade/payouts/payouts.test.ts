import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { beforeEach, test } from 'node:test';
import { ledgerModule, transfer } from '#ledger';
import { scoped, transact } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import {
  addTestHousehold,
  addTestPerson,
  loadCountyRegions,
  openTestCounty,
  testContext,
} from '../../../test/fixtures.ts';
import { weighInTest } from '../../../test/fixtures-goods.ts';
import {
  assertPayoutsSound,
  creditTest,
  inventedCard,
  linesOf,
  linesOfOwner,
  mattersOf,
  standingOf,
} from '../../../test/fixtures-payouts.ts';
import { refusalOf } from '../../../test/fixtures-trade.ts';
import { handInCash } from '../station-cash/hand-in-cash.ts';
import { tillAccounts, tillOf } from '../station-cash/till.ts';
import { addPayee } from './add-payee.ts';
import { approveBatch } from './approve-batch.ts';
import { makeBankFile, takeBankFile } from './bank-file.ts';
import { batchView } from './batch-views.ts';
import { cancelBatch, cancelLine } from './cancel-batch.ts';
import { closePayee } from './close-payee.ts';
import { handOut } from './hand-out.ts';
import { handOutPage } from './hand-out-views.ts';
import { closeMatter } from './matters.ts';
import { organisationOwed } from './organisation-owed.ts';
import { findPayee, payeePage } from './payee-views.ts';
import { prepareBatch } from './prepare-batch.ts';
import { readPayee } from './read-payee.ts';
import { recallPayment, recordResult, recordReturn } from './record-result.ts';
import { isDue, setSchedule } from './schedule.ts';
import { askAgain, sendPayouts } from './send-payouts.ts';
import { sweepPayouts } from './sweep.ts';
import { takeBankResults } from './take-bank-results.ts';

const context = await testContext();
const { at } = context;
const of = await openTestCounty(at);
const { county, operator, keeper, merchant, cadre, village } = of;
const second = await addTestPerson(at, { name: '钱复核', org: of.centre, role: 'operator' });
const third = await addTestPerson(at, { name: '冯复核', org: of.centre, role: 'operator' });
const elsewhere = 500242;
await loadCountyRegions(at, elsewhere);

let made = 0;
/** A household in the station's village with something owed and, unless told otherwise, a wallet. */
async function household(fen: number, wallet: string | null = `openid_${++made}`) {
  const name = `户主${++made}`;
  const id = await addTestHousehold(at, { county, village, name });
  if (fen > 0) await creditTest(at, county, { kind: 'household', owner: id }, fen);
  if (wallet) await pay(id, name, { kind: 'wallet', provider: 'sandbox', account: wallet });
  return { id, name };
}
const pay = (
  owner: string,
  holder: string,
  over: { kind: 'wallet' | 'bank'; provider?: 'sandbox'; account: string },
  by = keeper,
) => addPayee(at, by, { county, ownerKind: 'household', owner, holder, ...over }, null);
const prepare = (by = operator) => prepareBatch(at, by, { county, ownerKind: 'household' }, null);
async function approve(id: string, by = second) {
  const { version, totalFen } = await batchView(at, by, county, id);
  await approveBatch(at, by, { county, id, version, totalFen }, null);
}
const code = async (act: Promise<unknown>) => (await refusalOf(act)).code;
const sound = () => assertPayoutsSound(at.db, ledgerModule);
/** Pays out whatever earlier tests left owed, so that each begins with nothing. */
async function clear() {
  const live = await at.db.selectFrom('trade.payout_batch').select('id').where('state', '=', 'prepared').execute();
  for (const { id } of live) await cancelBatch(at, operator, { county, id, reason: '清理' }, null);
  await sendPayouts(at);
  for (let round = 0; round < 3; round++) {
    const lines = await scoped(at.db, String(county), (tx) =>
      tx
        .selectFrom('trade.payout_line')
        .select(['id', 'state', 'channel', 'payee'])
        .where('state', 'in', ['handing', 'confirming', 'under_way', 'failed'])
        .execute(),
    );
    for (const { id, state, channel, payee } of lines) {
      if (state === 'handing') {
        await handOut(at, keeper, { county, id, receipt: `清 ${++made}`, confirmedBy: 'household' }, null);
      } else if (state === 'confirming') await recallPayment(at, operator, { county, id });
      else if (state === 'under_way' && channel === 'bank') {
        await recordResult(at, operator, { county, id, outcome: 'paid', reference: '清理' }, null);
      } else if (payee) await closePayee(at, operator, { county, id: payee }, null).catch(() => {});
    }
    for (const { id } of await mattersOf(at.db, county)) {
      await closeMatter(at, operator, { county, id, note: '清理' }, null);
    }
    const rest = await prepare().catch(() => null);
    if (!rest) return;
    await approve(rest, third);
    await sendPayouts(at);
  }
}
beforeEach(clear);

test('an account: who may write it down, for whom, and what it must look like', async () => {
  const { id, name } = await household(0, null);
  const wallet = { kind: 'wallet' as const, provider: 'sandbox' as const, account: 'openid_table' };
  const add = (over: Partial<Parameters<typeof addPayee>[2]>, by = keeper) =>
    addPayee(at, by, { county, ownerKind: 'household', owner: id, holder: name, ...wallet, ...over }, null);
  assert.equal(await code(add({}, merchant)), 'not-allowed');
  assert.equal(await code(add({}, cadre)), 'not-allowed');
  assert.equal(await code(add({ owner: of.farHousehold })), 'household-not-found');
  assert.equal(await code(add({ owner: newId() }, operator)), 'household-not-found');
  assert.equal(await code(add({ county: elsewhere }, keeper)), 'not-allowed');
  assert.equal(await code(add({ kind: 'merchant' })), 'account-kind-wrong');
  assert.equal(await code(add({ provider: undefined })), 'account-kind-wrong');
  assert.equal(await code(add({ account: '短' })), 'account-broken');
  assert.equal(await code(add({ kind: 'bank', account: '6217000000000000' })), 'account-broken');
  assert.equal(await code(add({ holder: '别人' })), 'holder-not-member');
  const made = await add({});
  assert.equal(await code(add({ account: 'openid_other' })), 'payee-exists');
  const other = await household(0, null);
  assert.equal(await code(add({ owner: other.id, holder: other.name })), 'account-in-use');
  assert.equal(await code(closePayee(at, merchant, { county, id: made }, null)), 'not-allowed');
  assert.equal(await code(closePayee(at, operator, { county, id: newId() }, null)), 'payee-not-found');
  await closePayee(at, keeper, { county, id: made }, null);
  assert.equal(await code(closePayee(at, keeper, { county, id: made }, null)), 'payee-closed');
  await add({ kind: 'bank', account: inventedCard(1).replace(/(.{4})/g, '$1 ') });

  const org = {
    ownerKind: 'organisation' as const,
    owner: of.cooperative,
    kind: 'bank' as const,
    account: '6222001234567',
  };
  assert.equal(await code(add({ ...org, holder: '合作社' }, of.otherMerchant)), 'not-allowed');
  assert.equal(await code(add({ ...org, owner: newId() }, operator)), 'organisation-not-found');
});

test('a number is sealed: seen masked, found by its hash, opened only with a reason that is written down', async () => {
  const account = inventedCard(77);
  const { id, name } = await household(0, null);
  const payee = await pay(id, name, { kind: 'bank', account });
  const stored = await scoped(at.db, String(county), (tx) =>
    tx.selectFrom('trade.payee').selectAll().where('id', '=', payee).executeTakeFirstOrThrow(),
  );
  assert.ok(!JSON.stringify({ ...stored, account_sealed: stored.account_sealed.toString('latin1') }).includes(account));
  const seen = (await payeePage(at, keeper, county, { owner: id })).rows[0];
  assert.deepEqual([seen?.tail, seen?.ownerName.includes('*')], [account.slice(-4), true]);
  assert.ok(!JSON.stringify(seen).includes(account));
  assert.deepEqual((await payeePage(at, merchant, county, { owner: id })).rows, []);
  assert.deepEqual(
    (await findPayee(at, county, account)).map((row) => row.id),
    [payee],
  );
  assert.deepEqual(await findPayee(at, county, inventedCard(78)), []);
  assert.equal(await code(readPayee(at, merchant, { county, id: payee, reason: '看看' })), 'not-allowed');
  const far = await addTestPerson(at, { name: '外村站长', org: of.station, role: 'keeper', region: '621221102201' });
  assert.equal(await code(readPayee(at, far, { county, id: payee, reason: '看看' })), 'payee-not-found');
  assert.equal((await readPayee(at, keeper, { county, id: payee, reason: '核对退回的款' })).account, account);
  const log = await at.db.selectFrom('registry.household_reading').selectAll().where('household', '=', id).execute();
  assert.deepEqual(
    log.map((row) => [row.person, row.role, row.fields, row.reason]),
    [[keeper.person, 'keeper', ['account'], '核对退回的款']],
  );
});

test('approving: refusals in order, then the happy row', async () => {
  const { id: owner, name } = await household(5_000);
  const batch = await prepare();
  const view = await batchView(at, second, county, batch);
  const say = (over: { by?: typeof second; id?: string; county?: number; version?: number; totalFen?: number }) => {
    const { by = second, ...rest } = over;
    return approveBatch(at, by, { county, id: batch, version: view.version, totalFen: view.totalFen, ...rest }, null);
  };
  assert.equal(await code(say({ id: newId() })), 'batch-not-found');
  assert.equal(await code(say({ county: elsewhere })), 'batch-not-found');
  assert.equal(await code(say({ by: operator })), 'same-person');
  assert.equal(await code(say({ totalFen: view.totalFen + 1 })), 'batch-changed');
  const other = await household(700, 'w_other');
  const line = (await linesOf(at.db, county, batch))[0] as { id: string };
  assert.equal(await code(say({ version: 2 })), 'batch-changed');

  // Whoever wrote the account down cannot approve a payment to it.
  const set = await household(900, null);
  await pay(set.id, set.name, { kind: 'wallet', provider: 'sandbox', account: 'openid_second' }, second);
  const own = await prepare();
  assert.equal((await batchView(at, second, county, own)).mayApprove, 'approver-set-account');
  assert.equal(await code(approve(own)), 'approver-set-account');
  await cancelBatch(at, operator, { county, id: own, reason: '换人批' }, null);
  const theirs = (await payeePage(at, operator, county, { owner: set.id })).rows[0] as { id: string };
  await closePayee(at, second, { county, id: theirs.id }, null);

  // The account was closed since.
  const payee = (await payeePage(at, operator, county, { owner })).rows[0] as { id: string };
  await closePayee(at, keeper, { county, id: payee.id }, null);
  assert.equal(await code(say({})), 'account-closed-meanwhile');
  await cancelLine(at, operator, { county, id: line.id, reason: '账户停用' }, null);
  assert.equal(await code(say({})), 'batch-move-not-allowed');

  // Less is owed than when it was prepared.
  await pay(owner, name, { kind: 'wallet', provider: 'sandbox', account: 'openid_again' });
  const again = await prepare();
  await creditTest(at, county, { kind: 'household', owner: other.id }, 50);
  await scoped(at.db, String(county), (tx) =>
    tx
      .updateTable('trade.payout_line')
      .set({ fen: 999_999 })
      .where('batch', '=', again)
      .where('owner', '=', other.id)
      .execute(),
  );
  assert.equal(await code(approve(again)), 'batch-above-owed');
  await scoped(at.db, String(county), (tx) =>
    tx
      .updateTable('trade.payout_line')
      .set({ fen: 700 })
      .where('batch', '=', again)
      .where('owner', '=', other.id)
      .execute(),
  );
  const seen = await batchView(at, second, county, again);
  const first = seen.rows.find((row) => row.owner === owner) as { id: string };
  await cancelLine(at, operator, { county, id: first.id, reason: '先不付' }, null);
  // What somebody looked at before the line went is no longer what they would approve.
  assert.equal(
    await code(approveBatch(at, second, { county, id: again, version: seen.version, totalFen: seen.totalFen }, null)),
    'batch-changed',
  );
  await approve(again);
  assert.equal(await code(approve(again)), 'batch-move-not-allowed');
  await sendPayouts(at);
  assert.deepEqual(await standingOf(at.db, county, 'household', other.id), {
    creditedFen: 750,
    balanceFen: 50,
    underWayFen: 0,
  });
  assert.equal(await code(cancelBatch(at, operator, { county, id: again, reason: '不要了' }, null)), 'batch-sent');
  await sound();
});

test('each answer of a provider ends in the ledger: paid, failed, to be confirmed, lost', async () => {
  const [paid, fail, slow, confirm, lost] = [
    await household(1_000, 'w_paid'),
    await household(2_000, 'w1-fail'),
    await household(3_000, 'w2-slow'),
    await household(4_000, 'w3-confirm'),
    await household(5_000, 'w4-lost'),
  ];
  const batch = await prepare();
  await approve(batch);
  await sendPayouts(at);
  const state = async (of: { id: string }) => (await linesOfOwner(at.db, county, of.id))[0]?.state;
  const now = await Promise.all([paid, fail, slow, confirm, lost].map(state));
  assert.deepEqual(now, ['paid', 'failed', 'under_way', 'confirming', 'under_way']);
  assert.deepEqual(await standingOf(at.db, county, 'household', slow.id), {
    creditedFen: 3_000,
    balanceFen: 3_000,
    underWayFen: 3_000,
  });
  await sound();
  const ids = (await linesOf(at.db, county, batch)).map((line) => line.id);
  context.passTime(2 * 60_000);
  await sendPayouts(at);
  assert.deepEqual(await Promise.all([slow, confirm, lost].map(state)), ['paid', 'confirming', 'paid']);
  assert.deepEqual(
    (await linesOf(at.db, county, batch)).map((line) => line.id),
    ids,
    'an unclear answer is asked for again, never a new number',
  );
  const waiting = (await linesOfOwner(at.db, county, confirm.id))[0] as { id: string };
  await recallPayment(at, operator, { county, id: waiting.id });
  assert.equal(await state(confirm), 'failed');
  assert.deepEqual((await mattersOf(at.db, county)).map((matter) => [matter.kind, matter.fen]).sort(), [
    ['payout-failed', 2_000],
    ['payout-failed', 4_000],
  ]);
  assert.equal((await batchView(at, operator, county, batch)).state, 'done');
  // Owed again, and not paid again before somebody has looked at it.
  assert.equal(await code(prepare()), 'nothing-to-pay');
  for (const { id } of await mattersOf(at.db, county)) {
    await closeMatter(at, operator, { county, id, note: '已核对账号' }, null);
    assert.equal(await code(closeMatter(at, operator, { county, id, note: '再来' }, null)), 'matter-closed');
  }
  const view = await batchView(at, operator, county, await prepare());
  assert.deepEqual([view.lines, view.totalFen], [2, 6_000]);
  await sound();
});

test('old wound: a payout returned by the bank still shown as settled', async () => {
  const { id: owner, name } = await household(8_800, null);
  await pay(owner, name, { kind: 'bank', account: inventedCard(5) });
  const batch = await prepare();
  await approve(batch);
  await sendPayouts(at);
  const line = (await linesOfOwner(at.db, county, owner))[0] as { id: string; state: string };
  assert.equal(line.state, 'under_way');
  const record = (input: { outcome: 'paid'; reference: string } | { outcome: 'failed'; why: string }) =>
    recordResult(at, operator, { county, id: line.id, ...input }, null);
  assert.equal(
    await code(recordReturn(at, operator, { county, id: line.id, reason: '退回' }, null)),
    'payout-move-not-allowed',
  );
  assert.equal(
    await code(recordReturn(at, operator, { county, id: newId(), reason: '退回' }, null)),
    'payout-not-found',
  );
  await record({ outcome: 'paid', reference: 'ICBC20260917001' });
  assert.equal(await code(record({ outcome: 'paid', reference: 'ICBC20260917001' })), 'payout-move-not-allowed');
  assert.equal((await standingOf(at.db, county, 'household', owner)).balanceFen, 0);
  await recordReturn(at, operator, { county, id: line.id, reason: '账户已销户' }, null);
  assert.equal(
    await code(recordReturn(at, operator, { county, id: line.id, reason: '又退' }, null)),
    'payout-move-not-allowed',
  );

  const view = await batchView(at, operator, county, batch);
  assert.deepEqual([view.paidFen, view.owedAgainFen, view.rows[0]?.state], [0, 8_800, 'returned']);
  assert.equal((await standingOf(at.db, county, 'household', owner)).balanceFen, 8_800);
  assert.deepEqual(
    (await mattersOf(at.db, county)).map((matter) => matter.kind),
    ['payout-returned'],
  );
  for (const { id } of await mattersOf(at.db, county))
    await closeMatter(at, operator, { county, id, note: '换了卡' }, null);
  const next = (await batchView(at, operator, county, await prepare())).rows.find((row) => row.owner === owner);
  assert.ok(next && next.id !== line.id && next.fen === 8_800, 'it is paid anew, under a number of its own');
  await sound();
});

/** The provider says how a payment ended, as its notices do. */
const hear = (payout: string, outcome: 'paid' | 'failed', provider = 'sandbox') =>
  transact(at.db, (tx) => askAgain(tx, at.clock.now(), provider, { payout, outcome }));
const newest = async (owner: string) => (await linesOfOwner(at.db, county, owner)).at(-1) as Line;
type Line = Awaited<ReturnType<typeof linesOfOwner>>[number];
const kinds = async () => (await mattersOf(at.db, county)).map((matter) => matter.kind);

test('said to have failed, then paid after all: booked once, laid before people, and never paid again', async () => {
  const { id: owner } = await household(6_600, `w${++made}-late`);
  await approve(await prepare());
  await sendPayouts(at);
  const line = await newest(owner);
  assert.deepEqual([line.state, await kinds()], ['failed', ['payout-failed']]);
  assert.equal((await standingOf(at.db, county, 'household', owner)).balanceFen, 6_600);

  // What is no word of this payment's is not asked after.
  assert.equal(await hear(line.id, 'failed'), false, 'nothing new');
  assert.equal(await hear(line.id, 'paid', 'wechat'), false, 'another provider');
  assert.equal(await hear(newId(), 'paid'), false);
  assert.equal(await hear(line.id, 'paid'), true);
  await sendPayouts(at);
  const after = await newest(owner);
  assert.deepEqual([after.id, after.state, after.next_at], [line.id, 'paid', null]);
  assert.deepEqual(await standingOf(at.db, county, 'household', owner), {
    creditedFen: 6_600,
    balanceFen: 0,
    underWayFen: 0,
  });
  assert.deepEqual(await kinds(), ['payout-late']);
  await creditTest(at, county, { kind: 'household', owner }, 300);
  assert.equal(await code(prepare()), 'nothing-to-pay', 'nobody is paid on before somebody has looked');

  // Said again it changes nothing.
  assert.equal(await hear(line.id, 'paid'), false);
  await sendPayouts(at);
  assert.equal((await standingOf(at.db, county, 'household', owner)).balanceFen, 300);
  await sound();
  await recordReturn(at, operator, { county, id: line.id, reason: '渠道最后还是退回' }, null);
  assert.equal((await standingOf(at.db, county, 'household', owner)).balanceFen, 6_900);
  await sound();
});

test('paid after all while it is being paid anew: a waiting payment fails, cash stays in the till, people are told', async () => {
  const card = await household(4_000, null);
  const holder = card.name;
  const first = inventedCard(++made);
  await pay(card.id, holder, { kind: 'bank', account: first });
  const cash = await household(5_000, null);
  await pay(cash.id, cash.name, { kind: 'bank', account: inventedCard(++made) });
  await approve(await prepare());
  await sendPayouts(at);
  const [one, two] = [await newest(card.id), await newest(cash.id)];
  const record = (id: string, input: { outcome: 'paid'; reference: string } | { outcome: 'failed'; why: string }) =>
    recordResult(at, operator, { county, id, ...input }, null);
  for (const { id } of [one, two]) await record(id, { outcome: 'failed', why: '银行说户名不符' });
  for (const { id } of await mattersOf(at.db, county))
    await closeMatter(at, operator, { county, id, note: '重付' }, null);
  const payee = (await payeePage(at, operator, county, { owner: cash.id })).rows[0] as { id: string };
  await closePayee(at, keeper, { county, id: payee.id }, null);

  const again = await prepare();
  const { rows } = await batchView(at, second, county, again);
  assert.deepEqual(rows.map((row) => row.fen).sort(), [4_000, 5_000]);
  await approve(again);
  // The card's line still waits, the cash lies at the station.
  await record(one.id, { outcome: 'paid', reference: 'ICBC-LATE-1' });
  await sendPayouts(at);
  const waited = await newest(card.id);
  assert.deepEqual([waited.id !== one.id, waited.state, waited.hold], [true, 'failed', null]);
  const handing = await newest(cash.id);
  assert.equal(handing.state, 'handing');
  await record(two.id, { outcome: 'paid', reference: 'ICBC-LATE-2' });
  assert.equal((await newest(cash.id)).state, 'failed');
  const give = { county, id: handing.id, receipt: `晚 ${++made}`, confirmedBy: 'household' as const };
  assert.equal(await code(handOut(at, keeper, give, null)), 'payout-move-not-allowed');
  assert.equal(await code(record(two.id, { outcome: 'paid', reference: 'ICBC-LATE-2' })), 'payout-move-not-allowed');
  for (const { id } of [card, cash]) {
    assert.deepEqual(await standingOf(at.db, county, 'household', id), {
      creditedFen: id === card.id ? 4_000 : 5_000,
      balanceFen: 0,
      underWayFen: 0,
    });
  }
  assert.deepEqual(await kinds(), ['payout-late', 'payout-late']);
  assert.equal((await batchView(at, second, county, again)).state, 'done');
  await sound();
});

test('without an account it is handed out at the station, against a receipt', async () => {
  const { id: owner } = await household(2_600, null);
  const batch = await prepare();
  await approve(batch);
  await sendPayouts(at);
  const line = (await linesOfOwner(at.db, county, owner))[0] as { id: string };
  const give = (over: Partial<Parameters<typeof handOut>[2]>, by = keeper) =>
    handOut(at, by, { county, id: line.id, receipt: '收 001', confirmedBy: 'household', ...over }, null);
  const otherKeeper = await addTestPerson(at, { name: '别站', org: of.cooperative, role: 'keeper' });
  assert.equal(await code(give({ id: newId() })), 'payout-not-found');
  assert.equal(await code(give({}, otherKeeper)), 'not-allowed');
  assert.equal(await code(give({ confirmedBy: 'witness' })), 'witness-missing');
  assert.equal(await code(give({ photo: newId() })), 'photo-not-found');
  assert.deepEqual(
    (await handOutPage(at, keeper, county, {})).rows.map((row) => [row.id, row.fen]),
    [[line.id, 2_600]],
  );
  assert.deepEqual((await handOutPage(at, otherKeeper, county, {})).rows, []);
  assert.equal(
    await code(recordResult(at, operator, { county, id: line.id, outcome: 'paid', reference: 'x' }, null)),
    'line-of-provider',
  );
  const before = await standingOf(at.db, county, 'station', of.station);
  await give({ confirmedBy: 'witness', witness: '村主任' });
  assert.equal(await code(give({})), 'payout-move-not-allowed');
  assert.deepEqual(await standingOf(at.db, county, 'household', owner), {
    creditedFen: 2_600,
    balanceFen: 0,
    underWayFen: 0,
  });
  // The till was empty: the station advanced it, and is owed it.
  const after = await standingOf(at.db, county, 'station', of.station);
  assert.equal(after.balanceFen - before.balanceFen, 2_600);
  assert.equal(
    await code(recordReturn(at, operator, { county, id: line.id, reason: '退' }, null)),
    'payout-move-not-allowed',
  );

  const two = await household(1_100, null);
  await approve(await prepare());
  await sendPayouts(at);
  const next = (await linesOfOwner(at.db, county, two.id))[0] as { id: string };
  assert.equal(
    await code(handOut(at, keeper, { county, id: next.id, receipt: '收 001', confirmedBy: 'household' }, null)),
    'receipt-used',
  );
  await recordResult(at, operator, { county, id: next.id, outcome: 'failed', why: '人不在家' }, null);
  assert.equal((await standingOf(at.db, county, 'household', two.id)).balanceFen, 1_100);
  await sound();
});

/** Households without an account whose cash lies ready at the station: the ids of the payments. */
async function cashReady(...fens: number[]): Promise<string[]> {
  const owners: string[] = [];
  for (const fen of fens) owners.push((await household(fen, null)).id);
  await approve(await prepare());
  await sendPayouts(at);
  return Promise.all(owners.map(async (owner) => (await newest(owner)).id));
}
/** Cash that buyers paid at the station, in its till. */
const fillTill = (fen: number) =>
  transact(at.db, async (tx) => {
    const { till, clearing } = await tillAccounts(tx, county, of.station);
    const said = { reason: 'cash-taken', evidenceKind: 'test', evidence: newId() };
    const input = { ...said, id: newId(), kind: 'single' as const, debit: till, credit: clearing, amountFen: fen };
    await transfer(tx, county, [input], at.clock.now());
  });
const inTill = async () => (await tillOf(at.db, county, of.station)).fen;

test('hand-outs at once on one till: it gives what it has, the rest the station has advanced', async () => {
  const ids = await cashReady(700, 700, 700, 700);
  const before = (await standingOf(at.db, county, 'station', of.station)).balanceFen;
  await fillTill(1_500 - (await inTill()));
  await Promise.all(
    ids.map((id, i) =>
      handOut(at, keeper, { county, id, receipt: `同时 ${made}-${i}`, confirmedBy: 'household' }, null),
    ),
  );
  assert.equal(await inTill(), 100);
  assert.equal((await standingOf(at.db, county, 'station', of.station)).balanceFen - before, 1_400);
  const tills = await scoped(at.db, String(county), (tx) =>
    tx.selectFrom('trade.payout_receipt').select('till').where('line', 'in', ids).execute(),
  );
  assert.deepEqual(tills.map((one) => one.till).sort(), ['station', 'station', 'station_cash', 'station_cash']);
  await sound();
});

test('what is on its way to the county is not handed out of the till', async () => {
  const [id = ''] = await cashReady(900);
  await fillTill(1_000 - (await inTill()));
  await handInCash(at, keeper, { county, station: of.station, fen: 600 }, null);
  await handOut(at, keeper, { county, id, receipt: `交款 ${++made}`, confirmedBy: 'household' }, null);
  assert.equal(await inTill(), 400, 'the station advanced it');
  await sound();
});

test('one receipt for two hand-outs at once: one is done, the other is refused by name', async () => {
  const ids = await cashReady(800, 900, 1_000);
  const receipt = `同号 ${++made}`;
  const ends = await Promise.allSettled(
    ids.map((id) => handOut(at, keeper, { county, id, receipt, confirmedBy: 'household' }, null)),
  );
  assert.equal(ends.filter((end) => end.status === 'fulfilled').length, 1);
  for (const end of ends) if (end.status === 'rejected') assert.equal(end.reason.code, 'receipt-used');
  const left = (await handOutPage(at, keeper, county, {})).rows;
  assert.equal(left.length, 2, 'what was refused is still to be handed out');
  await sound();
});

test('cancelled before it is sent, everything stays owed', async () => {
  const { id: owner } = await household(3_300);
  const batch = await prepare();
  assert.equal(await code(prepare()), 'nothing-to-pay');
  await approve(batch);
  await cancelBatch(at, operator, { county, id: batch, reason: '节后再付' }, null);
  assert.equal(await sendPayouts(at), 0);
  assert.deepEqual(await standingOf(at.db, county, 'household', owner), {
    creditedFen: 3_300,
    balanceFen: 3_300,
    underWayFen: 0,
  });
  assert.equal(
    await code(cancelBatch(at, operator, { county, id: batch, reason: '再来' }, null)),
    'batch-move-not-allowed',
  );
  assert.equal(await code(cancelLine(at, operator, { county, id: newId(), reason: '没有' }, null)), 'payout-not-found');
  await sound();
});

test('an account closed between approval and sending is not paid to', async () => {
  const { id: owner } = await household(4_400);
  const batch = await prepare();
  await approve(batch);
  const payee = (await payeePage(at, operator, county, { owner })).rows[0] as { id: string };
  await closePayee(at, keeper, { county, id: payee.id }, null);
  await sendPayouts(at);
  const line = (await linesOfOwner(at.db, county, owner))[0];
  assert.deepEqual([line?.state, line?.hold], ['failed', null]);
  assert.equal((await batchView(at, operator, county, batch)).state, 'done');
  await sound();
});

test('a purchase on credit is paid out of what its buyer sold, never out of what others did', async () => {
  await creditTest(at, county, { kind: 'merchant', owner: of.merchantOrg }, 50_000);
  const name = '赊账户';
  const owner = await addTestHousehold(at, {
    county,
    village,
    name,
    yields: [{ crop: 'walnut', areaCentimu: 0, trees: 1000 }],
  });
  await pay(owner, name, { kind: 'wallet', provider: 'sandbox', account: 'w_credit' });
  const owes = async () => {
    const { owed } = await organisationOwed(at, operator, county, { org: of.cooperative });
    return owed[0]?.owedFen ?? 0;
  };
  const before = await owes();
  await weighInTest(at, of, { household: owner, grams: 10_000, paid: 'later' });
  const payable = async () => {
    const batch = await prepare().catch(() => null);
    if (!batch) return 0;
    const view = await batchView(at, operator, county, batch);
    await cancelBatch(at, operator, { county, id: batch, reason: '只是看看' }, null);
    return view.rows.find((row) => row.owner === owner)?.fen ?? 0;
  };
  assert.equal(before, 0);
  assert.equal(await payable(), 0);
  await creditTest(at, county, { kind: 'merchant', owner: of.cooperative }, 5_000);
  assert.deepEqual([await payable(), await owes()], [5_000, 0]);
  await creditTest(at, county, { kind: 'merchant', owner: of.cooperative }, 10_000);
  assert.deepEqual([await payable(), await owes()], [12_000, 3_000]);
});

test('old wound: payouts never made because nothing ran the sweep', async () => {
  const monday = '2026-09-21T03:00:00Z';
  context.setTime(monday);
  await sweepPayouts(at);
  await clear();
  const first = await household(1_500);
  const small = await household(99);
  const poor = await addTestHousehold(at, { county, village: '621221102201', name: '远户' });
  await creditTest(at, county, { kind: 'household', owner: poor }, 2_000);
  await sweepPayouts(at);
  assert.equal((await linesOfOwner(at.db, county, first.id)).length, 0, 'this pay day has been looked at');

  // The job stands still for 17 days, over two pay days.
  context.passTime(17 * 24 * 60 * 60_000);
  const second_ = await household(2_500);
  const made = await sweepPayouts(at);
  assert.ok(made.length >= 1);
  await sweepPayouts(at);
  for (const [one, fen] of [
    [first, 1_500],
    [second_, 2_500],
  ] as const) {
    const lines = (await linesOfOwner(at.db, county, one.id)).filter((line) => line.state === 'waiting');
    assert.deepEqual(
      lines.map((line) => line.fen),
      [fen],
      'everything owed, once',
    );
  }
  assert.equal((await linesOfOwner(at.db, county, small.id)).length, 0);
  const matters = await mattersOf(at.db, county);
  assert.ok(matters.some((matter) => matter.kind === 'no-way-to-pay' && matter.subject === poor));
  // Nobody prepared it, so one person is enough to approve it; a second is still there, as the job is no person.
  const batch = (await linesOfOwner(at.db, county, first.id)).at(-1)?.batch as string;
  await approve(batch, operator);
  await sendPayouts(at);
  assert.equal((await standingOf(at.db, county, 'household', first.id)).balanceFen, 0);
  await sound();
});

test('pay days: weekday, day of the month, the last day of a shorter one', async () => {
  const monthly = { weekday: null, monthDay: 31, minimumFen: 100 };
  assert.equal(isDue(monthly, '2026-09-29', '2026-09-30'), true);
  assert.equal(isDue(monthly, '2026-09-30', '2026-10-30'), false);
  assert.equal(isDue({ weekday: 7, monthDay: null, minimumFen: 100 }, '2026-09-19', '2026-09-20'), true);
  assert.equal(
    await code(setSchedule(at, operator, { county, weekday: 1, monthDay: 1, minimumFen: 100 })),
    'schedule-wrong',
  );
  assert.equal(
    await code(setSchedule(at, operator, { county, weekday: null, monthDay: null, minimumFen: 100 })),
    'schedule-wrong',
  );
});

test('a file for the bank: each payment in one file only; results are compared line by line, returned money is owed again', async () => {
  const people = [];
  for (let i = 1; i <= 4; i++) {
    const one = await household(1_000 * i, null);
    await pay(one.id, one.name, { kind: 'bank', account: inventedCard(900 + i) });
    people.push(one);
  }
  const batch = await prepare();
  const make = (by = operator) => makeBankFile(at, by, { county, id: batch, reason: '交银行代发' }, null);
  assert.equal(
    await code(makeBankFile(at, operator, { county, id: newId(), reason: '交银行' }, null)),
    'batch-not-found',
  );
  assert.equal(await code(make()), 'bank-file-empty', 'nothing before it is approved and sent');
  await approve(batch);
  await sendPayouts(at);
  const made = await Promise.allSettled([make(), make()]);
  assert.deepEqual(made.map((one) => one.status).sort(), ['fulfilled', 'rejected'], 'two presses make one file');
  const file = (made.find((one) => one.status === 'fulfilled') as PromiseFulfilledResult<string>).value;
  const view = await batchView(at, operator, county, batch);
  assert.deepEqual([view.unfiled, view.files[0]?.lines, view.files[0]?.fen], [0, 4, 10_000]);
  const readings = await at.db
    .selectFrom('registry.household_reading')
    .selectAll()
    .where('reason', '=', '交银行代发')
    .execute();
  assert.equal(readings.length, 4);

  const taken = (format: 'csv' | 'xlsx', by = operator) => takeBankFile(at, by, { county, id: file, format });
  assert.equal(
    await code(takeBankFile(at, operator, { county, id: newId(), format: 'csv' })),
    'bank-file-not-found',
    'and what is not there is on nobody’s record',
  );
  const text = (await taken('csv')).bytes.toString();
  assert.equal((await taken('csv', second)).bytes.toString(), text, 'downloaded again, it is the same');
  const sheet = await taken('xlsx');
  assert.match(sheet.name, /\.xlsx$/);
  const [named] = (await batchView(at, operator, county, batch)).files;
  assert.deepEqual(
    named?.takings.map((one) => [one.format, one.byName]),
    [
      ['xlsx', '周运营'],
      ['csv', '钱复核'],
      ['csv', '周运营'],
    ],
    'who, when and how often',
  );
  await assert.rejects(at.db.deleteFrom('trade.payout_file_taking').execute(), { code: 'SH001' });
  const table = text.slice(1).trim().split('\r\n');
  assert.ok(table[0]?.includes(`"4 笔","100.00","${view.files[0]?.sha256}"`));
  const sums = table.at(-1) ?? '';
  assert.equal(createHash('sha256').update(table.slice(2, -1).join('\n')).digest('hex'), view.files[0]?.sha256);
  assert.ok(sums.includes('"合计","4 笔"'));

  const take = (results: readonly string[], lines = table.slice(2, -1)) =>
    takeBankResults(at, operator, {
      county,
      id: file,
      csv: [`${table[1]},结果,原因,银行流水号`, ...lines.map((line, i) => `${line},${results[i] ?? ''}`), sums].join(
        '\n',
      ),
    });
  assert.equal(await code(takeBankResults(at, operator, { county, id: newId(), csv: 'x' })), 'bank-file-not-found');
  assert.equal(await code(takeBankResults(at, operator, { county, id: file, csv: 'a,b' })), 'bank-result-columns');
  const forged = table
    .slice(2, -1)
    .map((line, i) =>
      i === 0 ? line.replace('10.00', '99.00') : i === 1 ? line.replace(/"6217\d+"/, `"${inventedCard(1)}"`) : line,
    );
  const odd = await take(['成功,,B0001', '成功,,B0002', '大概,,', '成功,,'], forged);
  assert.deepEqual(
    odd.rows.map((row) => [row.outcome, row.problem]),
    [
      ['refused', 'amount'],
      ['refused', 'account'],
      ['refused', 'result'],
      ['refused', 'reference'],
    ],
  );
  assert.equal(
    (await linesOf(at.db, county, batch)).every((line) => line.state === 'under_way'),
    true,
  );

  const first = await take(['成功,,B0001', '失败,账号不存在,', '成功,,B0003']);
  assert.deepEqual([first.paid, first.failed, first.missing], [2, 1, 1]);
  const again = await take(['成功,,B0001', '失败,账号不存在,', '失败,后来又说失败,']);
  assert.deepEqual([again.known, again.refused], [2, 1], 'a failure after success is no return');
  const back = await take(['', '', '退票,销户,', '退票,户名不符,']);
  assert.deepEqual([back.returned, back.failed], [1, 1]);
  assert.deepEqual(
    (await linesOf(at.db, county, batch)).map((line) => line.state),
    ['paid', 'failed', 'returned', 'failed'],
  );
  const repeated = await take(['', '', '退票,销户,', '退票,户名不符,']);
  assert.deepEqual([repeated.known, repeated.refused], [2, 0], 'the file may be brought again whole');
  const owed = await Promise.all(
    people.map(async ({ id }) => (await standingOf(at.db, county, 'household', id)).balanceFen),
  );
  assert.deepEqual(owed.toSorted((a, b) => a - b).length, 4);
  assert.equal(
    owed.reduce((sum, fen) => sum + fen, 0),
    10_000 - (view.rows[0]?.fen ?? 0),
    'all but one is owed again',
  );
  await assert.rejects(at.db.deleteFrom('trade.payout_file').execute(), { code: 'SH001' });
  await sound();
});

test('a payment that is just being written down as failed comes into no file for the bank', async () => {
  for (let i = 1; i <= 2; i++) {
    const one = await household(1_000 * i, null);
    await pay(one.id, one.name, { kind: 'bank', account: inventedCard(950 + i) });
  }
  const batch = await prepare();
  await approve(batch);
  await sendPayouts(at);
  const [line] = await linesOf(at.db, county, batch);
  let making: Promise<string> | undefined;
  await transact(at.db, async (tx) => {
    const failed = { county, id: line?.id ?? '', outcome: 'failed' as const, why: '账号不存在' };
    await recordResult({ ...at, db: tx }, operator, failed, null);
    making = makeBankFile(at, operator, { county, id: batch, reason: '交银行代发' }, null);
    // Long enough for it to have come to the line.
    await new Promise((resolve) => setTimeout(resolve, 200));
  });
  await making;
  const { files } = await batchView(at, operator, county, batch);
  assert.deepEqual([files[0]?.lines, files[0]?.fen], [1, 3_000 - (line?.fen ?? 0)]);
  await sound();
});
