import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ensureAccounts, ledgerModule, transfer } from '#ledger';
import { scoped, transact } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { addTestHousehold, addTestPerson, openTestCounty, testContext } from '../../../test/fixtures.ts';
import {
  assertPayoutsSound,
  creditTest,
  inventedCard,
  linesOfOwner,
  mattersOf,
} from '../../../test/fixtures-payouts.ts';
import { addPayee } from './add-payee.ts';
import { approveBatch } from './approve-batch.ts';
import { batchView } from './batch-views.ts';
import { cancelBatch } from './cancel-batch.ts';
import { handOut } from './hand-out.ts';
import { closeMatter } from './matters.ts';
import { prepareBatch } from './prepare-batch.ts';
import { recallPayment, recordResult, recordReturn } from './record-result.ts';
import { askAgain, sendPayouts } from './send-payouts.ts';

const context = await testContext();
const { at } = context;
const of = await openTestCounty(at);
const { county, operator, keeper, village } = of;
const second = await addTestPerson(at, { name: '钱复核', org: of.centre, role: 'operator' });

let made = 0;
/** One household of each kind there is: every answer of a provider, a bank card, and cash at the station. */
async function households() {
  const endings = ['ok', 'x-fail', 'x-late', 'x-slow', 'x-confirm', 'x-lost', 'bank', 'cash'] as const;
  return Promise.all(
    endings.map(async (ending) => {
      const holder = `户${++made}`;
      const owner = await addTestHousehold(at, { county, village, name: holder });
      const seed = ++made;
      const payee = { county, ownerKind: 'household' as const, owner, holder };
      if (ending === 'bank') await addPayee(at, keeper, { ...payee, kind: 'bank', account: inventedCard(seed) }, null);
      else if (ending !== 'cash') {
        const account = `wallet${seed}-${ending}`;
        await addPayee(at, keeper, { ...payee, kind: 'wallet', provider: 'sandbox', account }, null);
      }
      return { owner, creditedFen: 0 };
    }),
  );
}
type Household = Awaited<ReturnType<typeof households>>[number];

/** A fact that was wrong is taken back, as a reversed purchase note does: the household may then owe. */
async function takeBack(one: Household, fen: number): Promise<void> {
  await transact(at.db, async (tx) => {
    const [owner, received] = (await ensureAccounts(tx, county, [
      { kind: 'household', owner: one.owner },
      { kind: 'orders_received', owner: 'county' },
    ])) as [string, string];
    const said = { reason: 'purchase-reversed', evidenceKind: 'purchase', evidence: newId() };
    await transfer(
      tx,
      county,
      [{ ...said, id: newId(), kind: 'single', debit: owner, credit: received, amountFen: fen }],
      at.clock.now(),
    );
  });
  one.creditedFen -= fen;
}

const refused = () => null;
/** Everything that can happen to payments, each to one household or one batch. */
const acts = {
  credit: async (one: Household, fen: number) => {
    await creditTest(at, county, { kind: 'household', owner: one.owner }, fen);
    one.creditedFen += fen;
  },
  takeBack,
  payOut: async (one: Household) => {
    const id = await prepareBatch(at, operator, { county, ownerKind: 'household', minimumFen: 1 }, null).catch(refused);
    if (!id) return;
    const { version, totalFen } = await batchView(at, second, county, id);
    // Sometimes it is not wanted after all.
    if (totalFen % 5 === 0) await cancelBatch(at, operator, { county, id, reason: '不付了' }, null);
    else await approveBatch(at, second, { county, id, version, totalFen }, null);
    assert.ok(one);
  },
  send: async () => {
    await sendPayouts(at);
  },
  later: async () => {
    context.passTime(30 * 60_000);
    await sendPayouts(at);
  },
  saidPaid: (one: Household) =>
    last(one, (payout) =>
      transact(at.db, (tx) => askAgain(tx, at.clock.now(), 'sandbox', { payout, outcome: 'paid' })),
    ),
  bankPaid: (one: Household) =>
    last(one, (id) => recordResult(at, operator, { county, id, outcome: 'paid', reference: `BANK${id}` }, null)),
  failed: (one: Household) =>
    last(one, (id) => recordResult(at, operator, { county, id, outcome: 'failed', why: '没付成' }, null)),
  returned: (one: Household) => last(one, (id) => recordReturn(at, operator, { county, id, reason: '银行退回' }, null)),
  recalled: (one: Household) => last(one, (id) => recallPayment(at, operator, { county, id })),
  handed: (one: Household) =>
    last(one, (id) => handOut(at, keeper, { county, id, receipt: `收 ${++made}`, confirmedBy: 'household' }, null)),
  lookedAt: async () => {
    for (const { id } of await mattersOf(at.db, county)) {
      await closeMatter(at, operator, { county, id, note: '看过了' }, null);
    }
  },
};
/** Something to the newest payment of a household; refused wherever it does not fit. */
async function last(one: Household, act: (id: string) => Promise<unknown>): Promise<void> {
  const line = (await linesOfOwner(at.db, county, one.owner)).at(-1);
  if (line) await act(line.id).catch(refused);
}

/** What each household was credited, is owed, has under way and was paid, by the ledger and by its payments, must agree. */
async function agree(all: readonly Household[]): Promise<void> {
  const owners = all.map((one) => one.owner);
  const lines = await scoped(at.db, String(county), (tx) =>
    tx.selectFrom('trade.payout_line').select(['owner', 'state', 'fen']).where('owner', 'in', owners).execute(),
  );
  const accounts = await at.db
    .selectFrom('ledger.account')
    .select(['owner', 'credits_posted', 'debits_posted', 'debits_pending'])
    .where('kind', '=', 'household')
    .where('owner', 'in', owners)
    .execute();
  for (const { owner, creditedFen } of all) {
    const account = accounts.find((row) => row.owner === owner);
    const sum = (...states: string[]) =>
      lines
        .filter((line) => line.owner === owner && states.includes(line.state))
        .reduce((total, line) => total + line.fen, 0);
    const underWayFen = account?.debits_pending ?? 0;
    const owedFen = (account?.credits_posted ?? 0) - (account?.debits_posted ?? 0) - underWayFen;
    assert.equal(underWayFen, sum('under_way', 'confirming', 'handing'));
    assert.equal(owedFen + underWayFen + sum('paid'), creditedFen);
  }
}

test('whatever happens in whatever order: owed + under way + paid = credited', async () => {
  const all = await households();
  const step = fc.record({
    act: fc.constantFrom(...(Object.keys(acts) as (keyof typeof acts)[])),
    whom: fc.nat({ max: all.length - 1 }),
    fen: fc.integer({ min: 1, max: 50_000 }),
  });
  await fc.assert(
    // What one run leaves behind is where the next begins: payments of all ages, in all states.
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 16 }), async (steps) => {
      for (const one of all) await acts.credit(one, 1_001);
      for (const act of [acts.payOut, acts.send]) await act(all[0] as Household);
      for (const { act, whom, fen } of steps) {
        await acts[act](all[whom] as Household, fen);
        await agree(all);
      }
      await assertPayoutsSound(at.db, ledgerModule);
    }),
    { numRuns: 6, endOnFailure: true },
  );
});
