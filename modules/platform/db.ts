import { type Kysely, sql, type Transaction } from 'kysely';
import { textArray } from './database/arrays.ts';
import { pipelined } from './database/pipelined.ts';
import type { DB } from './database/tables.ts';
import { refusePlatform } from './errors.ts';

/** A handle on the database. Always the first argument: nothing ambient, so leaving a transaction is a type error. */
export type Db = Kysely<DB>;
/** A handle inside a transaction. */
export type Tx = Transaction<DB>;

/**
 * 40001 serialization failure, 40P01 deadlock: the database asks for the whole transaction again. 0A000: a table has
 * changed since a statement was planned (database/prepare-statements.ts).
 */
const again = new Set(['40001', '40P01', '0A000']);

/**
 * Runs `work` in one transaction; inside a running one it simply joins it, so that acts can be called from acts.
 * A deadlock or serialization failure is tried again up to three times: the work must have no effect but the database.
 */
export async function transact<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  if (db.isTransaction) return work(db as Tx);
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (attempt === 4 || !again.has((error as { code?: string }).code ?? '')) throw error;
    }
  }
}

/** Who chose a key, the key, and a hash of what was asked with it. */
export interface OnceKey {
  scope: string;
  key: string;
  hash: string;
}

/** Names a key among others: whose it is, and what they chose. */
export const onceName = (key: Pick<OnceKey, 'scope' | 'key'>): string => `${key.scope} ${key.key}`;

/**
 * What was answered under some keys before, by `onceName`: for acts that many ask for at once and that therefore keep
 * their keys themselves instead of each going through `once`. One statement, however many keys.
 */
export async function answersTo<T>(
  db: Db,
  keys: readonly OnceKey[],
): Promise<Map<string, { hash: string; answer: T }>> {
  if (keys.length === 0) return new Map();
  const { rows } = await sql<{ scope: string; key: string; hash: string; answer: T }>`
    select i.scope, i.key, i.input_hash as hash, i.answer
      from unnest(${textArray(keys.map((k) => k.scope))}::text[], ${textArray(keys.map((k) => k.key))}::text[])
        k (scope, key)
      join platform.idempotency i on i.scope = k.scope and i.key = k.key`.execute(db);
  return new Map(rows.map((row) => [onceName(row), row]));
}

/**
 * Runs `work` once for a key: the key, the input's hash and the answer are stored in the same transaction as the
 * effect. The same key again gives the same answer; with other input it is refused. A second caller who comes while
 * the first is still running waits on the key's row and then gets the first one's answer.
 *
 * @throws Refusal `idempotency-key-reused`
 */
export async function once<T>(db: Db, key: OnceKey | null, work: (tx: Tx) => Promise<T>): Promise<T> {
  return transact(db, async (tx) => {
    if (!key) return work(tx);
    const claimed = await tx
      .insertInto('platform.idempotency')
      .values({ scope: key.scope, key: key.key, input_hash: key.hash, created_at: new Date() })
      .onConflict((c) => c.columns(['scope', 'key']).doNothing())
      .executeTakeFirst();
    if (claimed.numInsertedOrUpdatedRows === 0n) {
      const first = await tx
        .selectFrom('platform.idempotency')
        .select(['input_hash', 'answer'])
        .where('scope', '=', key.scope)
        .where('key', '=', key.key)
        .executeTakeFirstOrThrow();
      if (first.input_hash !== key.hash) throw refusePlatform('idempotency-key-reused');
      return first.answer as T;
    }
    const answer = await work(tx);
    await tx
      .updateTable('platform.idempotency')
      .set({ answer: JSON.stringify(answer ?? null) })
      .where('scope', '=', key.scope)
      .where('key', '=', key.key)
      .execute();
    return answer;
  });
}

/**
 * Opens people's records of a region for the rest of a transaction: row-level security shows only rows whose village
 * code starts with `scope`; 'all' is for the product's own nationwide work. Its own statement with a literal, because
 * on a cluster only that reaches the shards.
 */
export async function withScope(tx: Tx, scope: string): Promise<void> {
  await setScope(scope).execute(tx);
}

/** @throws RangeError when it is no region prefix */
function setScope(scope: string) {
  if (scope !== 'all' && !/^\d{2,12}$/.test(scope)) throw new RangeError(`scope "${scope}" is no region prefix`);
  return sql.raw(`set local app.scope = '${scope}'`);
}

/** A transaction in which the people's records of `scope` can be read. */
export async function scoped<T>(db: Db, scope: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  const set = setScope(scope);
  return transact(db, async (tx) => {
    // It goes down the connection before the first statement of the work, and with it; should it fail, so does that one.
    await pipelined(tx, async (one) => void set.execute(one).catch(() => {}));
    return work(tx);
  });
}

/** The next value of a county's counter, from 1. The row is locked until the end of the transaction, so no number is skipped or given twice. */
export const nextNumber = (tx: Tx, county: number, name: string): Promise<number> => nextNumbers(tx, county, name, 1);

/** The same of the next `n` values. @returns the first of them */
export async function nextNumbers(tx: Tx, county: number, name: string, n: number): Promise<number> {
  const row = await tx
    .insertInto('platform.counter')
    .values({ county, name, value: n })
    .onConflict((c) =>
      c.columns(['county', 'name']).doUpdateSet((e) => ({ value: e('platform.counter.value', '+', n) })),
    )
    .returning('value')
    .executeTakeFirstOrThrow();
  return row.value - n + 1;
}

/**
 * The next `n` values of a county's counter, taken before a transaction that will use them: whoever comes next waits
 * for this one statement and not for the whole act. A number whose act is refused is skipped, none is given twice. It
 * is not flushed to the disk by itself; the commit of whatever uses it does that, since it comes later in the same log.
 *
 * @returns the first of them
 */
export async function takeNumbers(db: Db, county: number, name: string, n: number): Promise<number> {
  const { rows } = await sql<{ value: number }>`
    insert into platform.counter as c (county, name, value)
    select ${county}::int, ${name}::text, ${n}::bigint where set_config('synchronous_commit', 'off', true) is not null
    on conflict (county, name) do update set value = c.value + excluded.value
    returning value`.execute(db);
  return (rows[0] as { value: number }).value - n + 1;
}
