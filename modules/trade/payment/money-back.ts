import { ensureAccounts, type TransferInput } from '#ledger';
import type { Actor } from '#platform/actor.ts';
import type { Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { OrderFields } from '../orders/orders.queries.ts';
import { releaseOrder } from '../orders/release-order.ts';
import { refundLines, restOf } from '../settlement/refund-lines.ts';

/** A payment's money through a county's books: who moved it, and the fact it rests on. */
export interface Flow {
  county: County;
  provider: string;
  fen: number;
  evidenceKind: 'order' | 'payment';
  evidence: string;
  by: string | null;
}

/** The two transfers of money that came in, or goes back the way it came. */
export async function bookMoney(tx: Tx, flow: Flow, steps: readonly ('in' | 'back')[]): Promise<TransferInput[]> {
  const [clearing, received] = (await ensureAccounts(tx, flow.county, [
    { kind: 'provider_clearing', owner: flow.provider },
    { kind: 'orders_received', owner: 'county' },
  ])) as [string, string];
  return steps.map((step) => ({
    id: newId(),
    kind: 'single',
    debit: step === 'in' ? clearing : received,
    credit: step === 'in' ? received : clearing,
    amountFen: flow.fen,
    reason: step === 'in' ? 'order-received' : 'order-refunded',
    evidenceKind: flow.evidenceKind,
    evidence: flow.evidence,
    by: flow.by,
  }));
}

/**
 * A paid order that has not left goes back whole: its packs return to their lots, what is left of its money to the
 * buyer. The caller has it locked.
 *
 * @throws Refusal `order-move-not-allowed`
 */
export async function refundOrder(tx: Tx, now: Date, by: Actor, order: OrderFields, reason: string): Promise<void> {
  await releaseOrder(tx, now, by, order);
  const lines = await restOf(tx, order);
  await refundLines(tx, now, by, order, { lines, reason, evidence: { kind: 'order', id: order.id } });
}

/** Writes down that an order's money is to be asked back; a job does the asking until the provider has answered. */
export async function askBack(
  tx: Tx,
  now: Date,
  by: Actor,
  order: OrderFields,
  input: { payment: { id: string }; reason: string },
): Promise<void> {
  await tx
    .insertInto('trade.refund')
    .values({
      county: order.county,
      id: newId(),
      order: order.id,
      payment: input.payment.id,
      fen: order.total_fen,
      state: 'asked',
      reason: input.reason,
      by_person: by.person,
      asked_at: now,
    })
    .execute();
}
