import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { ensureAccounts, transfer } from '#ledger';
import type { Context } from '#platform/context.ts';
import { type Db, scoped, transact } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { payables } from '../modules/trade/payouts/payables.ts';
import { payoutInvariants } from '../modules/trade/payouts/payouts.invariants.ts';
import { assertSound } from './fixtures-trade.ts';

/** Money that came in for the county's orders and is owed: a share to a household, a sale to a merchant or station. */
export async function creditTest(
  at: Context,
  county: number,
  to: { kind: 'household' | 'merchant' | 'station'; owner: string },
  fen: number,
): Promise<void> {
  await transact(at.db, async (tx) => {
    const [clearing, received, owed] = (await ensureAccounts(tx, county, [
      { kind: 'provider_clearing', owner: 'sandbox' },
      { kind: 'orders_received', owner: 'county' },
      to,
    ])) as [string, string, string];
    const said = { kind: 'single' as const, amountFen: fen, evidenceKind: 'order', evidence: newId() };
    await transfer(
      tx,
      county,
      [
        { ...said, id: newId(), debit: clearing, credit: received, reason: 'order-received' },
        { ...said, id: newId(), debit: received, credit: owed, reason: 'order-part' },
      ],
      at.clock.now(),
    );
  });
}

/** What an account of the ledger says, in fen: posted towards the owner, and held on its way out. */
export async function standingOf(db: Db, county: number, kind: string, owner: string) {
  const row = await db
    .selectFrom('ledger.account')
    .select(['debits_posted', 'debits_pending', 'credits_posted', 'credits_pending'])
    .where('county', '=', county)
    .where('kind', '=', kind)
    .where('owner', '=', owner)
    .executeTakeFirst();
  const sums = row ?? { debits_posted: 0, debits_pending: 0, credits_posted: 0, credits_pending: 0 };
  return {
    creditedFen: sums.credits_posted,
    balanceFen: sums.credits_posted - sums.debits_posted,
    underWayFen: sums.debits_pending,
  };
}

/** A card number that passes its check. */
export function inventedCard(seed: number): string {
  const body = `621700${String(seed).padStart(9, '0')}`;
  const sum = [...body].reverse().reduce((total, digit, i) => {
    const twice = Number(digit) * (i % 2 === 0 ? 2 : 1);
    return total + (twice > 9 ? twice - 9 : twice);
  }, 0);
  return `${body}${(10 - (sum % 10)) % 10}`;
}

/** The payments of a batch in their order. */
export const linesOf = (db: Db, county: number, batch: string) =>
  scoped(db, String(county), (tx) =>
    tx
      .selectFrom('trade.payout_line')
      .selectAll()
      .where('county', '=', county)
      .where('batch', '=', batch)
      .orderBy('position')
      .execute(),
  );

/** Every payment of an owner, the oldest first. */
export const linesOfOwner = (db: Db, county: number, owner: string) =>
  scoped(db, String(county), (tx) =>
    tx
      .selectFrom('trade.payout_line as l')
      .innerJoin('trade.payout_batch as b', (join) =>
        join.onRef('b.county', '=', 'l.county').onRef('b.id', '=', 'l.batch'),
      )
      .selectAll('l')
      .where('l.county', '=', county)
      .where('l.owner', '=', owner)
      .orderBy('b.prepared_at')
      .orderBy('l.id')
      .execute(),
  );

/** The open matters of a county. */
export const mattersOf = (db: Db, county: number) =>
  scoped(db, String(county), (tx) =>
    tx
      .selectFrom('trade.payout_matter')
      .select(['id', 'kind', 'subject', 'fen', 'why'])
      .where('county', '=', county)
      .where('closed_at', 'is', null)
      .orderBy('opened_at')
      .orderBy('id')
      .execute(),
  );

/** What must always hold of payouts and the ledger does; orders written past the acts are not looked at. */
export const assertPayoutsSound = (db: Db, ledger: { name: string; invariants?: TestInvariants }) =>
  assertSound(db, [
    { name: 'payouts', routes() {}, invariants: payoutInvariants },
    { name: ledger.name, routes() {}, invariants: ledger.invariants ?? [] },
  ]);
type TestInvariants = typeof payoutInvariants;

/**
 * What may be paid out to some is the same whether they are asked for alone or all are.
 *
 * @returns how many households may be paid something
 */
export async function assertAskedAlike(db: Db, county: number): Promise<number> {
  return scoped(db, String(county), async (tx) => {
    const all = await payables(tx, county);
    const { rows } = await sql<{ owner: string }>`
      select distinct owner from ledger.account
       where county = ${county} and kind = any('{household,merchant,station}') order by 1`.execute(tx);
    for (const { owner } of rows) {
      const own = all.filter((one) => one.owner === owner);
      assert.deepEqual(await payables(tx, county, [owner]), own);
    }
    return all.filter((one) => one.accountKind === 'household').length;
  });
}
