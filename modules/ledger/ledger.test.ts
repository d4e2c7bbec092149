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
  return { at, db, of, county, purchase, order, ids, app };
}

test('who may look at the ledger', async (t) => {
  const { at, of, county, ids, app } = await used(t);
  const region = of.village.slice(0, 9);
  const ofTownship = await addTestPerson(at, { name: '镇审计', org: of.centre, role: 'auditor', region });
  const none = [
    [app.visitor, 'not-signed-in'],
    [of.buyer, 'not-allowed'],
    [of.cadre, 'not-allowed'],
    [ofTownship, 'not-allowed'],
  ] as const;
  const staff = [
    [of.keeper, 'not-allowed'],
    [of.merchant, 'not-allowed'],
  ] as const;
  const one = { params: { county, id: ids.merchant } };
  for (const [by, code] of none) {
    const { accounts, account, balanceAt, accountStatement } = app.as(by, { ledger }).ledger;
    await assert.rejects(accounts({ params: { county } }), { code });
    for (const ask of [account, balanceAt, accountStatement]) await assert.rejects(ask(one), { code });
  }
  for (const [by, code] of [...none, ...staff]) {
    const { transfers, trialBalance, reconcileRuns, closeAccount } = app.as(by, { ledger }).ledger;
    for (const ask of [transfers, trialBalance, reconcileRuns]) {
      await assert.rejects(ask({ params: { county } }), { code });
    }
    await assert.rejects(closeAccount({ ...one, body: { reason: '试试' } }), { code });
  }
  await assert.rejects(app.as(of.auditor, { ledger }).ledger.closeAccount({ ...one, body: { reason: '试试' } }), {
    code: 'not-allowed',
  });
  for (const by of [of.operator, of.auditor, of.platform]) {
    assert.equal((await app.as(by, { ledger }).ledger.accounts({ params: { county } })).total, 5);
  }
});

test('staff see the accounts of their own organisation, and no other', async (t) => {
  const { of, county, ids, app } = await used(t);
  const own = app.as(of.merchant, { ledger }).ledger;
  const { rows } = await own.accounts({ params: { county } });
  assert.deepEqual(new Set(rows.map((row) => row.id)), new Set([ids.merchant, ids.cost]));
  for (const id of [ids.received, ids.household]) {
    for (const ask of [own.account, own.balanceAt, own.accountStatement]) {
      await assert.rejects(ask({ params: { county, id } }), { code: 'account-not-found' });
    }
  }
  assert.equal((await own.balanceAt({ params: { county, id: ids.merchant } })).pending, 3_600);
  const station = app.as(of.keeper, { ledger }).ledger;
  assert.equal((await station.accounts({ params: { county } })).total, 0, 'its station has none yet');
});

test('an account is closed and opened with a reason, and says by whom', async (t) => {
  const { db, of, county, ids, app } = await used(t);
  const { closeAccount, reopenAccount, account } = app.as(of.operator, { ledger }).ledger;
  const close = (id: string) => closeAccount({ params: { county, id }, body: { reason: '合作社注销' } });
  const reopen = (id: string) => reopenAccount({ params: { county, id }, body: { reason: '注销撤回' } });
  const refused: [() => Promise<unknown>, string][] = [
    [() => close(of.household), 'account-not-found'],
    [() => reopen(of.household), 'account-not-found'],
    [() => close(ids.received), 'account-not-closable'],
    [() => reopen(ids.merchant), 'account-open'],
  ];
  for (const [act, code] of refused) await assert.rejects(act(), { code });

  const closed = await close(ids.merchant);
  assert.ok(closed.closedAt);
  await assert.rejects(close(ids.merchant), { code: 'account-closed' });
  const end = (kind: 'post' | 'void') =>
    transact(db, (tx) =>
      transfer(tx, county, [
        { id: newId(), kind, pending: ids.hold, reason: 'order-part', evidenceKind: 'order', evidence: newId() },
      ]),
    );
  await assert.rejects(end('post'), { code: 'account-closed' });
  await end('void');
  const open = await reopen(ids.merchant);
  assert.equal(open.closedAt, null);
  assert.deepEqual(
    open.moves.map(({ to, reason }) => [to, reason]),
    [
      ['open', '注销撤回'],
      ['closed', '合作社注销'],
    ],
  );
  assert.ok(open.moves.every((move) => move.by));
  assert.equal((await account({ params: { county, id: ids.received } })).closable, false);

  const closing = newId();
  await transact(db, (tx) =>
    transfer(tx, county, [
      {
        ...{ id: closing, kind: 'pending', debit: ids.received, credit: ids.merchant, amountFen: 0 },
        ...{ closing: 'credit', reason: 'closing', evidenceKind: 'order', evidence: newId() },
      },
    ]),
  );
  await assert.rejects(reopen(ids.merchant), { code: 'account-closed-by-hold' });
  for (const { name, check } of ledgerModule.invariants ?? []) assert.deepEqual(await check(db), [], name);
});

