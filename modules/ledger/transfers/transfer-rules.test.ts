import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Refusal } from '#platform/errors.ts';
import {
  type AccountState,
  applyChains,
  applyTransfers,
  type Books,
  expire,
  type TransferInput,
} from './transfer-rules.ts';

const now = new Date('2026-09-01T02:00:00Z');
const due = new Date('2026-09-01T03:00:00Z');
const said = { reason: 'test', evidenceKind: 'test', evidence: 'e' };
const names = ['free', 'clearing', 'payable', 'limited', 'receivable'];

/** Two accounts without a limit, two that cannot pay out what they never got, one that cannot get more than it gave. */
function emptyBooks(): Books {
  const account = (id: string): AccountState => ({
    id,
    currency: 'CNY',
    debitsPending: 0,
    debitsPosted: 0,
    creditsPending: 0,
    creditsPosted: 0,
    limitedSide: id === 'payable' || id === 'limited' ? 'debit' : id === 'receivable' ? 'credit' : null,
    closedAt: null,
    closedBy: null,
  });
  return { accounts: new Map(names.map((id) => [id, account(id)])), transfers: new Map(), ends: new Map() };
}

// Ids from a small stock, so that repeats, wrong repeats and ends of the same hold come up often.
const id = fc.integer({ min: 0, max: 25 }).map(String);
const input: fc.Arbitrary<TransferInput> = fc.oneof(
  fc.record({
    id,
    kind: fc.constant('single' as const),
    debit: fc.constantFrom(...names),
    credit: fc.constantFrom(...names),
    amountFen: fc.integer({ min: -1, max: 60 }),
    balancing: fc.constantFrom(undefined, undefined, 'debit' as const, 'credit' as const),
    reason: fc.constant('test'),
    evidenceKind: fc.constant('test'),
    evidence: fc.constant('e'),
  }),
  fc.record({
    id,
    kind: fc.constant('pending' as const),
    debit: fc.constantFrom(...names),
    credit: fc.constantFrom(...names),
    amountFen: fc.integer({ min: -1, max: 60 }),
    expiresAt: fc.option(fc.constant(due)),
    closing: fc.constantFrom(undefined, undefined, undefined, 'debit' as const, 'credit' as const),
    reason: fc.constant('test'),
    evidenceKind: fc.constant('test'),
    evidence: fc.constant('e'),
  }),
  fc.record({
    id,
    kind: fc.constantFrom('post' as const, 'void' as const),
    pending: id,
    amountFen: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }),
    reason: fc.constant('test'),
    evidenceKind: fc.constant('test'),
    evidence: fc.constant('e'),
  }),
);
const calls = fc.array(fc.array(input, { maxLength: 4 }), { maxLength: 40 });

/** As the database does it: a refused call leaves nothing behind. */
function tryApply(books: Books, call: readonly TransferInput[], at = now): Books {
  const copy = structuredClone(books);
  try {
    applyTransfers(copy, call, at);
    return copy;
  } catch (error) {
    if (error instanceof Refusal) return books;
    throw error;
  }
}

function assertSound({ accounts, transfers, ends }: Books): void {
  const all = [...accounts.values()];
  const total = (key: keyof AccountState) => all.reduce((sum, account) => sum + (account[key] as number), 0);
  assert.equal(total('debitsPosted'), total('creditsPosted'));
  assert.equal(total('debitsPending'), total('creditsPending'));
  for (const a of all) {
    assert.ok(a.debitsPending >= 0 && a.creditsPending >= 0 && a.debitsPosted >= 0 && a.creditsPosted >= 0);
    if (a.limitedSide === 'debit') assert.ok(a.debitsPending + a.debitsPosted <= a.creditsPosted);
    if (a.limitedSide === 'credit') assert.ok(a.creditsPending + a.creditsPosted <= a.debitsPosted);
    const rows = [...transfers.values()];
    const posted = (side: 'debit' | 'credit') =>
      rows
        .filter((row) => row[side] === a.id && (row.kind === 'single' || row.kind === 'post'))
        .reduce((sum, row) => sum + row.amountFen, 0);
    const held = (side: 'debit' | 'credit') =>
      rows
        .filter((row) => row[side] === a.id && row.kind === 'pending' && !ends.has(row.id))
        .reduce((sum, row) => sum + row.amountFen, 0);
    assert.deepEqual(
      [a.debitsPosted, a.creditsPosted, a.debitsPending, a.creditsPending],
      [posted('debit'), posted('credit'), held('debit'), held('credit')],
      'sums of the transfers',
    );
  }
}

