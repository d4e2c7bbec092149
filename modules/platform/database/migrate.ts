import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CompiledQuery } from 'kysely';
import { projectFolder } from '../config.ts';
import type { Db } from '../db.ts';

/** Where the migrations of the whole house are, in one global order. */
export const migrationsFolder = join(projectFolder, 'db/migrations');

// Any constant will do, as long as every server that migrates this database uses the same.
const LOCK = 0x5348_4d47;

interface Migration {
  /** File name without `.sql`, like `0001_platform`. */
  readonly name: string;
  readonly text: string;
  readonly sha256: string;
}

/** A landed migration was changed or is missing, or the files are not in order. */
export class MigrationError extends Error {
  override name = 'MigrationError';
}

/**
 * Bring the database up to date: each file in its own transaction, under a lock, so that any number of servers
 * may start at once. What has landed is remembered with its hash and never runs twice.
 *
 * @returns the names that were applied now, in order
 * @throws MigrationError when a landed file was edited or removed; nothing is applied then
 */
export async function migrate(db: Db, folder = migrationsFolder): Promise<string[]> {
  const files = await readMigrations(folder);
  return db.connection().execute(async (connection) => {
    const run = (statement: string) => connection.executeQuery(CompiledQuery.raw(statement));
    await run(`select pg_advisory_lock(${LOCK})`);
    try {
      await run('create schema if not exists platform');
      await run(`create table if not exists platform.migration (
        name text primary key, sha256 text not null, applied_at timestamptz not null default now())`);
      const { rows } = await run('select name, sha256 from platform.migration order by name');
      const landed = rows as Pick<Migration, 'name' | 'sha256'>[];
      refuseEdited(files, landed);

      const applied: string[] = [];
      for (const file of files.slice(landed.length)) {
        await run('begin');
        try {
          await run(file.text);
          await run(`insert into platform.migration (name, sha256) values ('${file.name}', '${file.sha256}')`);
          await run('commit');
        } catch (error) {
          await run('rollback');
          throw new MigrationError(`${file.name}.sql: ${(error as Error).message}${lineOf(error, file.text)}`, {
            cause: error,
          });
        }
        applied.push(file.name);
      }
      return applied;
    } finally {
      await run(`select pg_advisory_unlock(${LOCK})`);
    }
  });
}

/**
 * The files of a folder in order, checked: `NNNN_name.sql`, no number twice. Numbers may be left out: several people
 * write migrations at once, each under a number agreed on before.
 */
export async function readMigrations(folder = migrationsFolder): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const numbers = names.map((name) => /^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1]);
  return Promise.all(
    names.map(async (fileName, index) => {
      if (!numbers[index]) throw new MigrationError(`${fileName} should be NNNN_<name>.sql`);
      if (numbers[index] === numbers[index - 1]) {
        throw new MigrationError(`${names[index - 1]} and ${fileName} have the same number`);
      }
      const text = await readFile(join(folder, fileName), 'utf8');
      // A file may come back from git with other line ends; that is not an edit.
      const sha256 = createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex');
      return { name: fileName.slice(0, -'.sql'.length), text, sha256 };
    }),
  );
}

function refuseEdited(files: Migration[], landed: Pick<Migration, 'name' | 'sha256'>[]): void {
  landed.forEach((row, index) => {
    const file = files[index];
    if (file?.name !== row.name) {
      throw new MigrationError(
        `the database has landed ${row.name}, but its place in db/migrations holds ${file?.name ?? 'nothing'}; ` +
          'the program is older than the database, or a landed file was renamed',
      );
    }
    if (file.sha256 !== row.sha256) {
      throw new MigrationError(`${row.name}.sql was edited after it landed; write a new migration instead`);
    }
  });
}

// PostgreSQL says at which character; people look for lines.
function lineOf(error: unknown, text: string): string {
  const position = Number((error as { position?: string }).position);
  return Number.isInteger(position) && position > 0 ? ` (line ${text.slice(0, position).split('\n').length})` : '';
}
