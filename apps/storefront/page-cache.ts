import { createHash } from 'node:crypto';
import { brotliCompressSync, constants, gunzipSync, gzipSync } from 'node:zlib';
import { ownBytes } from './own-bytes.ts';
import type { Spliced } from './spliced.ts';
import { AskedOnce, type KeepNote, TaggedCache } from './tagged-cache.ts';

export type { KeepNote } from './tagged-cache.ts';

/** A finished page. Each encoding is made when the first browser asks for it, so that a hit costs no work but the sending. */
export type KeptPage = {
  status: number;
  type: string;
  /** the page's own content security policy: it names this page's inline scripts */
  policy: string;
  etag: string;
  body: Body;
};

/** What a page says: as text, compressed, or both. */
export type Body = { plain: Buffer; gzip?: Buffer; br?: Buffer } | { plain?: undefined; gzip: Buffer };

/** The text of a page. */
export const textOf = (body: Body): Buffer => body.plain ?? gunzipSync(body.gzip);

const sizeOf = (body: Body): number => (body.plain ?? body.gzip).length;

/** How much work is put into making a page small. */
type Effort = 'once' | 'kept';

/** Brotli 5 is ten times quicker than 11 and 6 % larger; 3 takes half the time of 5 and is another tenth larger. */
const effort = { once: { br: 3, gzip: 4 }, kept: { br: 5, gzip: 6 } } as const;

/**
 * Encodings we speak, best first, and how to make them. A window of 256 kB holds any page; the usual one of 4 MB costs as
 * much again to set up as to compress a page. Done at once and not in another thread: a page of 20 kB takes a quarter of
 * a millisecond, handing it over takes longer.
 */
const encoders = {
  br: (body: Buffer, as: Effort) =>
    brotliCompressSync(body, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: effort[as].br,
        [constants.BROTLI_PARAM_LGWIN]: 18,
        [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
      },
    }),
  gzip: (body: Buffer, as: Effort) => gzipSync(body, { level: effort[as].gzip }),
};

/** The best encoding of a page that a browser accepts, if any. What is compressed already stays as it is. */
export const encodingFor = (body: Body, accepted: string | undefined): 'br' | 'gzip' | undefined =>
  (body.plain ? (['br', 'gzip'] as const) : (['gzip'] as const)).find((encoding) =>
    new RegExp(`\\b${encoding}\\b`).test(accepted ?? ''),
  );

/** A page in one encoding, for one visitor. */
export const encode = (body: Body, encoding: 'br' | 'gzip'): Buffer =>
  body.plain ? encoders[encoding](body.plain, 'once') : body.gzip;

/** A kept page in one encoding, for those who come after the first: worth more work, and kept too. */
export function encoded(body: Body, encoding: 'br' | 'gzip'): Buffer {
  if (!body.plain) return body.gzip;
  const made = body[encoding] ?? ownBytes(encoders[encoding](body.plain, 'kept'));
  body[encoding] = made;
  return made;
}

/** What both encodings add to a page at most, as a rule. */
const WITH_ENCODINGS = 1.6;

/** A page with places for the words in which those that share it differ (pack-page.ts). */
export interface PageForm {
  type: string;
  policy: string;
  headers: [string, string][];
  spliced: Spliced;
}

/** Room an entry takes beside its bytes: its key, its tags, its place in the cache. */
const ENTRY = 512;
const MB = 1024 * 1024;

/** Pages of visitors who are nobody yet (no session, no cart), and facts that several pages show (remember). */
export class PageCache {
  #pages: TaggedCache<KeptPage>;
  #facts: AskedOnce<Buffer>;
  #forms: AskedOnce<PageForm>;

  constructor(options: { maxBytes?: number; maxFactBytes?: number; maxFormBytes?: number } = {}) {
    const { maxBytes = 16 * MB, maxFactBytes = 64 * MB, maxFormBytes = 64 * MB } = options;
    this.#pages = new TaggedCache(maxBytes, (page) => Math.ceil(sizeOf(page.body) * WITH_ENCODINGS) + ENTRY);
    this.#facts = new AskedOnce(maxFactBytes, (fact) => fact.length + ENTRY);
    this.#forms = new AskedOnce(maxFormBytes, ({ spliced }) => spliced.blocks.length + 2 * ENTRY);
  }

  get(key: string): KeptPage | undefined {
    return this.#pages.get(key);
  }

  /** Call before rendering and hand the result to `put`: it tells whether a fact changed in between. */
  now(): number {
    return this.#pages.now();
  }

  /** Keeps a page. Returns undefined, keeping nothing, when one of its facts changed meanwhile. */
  put(
    key: string,
    page: { status: number; type: string; policy: string; body: Body },
    note: KeepNote,
    begun: number,
  ): KeptPage | undefined {
    if (this.#pages.changed(note.tags, begun)) return undefined;
    const { status, type, policy, body } = page;
    const etag = `"${createHash('sha1')
      .update(body.plain ?? body.gzip)
      .digest('base64url')}"`;
    const kept: KeptPage = { status, type, policy, etag, body };
    this.#pages.put(key, kept, note);
    return kept;
  }

  /**
   * Something that several pages show alike, asked for once and kept until one of its facts changes. It is kept as text,
   * which takes a third of what it takes as objects; null is not kept.
   *
   * @param noteOf how long what was found may be kept, and which facts it shows
   */
  async remember<T>(key: string, ask: () => Promise<T>, noteOf: (found: NonNullable<T>) => KeepNote): Promise<T> {
    const known = await this.#facts.get(key, async () => {
      const found = await ask();
      if (found === null || found === undefined) return null;
      return { value: ownBytes(JSON.stringify(found)), note: noteOf(found) };
    });
    return known && JSON.parse(known.toString());
  }

  /** A page with places, made once and kept until one of its facts changes. */
  async form(key: string, make: () => Promise<PageForm | null>, note: KeepNote): Promise<PageForm | null> {
    return this.#forms.get(key, async () => {
      const value = await make();
      return value && { value, note };
    });
  }

  /** Forgets every page that shows one of these facts, and the facts. */
  drop(tags: Iterable<string>): void {
    const all = [...tags];
    this.#pages.drop(all);
    this.#facts.drop(all);
    this.#forms.drop(all);
  }

  get size(): number {
    return this.#pages.size;
  }
}

/** The tags pages are kept under. One builder, so that whoever drops cannot misspell what a page said. */
export const tag = {
  county: (county: number) => `county:${county}`,
  product: (id: string) => `product:${id}`,
  lot: (id: string) => `lot:${id}`,
  project: (id: string) => `project:${id}`,
  projects: (county: number) => `projects:${county}`,
};
