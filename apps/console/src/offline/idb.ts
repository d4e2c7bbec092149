/**
 * What the device keeps, in IndexedDB. Three stores: `meta` (the vault's record, the clock, the counter), `sealed`
 * (reference data and session, sealed) and `notes` (one record per note: whether it still waits, and the rest sealed).
 */
const STORES = ['meta', 'sealed', 'notes'] as const;
export type StoreName = (typeof STORES)[number];

export interface Keep {
  get<T>(store: StoreName, id: string): Promise<T | undefined>;
  all<T>(store: StoreName): Promise<T[]>;
  put(store: StoreName, record: { id: string }): Promise<void>;
  remove(store: StoreName, id: string): Promise<void>;
  clear(store: StoreName): Promise<void>;
  /** Reads, changes and writes one record of `meta` in one transaction: two tabs never take the same number. */
  change<T extends { id: string }>(id: string, to: (before: T | undefined) => T): Promise<T>;
}

/** Opens the device's database, making it when there is none. */
export async function openKeep(factory: IDBFactory = indexedDB, name = 'shanhuo-station'): Promise<Keep> {
  const opening = factory.open(name, 1);
  opening.onupgradeneeded = () => {
    for (const store of STORES) opening.result.createObjectStore(store, { keyPath: 'id' });
  };
  const db = await done(opening);
  const on = (store: StoreName, mode: IDBTransactionMode) =>
    db.transaction(store, mode, { durability: 'strict' }).objectStore(store);
  /** Answers when it is on the disk and not only asked for: a note is told as kept after this. */
  const write = async (store: StoreName, work: (to: IDBObjectStore) => void) => {
    const to = on(store, 'readwrite');
    work(to);
    await committed(to.transaction);
  };
  return {
    get: (store, id) => done(on(store, 'readonly').get(id)),
    all: (store) => done(on(store, 'readonly').getAll()),
    put: (store, record) => write(store, (to) => to.put(record)),
    remove: (store, id) => write(store, (to) => to.delete(id)),
    clear: (store) => write(store, (to) => to.clear()),
    async change(id, to) {
      const store = on('meta', 'readwrite');
      const after = to(await done(store.get(id)));
      store.put(after);
      await committed(store.transaction);
      return after;
    },
  };
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });
}
