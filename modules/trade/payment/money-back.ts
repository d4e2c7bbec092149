import { ensureAccounts, type TransferInput, transfer } from '#ledger';
import type { Actor } from '#platform/actor.ts';
import type { Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { tell } from '#platform/outbox.ts';
import type { OrderRefunded } from '../events.ts';
import { moveOrder } from '../orders/move-order.ts';
import type { OrderFields } from '../orders/orders.queries.ts';
import { releaseOrder } from '../orders/release-order.ts';
import { settlementPartsOf } from '../settlement/settlement-parts.ts';

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
 * A paid order that has not left goes back: its holds are voided, its money is booked out and asked back from the
 * provider, its packs return. The caller has it locked.
 *
 * @throws Refusal `order-move-not-allowed`
 */
export async function refundOrder(
  tx: Tx,
  now: Date,
  by: Actor,
  order: OrderFields,
  input: { payment: { id: string; provider: string }; reason: string },
): Promise<void> {
  const { county } = order;
  await moveOrder(tx, now, by, { county, order: order.id, to: 'refunded', reason: input.reason });
  await releaseOrder(tx, now, by, order);
  const parts = await settlementPartsOf(tx, county, [order.id]);
  const flow = { county, provider: input.payment.provider, fen: order.total_fen, by: by.person };
  await transfer(
    tx,
    county,
    [
      ...parts.map(
        (part): TransferInput => ({
          id: newId(),
          kind: 'void',
          pending: part.hold,
          reason: 'order-part',
          evidenceKind: 'order',
          evidence: order.id,
          by: by.person,
        }),
      ),
      ...(await bookMoney(tx, { ...flow, evidenceKind: 'order', evidence: order.id }, ['back'])),
    ],
    now,
  );
  await tx
    .updateTable('trade.settlement_part')
    .set({ state: 'voided' })
    .where('county', '=', county)
    .where('order', '=', order.id)
    .execute();
  await askBack(tx, now, by, order, input);
  const event: OrderRefunded = { type: 'trade.order-refunded', county, payload: { order: order.id } };
  await tell(tx, event);
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
