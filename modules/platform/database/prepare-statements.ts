import type { Writable } from 'node:stream';
import type pg from 'pg';

/** A query as `pg` takes it: its text and values, or both in one object. */
type Asked = string | { text: string; values?: unknown[]; name?: string };

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
  const query = client.query.bind(client) as (asked: unknown, values?: unknown, done?: unknown) => unknown;
  const named = (asked: Asked, values?: unknown, done?: unknown): unknown => {
    sendTogether(client);
    if (typeof asked !== 'string' || !Array.isArray(values) || values.length === 0) {
      const answer = query(asked, values, done);
      return asked === 'begin' && answer instanceof Promise ? answer.catch((error) => hangUp(client, error)) : answer;
    }
    const name = nameOf(asked);
    const answer = query({ text: asked, values, ...(name && { name }) }, done);
    return name && answer instanceof Promise ? answer.catch((error: unknown) => heed(error, asked)) : answer;
  };
  client.query = named as typeof client.query;
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
