import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort, isFree } from '../free-port.ts';
import { commandOf, markOf, stillRuns, tryLock } from '../processes.ts';
import { databaseUser, makePrivate, type RunAs, reachableBinaries, reachablePlace } from './places.ts';

/** A running PostgreSQL that belongs to this program. */
export interface EmbeddedDatabase {
  /** For `connect`: loopback only, with the password kept in the data folder. */
  readonly url: string;
  /** Where the cluster lies; not under the data folder when that is closed to the user postgres. */
  readonly folder: string;
  /** Stop the server; open transactions are rolled back (fast shutdown). */
  stop(): Promise<void>;
  /** Resolves when the server is gone, asked to or not. */
  readonly ended: Promise<void>;
}

export interface EmbeddedOptions {
  /** Flush nothing to disk: survives killed processes, but not a power cut. For clusters that are thrown away. */
  throwaway?: boolean;
  /** Extra server settings, `name=value`. */
  settings?: string[];
}

/** Why the embedded database cannot start, in words for the person who starts it. */
export class EmbeddedDatabaseError extends Error {
  override name = 'EmbeddedDatabaseError';
}

/** What is remembered in the data folder, readable by its owner only. */
interface ClusterFile {
  readonly folder: string;
  readonly port: number;
  readonly password: string;
}

const USER = 'owner';
const DATABASE = 'shanhuo';

const paths = (dataFolder: string) => ({
  cluster: join(dataFolder, 'database.json'),
  lock: join(dataFolder, 'database.lock'),
  log: join(dataFolder, 'database.log'),
});

/**
 * Start the embedded PostgreSQL of a data folder, making the cluster at the first start. A server left over from a
 * program that was killed is taken over.
 *
 * @throws EmbeddedDatabaseError when another program uses the data folder or its port
 */
export async function startEmbedded(dataFolder: string, options: EmbeddedOptions = {}): Promise<EmbeddedDatabase> {
  await mkdir(dataFolder, { recursive: true });
  const at = paths(dataFolder);
  takeLock(at.lock, dataFolder);
  try {
    const user = databaseUser();
    const binaries = await reachableBinaries(user);
    const cluster = readCluster(dataFolder) ?? (await makeCluster(dataFolder, user, binaries.initdb, options));
    claim(cluster, dataFolder);
    const pid = runningServer(cluster.folder) ?? (await startServer(binaries.postgres, cluster, user, at.log, options));
    await makeDatabase(cluster);
    return handle(pid, cluster, at.lock);
  } catch (error) {
    rmSync(at.lock, { force: true });
    throw error;
  }
}

/** A cluster in a temporary folder, for tests and tools; `stop` removes it with everything in it. */
export async function startThrowaway(settings: string[] = []): Promise<EmbeddedDatabase> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'shanhuo-'));
  // The user postgres must be able to pass.
  await chmod(dataFolder, 0o711);
  const server = await startEmbedded(dataFolder, { throwaway: true, settings });
  return {
    ...server,
    async stop() {
      await server.stop();
      await rm(dataFolder, { recursive: true });
      if (!server.folder.startsWith(dataFolder)) await rm(dirname(server.folder), { recursive: true });
    },
  };
}

/** The URL of the database of a data folder if it runs at the moment, started by whomever. */
export function runningEmbedded(dataFolder: string): string | undefined {
  const cluster = readCluster(dataFolder);
  return cluster && runningServer(cluster.folder) ? urlOf(cluster) : undefined;
}

/** Through the server's socket file where it has one: a statement over loopback costs several times the processor. */
function urlOf(cluster: ClusterFile, database = DATABASE): string {
  const url = `postgres://${USER}:${cluster.password}@127.0.0.1:${cluster.port}/${database}`;
  return existsSync(socketFile(cluster)) ? `${url}?host=${encodeURIComponent(cluster.folder)}` : url;
}

const socketFile = (cluster: ClusterFile) => join(cluster.folder, `.s.PGSQL.${cluster.port}`);
/** What an address of a socket holds, on the narrowest of systems. */
const LONGEST_SOCKET_PATH = 100;

function readCluster(dataFolder: string): ClusterFile | undefined {
  const file = paths(dataFolder).cluster;
  if (!existsSync(file)) return undefined;
  const kept = JSON.parse(readFileSync(file, 'utf8')) as ClusterFile;
  const cluster = { ...kept, folder: broughtAlong(dataFolder, kept.folder) };
  refuseAnothers(cluster, dataFolder);
  // Broken off in the last step of making it.
  if (!existsSync(cluster.folder) && existsSync(half(cluster.folder))) renameSync(half(cluster.folder), cluster.folder);
  if (!existsSync(join(cluster.folder, 'PG_VERSION'))) {
    throw new EmbeddedDatabaseError(
      `${file} speaks of a database in ${cluster.folder}, but there is none; restore it, or remove that file to begin anew`,
    );
  }
  return cluster;
}

