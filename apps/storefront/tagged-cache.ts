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

/**
 * The same for what is asked for when it is missing: of many who ask at once one does, and the others wait for that. What
 * was begun before one of its facts changed is given to who waited then, and neither kept nor given to who comes later.
 */
export class AskedOnce<V extends object> {
  #kept: TaggedCache<V>;
  #asking = new Map<string, Promise<V | null>>();

  constructor(maxBytes: number, sizeOf: (value: V) => number) {
    this.#kept = new TaggedCache(maxBytes, sizeOf);
  }

  /** @param ask null is not kept */
  get(key: string, ask: () => Promise<{ value: V; note: KeepNote } | null>): V | Promise<V | null> {
    return this.#kept.get(key) ?? this.#asking.get(key) ?? this.#ask(key, ask);
  }

  drop(tags: Iterable<string>): void {
    this.#kept.drop(tags);
    this.#asking.clear();
  }

  #ask(key: string, ask: () => Promise<{ value: V; note: KeepNote } | null>): Promise<V | null> {
    const begun = this.#kept.now();
    const asking = ask()
      .then((found) => {
        if (found && !this.#kept.changed(found.note.tags, begun)) this.#kept.put(key, found.value, found.note);
        return found?.value ?? null;
      })
      .finally(() => {
        if (this.#asking.get(key) === asking) this.#asking.delete(key);
      });
    this.#asking.set(key, asking);
    return asking;
  }
}
