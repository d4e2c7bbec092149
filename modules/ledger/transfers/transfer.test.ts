import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { Db } from '#platform/db.ts';
import { transact } from '#platform/db.ts';
import { Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { testDatabase } from '../../../test/database.ts';
import { balance } from '../accounts/balance.ts';
import { ensureAccounts } from '../accounts/ensure-accounts.ts';
import { ledgerInvariants } from '../ledger.invariants.ts';
import { expireHolds } from './expire-holds.ts';
import { transfer } from './transfer.ts';
import type { TransferInput } from './transfer-rules.ts';

const COUNTY = 621221;
const now = new Date('2026-09-01T02:00:00Z');
const later = new Date('2026-09-01T03:00:00Z');
const said = { reason: 'test', evidenceKind: 'test', evidence: newId() };

/**
 * Accounts of a made-up county: `free` and `other` may hold any balance, `received` and `shares` (both limited on
 * the debit side) start with 1,000 and 0 fen, `shut` is closed, `dollars` has another currency.
 */
async function books(db: Db) {
  const ids = await transact(db, async (tx) => {
    const [free, other, received, shares, shut, dollars, third] = (await ensureAccounts(tx, COUNTY, [
      { kind: 'provider_clearing', owner: 'sandbox' },
      { kind: 'merchant', owner: newId() },
      { kind: 'orders_received', owner: newId() },
      { kind: 'shop_share', owner: newId() },
      { kind: 'merchant', owner: newId() },
      { kind: 'merchant', owner: newId() },
      { kind: 'station', owner: newId() },
    ])) as [string, string, string, string, string, string, string];
    await transfer(
      tx,
      COUNTY,
      [
        { id: newId(), kind: 'single', debit: free, credit: received, amountFen: 1000, ...said },
        { id: newId(), kind: 'single', debit: free, credit: shut, amountFen: 300, ...said },
      ],
      now,
    );
    return { free, other, received, shares, shut, dollars, third };
  });
  await db.updateTable('ledger.account').set({ closed_at: now }).where('id', '=', ids.shut).execute();
  await db.updateTable('ledger.account').set({ currency: 'USD' }).where('id', '=', ids.dollars).execute();
  return ids;
}
type Books = Awaited<ReturnType<typeof books>>;

const post = (db: Db, inputs: readonly TransferInput[], at = now) =>
  transact(db, (tx) => transfer(tx, COUNTY, inputs, at));

/** Everything the ledger holds, to see that nothing moved. */
async function whole(db: Db) {
  const accounts = await db.selectFrom('ledger.account').selectAll().orderBy('id').execute();
  const transfers = await db.selectFrom('ledger.transfer').select('id').orderBy('id').execute();
  const pendings = await db.selectFrom('ledger.pending').selectAll().orderBy('transfer').execute();
  return { accounts, transfers, pendings };
}

const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;

/** One row per rule, in the order in which the rules are asked. `before` is done first and must go through. */
const refusals: [code: string, what: string, (b: Books) => { before?: TransferInput[]; inputs: TransferInput[] }][] = [
  ...(
    [
      ['amount', (b: Books) => ({ ...held(b, 1), amountFen: 99 })],
      ['debit account', (b: Books) => ({ ...held(b, 1), debit: b.third })],
      ['credit account', (b: Books) => ({ ...held(b, 1), credit: b.third })],
      ['kind', (b: Books) => ({ ...held(b, 1), kind: 'single' })],
      ['expiry', (b: Books) => ({ ...held(b, 1), expiresAt: later })],
      ['reason', (b: Books) => ({ ...held(b, 1), reason: 'other' })],
      ['evidence', (b: Books) => ({ ...held(b, 1), evidence: id(9) })],
    ] as [string, (b: Books) => TransferInput][]
  ).map(([what, input]): (typeof refusals)[number] => [
    'transfer-differs',
    `same id, other ${what}`,
    (b) => ({ before: [held(b, 1)], inputs: [input(b)] }),
  ]),
  [
    'transfer-differs',
    'same id of a post, other amount',
    (b) => ({ before: [held(b, 1), ended('post', 2, 1, 40)], inputs: [ended('post', 2, 1, 60)] }),
  ],
  [
    'transfer-differs',
    'same id twice in one call, other amount',
    (b) => ({ inputs: [held(b, 1), { ...held(b, 1), amountFen: 99 }] }),
  ],
  ['amount-not-positive', 'nothing', (b) => ({ inputs: [{ ...held(b, 1), amountFen: 0 }] })],
  ['amount-not-positive', 'less than nothing', (b) => ({ inputs: [{ ...held(b, 1), amountFen: -5 }] })],
  ['same-account', 'from an account to itself', (b) => ({ inputs: [{ ...held(b, 1), credit: b.received }] })],
  ['account-not-found', 'debit unknown', (b) => ({ inputs: [{ ...held(b, 1), debit: id(7) }] })],
  ['account-not-found', 'credit unknown', (b) => ({ inputs: [{ ...held(b, 1), credit: id(7) }] })],
  ['currency-differs', 'fen to cents', (b) => ({ inputs: [{ ...held(b, 1), credit: b.dollars }] })],
  ['account-closed', 'debit closed', (b) => ({ inputs: [{ ...held(b, 1), debit: b.shut }] })],
  ['account-closed', 'credit closed', (b) => ({ inputs: [{ ...held(b, 1), credit: b.shut }] })],
  ['expiry-not-ahead', 'expires now', (b) => ({ inputs: [{ ...held(b, 1), expiresAt: now }] })],
  ['exceeds-balance', 'one fen too many', (b) => ({ inputs: [{ ...held(b, 1), amountFen: 1001 }] })],
  ['exceeds-balance', 'at once, one fen too many', (b) => ({ inputs: [single(b, 1, 1001)] })],
  ['exceeds-balance', 'held money is gone', (b) => ({ before: [held(b, 1)], inputs: [single(b, 2, 901)] })],
  [
    'exceeds-balance',
    'what is only held for an account is not there yet',
    (b) => ({
      before: [{ id: id(1), kind: 'pending', debit: b.free, credit: b.shares, amountFen: 50, ...said }],
      inputs: [{ id: id(2), kind: 'single', debit: b.shares, credit: b.other, amountFen: 1, ...said }],
    }),
  ],
  ['exceeds-balance', 'together too much in one call', (b) => ({ inputs: [single(b, 1, 600), single(b, 2, 401)] })],
  ['pending-not-found', 'post of nothing', () => ({ inputs: [ended('post', 2, 1)] })],
  ['pending-not-found', 'void of nothing', () => ({ inputs: [ended('void', 2, 1)] })],
  [
    'pending-not-found',
    'post of a single transfer',
    (b) => ({ before: [single(b, 1, 5)], inputs: [ended('post', 2, 1)] }),
  ],
  ['amount-not-positive', 'post of nothing of it', (b) => ({ before: [held(b, 1)], inputs: [ended('post', 2, 1, 0)] })],
  ['exceeds-pending', 'post of more', (b) => ({ before: [held(b, 1)], inputs: [ended('post', 2, 1, 101)] })],
  [
    'pending-already-posted',
    'post twice',
    (b) => ({ before: [held(b, 1), ended('post', 2, 1)], inputs: [ended('post', 3, 1)] }),
  ],
  [
    'pending-already-posted',
    'rest after a part',
    (b) => ({ before: [held(b, 1), ended('post', 2, 1, 40)], inputs: [ended('post', 3, 1, 60)] }),
  ],
  [
    'pending-already-posted',
    'void after post',
    (b) => ({ before: [held(b, 1), ended('post', 2, 1)], inputs: [ended('void', 3, 1)] }),
  ],
  [
    'pending-already-voided',
    'post after void',
    (b) => ({ before: [held(b, 1), ended('void', 2, 1)], inputs: [ended('post', 3, 1)] }),
  ],
  [
    'pending-already-voided',
    'void twice',
    (b) => ({ before: [held(b, 1), ended('void', 2, 1)], inputs: [ended('void', 3, 1)] }),
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
  for (const [code, what, of] of refusals) {
    await t.test(`${code}: ${what}`, async (t) => {
      const { db } = await testDatabase(t);
      const b = await books(db);
      const { before = [], inputs } = of(b);
      await post(db, before);
      const stood = await whole(db);
      // A good one goes before it: the refusal must undo that too.
      const good: TransferInput = { id: id(90), kind: 'single', debit: b.free, credit: b.third, amountFen: 7, ...said };
      await assert.rejects(post(db, [good, ...inputs]), (error) => error instanceof Refusal && error.code === code);
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
  await db.updateTable('ledger.account').set({ closed_at: now }).where('id', '=', b.other).execute();
  await assert.rejects(post(db, [ended('post', 3, 1)]), { code: 'account-closed' });
  await post(db, [ended('void', 3, 1)]);
  assert.equal((await balance(db, COUNTY, b.received)).pending, -100);
});

/** What an account has and holds after each step, towards its normal side. */
const happy: [what: string, (b: Books) => TransferInput[], received: [number, number], other: [number, number]][] = [
  ['single moves at once', (b) => [single(b, 1, 1000)], [0, 0], [1000, 0]],
  ['pending holds', (b) => [held(b, 1)], [1000, -100], [0, 100]],
  ['post moves all of it', (b) => [held(b, 1), ended('post', 2, 1)], [900, 0], [100, 0]],
  ['post of a part releases the rest', (b) => [held(b, 1), ended('post', 2, 1, 40)], [960, 0], [40, 0]],
  ['void releases', (b) => [held(b, 1), ended('void', 2, 1)], [1000, 0], [0, 0]],
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
        const { balance: has, pending } = await balance(db, COUNTY, account, at);
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
    const { balance: has, pending } = await balance(db, COUNTY, b.received, minute(n));
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
  const wounds = [
    sql`update ledger.account set debits_posted = debits_posted + 1 where kind = 'provider_clearing'`,
    sql`update ledger.pending set state = 'voided'`,
    sql`update ledger.pending set ended_by = null`,
  ];
  for (const wound of wounds) {
    const { db } = await testDatabase(t);
    const b = await books(db);
    await post(db, [held(b, 1), ended('post', 2, 1)]);
    await assertSound(db);
    await wound.execute(db);
    await assert.rejects(assertSound(db));
  }
});

async function assertSound(db: Db): Promise<void> {
  for (const { name, check } of ledgerInvariants) assert.deepEqual(await check(db), [], name);
}
