import { Kysely, PostgresDialect, type PostgresDialectConfig, PostgresDriver } from 'kysely';
import pg from 'pg';
import { ListCompiler } from './list-compiler.ts';
import { prepareStatements } from './prepare-statements.ts';
import type { DB } from './tables.ts';

/** The plain role that owns our schemas wherever the login would stand above row-level security. */
const PLAIN_ROLE = 'shanhuo';
const OLDEST_POSTGRES = 15;

/** Why the database of a URL cannot be used, in words for the person who gave it. Never holds the password. */
export class LoginError extends Error {
  override name = 'LoginError';
}

export interface ConnectOptions {
  /** Connections at most; default 10. */
  max?: number;
  /** Shown in pg_stat_activity. */
  applicationName?: string;
  /** How long somebody waits for a connection before it fails, in ms; ten seconds when not given. */
  patience?: number;
  /** Told of broken idle connections; they are replaced by themselves. */
  onError?: (error: Error) => void;
}

/**
 * Open a pool on a PostgreSQL 15 or newer. int8 arrives as a safe integer, timestamptz as Date, date as
 * 'YYYY-MM-DD', numeric as string; calendars are Asia/Shanghai.
 *
 * @throws LoginError when the server is too old, cannot be reached or does not let us in
 */
export async function connect(url: string, options: ConnectOptions = {}): Promise<Kysely<DB>> {
  return new Kysely<DB>({ dialect: new OurDialect({ pool: await openPool(url, options) }) });
}

class OurDialect extends PostgresDialect {
  override createQueryCompiler = () => new ListCompiler();
  readonly #config: PostgresDialectConfig;

  constructor(config: PostgresDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver = () => new EagerDriver(this.#config);
}

/**
 * A transaction does not wait until it has begun: its beginning goes with its first statement, and the database is woken
 * once for both. Where beginning fails the connection is lost (prepare-statements.ts), and that statement with it.
 */
class EagerDriver extends PostgresDriver {
  override async beginTransaction(...begin: Parameters<PostgresDriver['beginTransaction']>): Promise<void> {
    super.beginTransaction(...begin).catch(() => {});
  }
}

/** The pool under `connect`, for parts that speak pg themselves (jobs, sign-in). */
export async function openPool(url: string, options: ConnectOptions = {}): Promise<pg.Pool> {
  const role = await prepareLogin(url);
  const settings = [
    // Lets `set local app.scope` reach the shards of a cluster; a harmless unknown setting elsewhere.
    '-c citus.propagate_set_commands=local',
    '-c timezone=Asia/Shanghai',
    ...(role ? [`-c role=${role}`] : []),
  ];
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 10,
    application_name: options.applicationName ?? 'shanhuo',
    options: settings.join(' '),
    // Only `pipelined` sends more than one at a time.
    pipeline: true,
    connectionTimeoutMillis: options.patience ?? 10_000,
    types,
  });
  // Without listeners a broken connection would end the process, lent out or not.
  const onError = options.onError ?? (() => {});
  pool.on('error', onError);
  pool.on('connect', (client) => {
    client.on('error', onError);
    prepareStatements(client);
  });
  return pool;
}

/**
 * Row-level security does not bind superusers, so such a login acts as a plain role, made here once.
 *
 * @returns the role to act as, or undefined when the login is plain already
 */
async function prepareLogin(url: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  await client.connect().catch((error) => {
    throw new LoginError(whyNoLogin(client, error), { cause: error });
  });
  try {
    const { rows } = await client.query<{ version: number; privileged: boolean; ready: boolean }>(
      `select current_setting('server_version_num')::int / 10000 as version,
              rolsuper or rolbypassrls as privileged,
              exists (select from pg_roles where rolname = $1)
                and has_database_privilege($1::name, current_database(), 'create') as ready
         from pg_roles where rolname = current_user`,
      [PLAIN_ROLE],
    );
    const login = rows[0];
    if (!login) throw new Error('the login role is not in pg_roles');
    if (login.version < OLDEST_POSTGRES) {
      throw new LoginError(`PostgreSQL ${OLDEST_POSTGRES} or newer is needed; this server is ${login.version}`);
    }
    if (!login.privileged) return undefined;
    if (!login.ready) await makePlainRole(client);
    return PLAIN_ROLE;
  } finally {
    await client.end();
  }
}

function whyNoLogin(client: pg.Client, error: Error): string {
  const place = `the database at ${client.host}:${client.port}`;
  // A server that answers names its own reason: the password, the database, its own start-up.
  if (error instanceof pg.DatabaseError) return `${place} says: ${error.message}; look at DATABASE_URL`;
  return `${place} does not answer; look at DATABASE_URL`;
}

async function makePlainRole(client: pg.Client): Promise<void> {
  // Two servers may start at once; roles are shared by the whole cluster, so the lock must be too: an error
  // "exists already" (duplicate_object, unique_violation) simply means the other one was first.
  await client.query(`
    do $$ begin
      create role ${PLAIN_ROLE} nologin;
    exception when duplicate_object or unique_violation then null;
    end $$`);
  const { rows } = await client.query<{ name: string }>('select current_database() as name');
  const database = client.escapeIdentifier(rows[0]?.name ?? '');
  for (let tries = 0; ; tries++) {
    try {
      await client.query(`grant connect, create, temporary on database ${database} to ${PLAIN_ROLE}`);
      return;
    } catch (error) {
      // XX000 "tuple concurrently updated": the other server grants the same at this moment.
      if ((error as pg.DatabaseError).code !== 'XX000' || tries >= 5) throw error;
    }
  }
}

const INT8 = 20;
const DATE = 1082;
const INT8_ARRAY = 1016;
const DATE_ARRAY = 1182;
const TEXT_ARRAY = 1009;

// Kept to our own pools: the global parsers of `pg` are left alone for libraries that count on them.
const types = new pg.TypeOverrides();
types.setTypeParser(INT8, safeInteger);
types.setTypeParser(DATE, (text) => text);
const textArray = pg.types.getTypeParser(TEXT_ARRAY as number) as (text: string) => (string | null)[];
types.setTypeParser(DATE_ARRAY, textArray);
types.setTypeParser(INT8_ARRAY, (text) => textArray(text).map((item) => (item === null ? null : safeInteger(item))));

/** @throws RangeError above 2^53: money or grams must never be silently rounded */
function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is beyond the safe integers`);
  return value;
}
