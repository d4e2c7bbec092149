import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, type Tx } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { type County, newId } from '#platform/ids.ts';
import { yuan } from '#platform/money.ts';
import { keepPaper, type PaperType } from '#platform/papers.ts';
import { sellersServed } from '../after-sale/case-parties.ts';
import { paidToSeller } from '../after-sale/cases.queries.ts';
import { lockOrder } from '../orders/orders.queries.ts';
import { refuse } from '../refuse.ts';
import { invoiceMoves } from './invoice-states.ts';
import { type InvoiceFields, invoiceById, lockInvoice, paperInForce, papersOf } from './invoices.queries.ts';

interface Named {
  county: County;
  id: string;
}

/** A paper of an invoice as its seller enters it. */
export interface NewPaper {
  number: string;
  /** where it can be fetched, when no file is uploaded */
  link?: string;
  /** the name that `addInvoiceFile` gave */
  file?: string;
}

/**
 * The seller issues an invoice, or corrects one after a refund: the paper in force is taken back by a red-letter one,
 * and a new one is for what was paid in the end. With nothing paid in the end it is only taken back.
 *
 * @param input.fen what the new paper is for, as it stands on it; must be what was paid and did not go back
 * @param input.red number of the red-letter paper, of a correction
 * @throws Refusal `invoice-not-found` | `not-allowed` | `invoice-move-not-allowed` | `red-number-missing` |
 *   `invoice-amount-wrong` | `invoice-paper-missing` | `invoice-file-unknown` | `invoice-number-taken`
 */
export async function issueInvoice(
  at: Context,
  by: Actor,
  input: Named & { fen: number; paper?: NewPaper; red?: string },
  key: OnceKey | null,
): Promise<void> {
  const { county, id } = input;
  await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const invoice = await lockForSeller(tx, by, input);
    const papers = await papersOf(tx, county, [id]);
    const inForce = paperInForce(papers);
    const due = await paidToSeller(tx, county, invoice.order, invoice.org);
    const to = due === 0 && inForce ? 'void' : 'issued';
    if (!invoiceMoves.allows(invoice.state, to)) throw refuseInvoiceMove(invoice);
    if (inForce && !input.red) throw refuse('red-number-missing');
    if (input.fen !== due) throw refuse('invoice-amount-wrong', { due: yuan(due) });
    if (to === 'issued' && !input.paper) throw refuse('invoice-paper-missing');
    const common = { county, invoice: id, by_person: by.person, at: now };
    const blue = to === 'issued' && input.paper ? await fileOf(at, id, input.paper) : undefined;
    const rows = [
      ...(inForce && input.red
        ? [
            {
              ...common,
              id: newId(),
              colour: 'red' as const,
              number: input.red,
              takes_back: inForce.id,
              fen: inForce.fen,
              file: null,
              file_type: null,
              link: null,
            },
          ]
        : []),
      ...(blue && input.paper
        ? [
            {
              ...common,
              id: newId(),
              colour: 'blue' as const,
              number: input.paper.number,
              takes_back: null,
              fen: due,
              ...blue,
            },
          ]
        : []),
    ];
    const taken = await tx
      .selectFrom('trade.invoice_paper')
      .select('number')
      .where('county', '=', county)
      .where(
        'number',
        'in',
        rows.map((row) => row.number),
      )
      .executeTakeFirst();
    if (taken || new Set(rows.map((row) => row.number)).size < rows.length) throw refuse('invoice-number-taken');
    await tx
      .insertInto('trade.invoice_paper')
      .values(rows)
      .execute()
      .catch((error: { code?: string }) => {
        // Another invoice got the same number in this very moment.
        throw error.code === '23505' ? refuse('invoice-number-taken') : error;
      });
    await setState(tx, invoice, to, null, now);
  });
}

/**
 * The seller cannot issue an invoice, and says why; the buyer may ask again.
 *
 * @throws Refusal `invoice-not-found` | `not-allowed` | `invoice-move-not-allowed`
 */
export async function refuseInvoice(
  at: Context,
  by: Actor,
  input: Named & { reason: string },
  key: OnceKey | null,
): Promise<void> {
  await once(at.db, key, async (tx) => {
    const invoice = await lockForSeller(tx, by, input);
    if (!invoiceMoves.allows(invoice.state, 'refused')) throw refuseInvoiceMove(invoice);
    await setState(tx, invoice, 'refused', input.reason, at.clock.now());
  });
}

/**
 * Uploads the file of a paper before it is issued.
 *
 * @returns the name to issue it with
 * @throws Refusal `invoice-not-found` | `not-allowed` | `file-too-large` | `invoice-file-type`
 */
export async function addInvoiceFile(
  at: Context,
  by: Actor,
  input: Named & { bytes: Uint8Array },
): Promise<{ file: string; type: PaperType }> {
  const invoice = await invoiceById(at.db, input.county, input.id);
  if (!invoice) throw refuse('invoice-not-found');
  if (!(await sellersServed(at.db, by, input.county)).includes(invoice.org)) throw refusePlatform('not-allowed');
  const kept = await keepPaper(at.files, 'invoice', input.bytes);
  if (!kept) throw refuse('invoice-file-type');
  const { name, type } = kept;
  // Signed for this invoice: a name alone would open anybody's file that lies in the store.
  const signature = at.sealer.sign('invoice-file', `${input.id} ${name}`).toString('base64url');
  return { file: `${name}#${input.id}#${signature}`, type };
}

async function fileOf(at: Context, invoice: string, paper: NewPaper) {
  if (!paper.file) {
    if (!paper.link) throw refuse('invoice-paper-missing');
    return { file: null, file_type: null, link: paper.link };
  }
  const [name = '', id = '', signature = ''] = paper.file.split('#');
  const right = at.sealer.sign('invoice-file', `${id} ${name}`).toString('base64url');
  if (id !== invoice || signature !== right) throw refuse('invoice-file-unknown');
  return { file: name, file_type: name.slice(name.lastIndexOf('.') + 1) as PaperType, link: paper.link ?? null };
}

async function lockForSeller(tx: Tx, by: Actor, { county, id }: Named): Promise<InvoiceFields> {
  const seen = await invoiceById(tx, county, id);
  if (!seen) throw refuse('invoice-not-found');
  if (!(await sellersServed(tx, by, county)).includes(seen.org)) throw refusePlatform('not-allowed');
  // Its order first, as refunds lock it: what is due cannot change under the paper.
  await lockOrder(tx, county, seen.order);
  return (await lockInvoice(tx, county, id)) as InvoiceFields;
}

async function setState(
  tx: Tx,
  invoice: InvoiceFields,
  state: InvoiceFields['state'],
  reason: string | null,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('trade.invoice')
    .set({ state, reason, done_at: now })
    .where('county', '=', invoice.county)
    .where('id', '=', invoice.id)
    .execute();
}

export const refuseInvoiceMove = (invoice: InvoiceFields) =>
  refuse('invoice-move-not-allowed', { from: invoiceMoves.states[invoice.state].zh, state: invoice.state });
