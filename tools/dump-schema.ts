/**
 * `node tools/dump-schema.ts` writes what the migrations lead to: db/schema.sql for people, and
 * modules/platform/database/tables.ts for the compiler. `--check` only compares.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { projectFolder } from '#platform/config.ts';
import { connect } from '#platform/database/connect.ts';
import { startThrowaway } from '#platform/database/embedded.ts';
import { migrate } from '#platform/database/migrate.ts';
import type { Db } from '#platform/db.ts';
import { schemaText } from './schema-text.ts';

const schemaFile = join(projectFolder, 'db/schema.sql');
const tablesFile = join(projectFolder, 'modules/platform/database/tables.ts');

/** The files that do not say what the migrations say; empty when all is well. */
export async function staleDumps(url: string): Promise<string[]> {
  const dumps = await makeDumps(url);
  const stale: string[] = [];
  for (const [file, text] of dumps) {
    if ((await readFile(file, 'utf8').catch(() => '')) !== text) stale.push(file.slice(projectFolder.length));
  }
  return stale;
}

/** Both texts, made from a migrated database. */
async function makeDumps(url: string): Promise<Map<string, string>> {
  const db = await connect(url, { max: 1 });
  try {
    const schema = await schemaText(db);
    const tables = await tableTypes(url, await allowedValues(db));
    return new Map([
      [schemaFile, schema],
      [tablesFile, tables],
    ]);
  } finally {
    await db.destroy();
  }
}

/** Columns whose check lists the allowed texts become unions of those texts. */
async function allowedValues(db: Db): Promise<Record<string, string>> {
  const { rows } = await sql<{ column: string; optional: boolean; check: string }>`
    select format('%s.%s.%s', n.nspname, c.relname, a.attname) as column, not a.attnotnull as optional,
           pg_get_constraintdef(k.oid) as check
      from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[1]
     where k.contype = 'c' and cardinality(k.conkey) = 1 and a.atttypid = 'text'::regtype
       and not a.atthasdef`.execute(db);
  const unions: Record<string, string> = {};
  for (const { column, optional, check } of rows) {
    const list = /^CHECK \(\(\w+ = ANY \(ARRAY\[(.*)\]\)\)\)$/.exec(check)?.[1];
    const values = list?.match(/'[^']*'(?=::text)/g);
    if (values) unions[column] = [...values, ...(optional ? ['null'] : [])].join(' | ');
  }
  return unions;
}

async function tableTypes(url: string, unions: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'shanhuo-tables-'));
  try {
    const outFile = join(folder, 'tables.ts');
    await promisify(execFile)(process.execPath, [
      createRequire(import.meta.url).resolve('kysely-codegen/dist/cli/bin.js'),
      ...['--url', url, '--dialect', 'postgres', '--out-file', outFile],
      // As `connect` parses them.
      ...['--date-parser', 'string', '--type-mapping', JSON.stringify({ int8: 'number' })],
      ...['--overrides', JSON.stringify({ columns: unions })],
    ]);
    return await readFile(outFile, 'utf8');
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Runs `work` with a freshly migrated database that is thrown away afterwards. */
async function withMigrated(work: (url: string) => Promise<void>): Promise<void> {
  const server = await startThrowaway();
  try {
    const db = await connect(server.url, { max: 1 });
    await migrate(db);
    await db.destroy();
    await work(server.url);
  } finally {
    await server.stop();
  }
}

if (import.meta.main) {
  await withMigrated(async (url) => {
    if (process.argv.includes('--check')) {
      const stale = await staleDumps(url);
      if (stale.length > 0) {
        console.error(`${stale.join(' and ')} do not match db/migrations; run node tools/dump-schema.ts`);
        process.exitCode = 1;
      }
      return;
    }
    for (const [file, text] of await makeDumps(url)) await writeFile(file, text);
  });
}
