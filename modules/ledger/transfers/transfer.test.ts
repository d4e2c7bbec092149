import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RawBuilder, sql } from 'kysely';
import type { Db } from '#platform/db.ts';
import { transact } from '#platform/db.ts';
import { Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { testDatabase } from '../../../test/database.ts';
import { balance, balanceAt } from '../accounts/balance.ts';
import { closeAccount } from '../accounts/close-account.ts';
import { ensureAccounts } from '../accounts/ensure-accounts.ts';
import { ledgerInvariants } from '../ledger.invariants.ts';
import { expireHolds } from './expire-holds.ts';
import { transfer, transferChains } from './transfer.ts';
import type { ChainOutcome, TransferInput } from './transfer-rules.ts';

const COUNTY = 621221;
const now = new Date('2026-09-01T02:00:00Z');
const later = new Date('2026-09-01T03:00:00Z');
const said = { reason: 'test', evidenceKind: 'test', evidence: newId() };

/**
 * Accounts of a made-up county: `free` and `other` may hold any balance, `received` and `shares` (both limited on
 * the debit side) start with 1,000 and 0 fen, `shut` is closed, `dollars` has another currency, `till`
 * is limited on the credit side.
 */
async function books(db: Db) {
  const ids = await transact(db, async (tx) => {
    const [free, other, received, shares, shut, dollars, third, till] = (await ensureAccounts(tx, COUNTY, [
      { kind: 'provider_clearing', owner: 'sandbox' },
      { kind: 'merchant', owner: newId() },
      { kind: 'orders_received', owner: newId() },
      { kind: 'shop_share', owner: newId() },
      { kind: 'merchant', owner: newId() },
      { kind: 'merchant', owner: newId() },
      { kind: 'station', owner: newId() },
      { kind: 'buyer_cash', owner: newId() },
    ])) as [string, string, string, string, string, string, string, string];
    await transfer(
      tx,
      COUNTY,
      [
        { id: newId(), kind: 'single', debit: free, credit: received, amountFen: 1000, ...said },
        { id: newId(), kind: 'single', debit: free, credit: shut, amountFen: 300, ...said },
      ],
      now,
    );
    return { free, other, received, shares, shut, dollars, third, till };
  });
  await shut(db, ids.shut);
  await db.updateTable('ledger.account').set({ limited_side: 'credit' }).where('id', '=', ids.till).execute();
  await db.updateTable('ledger.account').set({ currency: 'USD' }).where('id', '=', ids.dollars).execute();
  return ids;
}
const shut = (db: Db, account: string) =>
  closeAccount(db, now, { person: 'auditor', name: '', memberships: [] }, { county: COUNTY, account, reason: 'test' });

type Books = Awaited<ReturnType<typeof books>>;

const post = (db: Db, inputs: readonly TransferInput[], at = now) =>
  transact(db, (tx) => transfer(tx, COUNTY, inputs, at));

/** Everything the ledger holds, to see that nothing moved. */
async function whole(db: Db) {
  const accounts = await db.selectFrom('ledger.account').selectAll().orderBy('id').execute();
  const transfers = await db.selectFrom('ledger.transfer').select('id').orderBy('id').execute();
  const due = await db.selectFrom('ledger.hold_due').selectAll().orderBy('transfer').execute();
  return { accounts, transfers, due };
}

const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;

interface Refused {
  before?: TransferInput[];
  inputs: TransferInput[];
}

/** What TigerBeetle calls the result, what we call it, and a row per way into it. `before` is done first and must go through. */
type Row = [theirs: string, code: string, what: string, (b: Books) => Refused];

const differing: [theirs: string, differs: string, (b: Books) => TransferInput][] = [
  ['exists_with_different_flags', 'kind', (b) => ({ ...held(b, 1), kind: 'single' })],
  ['exists_with_different_flags', 'flag', (b) => ({ ...held(b, 1), balancing: 'debit' })],
  ['exists_with_different_flags', 'flag', (b) => ({ ...held(b, 1), closing: 'credit' })],
  ['exists_with_different_timeout', 'expiry', (b) => ({ ...held(b, 1), expiresAt: later })],
  ['exists_with_different_debit_account_id', 'debit', (b) => ({ ...held(b, 1), debit: b.third })],
  ['exists_with_different_credit_account_id', 'credit', (b) => ({ ...held(b, 1), credit: b.third })],
  ['exists_with_different_amount', 'amount', (b) => ({ ...held(b, 1), amountFen: 99 })],
  ['exists_with_different_user_data_128', 'evidence', (b) => ({ ...held(b, 1), evidence: id(9) })],
  ['exists_with_different_user_data_64', 'evidence', (b) => ({ ...held(b, 1), evidenceKind: 'other' })],
  ['exists_with_different_code', 'reason', (b) => ({ ...held(b, 1), reason: 'other' })],
];

/**
 * One row per rule, in the order in which TigerBeetle documents its results for one transfer: where two rules are
 * broken at once, the one that stands first here is answered ('of two' below).
 */
const refusals: Row[] = [
  ...differing.map(
    ([theirs, differs, input]): Row => [
      theirs,
      'transfer-differs',
      differs,
      (b) => ({ before: [held(b, 1)], inputs: [input(b)] }),
    ],
  ),
  [
    'exists_with_different_pending_id',
    'transfer-differs',
    'pending',
    (b) => ({ before: [held(b, 1), held(b, 3), ended('post', 2, 1)], inputs: [ended('post', 2, 3)] }),
  ],
  [
    'exists_with_different_amount',
    'transfer-differs',
    'amount',
    (b) => ({ before: [held(b, 1), ended('post', 2, 1, 40)], inputs: [ended('post', 2, 1, 60)] }),
  ],
  [
    'exists_with_different_amount',
    'transfer-differs',
    'amount',
    (b) => ({
      before: [{ ...single(b, 1, 5000), balancing: 'debit' }],
      inputs: [{ ...single(b, 1, 999), balancing: 'debit' }],
    }),
  ],
  [
    'exists_with_different_amount',
    'transfer-differs',
    'amount',
    (b) => ({ inputs: [held(b, 1), { ...held(b, 1), amountFen: 99 }] }),
  ],
  [
    'exists_with_different_debit_account_id',
    'transfer-differs',
    'debit',
    (b) => ({ before: [held(b, 1)], inputs: [{ ...held(b, 1), debit: id(7), credit: id(8) }] }),
  ],
  [
    'accounts_must_be_different',
    'same-account',
    'from an account to itself',
    (b) => ({ inputs: [{ ...held(b, 1), credit: b.received }] }),
  ],
  ['pending_id_must_be_different', 'pending-is-itself', 'post of itself', () => ({ inputs: [ended('post', 2, 2)] })],
  [
    'timeout_reserved_for_pending_transfer',
    'expiry-not-pending',
    'single with an expiry',
    (b) => ({ inputs: [{ ...single(b, 1, 5), expiresAt: later }] }),
  ],
  [
    'closing_transfer_must_be_pending',
    'closing-not-pending',
    'single that closes',
    (b) => ({ inputs: [{ ...single(b, 1, 5), closing: 'credit' }] }),
  ],
  [
    'flags_are_mutually_exclusive',
    'flags-exclude-each-other',
    'closing and balancing',
    (b) => ({ inputs: [{ ...held(b, 1), closing: 'credit', balancing: 'debit' }] }),
  ],
  ['amount_must_not_be_zero', 'amount-not-positive', 'nothing', (b) => ({ inputs: [{ ...held(b, 1), amountFen: 0 }] })],
  [
    'amount_must_not_be_zero',
    'amount-not-positive',
    'less than nothing',
    (b) => ({ inputs: [{ ...held(b, 1), amountFen: -5 }] }),
  ],
  [
    'debit_account_not_found',
    'account-not-found',
    'debit unknown',
    (b) => ({ inputs: [{ ...held(b, 1), debit: id(7) }] }),
  ],
  [
    'credit_account_not_found',
    'account-not-found',
    'credit unknown',
    (b) => ({ inputs: [{ ...held(b, 1), credit: id(7) }] }),
  ],
  [
    'debit_account_not_found',
    'account-not-found',
    'both unknown',
    (b) => ({ inputs: [{ ...held(b, 1), debit: id(7), credit: id(8) }] }),
  ],
  [
    'accounts_must_have_the_same_ledger',
    'currency-differs',
    'fen to cents',
    (b) => ({ inputs: [{ ...held(b, 1), credit: b.dollars }] }),
  ],
  ['pending_transfer_not_found', 'pending-not-found', 'post', () => ({ inputs: [ended('post', 2, 1)] })],
  ['pending_transfer_not_found', 'pending-not-found', 'void', () => ({ inputs: [ended('void', 2, 1)] })],
  [
    'pending_transfer_not_pending',
    'pending-not-pending',
    'post of a single transfer',
    (b) => ({ before: [single(b, 1, 5)], inputs: [ended('post', 2, 1)] }),
  ],
  [
    'pending_transfer_not_pending',
    'pending-not-pending',
    'void of a void',
    (b) => ({ before: [held(b, 1), ended('void', 2, 1)], inputs: [ended('void', 3, 2)] }),
  ],
  [
    '(a post of 0)',
    'amount-not-positive',
    'post of nothing of it',
    (b) => ({ before: [held(b, 1)], inputs: [ended('post', 2, 1, 0)] }),
  ],
  [
    'exceeds_pending_transfer_amount',
    'exceeds-pending',
    'post of more',
    (b) => ({ before: [held(b, 1)], inputs: [ended('post', 2, 1, 101)] }),
  ],
  [
    'exceeds_pending_transfer_amount',
    'exceeds-pending',
    'of two: more than what was posted',
    (b) => ({ before: [held(b, 1), ended('post', 2, 1)], inputs: [ended('post', 3, 1, 101)] }),
  ],
  [
    'pending_transfer_already_posted',
    'pending-already-posted',
    'post twice',
    (b) => ({ before: [held(b, 1), ended('post', 2, 1)], inputs: [ended('post', 3, 1)] }),
  ],
  [
    'pending_transfer_already_posted',
    'pending-already-posted',
    'rest after a part',
    (b) => ({ before: [held(b, 1), ended('post', 2, 1, 40)], inputs: [ended('post', 3, 1, 60)] }),
  ],
  [
    'pending_transfer_already_posted',
    'pending-already-posted',
    'void after post',
    (b) => ({ before: [held(b, 1), ended('post', 2, 1)], inputs: [ended('void', 3, 1)] }),
  ],
  [
    'pending_transfer_already_voided',
    'pending-already-voided',
    'post after void',
    (b) => ({ before: [held(b, 1), ended('void', 2, 1)], inputs: [ended('post', 3, 1)] }),
  ],
  [
    'pending_transfer_already_voided',
    'pending-already-voided',
    'void twice',
    (b) => ({ before: [held(b, 1), ended('void', 2, 1)], inputs: [ended('void', 3, 1)] }),
  ],
  [
    '(no absolute expiry there)',
    'expiry-not-ahead',
    'expires now',
    (b) => ({ inputs: [{ ...held(b, 1), expiresAt: now }] }),
  ],
  [
    'debit_account_already_closed',
    'account-closed',
    'debit closed',
    (b) => ({ inputs: [{ ...held(b, 1), debit: b.shut }] }),
  ],
  [
    'credit_account_already_closed',
    'account-closed',
    'credit closed',
    (b) => ({ inputs: [{ ...held(b, 1), credit: b.shut }] }),
  ],
  [
    'credit_account_already_closed',
    'account-closed',
    'closed by a hold',
    (b) => ({ before: [{ ...held(b, 1), closing: 'credit' }], inputs: [single(b, 2, 1)] }),
  ],
  [
    'credit_account_already_closed',
    'account-closed',
    'closed by a hold of the same call',
    (b) => ({ inputs: [{ ...held(b, 1), closing: 'credit' }, single(b, 2, 1)] }),
  ],
  [
    'credit_account_already_closed',
    'account-closed',
    'post of another hold into an account that a hold has closed',
    (b) => ({ before: [held(b, 1), { ...held(b, 2), closing: 'credit' }], inputs: [ended('post', 3, 1)] }),
  ],
  [
    'credit_account_already_closed',
    'account-closed',
    'of two: closed, and too little',
    (b) => ({ inputs: [{ ...held(b, 1), credit: b.shut, amountFen: 9999 }] }),
  ],
  ['exceeds_credits', 'exceeds-balance', 'one fen too many', (b) => ({ inputs: [{ ...held(b, 1), amountFen: 1001 }] })],
  ['exceeds_credits', 'exceeds-balance', 'at once, one fen too many', (b) => ({ inputs: [single(b, 1, 1001)] })],
  [
    'exceeds_credits',
    'exceeds-balance',
    'only if it is there, of an account that may go below nothing',
    (b) => ({
      inputs: [{ id: id(1), kind: 'single', debit: b.other, credit: b.free, amountFen: 1, ifCovered: true, ...said }],
    }),
  ],
  [
    'exceeds_credits',
    'exceeds-balance',
    'held money is gone',
    (b) => ({ before: [held(b, 1)], inputs: [single(b, 2, 901)] }),
  ],
  [
    'exceeds_credits',
    'exceeds-balance',
    'what is only held for an account is not there yet',
    (b) => ({
      before: [{ id: id(1), kind: 'pending', debit: b.free, credit: b.shares, amountFen: 50, ...said }],
      inputs: [{ id: id(2), kind: 'single', debit: b.shares, credit: b.other, amountFen: 1, ...said }],
    }),
  ],
  [
    'exceeds_credits',
    'exceeds-balance',
    'together too much in one call',
    (b) => ({ inputs: [single(b, 1, 600), single(b, 2, 401)] }),
  ],
  [
    'exceeds_credits',
    'exceeds-balance',
    'balancing, and nothing is there',
    (b) => ({
      inputs: [
        { id: id(1), kind: 'single', debit: b.shares, credit: b.other, amountFen: 50, balancing: 'debit', ...said },
      ],
    }),
  ],
  [
    'exceeds_credits',
    'exceeds-balance',
    'balancing, and all of it is held',
    (b) => ({
      before: [{ ...held(b, 1), amountFen: 1000 }],
      inputs: [{ ...single(b, 2, 5), balancing: 'debit' }],
    }),
  ],
  [
    'exceeds_debits',
    'exceeds-balance',
    'balancing, and the credit account lacks nothing',
    (b) => ({ inputs: [{ ...single(b, 1, 5), balancing: 'credit' }] }),
  ],
  [
    'exceeds_debits',
    'exceeds-balance',
    'an account limited on its credit side',
    (b) => ({ inputs: [{ id: id(1), kind: 'single', debit: b.free, credit: b.till, amountFen: 1, ...said }] }),
  ],
];

function single(b: Books, n: number, amountFen: number): TransferInput {
  return { id: id(n), kind: 'single', debit: b.received, credit: b.other, amountFen, ...said };
}
function held(b: Books, n: number) {
  return { id: id(n), kind: 'pending' as const, debit: b.received, credit: b.other, amountFen: 100, ...said };
}
function ended(kind: 'post' | 'void', n: number, pending: number, amountFen?: number): TransferInput {
  return { id: id(n), kind, pending: id(pending), amountFen, ...said };
}

test('refusals of transfer, in order', async (t) => {
  for (const [theirs, code, what, of] of refusals) {
    await t.test(`${theirs} → ${code}: ${what}`, async (t) => {
      const { db } = await testDatabase(t);
      const b = await books(db);
      const { before = [], inputs } = of(b);
      await post(db, before);
      const stood = await whole(db);
      // A good one goes before it: the refusal must undo that too.
      const good: TransferInput = { id: id(90), kind: 'single', debit: b.free, credit: b.third, amountFen: 7, ...said };
      await assert.rejects(post(db, [good, ...inputs]), (error) => {
        assert.ok(error instanceof Refusal);
        assert.equal(error.code, code);
        if (code === 'transfer-differs') assert.equal(error.detail.differs, what);
        return true;
      });
      assert.deepEqual(await whole(db), stood);
    });
  }
});

test('refused: a hold that is over, whether or not the job has swept it', async (t) => {
  const { db } = await testDatabase(t);
  const b = await books(db);
  await post(db, [{ ...held(b, 1), expiresAt: later }]);
  for (const kind of ['post', 'void'] as const) {
    await assert.rejects(post(db, [ended(kind, 2, 1)], later), { code: 'pending-expired' });
  }
  assert.equal(await expireHolds(db, now), 0, 'not due yet');
  assert.equal(await expireHolds(db, later), 1);
  assert.equal(await expireHolds(db, later), 0, 'once');
  for (const kind of ['post', 'void'] as const) {
    await assert.rejects(post(db, [ended(kind, 2, 1)], later), { code: 'pending-expired' });
  }
  const { balance: has, pending } = await balance(db, COUNTY, b.received);
  assert.deepEqual([has, pending], [1000, 0], 'the money is free again');
});

test('refused: a post into a closed account, while a void lets its money go', async (t) => {
  const { db } = await testDatabase(t);
  const b = await books(db);
  await post(db, [held(b, 1), held(b, 2)]);
  await shut(db, b.other);
  await assert.rejects(post(db, [ended('post', 3, 1)]), { code: 'account-closed' });
  await post(db, [ended('void', 3, 1)]);
  assert.equal((await balance(db, COUNTY, b.received)).pending, -100);
});

test('a hold that closes an account: let go it opens, posted it stays closed', async (t) => {
  const { db } = await testDatabase(t);
  const b = await books(db);
  const open = async () =>
    (await db.selectFrom('ledger.account').select('closed_at').where('id', '=', b.other).executeTakeFirstOrThrow())
      .closed_at === null;
  const closing = { ...held(b, 1), amountFen: 0, closing: 'credit' as const };
  await post(db, [closing]);
  assert.equal(await open(), false, 'closed while it is held, by a hold of nothing');
  await post(db, [ended('void', 2, 1)]);
  assert.equal(await open(), true, 'opened by the void');
  await post(db, [{ ...closing, id: id(3), expiresAt: later }]);
  await expireHolds(db, later);
  assert.equal(await open(), true, 'opened by expiry');
  await post(db, [{ ...closing, id: id(4), amountFen: 100 }, ended('post', 5, 4, 40)]);
  assert.equal(await open(), false, 'posted: for good');
  assert.equal((await balance(db, COUNTY, b.other)).balance, 40);
  await assertSound(db);
});

test('chains: one that is refused leaves nothing and does not hinder the others', async (t) => {
  const { db } = await testDatabase(t);
  const b = await books(db);
  await post(db, [held(b, 90)]);
  const chains = [
    [single(b, 1, 300), single(b, 2, 300)],
    // Its first transfer must be undone with its second, or the next chain would find too little.
    [single(b, 3, 300), single(b, 4, 1)],
    [single(b, 5, 300)],
    [ended('void', 6, 90), { ...single(b, 7, 1), credit: b.shut }],
    [ended('post', 8, 90)],
    [],
    [single(b, 1, 300), single(b, 2, 299)],
    [single(b, 1, 300)],
  ];
  const tell = (outcomes: ChainOutcome[]) =>
    outcomes.map((one) => ('refusal' in one ? one.refusal.code : one.outcomes.map(({ result }) => result).join()));
  const first = await transact(db, (tx) => transferChains(tx, COUNTY, chains, now));
  assert.deepEqual(tell(first), [
    'created,created',
    'exceeds-balance',
    'created',
    'account-closed',
    'created',
    '',
    'transfer-differs',
    'exists',
  ]);
  const { balance: has, pending } = await balance(db, COUNTY, b.received);
  assert.deepEqual([has, pending], [0, 0]);
  const stood = await whole(db);
  const again = await transact(db, (tx) => transferChains(tx, COUNTY, chains, now));
  assert.deepEqual(
    again.flatMap((one) => ('refusal' in one ? [] : one.outcomes.map(({ result }) => result))),
    Array(5).fill('exists'),
  );
  assert.deepEqual(await whole(db), stood);
  assert.deepEqual(await transact(db, (tx) => transferChains(tx, COUNTY, [[], []], now)), [
    { outcomes: [] },
    { outcomes: [] },
  ]);
  await assertSound(db);
});

/** What an account has and holds after each step, towards its normal side. */
const happy: [what: string, (b: Books) => TransferInput[], received: [number, number], other: [number, number]][] = [
  ['single moves at once', (b) => [single(b, 1, 1000)], [0, 0], [1000, 0]],
  ['pending holds', (b) => [held(b, 1)], [1000, -100], [0, 100]],
  ['post moves all of it', (b) => [held(b, 1), ended('post', 2, 1)], [900, 0], [100, 0]],
  ['post of a part releases the rest', (b) => [held(b, 1), ended('post', 2, 1, 40)], [960, 0], [40, 0]],
  ['void releases', (b) => [held(b, 1), ended('void', 2, 1)], [1000, 0], [0, 0]],
  ['balancing debit moves what is there', (b) => [{ ...single(b, 1, 5000), balancing: 'debit' }], [0, 0], [1000, 0]],
  ['balancing debit moves no more than asked', (b) => [{ ...single(b, 1, 7), balancing: 'debit' }], [993, 0], [7, 0]],
  [
    'balancing debit leaves alone what is held',
    (b) => [held(b, 1), { ...single(b, 2, 5000), balancing: 'debit' }],
    [100, -100],
    [900, 100],
  ],
  [
    'balancing debit can hold as well',
    (b) => [{ ...held(b, 1), amountFen: 5000, balancing: 'debit' }],
    [1000, -1000],
    [0, 1000],
  ],
  [
    'balancing credit fills up what is lacking',
    (b) => [
      { id: id(1), kind: 'single', debit: b.other, credit: b.free, amountFen: 5000, balancing: 'credit', ...said },
    ],
    [1000, 0],
    [-1300, 0],
  ],
  ['held to the last fen', (b) => [{ ...held(b, 1), amountFen: 1000 }], [1000, -1000], [0, 1000]],
  ['each sees those before it', (b) => [fill(b, 1, 500), single(b, 2, 1500)], [0, 0], [1500, 0]],
  [
    'a void makes room for the next',
    (b) => [heldAll(b, 1), ended('void', 2, 1), single(b, 3, 1000)],
    [0, 0],
    [1000, 0],
  ],
  ['the same twice in one call is done once', (b) => [single(b, 1, 10), single(b, 1, 10)], [990, 0], [10, 0]],
  [
    'before it expires it can be posted',
    (b) => [{ ...held(b, 1), expiresAt: later }, ended('post', 2, 1)],
    [900, 0],
    [100, 0],
  ],
];

const fill = (b: Books, n: number, amountFen: number): TransferInput => ({
  id: id(n),
  kind: 'single',
  debit: b.free,
  credit: b.received,
  amountFen,
  ...said,
});
const heldAll = (b: Books, n: number): TransferInput => ({ ...held(b, n), amountFen: 1000 });

test('what transfers do to balances', async (t) => {
  for (const [what, of, received, other] of happy) {
    await t.test(what, async (t) => {
      const { db } = await testDatabase(t);
      const b = await books(db);
      const inputs = of(b);
      const seen = async (account: string, at?: Date) => {
        const { balance: has, pending } = await (at
          ? balanceAt(db, COUNTY, account, at)
          : balance(db, COUNTY, account));
        return [has, pending];
      };
      await post(db, inputs);
      assert.deepEqual([await seen(b.received), await seen(b.other)], [received, other]);

      const stood = await whole(db);
      const again = await post(db, inputs);
      assert.ok(again.every(({ result }) => result === 'exists'));
      assert.deepEqual(await whole(db), stood, 'a repeat changes nothing');
      assert.deepEqual([await seen(b.received, later), await seen(b.other, later)], [received, other], 'added up');
      await assertSound(db);
    });
  }
});

test('the balance of an instant is what its transfers had made by then', async (t) => {
  const { db } = await testDatabase(t);
  const b = await books(db);
  const minute = (n: number) => new Date(later.getTime() + n * 60_000);
  await post(db, [held(b, 1)], minute(1));
  await post(db, [ended('post', 2, 1, 40)], minute(2));
  await post(db, [single(b, 3, 60)], minute(3));
  const seen = [];
  for (const n of [0, 1, 2, 3]) {
    const { balance: has, pending } = await balanceAt(db, COUNTY, b.received, minute(n));
    seen.push([has, pending]);
  }
  assert.deepEqual(seen, [
    [1000, 0],
    [1000, -100],
    [960, 0],
    [900, 0],
  ]);
});

test('ensureAccounts: in the order asked, each made once, whoever asks at the same time', async (t) => {
  const { db } = await testDatabase(t);
  const names = Array.from({ length: 20 }, (_, n) => ({ kind: 'household' as const, owner: id(n) }));
  const shuffled = [...names].reverse();
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, n) => transact(db, (tx) => ensureAccounts(tx, COUNTY, n % 2 ? names : shuffled))),
  );
  for (const [n, ids] of answers.entries()) assert.deepEqual(n % 2 ? ids : [...ids].reverse(), answers[1]);
  const twice = await transact(db, (tx) => ensureAccounts(tx, COUNTY, [...names.slice(0, 2), ...names.slice(0, 2)]));
  assert.deepEqual(twice.slice(0, 2), twice.slice(2));
  const { n } = await db
    .selectFrom('ledger.account')
    .select((e) => e.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  assert.equal(n, 20);
});

