import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ledger } from '#ledger/contract';
import { transact } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { testCallers } from '../../test/callers.ts';
import { addTestPerson, openTestCounty, testContext } from '../../test/fixtures.ts';
import { ensureAccounts, ledgerModule, transfer } from './index.ts';

/** One purchase of ¥156 owed to a household, and an order of ¥39.80 whose merchant part is held. */
async function used(t: Parameters<typeof testContext>[0]) {
  const { at, db } = await testContext(t);
  const of = await openTestCounty(at);
  const { county } = of;
  const [purchase, order] = [newId(), newId()];
  const ids = await transact(db, async (tx) => {
    const [cost, household, clearing, received, merchant] = (await ensureAccounts(tx, county, [
      { kind: 'purchase_cost', owner: of.cooperative },
      { kind: 'household', owner: of.household },
      { kind: 'provider_clearing', owner: 'sandbox' },
      { kind: 'orders_received', owner: 'county' },
      { kind: 'merchant', owner: of.cooperative },
    ])) as [string, string, string, string, string];
    const hold = newId();
    const forOrder = { evidenceKind: 'order', evidence: order };
    await transfer(tx, county, [
      {
        id: newId(),
        kind: 'single',
        debit: cost,
        credit: household,
        amountFen: 15_600,
        reason: 'purchase',
        evidenceKind: 'purchase',
        evidence: purchase,
      },
      {
        id: newId(),
        kind: 'single',
        debit: clearing,
        credit: received,
        amountFen: 3_980,
        reason: 'order-received',
        ...forOrder,
      },
      {
        id: hold,
        kind: 'pending',
        debit: received,
        credit: merchant,
        amountFen: 3_600,
        reason: 'order-part',
        ...forOrder,
      },
    ]);
    return { cost, household, received, merchant, hold };
  });
  const app = await testCallers(at, [ledgerModule], t);
  return { at, of, county, purchase, order, ids, app };
}

test('who may look at the ledger', async (t) => {
  const { at, of, county, app } = await used(t);
  const region = of.village.slice(0, 9);
  const ofTownship = await addTestPerson(at, { name: '镇审计', org: of.centre, role: 'auditor', region });
  const refused = [
    [app.visitor, 'not-signed-in'],
    [of.buyer, 'not-allowed'],
    [of.keeper, 'not-allowed'],
    [of.merchant, 'not-allowed'],
    [of.cadre, 'not-allowed'],
    [ofTownship, 'not-allowed'],
  ] as const;
  for (const [by, code] of refused) {
    const { accounts, transfers, trialBalance } = app.as(by, { ledger }).ledger;
    for (const ask of [accounts, transfers, trialBalance]) await assert.rejects(ask({ params: { county } }), { code });
  }
  for (const by of [of.operator, of.auditor, of.platform]) {
    assert.equal((await app.as(by, { ledger }).ledger.accounts({ params: { county } })).total, 5);
  }
});

test('accounts say whose they are, a household only by its code', async (t) => {
  const { of, county, ids, app } = await used(t);
  const read = app.as(of.auditor, { ledger }).ledger;
  await assert.rejects(read.account({ params: { county, id: of.household } }), { code: 'account-not-found' });

  const names = (await read.accounts({ params: { county } })).rows.map((row) => [
    row.kind,
    row.ownerName,
    row.balance,
    row.pending,
  ]);
  assert.deepEqual(names, [
    ['household', '00001', 15_600, 0],
    ['merchant', '成县山里红核桃专业合作社', 0, 3_600],
    ['orders_received', '成县', 3_980, -3_600],
    ['provider_clearing', '沙盒支付', 3_980, 0],
    ['purchase_cost', '成县山里红核桃专业合作社', 15_600, 0],
  ]);
  const merchants = await read.accounts({ params: { county }, query: { kind: 'merchant', owner: of.cooperative } });
  assert.deepEqual(
    merchants.rows.map(({ id, kindName }) => [id, kindName]),
    [[ids.merchant, '商家应付']],
  );
  assert.equal((await read.accounts({ params: { county }, query: { size: 2, page: 3 } })).rows.length, 1);
  const english = await app.as(of.auditor, { ledger }, 'en').ledger.account({ params: { county, id: ids.received } });
  assert.deepEqual([english.kindName, english.side], ['Received for orders', 'credit']);
});

test('transfers are followed from an account or from their fact', async (t) => {
  const { of, county, order, purchase, ids, app } = await used(t);
  const read = app.as(of.operator, { ledger }).ledger;
  await assert.rejects(read.transfer({ params: { county, id: order } }), { code: 'not-found' });

  const ofOrder = await read.transfers({ params: { county }, query: { evidenceKind: 'order', evidence: order } });
  assert.deepEqual(
    new Set(ofOrder.rows.map((row) => [row.reason, row.kind, row.pendingState, row.fen].join())),
    new Set(['order-part,pending,pending,3600', 'order-received,single,,3980']),
  );
  const ofHousehold = await read.transfers({ params: { county }, query: { account: ids.household } });
  assert.deepEqual(
    ofHousehold.rows.map((row) => [row.evidence, row.debitName, row.creditName]),
    [[purchase, '收购成本 · 成县山里红核桃专业合作社', '农户收入 · 00001']],
  );
  const hold = await read.transfer({ params: { county, id: ids.hold } });
  assert.deepEqual([hold.pending, hold.pendingState], [null, 'pending']);
});

test('trial balance', async (t) => {
  const { of, county, app } = await used(t);
  const sheet = await app.as(of.operator, { ledger }).ledger.trialBalance({ params: { county } });
  assert.deepEqual([sheet.debits, sheet.credits, sheet.balanced], [19_580, 19_580, true]);
  assert.deepEqual(
    sheet.rows.map((row) => [row.kindName, row.accounts, row.balance]),
    [
      ['支付渠道在途', 1, 3_980],
      ['订单代收款', 1, 3_980],
      ['商家应付', 1, 0],
      ['收购成本', 1, 15_600],
      ['农户收入', 1, 15_600],
    ],
  );
});
