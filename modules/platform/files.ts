import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Db } from './db.ts';
import { refusePlatform } from './errors.ts';
import { type County, newId } from './ids.ts';

/** Pictures are kept at these widths in pixels: a list, a phone, a screen. Smaller ones are never enlarged. */
export const pictureWidths = [320, 800, 1600] as const;
export type PictureWidth = (typeof pictureWidths)[number];

/** Largest upload in bytes. */
export const largestFile = 10 * 1024 * 1024;

// A decoded pixel costs 4 bytes: a small file can claim to be a picture that fills the memory.
const MOST_PIXELS = 50_000_000;

/** Where the bytes of files are kept, under names made from their content: a name never changes its meaning. */
export interface FileStore {
  has(name: string): Promise<boolean>;
  put(name: string, bytes: Uint8Array): Promise<void>;
  /** null when there is none of this name */
  get(name: string): Promise<Uint8Array | null>;
}

/** Files in a local folder; the server hands them out from there. */
export function folderStore(folder: string): FileStore {
  return {
    has: (name) =>
      stat(join(folder, name)).then(
        () => true,
        () => false,
      ),
    async put(name, bytes) {
      const target = join(folder, name);
      await mkdir(dirname(target), { recursive: true });
      // Renamed only when whole, so that nobody is ever given half a picture.
      const half = `${target}.${randomBytes(6).toString('hex')}`;
      await writeFile(half, bytes);
      await rename(half, target);
    },
    get: (name) =>
      readFile(join(folder, name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null;
        throw error;
      }),
  };
}

/**
 * The part of a store that only routes hand out, after they have asked who calls: evidence, invoices. Its names begin
 * with a dot, which the server gives to nobody by address.
 */
export const closedStore = (store: FileStore): FileStore => ({
  has: (name) => store.has(`.closed/${name}`),
  put: (name, bytes) => store.put(`.closed/${name}`, bytes),
  get: (name) => store.get(`.closed/${name}`),
});

/** A picture's name in the store and, after `/files/`, in its address. It may be cached for ever. */
export const pictureName = (sha256: string, width: PictureWidth): string =>
  `${sha256.slice(0, 2)}/${sha256}-${width}.webp`;

/** A stored picture. */
export interface StoredPicture {
  readonly id: string;
  readonly sha256: string;
  /** Of the original, upright, in pixels. */
  readonly width: number;
  readonly height: number;
}

/**
 * Keep an uploaded picture: checked by its bytes, not by what the sender says of it, and drawn anew as WebP at three
 * widths, so that neither places and cameras (EXIF) nor anything hidden in the file is passed on.
 *
 * @throws Refusal `file-too-large` | `file-type-not-allowed`
 */
export async function keepPicture(
  db: Db,
  store: FileStore,
  by: { person: string | null },
  input: { county: County; bytes: Uint8Array },
): Promise<StoredPicture> {
  const { county, bytes } = input;
  if (bytes.byteLength > largestFile) throw refusePlatform('file-too-large', { limit: largestFile / 1024 / 1024 });
  const mime = pictureType(bytes);
  if (!mime) throw refusePlatform('file-type-not-allowed');

  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { width, height } = await draw(store, sha256, bytes);
  const id = newId();
  await db
    .insertInto('platform.file')
    .values({
      county,
      id,
      sha256,
      mime,
      bytes: bytes.byteLength,
      width,
      height,
      by_person: by.person,
      created_at: new Date(),
    })
    .execute();
  return { id, sha256, width, height };
}

/** Asked of the bytes themselves. Everything else stays away from the picture library and its many decoders. */
export function pictureType(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (head.startsWith('RIFF') && head.slice(8) === 'WEBP') return 'image/webp';
  return undefined;
}

async function draw(store: FileStore, sha256: string, bytes: Uint8Array): Promise<{ width: number; height: number }> {
  try {
    const { default: sharp } = await import('sharp');
    const picture = sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error' }).autoOrient();
    const { autoOrient } = await picture.metadata();
    for (const width of pictureWidths) {
      const name = pictureName(sha256, width);
      if (await store.has(name)) continue;
      await store.put(
        name,
        await picture.clone().resize({ width, withoutEnlargement: true }).webp({ quality: 78 }).toBuffer(),
      );
    }
    return autoOrient;
  } catch (error) {
    // A full disk is ours to know about; a picture that cannot be read is the sender's.
    if ((error as NodeJS.ErrnoException).code !== undefined) throw error;
    throw refusePlatform('file-type-not-allowed');
  }
}
