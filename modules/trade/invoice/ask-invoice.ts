import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { isOrganisationCode } from '#registry';
import { paidToSeller } from '../after-sale/cases.queries.ts';
import { linesOf, lockOrder } from '../orders/orders.queries.ts';
import { refuse } from '../refuse.ts';
import type { InvoiceKind } from './invoice.contract.ts';
import { invoiceMoves } from './invoice-states.ts';
import { sealTitle } from './invoice-title.ts';
import { lockInvoice } from './invoices.queries.ts';
import { refuseInvoiceMove } from './issue-invoice.ts';

/**
 * Asks for the invoice of one seller's goods in one's own order: for what was paid and did not go back. One at a time.
 *
 * @param input.taxNumber unified social credit code (GB 32100), checked by its last character; of a company only
 * @returns the invoice's id
 * @throws Refusal `order-not-found` | `invoice-not-paid` | `invoice-seller-wrong` | `tax-number-wrong` |
 *   `invoice-nothing-left` | `invoice-exists`
 */
export async function askInvoice(
  at: Context,
  by: Actor,
  input: {
    county: County;
    order: string;
    org: string;
    kind: InvoiceKind;
    title: string;
    taxNumber?: string;
    email?: string;
  },
  key: OnceKey | null,
): Promise<string> {
  const { county, org, kind } = input;
  return once(at.db, key, async (tx) => {
    // Locked, so that two presses at once are not two invoices.
    const order = await lockOrder(tx, county, input.order);
    if (order?.person !== by.person) throw refuse('order-not-found');
    if (order.paid_at === null || order.state === 'cancelled') throw refuse('invoice-not-paid');
    const lines = await linesOf(tx, county, [order.id]);
    if (!lines.some((line) => line.org === org)) throw refuse('invoice-seller-wrong');
    const taxNumber = input.taxNumber?.trim().toUpperCase() || null;
    if (kind === 'company' && !isOrganisationCode(taxNumber ?? '')) throw refuse('tax-number-wrong');
    if ((await paidToSeller(tx, county, order.id, org)) === 0) throw refuse('invoice-nothing-left');
    const open = await tx
      .selectFrom('trade.invoice')
      .select('id')
      .where('county', '=', county)
      .where('order', '=', order.id)
      .where('org', '=', org)
      .where('state', 'in', ['asked', 'issued'])
      .executeTakeFirst();
    if (open) throw refuse('invoice-exists');
    const id = newId();
    const title = {
      title: input.title.trim(),
      taxNumber: kind === 'company' ? taxNumber : null,
      email: input.email?.trim() || null,
    };
    await tx
      .insertInto('trade.invoice')
      .values({
        county,
        id,
        order: order.id,
        org,
        person: by.person,
        kind,
        title_sealed: sealTitle(at.sealer, title),
        state: 'asked',
        asked_at: at.clock.now(),
      })
      .execute();
    return id;
  });
}

/**
 * The buyer needs no invoice after all.
 *
 * @throws Refusal `invoice-not-found` | `invoice-move-not-allowed`
 */
export async function withdrawInvoice(
  at: Context,
  by: Actor,
  input: { county: County; id: string },
  key: OnceKey | null,
): Promise<void> {
  await once(at.db, key, async (tx) => {
    const invoice = await lockInvoice(tx, input.county, input.id);
    if (invoice?.person !== by.person) throw refuse('invoice-not-found');
    if (!invoiceMoves.allows(invoice.state, 'withdrawn')) throw refuseInvoiceMove(invoice);
    await tx
      .updateTable('trade.invoice')
      .set({ state: 'withdrawn', done_at: at.clock.now() })
      .where('county', '=', input.county)
      .where('id', '=', input.id)
      .execute();
  });
}
