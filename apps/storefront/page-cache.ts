import { createHash } from 'node:crypto';
import { brotliCompressSync, constants, deflateRawSync, gzipSync, inflateRawSync } from 'node:zlib';
import { type KeepNote, TaggedCache } from './tagged-cache.ts';

export type { KeepNote } from './tagged-cache.ts';

/** A finished page. Each encoding is made when the first browser asks for it, so that a hit costs no work but the sending. */
export type KeptPage = {
  status: number;
  type: string;
  /** the page's own content security policy: it names this page's inline scripts */
  policy: string;
  etag: string;
  plain: Buffer;
  gzip?: Buffer;
  br?: Buffer;
};

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

/** The best encoding a browser accepts, if any. */
export const encodingFor = (accepted: string | undefined): 'br' | 'gzip' | undefined =>
  (['br', 'gzip'] as const).find((encoding) => new RegExp(`\\b${encoding}\\b`).test(accepted ?? ''));

/** A page in one encoding, for one visitor; a page of a single pack is hardly ever asked for again. */
export const encode = (body: Buffer, encoding: 'br' | 'gzip'): Buffer => encoders[encoding](body, 'once');

/** A kept page in one encoding, for those who come after the first: worth more work, and kept too. */
export function encoded(kept: KeptPage, encoding: 'br' | 'gzip'): Buffer {
  const made = kept[encoding] ?? encoders[encoding](kept.plain, 'kept');
  kept[encoding] = made;
  return made;
}

/** What both encodings add to a page at most, as a rule. */
const WITH_ENCODINGS = 1.6;

/** What is kept as text and longer than this is kept compressed: a page's form takes a third, and 30 µs to open. */
const LONG = 8 * 1024;

/** A fact as it is kept. */
type Kept = { text: Buffer; compressed: boolean };

function shut(fact: unknown): Kept {
  const text = Buffer.from(JSON.stringify(fact));
  return text.length > LONG ? { text: deflateRawSync(text), compressed: true } : { text, compressed: false };
}

const open = ({ text, compressed }: Kept) => JSON.parse((compressed ? inflateRawSync(text) : text).toString());

/** Pages of visitors who are nobody yet (no session, no cart), and facts that several pages show (remember). */
export class PageCache {
  #pages: TaggedCache<KeptPage>;
  #facts: TaggedCache<Kept>;
  // Of many who ask for the same at once one asks, and the others wait for that.
  #asking = new Map<string, Promise<unknown>>();

  constructor(options: { maxBytes?: number; maxFactBytes?: number } = {}) {
    this.#pages = new TaggedCache(
      options.maxBytes ?? 16 * 1024 * 1024,
      (page) => Math.ceil(page.plain.length * WITH_ENCODINGS) + 512,
    );
    this.#facts = new TaggedCache(options.maxFactBytes ?? 128 * 1024 * 1024, (fact) => fact.text.length + 512);
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
    page: { status: number; type: string; policy: string; body: Buffer },
    note: KeepNote,
    begun: number,
  ): KeptPage | undefined {
    if (this.#pages.changed(note.tags, begun)) return undefined;
    const etag = `"${createHash('sha1').update(page.body).digest('base64url')}"`;
    const { status, type, policy, body: plain } = page;
    const kept: KeptPage = { status, type, policy, etag, plain };
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
    const known = this.#facts.get(key);
    if (known) return open(known);
    const asked = this.#asking.get(key) as Promise<T> | undefined;
    if (asked) return asked;
    const begun = this.#facts.now();
    const asking = ask().finally(() => this.#asking.delete(key));
    this.#asking.set(key, asking);
    const found = await asking;
    if (found === null || found === undefined) return found;
    const note = noteOf(found);
    if (!this.#facts.changed(note.tags, begun)) this.#facts.put(key, shut(found), note);
    return found;
  }

  /** Forgets every page that shows one of these facts, and the facts. */
  drop(tags: Iterable<string>): void {
    const all = [...tags];
    this.#pages.drop(all);
    this.#facts.drop(all);
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
