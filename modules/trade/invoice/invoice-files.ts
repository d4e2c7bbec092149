import { createHash } from 'node:crypto';
import type { Context } from '#platform/context.ts';
import { refusePlatform } from '#platform/errors.ts';
import { closedStore, largestFile, pictureType } from '#platform/files.ts';
import { refuse } from '../refuse.ts';

export type InvoiceFileType = 'pdf' | 'ofd' | 'webp';

/** What a paper's file is sent as. */
export const invoiceMime: Record<InvoiceFileType, string> = {
  pdf: 'application/pdf',
  ofd: 'application/ofd',
  webp: 'image/webp',
};

/** Asked of the bytes themselves: PDF, or OFD (GB/T 33190: a zip whose first entry is OFD.xml or a folder of it). */
export function documentType(bytes: Uint8Array): 'pdf' | 'ofd' | undefined {
  const head = Buffer.from(bytes.subarray(0, 1024)).toString('latin1');
  if (head.startsWith('%PDF-')) return 'pdf';
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return head.startsWith('PK\x03\x04') && whole.includes('OFD.xml') ? 'ofd' : undefined;
}

/**
 * Keeps an invoice's file: PDF and OFD as they are, since they are signed; a picture drawn anew. Where the server hands
 * out nothing by itself.
 *
 * @throws Refusal `file-too-large` | `invoice-file-type`
 */
export async function keepInvoiceFile(
  at: Context,
  bytes: Uint8Array,
): Promise<{ name: string; type: InvoiceFileType }> {
  if (bytes.byteLength > largestFile) throw refusePlatform('file-too-large', { limit: largestFile / 1024 / 1024 });
  const document = documentType(bytes);
  const type = document ?? (pictureType(bytes) ? 'webp' : undefined);
  if (!type) throw refuse('invoice-file-type');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const name = `invoice/${sha256.slice(0, 2)}/${sha256}.${type}`;
  const store = closedStore(at.files);
  if (!(await store.has(name))) await store.put(name, document ? bytes : await drawn(bytes));
  return { name, type };
}

async function drawn(bytes: Uint8Array): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  return sharp(bytes, { limitInputPixels: 50_000_000 })
    .autoOrient()
    .resize({ width: 2000, withoutEnlargement: true })
    .webp({ quality: 85 })
    .toBuffer()
    .catch(() => {
      throw refuse('invoice-file-type');
    });
}
