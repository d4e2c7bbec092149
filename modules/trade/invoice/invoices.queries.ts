import type { Selectable } from 'kysely';
import type { DB } from '#platform/database/tables.ts';
import type { Db, Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';

export type InvoiceFields = Selectable<DB['trade.invoice']>;
export type PaperFields = Selectable<DB['trade.invoice_paper']>;

export async function invoiceById(db: Db, county: County, id: string): Promise<InvoiceFields | undefined> {
  return db
    .selectFrom('trade.invoice')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', id)
    .executeTakeFirst();
}

export async function lockInvoice(tx: Tx, county: County, id: string): Promise<InvoiceFields | undefined> {
  return tx
    .selectFrom('trade.invoice')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

/** Papers of invoices, the oldest first. */
export async function papersOf(db: Db, county: County, invoices: readonly string[]): Promise<PaperFields[]> {
  if (invoices.length === 0) return [];
  return (
    db
      .selectFrom('trade.invoice_paper')
      .selectAll()
      .where('county', '=', county)
      .where('invoice', 'in', invoices)
      .orderBy('at')
      // of one correction, what takes back before what is new
      .orderBy('colour', 'desc')
      .orderBy('id')
      .execute()
  );
}

/** The blue paper that counts: the one no red-letter paper has taken back. */
export const paperInForce = (papers: readonly PaperFields[]): PaperFields | undefined =>
  papers.find((paper) => paper.colour === 'blue' && !papers.some((red) => red.takes_back === paper.id));
