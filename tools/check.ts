/** `npm run check`: everything about the code that can be known without running the product. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectFolder } from '#platform/config.ts';
import { connect } from '#platform/database/connect.ts';
import { type EmbeddedDatabase, startThrowaway } from '#platform/database/embedded.ts';
import { migrate, readMigrations } from '#platform/database/migrate.ts';
import { staleDumps } from './dump-schema.ts';
import { checkFloors } from './floors.ts';
import { lintSchema, spreadOf } from './schema-lint.ts';

type Check = [name: string, check: () => Promise<string[]>];

const database = migratedDatabase();
const checks: Check[] = [
  ['format and lint', () => tool('@biomejs/biome/bin/biome', 'ci', '--colors=off', '--diagnostic-level=error', '.')],
  ['types: server', () => tool('typescript/bin/tsc', '-p', 'tsconfig.json')],
  ['types: storefront', () => tool('typescript/bin/tsc', '-p', 'apps/storefront/tsconfig.json')],
  ['types: console', () => tool('typescript/bin/tsc', '-p', 'apps/console/tsconfig.json')],
  ['floors', checkFloors],
  ['unused code and packages', () => tool('knip/bin/knip.js', '--no-progress')],
  ['schema dump', async () => (await staleDumps((await database).url)).map(staleDump)],
  ['schema rules', checkSchema],
  // Imported late, so that a module that does not load fails this check and not all of them.
  ['contracts', async () => (await import('./contracts.ts')).checkContracts()],
];

process.chdir(projectFolder);
let failed = 0;
try {
  for (const [name, check] of checks) failed += (await passes(name, check)) ? 0 : 1;
} finally {
  await database.then((server) => server.stop());
}
console.log(failed === 0 ? `\nall ${checks.length} checks pass` : `\n${failed} of ${checks.length} checks fail`);
process.exit(failed === 0 ? 0 : 1);

async function passes(name: string, check: () => Promise<string[]>): Promise<boolean> {
  const begun = performance.now();
  const wrong = await check().catch((error: Error) => [error.stack ?? error.message]);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`${wrong.length === 0 ? '✔' : '✖'} ${name} (${seconds} s)`);
  for (const line of wrong) console.log(line.replace(/^/gm, '    '));
  return wrong.length === 0;
}

/** A command-line tool of a package: what it prints when it fails. */
async function tool(program: string, ...args: string[]): Promise<string[]> {
  const path = join(projectFolder, 'node_modules', program);
  try {
    await promisify(execFile)(process.execPath, [path, ...args], {
      maxBuffer: 1e8,
      env: { ...process.env, NO_COLOR: '1' },
    });
    return [];
  } catch (error) {
    const { stdout, stderr, message } = error as { stdout?: string; stderr?: string; message: string };
    return [`${stdout ?? ''}${stderr ?? ''}`.trim() || message];
  }
}

function staleDump(file: string): string {
  return `${file} does not match db/migrations; run node tools/dump-schema.ts`;
}

async function checkSchema(): Promise<string[]> {
  const migrations = await readMigrations();
  const db = await connect((await database).url, { max: 4 });
  try {
    return await lintSchema(db, spreadOf(migrations.map((file) => file.text)));
  } finally {
    await db.destroy();
  }
}

async function migratedDatabase(): Promise<EmbeddedDatabase> {
  const server = await startThrowaway();
  const db = await connect(server.url, { max: 1 });
  await migrate(db);
  await db.destroy();
  return server;
}
