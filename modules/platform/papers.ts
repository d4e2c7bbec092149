import { createHash } from 'node:crypto';
import { refusePlatform } from './errors.ts';
import { closedStore, type FileStore, largestFile, pictureType } from './files.ts';

/** What papers are kept as: a document as it is, since it may be signed; a photo of one drawn anew. */
export const paperMime = { pdf: 'application/pdf', ofd: 'application/ofd', webp: 'image/webp' } as const;
export type PaperType = keyof typeof paperMime;

/** Asked of the bytes themselves: PDF, or OFD (GB/T 33190: a zip whose first entry is OFD.xml or a folder of it). */
export function documentType(bytes: Uint8Array): 'pdf' | 'ofd' | undefined {
  const head = Buffer.from(bytes.subarray(0, 1024)).toString('latin1');
  if (head.startsWith('%PDF-')) return 'pdf';
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return head.startsWith('PK\x03\x04') && whole.includes('OFD.xml') ? 'ofd' : undefined;
}

/**
 * Keeps a paper where the server hands out nothing by itself: routes ask who calls and then read it by its name.
 *
 * @param folder which papers they are; the name begins with it
 * @returns undefined when it is neither a document nor a picture
 * @throws Refusal `file-too-large`
 */
export async function keepPaper(
  files: FileStore,
  folder: string,
  bytes: Uint8Array,
): Promise<{ name: string; type: PaperType } | undefined> {
  if (bytes.byteLength > largestFile) throw refusePlatform('file-too-large', { limit: largestFile / 1024 / 1024 });
  const document = documentType(bytes);
  const kept = document ? bytes : pictureType(bytes) ? await drawn(bytes) : undefined;
  if (!kept) return undefined;
  const type = document ?? 'webp';
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const name = `${folder}/${sha256.slice(0, 2)}/${sha256}.${type}`;
  const store = closedStore(files);
  if (!(await store.has(name))) await store.put(name, kept);
  return { name, type };
}

/** A kept paper; null when there is none of this name. */
export async function readPaper(
  files: FileStore,
  name: string,
): Promise<{ bytes: Uint8Array; mime: string; type: PaperType } | null> {
  const type = name.slice(name.lastIndexOf('.') + 1) as PaperType;
  const bytes = await closedStore(files).get(name);
  return bytes && { bytes, mime: paperMime[type], type };
}

/** Whether a name that somebody gives back is one that `keepPaper` made, and the paper is there. */
export const hasPaper = async (files: FileStore, folder: string, name: string): Promise<boolean> =>
  new RegExp(`^${folder}/[0-9a-f]{2}/[0-9a-f]{64}\\.(pdf|ofd|webp)$`).test(name) && closedStore(files).has(name);

/** The picture library is loaded when the first photo comes: most processes never see one. */
async function drawn(bytes: Uint8Array): Promise<Uint8Array | undefined> {
  const { default: sharp } = await import('sharp');
  return sharp(bytes, { limitInputPixels: 50_000_000 })
    .autoOrient()
    .resize({ width: 2000, withoutEnlargement: true })
    .webp({ quality: 85 })
    .toBuffer()
    .catch(() => undefined);
}
