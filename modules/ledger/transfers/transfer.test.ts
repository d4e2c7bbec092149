import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Db } from '#platform/db.ts';
import { transact } from '#platform/db.ts';
import { Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { testDatabase } from '../../../test/database.ts';
import { balance } from '../accounts/balance.ts';
import { ensureAccounts } from '../accounts/ensure-accounts.ts';
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
    await transfer(tx, COUNTY, [
      { id: newId(), kind: 'single', debit: free, credit: received, amountFen: 1000, ...said },
      { id: newId(), kind: 'single', debit: free, credit: shut, amountFen: 300, ...said },
    ]);
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
  const { db } = await testDatabase(t);
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
  void db;
});
