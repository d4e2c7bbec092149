import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { LRUCache } from 'lru-cache';

/** A finished page in the three encodings a browser may ask for, so that a hit costs no work but the sending. */
export type KeptPage = {
  status: number;
  type: string;
  /** the page's own content security policy: it names this page's inline scripts */
  policy: string;
  etag: string;
  plain: Buffer;
  gzip: Buffer;
  br: Buffer;
  tags: readonly string[];
};

/** How long a page may be kept and which facts it shows; a page that says nothing is never kept. */
export type KeepNote = { seconds: number; tags: readonly string[] };

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/** Encodings we speak, best first, and how to make them. Moderate effort: 5 is ten times quicker than 11 and 6 % larger. */
const encoders = {
  br: (body: Buffer) => brotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: (body: Buffer) => zip(body, { level: 6 }),
};

/** The best encoding a browser accepts, if any. */
export const encodingFor = (accepted: string | undefined): 'br' | 'gzip' | undefined =>
  (['br', 'gzip'] as const).find((encoding) => new RegExp(`\\b${encoding}\\b`).test(accepted ?? ''));

/** A page in one encoding. */
export const encode = (body: Buffer, encoding: 'br' | 'gzip'): Promise<Buffer> => encoders[encoding](body);

/**
 * Pages of visitors who are nobody yet (no session, no cart). Bounded by bytes, dropped by tag when a fact changes,
 * and by age in any case, because an event can come late.
 */
export class PageCache {
  #pages: LRUCache<string, KeptPage>;
  #byTag = new Map<string, Set<string>>();
  // When a tag was dropped while a page with it was being rendered, the page already shows the past.
  #droppedAt = new LRUCache<string, number>({ max: 10_000 });
  #clock = 0;

  constructor(options: { maxBytes?: number } = {}) {
    this.#pages = new LRUCache({
      maxSize: options.maxBytes ?? 16 * 1024 * 1024,
      sizeCalculation: (page) => page.plain.length + page.gzip.length + page.br.length + 512,
      dispose: (page, key) => this.#forget(page.tags, key),
    });
  }

  get(key: string): KeptPage | undefined {
    return this.#pages.get(key);
  }

  /** Call before rendering and hand the result to `put`: it tells whether a fact changed in between. */
  now(): number {
    return this.#clock;
  }

  /** Compresses a page and keeps it. Returns undefined, keeping nothing, when one of its facts changed meanwhile. */
  async put(
    key: string,
    page: { status: number; type: string; policy: string; body: Buffer },
    note: KeepNote,
    begun: number,
  ): Promise<KeptPage | undefined> {
    const [gz, br] = await Promise.all([encode(page.body, 'gzip'), encode(page.body, 'br')]);
    if (note.tags.some((tag) => (this.#droppedAt.get(tag) ?? -1) >= begun)) return undefined;
    const etag = `"${createHash('sha1').update(page.body).digest('base64url')}"`;
    const { status, type, policy, body: plain } = page;
    const kept = { status, type, policy, etag, plain, gzip: gz, br, tags: note.tags };
    this.#pages.set(key, kept, { ttl: note.seconds * 1000 });
    for (const tag of note.tags) {
      const keys = this.#byTag.get(tag) ?? new Set();
      this.#byTag.set(tag, keys.add(key));
    }
    return kept;
  }

  /** Forgets every page that shows one of these facts. */
  drop(tags: Iterable<string>): void {
    this.#clock += 1;
    for (const tag of tags) {
      this.#droppedAt.set(tag, this.#clock - 1);
      for (const key of [...(this.#byTag.get(tag) ?? [])]) this.#pages.delete(key);
    }
  }

  get size(): number {
    return this.#pages.size;
  }

  #forget(tags: readonly string[], key: string): void {
    for (const tag of tags) {
      const keys = this.#byTag.get(tag);
      keys?.delete(key);
      if (keys?.size === 0) this.#byTag.delete(tag);
    }
  }
}

/** The tags pages are kept under. One builder, so that whoever drops cannot misspell what a page said. */
export const tag = {
  county: (county: number) => `county:${county}`,
  product: (id: string) => `product:${id}`,
  lot: (id: string) => `lot:${id}`,
};