test('many at once on the same accounts: exact balances, no deadlock, each id once', async (t) => {
  const { db } = await testDatabase(t);
  const accounts = await transact(db, (tx) =>
    ensureAccounts(
      tx,
      COUNTY,
      Array.from({ length: 6 }, (_, n) => ({ kind: 'merchant' as const, owner: id(n) })),
    ),
  );
  // Each call names its accounts in another order, and every call is made by two callers.
  const calls = Array.from({ length: 150 }, (_, n): TransferInput[] =>
    Array.from({ length: 4 }, (_, k) => ({
      id: newId(),
      kind: 'single',
      debit: accounts[(n * 7 + k * 5) % 6] as string,
      credit: accounts[(n * 7 + k * 5 + 1 + ((n + k) % 5)) % 6] as string,
      amountFen: 1 + ((n * 31 + k) % 97),
      ...said,
    })),
  );
  const answers = await Promise.all(
    [...calls, ...calls].map((call) => db.transaction().execute((tx) => transfer(tx, COUNTY, call))),
  );
  const created = answers.flat().filter(({ result }) => result === 'created');
  assert.equal(created.length, 600);

  const expected = new Map(accounts.map((account) => [account, 0]));
  for (const call of calls.flat() as Extract<TransferInput, { debit: string }>[]) {
    expected.set(call.debit, (expected.get(call.debit) as number) - call.amountFen);
    expected.set(call.credit, (expected.get(call.credit) as number) + call.amountFen);
  }
  for (const [account, fen] of expected) assert.equal((await balance(db, COUNTY, account)).balance, fen);
  await assertSound(db);
});

