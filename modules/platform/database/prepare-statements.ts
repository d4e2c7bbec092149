import type { Writable } from 'node:stream';
import type pg from 'pg';

/** A query as `pg` takes it: its text and values, or both in one object. */
type Asked = string | { text: string; values?: unknown[]; name?: string } | { submit: unknown };
type Done = (error: Error | null | undefined, result: unknown) => void;
type Ask = (asked: unknown, values?: unknown, done?: Done) => unknown;

// More than the product has; a statement whose text depends on its input (as many values as it has rows, say) must not
// fill the memory of every connection.
const MOST_NAMED = 1500;
const names = new Map<string, string>();
/** Texts whose plan went stale: the shape of a table has changed while a connection was open. */
const unnamed = new Set<string>();

/**
 * Gives each statement with parameters a name, so that a connection parses and plans it once and not at every call:
 * planning takes the database 50 to 500 µs of a statement, which is more than most of ours take to run.
 *
 * A migration may change what a `select *` answers while a connection holds its plan. PostgreSQL then refuses (0A000);
 * from then on that text is sent without a name, and `transact` tries again.
 */
export function prepareStatements(client: pg.PoolClient | pg.Client): void {
  const query = client.query.bind(client) as Ask;
  const named = (asked: Asked, values?: unknown, done?: Done): unknown => {
    sendTogether(client);
    // Cursors and their like answer by themselves.
    const itself = typeof asked !== 'string' && 'submit' in asked;
    if (itself || typeof values === 'function') return query(asked, values, done);
    if (asked === 'begin' && !done) return answered(query, asked).catch((error) => hangUp(client, error));
    const name = typeof asked === 'string' && Array.isArray(values) && values.length > 0 ? nameOf(asked) : undefined;
    if (!name) return done ? query(asked, values, done) : answered(query, asked, values);
    const statement = { text: asked, values, name };
    if (done) return query(statement, undefined, done);
    return answered(query, statement).catch((error: unknown) => heed(error, asked as string));
  };
  client.query = named as typeof client.query;
}

/**
 * A statement's answer by a promise of our own. Those that the driver makes hang together through its closures: each
 * keeps the rows of the next until the next full collection of garbage, so that all that was read is copied twice more.
 */
function answered(query: Ask, asked: unknown, values?: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    query(asked, values, (error, result) => (error ? reject(error) : resolve(result)));
  }).catch((error: Error) => {
    // Where it was asked for, not where the socket was read.
    Error.captureStackTrace(error);
    throw error;
  });
}

const corked = new WeakSet<Writable>();

/** Lets the statements that this turn asks for (pipelined.ts) leave with one call of the system, which costs more than most of them. */
function sendTogether(client: pg.PoolClient | pg.Client): void {
  const stream = streamOf(client);
  if (corked.has(stream)) return;
  corked.add(stream);
  stream.cork();
  process.nextTick(() => {
    corked.delete(stream);
    stream.uncork();
  });
}

/** Statements are on their way before their transaction is known to have begun (connect.ts): without one, none may run. */
function hangUp(client: pg.PoolClient | pg.Client, error: unknown): never {
  streamOf(client).destroy();
  throw error;
}

const streamOf = (client: pg.PoolClient | pg.Client): Writable =>
  (client as unknown as { connection: { stream: Writable } }).connection.stream;

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known) return unnamed.has(text) ? undefined : known;
  if (names.size >= MOST_NAMED) return undefined;
  const name = `s${names.size}`;
  names.set(text, name);
  return name;
}

function heed(error: unknown, text: string): never {
  if ((error as { code?: string }).code === '0A000') unnamed.add(text);
  throw error;
}
