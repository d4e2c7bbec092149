import assert from 'node:assert/strict';
import { ensureAccounts, ledgerModule, transfer } from '#ledger';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type Db, transact } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { applyOnce, type Event } from '#platform/outbox.ts';
import { benefitModule } from '../modules/benefit/index.ts';
import { lockOrder, type OrderFields } from '../modules/trade/orders/orders.queries.ts';
import { refundLines } from '../modules/trade/settlement/refund-lines.ts';
import type { TestCounty } from './fixtures.ts';

/** What the relay does: the event goes to everybody of benefit who subscribes to its type. */
export async function deliver(at: Context, event: Event & { id: string }): Promise<void> {
  for (const one of benefitModule.subscribers?.(at) ?? [])
    if (one.type === event.type) await applyOnce(at.db, one, event);
}

/** Every invariant of ledger and benefit holds. */
export async function assertSound(db: Db): Promise<void> {
  for (const { name, check } of [...(ledgerModule.invariants ?? []), ...(benefitModule.invariants ?? [])]) {
    assert.deepEqual(await check(db), [], name);
  }
}

/** Money for the county's public fund, as orders bring it. */
export async function addTestFund(at: Context, county: number, fen: number): Promise<void> {
  await transact(at.db, async (tx) => {
    const [received, fund] = await ensureAccounts(tx, county, [
      { kind: 'provider_clearing', owner: 'sandbox' },
      { kind: 'fund', owner: 'county' },
    ]);
    const said = { reason: 'test', evidenceKind: 'test', evidence: newId() };
    const moved = { debit: received as string, credit: fund as string, amountFen: fen };
    await transfer(tx, county, [{ id: newId(), kind: 'single', ...moved, ...said }], at.clock.now());
  });
}

/** A provider's fee of an order, borne by its merchant as a day's bill has it; below nothing it came back. */
export async function bearTestFee(
  at: Context,
  county: number,
  { order, org, fen }: { order: string; org: string; fen: number },
): Promise<void> {
  await transact(at.db, async (tx) => {
    const [merchant, fee] = (await ensureAccounts(tx, county, [
      { kind: 'merchant', owner: org },
      { kind: 'provider_fee', owner: 'sandbox' },
    ])) as [string, string];
    const now = at.clock.now();
    const id = newId();
    const bill = { provider: 'sandbox', day: dayOf(now), kind: 'payment', number: id };
    const row = { ...bill, county, transfer: id, order, org, bearer: 'merchant' as const, rule: null, fen, at: now };
    await tx.insertInto('trade.fee_charge').values(row).execute();
    const moved = fen > 0 ? { debit: merchant, credit: fee } : { debit: fee, credit: merchant };
    const said = { reason: 'fee-borne', evidenceKind: 'order', evidence: order };
    await transfer(tx, county, [{ id, kind: 'single', ...moved, ...said, amountFen: Math.abs(fen) }], now);
  });
}

/** Money of a settled order's line goes back to its buyer, by the act. @returns the event that tells of it, not yet delivered */
export async function refundTestLine(
  at: Context,
  { county, operator }: TestCounty,
  { order, line, fen }: { order: string; line: string; fen: number },
): Promise<Event & { id: string }> {
  return transact(at.db, async (tx) => {
    const now = at.clock.now();
    const found = (await lockOrder(tx, county, order)) as OrderFields;
    const payment = newId();
    // Orders written past the acts have none.
    await tx
      .insertInto('trade.checkout')
      .values({
        id: found.checkout,
        person: found.person,
        state: 'paid',
        total_fen: found.total_fen,
        created_at: now,
        expires_at: now,
        orders: [order],
        counties: [county],
      })
      .onConflict((c) => c.column('id').doNothing())
      .execute();
    await tx
      .insertInto('trade.payment')
      .values({
        id: payment,
        checkout: found.checkout,
        provider: 'sandbox',
        amount_fen: found.total_fen,
        state: 'paid',
        created_at: now,
      })
      .execute();
    await refundLines(
      tx,
      now,
      operator,
      { ...found, payment },
      {
        ...{ lines: [{ line, goodsFen: fen, freightFen: 0 }], reason: '坏了', evidence: { kind: 'case', id: newId() } },
      },
    );
    const told = await tx
      .selectFrom('platform.outbox')
      .select(['county', 'id', 'type', 'payload'])
      .where('type', '=', 'trade.lines-refunded')
      .orderBy('created_at', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow();
    return told as Event & { id: string };
  });
}