test('many at once want the last of a limited account: it is never overdrawn', async (t) => {
  const { db } = await testDatabase(t);
  const b = await books(db);
  const done = await Promise.allSettled(
    Array.from({ length: 30 }, () => post(db, [{ ...held(b, 1), id: newId(), amountFen: 100 }])),
  );
  assert.equal(done.filter(({ status }) => status === 'fulfilled').length, 10);
  assert.ok(done.every((one) => one.status === 'fulfilled' || one.reason.code === 'exceeds-balance'));
  assert.equal((await balance(db, COUNTY, b.received)).pending, -1000);
  await assertSound(db);
});

test('one hold, ended by many at once, ends once', async (t) => {
  const { db } = await testDatabase(t);
  const b = await books(db);
  await post(db, [{ ...held(b, 1), expiresAt: later }]);
  const done = await Promise.allSettled([
    ...Array.from({ length: 8 }, (_, n) => post(db, [ended(n % 2 ? 'post' : 'void', 10 + n, 1)])),
    expireHolds(db, later),
  ]);
  assert.equal(done.slice(0, 8).filter(({ status }) => status === 'fulfilled').length <= 1, true);
  assert.equal((await balance(db, COUNTY, b.received)).pending, 0);
  const ends = await db.selectFrom('ledger.transfer').select('id').where('pending', 'is not', null).execute();
  assert.equal(ends.length, 1);
  await assertSound(db);
});