/** A data folder that was moved or copied names the place it was made in; what it brought along is its own. */
function broughtAlong(dataFolder: string, named: string): string {
  const own = join(dataFolder, 'database');
  return existsSync(join(own, 'PG_VERSION')) && !areSame(named, own) ? own : named;
}

/**
 * A cluster that lies elsewhere belongs to one data folder, which is written beside it: a copy of that folder has no
 * database, and must not work on its original's.
 *
 * @throws EmbeddedDatabaseError where the data folder is such a copy; not where it was moved and its old place is gone
 */
function refuseAnothers({ folder }: ClusterFile, dataFolder: string): void {
  const owner = ownerOf(folder);
  const [own, others] = [paths(dataFolder).cluster, paths(owner ?? dataFolder).cluster];
  if (areSame(own, others) || !existsSync(others)) return;
  if (JSON.parse(readFileSync(others, 'utf8')).folder !== folder) return;
  throw new EmbeddedDatabaseError(
    `${dataFolder} was copied from ${owner}, but its database was not: copy ${dirname(folder)} too, with owners and rights, ` +
      `and write the copy's database as "folder", and another "port", in ${own}`,
  );
}

/** The data folder that a cluster elsewhere was last started for; undefined where nobody has written it yet. */
function ownerOf(folder: string): string | undefined {
  const mark = ownerMark(folder);
  return existsSync(mark) ? readFileSync(mark, 'utf8').trim() : undefined;
}

function claim({ folder }: ClusterFile, dataFolder: string): void {
  if (areSame(dirname(folder), dataFolder) || ownerOf(folder) === dataFolder) return;
  writeFileSync(ownerMark(folder), `${dataFolder}\n`);
}

const ownerMark = (folder: string) => join(dirname(folder), 'data-folder');

/** Whether two names are of one file or folder, as through a link or a mount. */
function areSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false }));
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}

// The name a cluster is made under, so that one broken off half-way is never taken for a whole one.
const half = (folder: string) => `${folder}.new`;

/** One program per data folder. */
function takeLock(lock: string, dataFolder: string): void {
  const holder = tryLock(lock);
  if (!holder) return;
  throw new EmbeddedDatabaseError(
    `the data folder ${dataFolder} is in use by process ${holder.pid}; stop it, or set SHANHUO_DATA to another folder`,
  );
}

async function makeCluster(
  dataFolder: string,
  user: RunAs,
  initdb: string,
  options: EmbeddedOptions,
): Promise<ClusterFile> {
  const at = paths(dataFolder);
  const folder = join(await reachablePlace(dataFolder, user), 'database');
  if (existsSync(folder)) {
    throw new EmbeddedDatabaseError(
      `there is a database in ${folder}, but ${at.cluster}, which holds its password, is missing; ` +
        'restore that file, or move the database away to begin anew',
    );
  }
  const cluster: ClusterFile = { folder, port: await freePort(), password: randomBytes(24).toString('base64url') };
  await makePrivate(half(folder), user);

  // The password travels in a file that only the database's user can read.
  const letter = await mkdtemp(join(tmpdir(), 'shanhuo-'));
  await writeFile(join(letter, 'password'), `${cluster.password}\n`, { mode: 0o600 });
  if (user) await Promise.all([letter, join(letter, 'password')].map((path) => chown(path, user.uid, user.gid)));
  const run = (locale: string) =>
    spawnSync(
      initdb,
      [
        ...[
          '-D',
          half(folder),
          '-U',
          USER,
          '-E',
          'UTF8',
          '--auth=scram-sha-256',
          `--pwfile=${join(letter, 'password')}`,
        ],
        // Code point order, the same on every machine and for ever: an index never depends on the system's library.
        ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', `--locale=${locale}`],
        ...['--no-instructions', ...(options.throwaway ? ['--no-sync'] : [])],
      ],
      { ...user, cwd: '/', env: serverEnvironment(), encoding: 'utf8' },
    );
  // Trigrams of Chinese need a system locale that knows letters; very old systems have none.
  let made = run('C.UTF-8');
  if (made.status !== 0) {
    await makePrivate(half(folder), user);
    made = run('C');
  }
  await rm(letter, { recursive: true });
  if (made.status !== 0) {
    throw new EmbeddedDatabaseError(`the database could not be made in ${folder}:\n${made.stderr || made.error}`);
  }
  await writeFile(at.cluster, `${JSON.stringify(cluster, null, 2)}\n`, { mode: 0o600 });
  renameSync(half(folder), folder);
  return cluster;
}

