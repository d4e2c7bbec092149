import { sql } from 'kysely';
import { textArray } from './database/arrays.ts';
import { answersTo, type Db, type OnceKey, onceName, type Tx, transact } from './db.ts';
import { Refusal, refusePlatform } from './errors.ts';
import type { Outcome } from './gather.ts';

/**
 * `once` for asks that are done together: their keys, inputs' hashes and answers are stored in the one transaction of
 * their effects, by the same few statements however many they are. A refused ask keeps no key.
 *
 * @param work does those whose key was not used before; what it answers a refusal for has written nothing
 * @returns an outcome per ask, in the same order: what `work` gave, what was answered before, or Refusal
 *   `idempotency-key-reused`
 */
export async function onceEach<Ask extends { key: OnceKey | null }, T>(
  db: Db,
  asks: readonly Ask[],
  work: (tx: Tx, fresh: readonly Ask[]) => Promise<readonly Outcome<T>[]>,
): Promise<Outcome<T>[]> {
  return transact(db, async (tx) => {
    const first = new Map<string, Ask>();
    for (const ask of asks) if (ask.key && !first.has(onceName(ask.key))) first.set(onceName(ask.key), ask);
    const claimed = await claim(tx, [...first.values()].map(keyOf));
    const before = await answersTo<T>(
      tx,
      [...first].filter(([name]) => !claimed.has(name)).map(([, ask]) => keyOf(ask)),
    );
    const isFresh = (ask: Ask) => !ask.key || (first.get(onceName(ask.key)) === ask && claimed.has(onceName(ask.key)));
    const fresh = asks.filter(isFresh);
    const outcomes = fresh.length === 0 ? [] : await work(tx, fresh);
    const done = new Map(fresh.map((ask, i) => [ask, outcomes[i] as Outcome<T>]));
    await keep(
      tx,
      [...done].flatMap(([ask, outcome]) => (ask.key ? [{ key: ask.key, outcome }] : [])),
    );
    return asks.map((ask): Outcome<T> => {
      const own = done.get(ask);
      if (own) return own;
      const key = keyOf(ask);
      const twin = first.get(onceName(key)) as Ask;
      const stored = before.get(onceName(key));
      if ((stored?.hash ?? keyOf(twin).hash) !== key.hash) return { error: refusePlatform('idempotency-key-reused') };
      return stored ? { value: stored.answer } : (done.get(twin) as Outcome<T>);
    });
  });
}

const keyOf = (ask: { key: OnceKey | null }) => ask.key as OnceKey;

/** Keys in one order, so that two batches with the same ones do not wait for each other in a ring. @returns the names of those that were free */
async function claim(tx: Tx, keys: readonly OnceKey[]): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  const sorted = [...keys].sort((a, b) => (onceName(a) < onceName(b) ? -1 : 1));
  const { rows } = await sql<{ scope: string; key: string }>`
    insert into platform.idempotency (scope, key, input_hash, created_at)
    select k.scope, k.key, k.hash, ${new Date()}::timestamptz
      from unnest(${textArray(sorted.map((k) => k.scope))}::text[], ${textArray(sorted.map((k) => k.key))}::text[],
             ${textArray(sorted.map((k) => k.hash))}::text[]) k (scope, key, hash)
    on conflict (scope, key) do nothing
    returning scope, key`.execute(tx);
  return new Set(rows.map(onceName));
}

async function keep<T>(tx: Tx, done: readonly { key: OnceKey; outcome: Outcome<T> }[]): Promise<void> {
  const kept = done.flatMap(({ key, outcome }) => ('value' in outcome ? [{ key, answer: outcome.value }] : []));
  const free = done.filter(({ outcome }) => 'error' in outcome).map(({ key }) => key);
  const scopes = (keys: readonly OnceKey[]) => textArray(keys.map((k) => k.scope));
  const names = (keys: readonly OnceKey[]) => textArray(keys.map((k) => k.key));
  for (const { outcome } of done) {
    // Anything else is a bug: nothing of the batch may stand.
    if ('error' in outcome && !(outcome.error instanceof Refusal)) throw outcome.error;
  }
  if (kept.length > 0) {
    const keys = kept.map(({ key }) => key);
    await sql`
      update platform.idempotency i set answer = k.answer::jsonb
        from unnest(${scopes(keys)}::text[], ${names(keys)}::text[],
               ${textArray(kept.map(({ answer }) => JSON.stringify(answer ?? null)))}::text[]) k (scope, key, answer)
       where i.scope = k.scope and i.key = k.key`.execute(tx);
  }
  if (free.length > 0) {
    await sql`
      delete from platform.idempotency i
       using unnest(${scopes(free)}::text[], ${names(free)}::text[]) k (scope, key)
       where i.scope = k.scope and i.key = k.key`.execute(tx);
  }
}
