import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { transact } from '#platform/db.ts';
import { Refusal } from '#platform/errors.ts';
import { testDatabase } from '../../../test/database.ts';
import { ensureAccounts } from '../accounts/ensure-accounts.ts';
import { ledgerInvariants } from '../ledger.invariants.ts';
import { expireHolds } from './expire-holds.ts';
import { transfer, transferChains } from './transfer.ts';
import {
  applyChains,
  applyTransfers,
  type Books,
  type ChainOutcome,
  expire,
  type TransferInput,
} from './transfer-rules.ts';
import { endsOf, lockAccounts, transfersById } from './transfers.queries.ts';

const now = new Date('2026-09-01T02:00:00Z');
const due = new Date('2026-09-01T03:00:00Z');
const said = { reason: 'test', evidenceKind: 'test', evidence: '00000000-0000-7000-8000-000000000000' };
const uuid = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;

/** Transfers between four accounts by their place; ids from a small stock, so that repeats and ends of one hold come up often. */
const id = fc.integer({ min: 1, max: 20 }).map(uuid);
const place = fc.integer({ min: 0, max: 3 });
const asked = fc.oneof(
  fc.record({
    id,
    kind: fc.constant('single' as const),
    from: place,
    to: place,
    amountFen: fc.integer({ min: 0, max: 60 }),
    balancing: fc.constantFrom(undefined, undefined, 'debit' as const, 'credit' as const),
  }),
  fc.record({
    id,
    kind: fc.constant('pending' as const),
    from: place,
    to: place,
    amountFen: fc.integer({ min: 0, max: 60 }),
    expiresAt: fc.option(fc.constant(due)),
    closing: fc.constantFrom(undefined, undefined, undefined, undefined, 'debit' as const, 'credit' as const),
  }),
  fc.record({
    id,
    kind: fc.constantFrom('post' as const, 'void' as const),
    pending: id,
    amountFen: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }),
  }),
);
const histories = fc.array(fc.array(asked, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 25 });

test('the database ends with exactly what the rules make in memory, hold by hold', async () => {
  const { db } = await testDatabase();
  let county = 600_000;
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      county++;
      const accounts = await transact(db, (tx) =>
        ensureAccounts(tx, county, [
          { kind: 'provider_clearing', owner: 'sandbox' },
          { kind: 'merchant', owner: 'a' },
          { kind: 'orders_received', owner: 'county' },
          { kind: 'shop_share', owner: 'county' },
        ]),
      );
      const stored = () => transact(db, (tx) => lockAccounts(tx, county, accounts));
      let books: Books = { accounts: await stored(), transfers: new Map(), ends: new Map() };
      for (const [n, call] of history.entries()) {
        const inputs = call.map(
          (one): TransferInput =>
            'from' in one
              ? { ...one, ...said, debit: accounts[one.from] as string, credit: accounts[one.to] as string }
              : { ...one, ...said },
        );
        if (n % 3 === 0) {
          // As chains of one: those that are refused do not hinder the others.
          const chains = inputs.map((input) => [input]);
          const model = applyChains(books, chains, now).outcomes.map(toldOf);
          const real = await transact(db, (tx) => transferChains(tx, county, chains, now));
          assert.deepEqual(real.map(toldOf), model);
          continue;
        }
        const copy = structuredClone(books);
        const model = attempt(() => applyTransfers(copy, inputs, now).outcomes);
        const real = await transact(db, (tx) => transfer(tx, county, inputs, now)).catch(codeOf);
        assert.deepEqual(real, model);
        if (typeof model !== 'string') books = copy;
      }
      assert.deepEqual(await stored(), books.accounts);

      for (const hold of [...books.transfers.values()]) {
        if (hold.expiresAt && !books.ends.has(hold.id)) expire(books, hold.id, hold.id);
      }
      await expireHolds(db, due);
      assert.deepEqual(await stored(), books.accounts, 'what was due is released, and nothing else');
      const ids = [...books.transfers.keys()];
      assert.deepEqual(await endsOf(db, county, ids), books.ends);
      assert.equal((await transfersById(db, county, ids)).size, ids.length);
    }),
    { numRuns: 40 },
  );
  for (const { name, check } of ledgerInvariants) assert.deepEqual(await check(db), [], name);
});

function attempt<T>(work: () => T): T | string {
  try {
    return work();
  } catch (error) {
    return codeOf(error);
  }
}

const toldOf = (outcome: ChainOutcome) => ('refusal' in outcome ? outcome.refusal.code : outcome.outcomes);

function codeOf(error: unknown): string {
  if (error instanceof Refusal) return error.code;
  throw error;
}
