import type { Sealer } from '#platform/secrets.ts';

/** Whom an invoice is for. Kept sealed, as one: a personal title is a name. */
export interface InvoiceTitle {
  title: string;
  /** unified social credit code, of a company */
  taxNumber: string | null;
  /** where the paper is also sent to */
  email: string | null;
}

export const sealTitle = (sealer: Sealer, { title, taxNumber, email }: InvoiceTitle): Buffer =>
  sealer.seal(JSON.stringify({ title, taxNumber, email }));

export const openTitle = (sealer: Sealer, sealed: Uint8Array): InvoiceTitle =>
  JSON.parse(sealer.open(sealed)) as InvoiceTitle;
