import { LRUCache } from 'lru-cache';

/** How long something may be kept and which facts it shows. */
export type KeepNote = { seconds: number; tags: readonly string[] };

/**
 * What was made for one visitor and serves the next: bounded by bytes, dropped by tag when a fact changes, and by age in
 * any case, because an event can come late.
 */
export class TaggedCache<V extends object> {
  #kept: LRUCache<string, { value: V; tags: readonly string[] }>;
  #byTag = new Map<string, Set<string>>();
  // When a tag was dropped while something with it was being made, that already shows the past.
  #droppedAt = new LRUCache<string, number>({ max: 10_000 });
  #clock = 0;

  constructor(maxBytes: number, sizeOf: (value: V) => number) {
    this.#kept = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: ({ value }) => sizeOf(value),
      dispose: ({ tags }, key) => this.#forget(tags, key),
    });
  }

  get(key: string): V | undefined {
    return this.#kept.get(key)?.value;
  }

  /** Call before making something and hand the result to `put`: it tells whether a fact changed in between. */
  now(): number {
    return this.#clock;
  }

  /** Whether one of these facts changed since. */
  changed(tags: readonly string[], begun: number): boolean {
    return tags.some((tag) => (this.#droppedAt.get(tag) ?? -1) >= begun);
  }

  put(key: string, value: V, { seconds, tags }: KeepNote): void {
    this.#kept.set(key, { value, tags }, { ttl: seconds * 1000 });
    for (const tag of tags) {
      const keys = this.#byTag.get(tag) ?? new Set();
      this.#byTag.set(tag, keys.add(key));
    }
  }

  /** Forgets all that shows one of these facts. */
  drop(tags: Iterable<string>): void {
    this.#clock += 1;
    for (const tag of tags) {
      this.#droppedAt.set(tag, this.#clock - 1);
      for (const key of [...(this.#byTag.get(tag) ?? [])]) this.#kept.delete(key);
    }
  }

  get size(): number {
    return this.#kept.size;
  }

  #forget(tags: readonly string[], key: string): void {
    for (const tag of tags) {
      const keys = this.#byTag.get(tag);
      keys?.delete(key);
      if (keys?.size === 0) this.#byTag.delete(tag);
    }
  }
}