test('whatever is asked, the books stay sound and a repeat of any prefix changes nothing', () => {
  fc.assert(
    fc.property(calls, fc.nat(), (asked, cut) => {
      let books = emptyBooks();
      for (const call of asked) {
        books = tryApply(books, call);
        assertSound(books);
      }
      const before = structuredClone(books);
      for (const call of asked.slice(0, cut % (asked.length + 1))) {
        // What was refused then may pass now; only what was done must not be done twice.
        const done = call.filter((one) => same(one, before));
        books = tryApply(books, done);
      }
      assert.deepEqual(books, before);
    }),
    { numRuns: 400 },
  );
});

test('when every hold is over, nothing is held and nothing else has moved', () => {
  fc.assert(
    fc.property(calls, (asked) => {
      const books = asked.reduce((sum, call) => tryApply(sum, call), emptyBooks());
      const posted = [...books.accounts.values()].map((a) => [a.debitsPosted, a.creditsPosted]);
      const open = [...books.transfers.values()].filter((row) => row.kind === 'pending' && !books.ends.has(row.id));
      for (const [n, hold] of open.entries()) {
        const row = expire(books, `x${n}`, hold.id);
        books.transfers.set(row.id, row);
      }
      assertSound(books);
      assert.ok([...books.accounts.values()].every((a) => a.debitsPending === 0 && a.creditsPending === 0));
      assert.deepEqual(
        [...books.accounts.values()].map((a) => [a.debitsPosted, a.creditsPosted]),
        posted,
      );
    }),
    { numRuns: 200 },
  );
});

test('amounts that are not whole fen are a bug, not a refusal', () => {
  const half: TransferInput = { id: 'a', kind: 'single', debit: 'free', credit: 'payable', amountFen: 0.5, ...said };
  assert.throws(() => applyTransfers(emptyBooks(), [half], now), RangeError);
});

test('chains: what each does is what it would do alone after those that went through', () => {
  fc.assert(
    fc.property(calls, (chains) => {
      const together = emptyBooks();
      const { outcomes, written } = applyChains(together, chains, now);
      let alone = emptyBooks();
      for (const [n, chain] of chains.entries()) {
        const before = alone;
        alone = tryApply(alone, chain);
        const outcome = outcomes[n] as (typeof outcomes)[number];
        if ('refusal' in outcome) assert.equal(alone, before, 'refused alone as well');
        else assert.equal(outcome.outcomes.length, chain.length);
      }
      assert.deepEqual(together, alone);
      assert.deepEqual(new Set(written.map((row) => row.id)), new Set(alone.transfers.keys()));
    }),
    { numRuns: 300 },
  );
});

test('a sum beyond the safe integers is a bug, not a refusal', () => {
  const most = (id: string): TransferInput => ({
    ...{ id, kind: 'single', debit: 'free', credit: 'payable', amountFen: Number.MAX_SAFE_INTEGER },
    ...said,
  });
  assert.throws(() => applyTransfers(emptyBooks(), [most('a'), most('b')], now), RangeError);
});

/** Whether `input` is exactly what stands under its id. */
function same(input: TransferInput, { transfers }: Books): boolean {
  const row = transfers.get(input.id);
  if (!row || row.kind !== input.kind) return false;
  if (input.kind === 'post' || input.kind === 'void') {
    const all = transfers.get(input.pending)?.amountFen;
    return row.pending === input.pending && row.amountFen === (input.kind === 'post' ? (input.amountFen ?? all) : all);
  }
  if (!('debit' in input)) return false;
  const flag = input.balancing ? `balancing-${input.balancing}` : input.closing ? `closing-${input.closing}` : null;
  return (
    row.debit === input.debit &&
    row.credit === input.credit &&
    (input.balancing ? row.amountFen <= input.amountFen : row.amountFen === input.amountFen) &&
    row.flag === flag &&
    (row.expiresAt?.getTime() ?? null) === (input.expiresAt?.getTime() ?? null)
  );
}