test('statement: opening, every movement with the balance after it, closing', async (t) => {
  const { db, of, county, ids, app } = await used(t);
  const at = (text: string) => new Date(`2031-03-${text}+08:00`);
  const because = { evidenceKind: 'order', evidence: newId() };
  const pay = (when: Date, debit: string, credit: string, amountFen: number) =>
    transact(db, (tx) =>
      transfer(
        tx,
        county,
        [{ id: newId(), kind: 'single', debit, credit, amountFen, reason: 'test', ...because }],
        when,
      ),
    );
  const clearing = (
    await app.as(of.auditor, { ledger }).ledger.accounts({ params: { county }, query: { kind: 'provider_clearing' } })
  ).rows[0]?.id as string;
  await pay(at('01T00:00:00'), clearing, ids.received, 1_000);
  await pay(at('31T23:59:59.999'), ids.received, clearing, 400);
  await pay(new Date('2031-04-01T00:00:00+08:00'), ids.received, clearing, 9);
  const read = (query: object) =>
    app.as(of.auditor, { ledger }).ledger.accountStatement({ params: { county, id: ids.received }, query });

  await assert.rejects(read({ from: '2031-03-02', to: '2031-03-01' }), { code: 'period-upside-down' });
  const march = await read({ from: '2031-03-01', to: '2031-03-31' });
  assert.deepEqual(
    [march.opening, march.debits, march.credits, march.closing, march.pending, march.total],
    [3_980, 400, 1_000, 4_580, -3_600, 2],
  );
  assert.deepEqual(
    march.rows.map((row) => [row.debit, row.credit, row.balance, row.otherName]),
    [
      [0, 1_000, 4_980, '支付渠道在途 · 沙盒支付'],
      [400, 0, 4_580, '支付渠道在途 · 沙盒支付'],
    ],
  );
  const second = await read({ from: '2031-03-01', to: '2031-03-31', size: 1, page: 2 });
  assert.deepEqual([second.total, second.rows[0]?.balance], [2, 4_580], 'the balance goes on from page to page');
  const beyond = await read({ from: '2031-03-01', to: '2031-03-31', size: 1, page: 3 });
  assert.deepEqual([beyond.total, beyond.rows.length], [2, 0]);
  const quiet = await read({ from: '2031-05-01', to: '2031-05-02' });
  assert.deepEqual([quiet.opening, quiet.closing, quiet.total], [4_571, 4_571, 0]);

  const { balanceAt, trialBalance } = app.as(of.operator, { ledger }).ledger;
  const seen = await balanceAt({
    params: { county, id: ids.received },
    query: { at: at('31T23:59:59.998').toISOString() },
  });
  assert.deepEqual([seen.balance, seen.debits, seen.credits, seen.pending], [4_980, 0, 4_980, -3_600]);
  const day = async (day: string) => {
    const sheet = await trialBalance({ params: { county }, query: { day } });
    const received = sheet.rows.find((row) => row.kind === 'orders_received');
    return [sheet.balanced, sheet.debits, received?.balance, received?.pending];
  };
  assert.deepEqual(await day('2031-03-01'), [true, 20_580, 4_980, -3_600]);
  assert.deepEqual(await day('2031-03-31'), [true, 20_980, 4_580, -3_600]);
  assert.deepEqual((await trialBalance({ params: { county }, query: { day: '2001-01-01' } })).rows, []);
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