test('a written transfer cannot be changed or removed', async (t) => {
  const { db } = await testDatabase(t);
  await books(db);
  await assert.rejects(db.updateTable('ledger.transfer').set({ amount_fen: 1 }).execute(), { code: 'SH001' });
  await assert.rejects(db.deleteFrom('ledger.transfer').execute(), { code: 'SH001' });
});

test('every invariant finds what it is there for', async (t) => {
  const wounds: [invariant: string, wound: RawBuilder<unknown>][] = [
    [
      'debits equal credits',
      sql`update ledger.account set debits_posted = debits_posted + 1 where kind = 'provider_clearing'`,
    ],
    ['every account equals', sql`update ledger.transfer set amount_fen = amount_fen + 1 where kind = 'single'`],
    ['every end is of a hold', sql`update ledger.transfer set amount_fen = 99 where kind = 'void'`],
    [
      'every end is of a hold',
      sql`update ledger.transfer set pending = (select id from ledger.transfer where kind = 'single' limit 1)
           where kind = 'post'`,
    ],
    ['released by themselves', sql`delete from ledger.hold_due`],
    [
      'released by themselves',
      sql`insert into ledger.hold_due select county, created_at, id from ledger.transfer where kind = 'pending'`,
    ],
    ['between two accounts', sql`update ledger.transfer set debit = ${newId()} where kind = 'single'`],
    ['what closed it', sql`update ledger.account set closed_at = created_at, closed_by = id where kind = 'station'`],
    [
      'below nothing',
      sql`update ledger.account set credits_posted = 5, limited_side = 'credit' where kind = 'buyer_cash'`,
    ],
  ];
  const { db } = await testDatabase(t);
  const b = await books(db);
  const expiring = { ...held(b, 5), expiresAt: later };
  await post(db, [held(b, 1), ended('post', 2, 1), held(b, 3), ended('void', 4, 3), expiring]);
  await assertSound(db);
  for (const [name, wound] of wounds) {
    const undone = new Error('undone');
    const broken = transact(db, async (tx) => {
      // What is written cannot be changed, and a limit cannot be passed: such wounds come from outside the program.
      await sql`alter table ledger.transfer disable trigger append_only`.execute(tx);
      await sql`alter table ledger.account drop constraint account_check, drop constraint account_check1`.execute(tx);
      await wound.execute(tx);
      const invariant = ledgerInvariants.find((one) => one.name.includes(name)) as (typeof ledgerInvariants)[number];
      assert.ok((await invariant.check(tx)).length > 0, name);
      throw undone;
    });
    await assert.rejects(broken, undone);
  }
});

async function assertSound(db: Db): Promise<void> {
  for (const { name, check } of ledgerInvariants) assert.deepEqual(await check(db), [], name);
}