async function startServer(
  postgres: string,
  cluster: ClusterFile,
  user: RunAs,
  logFile: string,
  options: EmbeddedOptions,
): Promise<number> {
  if (!(await isFree(cluster.port))) {
    throw new EmbeddedDatabaseError(
      `port ${cluster.port}, which the database of this data folder uses, is taken by another program; ` +
        `stop that program, or change "port" in database.json`,
    );
  }
  // A pid file left by a crash may name a number that some other program has by now; PostgreSQL cannot tell.
  rmSync(join(cluster.folder, 'postmaster.pid'), { force: true });
  rmSync(socketFile(cluster), { force: true });

  const settings = [
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${Buffer.byteLength(socketFile(cluster)) <= LONGEST_SOCKET_PATH ? cluster.folder : ''}`,
    'max_connections=200',
    `shared_buffers=${sharedBuffersMb()}MB`,
    'max_wal_size=2GB',
    'random_page_cost=1.1',
    // Our statements are short: compiling them costs more than it saves.
    'jit=off',
    // What a statement reads it reads itself, after telling the system what comes next. Processes that read for it must be
    // woken for every few pages, which on a virtual machine takes longer than the reading.
    'io_method=sync',
    ...(options.throwaway ? ['fsync=off', 'full_page_writes=off'] : []),
    ...(options.settings ?? []),
  ];
  // A file, not a pipe: the server outlives us when we are killed, and must be able to go on writing.
  const fresh = !existsSync(logFile) || statSync(logFile).size > 10_000_000;
  const log = openSync(logFile, fresh ? 'w' : 'a', 0o600);
  const logStart = fresh ? 0 : statSync(logFile).size;
  const server = spawn(
    postgres,
    ['-D', cluster.folder, '-p', String(cluster.port), ...settings.flatMap((setting) => ['-c', setting])],
    // Its own process group: Ctrl-C is for us, and we stop the database last.
    { ...user, cwd: '/', env: serverEnvironment(), stdio: ['ignore', log, log], detached: true },
  );
  closeSync(log);
  let ended: string | undefined;
  server.once('error', (error) => (ended = error.message));
  server.once('exit', () => (ended ??= 'it ended'));
  server.unref();

  // Recovery after a crash takes as long as it takes; meanwhile the server answers "starting up".
  for (;;) {
    if (ended !== undefined) {
      const said = readFileSync(logFile, 'utf8').slice(logStart).trim();
      throw new EmbeddedDatabaseError(`the database did not start (${ended}):\n${said}`);
    }
    if (await answers(cluster)) return server.pid as number;
    await sleep(20);
  }
}

/**
 * What PostgreSQL keeps of its tables: an eighth of the memory there is, since all else runs on the same machine. It is
 * taken as it is used, and a small database uses little.
 */
function sharedBuffersMb(): number {
  // A container knows what it may have; without one the figure is beyond all machines.
  const bytes = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  return Math.round(Math.min(2048, Math.max(256, bytes / 8 / 2 ** 20)));
}

async function answers(cluster: ClusterFile): Promise<boolean> {
  const client = new pg.Client({ connectionString: urlOf(cluster, 'postgres'), connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch (error) {
    if ((error as pg.DatabaseError).code === '28P01') {
      throw new EmbeddedDatabaseError('the database refuses the password in database.json');
    }
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

async function makeDatabase(cluster: ClusterFile): Promise<void> {
  const client = new pg.Client(urlOf(cluster, 'postgres'));
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE]);
    if (!rowCount) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}

/** The number of the server that runs on a cluster folder, if one does. */
function runningServer(folder: string): number | undefined {
  const file = join(folder, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  return markOf(pid) && commandOf(pid).includes(folder) ? pid : undefined;
}

function handle(pid: number, cluster: ClusterFile, lock: string): EmbeddedDatabase {
  const server = markOf(pid);
  const runs = () => server !== undefined && stillRuns(server);
  // For ends nobody planned; the planned one is stop().
  const lastResort = () => {
    if (runs()) process.kill(pid, 'SIGINT');
    rmSync(lock, { force: true });
  };
  process.once('exit', lastResort);

  const end = Promise.withResolvers<void>();
  // Asked, not told: a server that was taken over is nobody's child.
  const watch = setInterval(() => runs() || end.resolve(), 500).unref();
  end.promise.then(() => clearInterval(watch));
  return {
    url: urlOf(cluster),
    folder: cluster.folder,
    ended: end.promise,
    async stop() {
      if (runs()) process.kill(pid, 'SIGINT');
      while (runs()) await sleep(10);
      end.resolve();
      rmSync(lock, { force: true });
      process.off('exit', lastResort);
    },
  };
}

/** Only what PostgreSQL needs: our environment holds secrets. */
const serverEnvironment = () => ({ PATH: process.env.PATH, TMPDIR: tmpdir(), LC_MESSAGES: 'C', TZ: 'Asia/Shanghai' });
