import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { sql } from 'kysely';
import { emptyDatabase } from '../../../test/database.ts';
import { connect } from './connect.ts';
import { migrate, migrationsFolder, readMigrations } from './migrate.ts';

const first = 'create table platform.a (id int primary key);\ninsert into platform.a values (1);';

async function folderOf(t: TestContext, files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'shanhuo-migrate-'));
  t.after(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

async function open(t: TestContext, url: string) {
  const db = await connect(url, { max: 2 });
  t.after(() => db.destroy());
  return db;
}

test('four servers that start at once apply each migration once', async (t) => {
  const url = await emptyDatabase(t);
  const dbs = await Promise.all([1, 2, 3, 4].map(() => open(t, url)));
  const applied = await Promise.all(dbs.map((db) => migrate(db)));
  const all = (await readMigrations(migrationsFolder)).map((file) => file.name);
  assert.deepEqual(applied.flat().sort(), all);
  assert.deepEqual(await migrate(dbs[0] as never), [], 'and never again');
});

test('an edited landed migration is refused, and so is everything after it', async (t) => {
  const db = await open(t, await emptyDatabase(t));
  const folder = await folderOf(t, { '0001_a.sql': first });
  assert.deepEqual(await migrate(db, folder), ['0001_a']);
  await writeFile(join(folder, '0001_a.sql'), first.replaceAll('\n', '\r\n'));
  assert.deepEqual(await migrate(db, folder), [], 'other line ends are no edit');
  await writeFile(join(folder, '0001_a.sql'), `${first}\n-- better`);
  await writeFile(join(folder, '0002_b.sql'), 'create table platform.b (id int primary key)');
  await assert.rejects(migrate(db, folder), {
    name: 'MigrationError',
    message: /0001_a\.sql was edited after it landed/,
  });
  const { rows } = await sql`select to_regclass('platform.b') as b`.execute(db);
  assert.deepEqual(rows, [{ b: null }]);
});

test('a program older than its database does not touch it', async (t) => {
  const db = await open(t, await emptyDatabase(t));
  await migrate(db, await folderOf(t, { '0001_a.sql': first, '0002_b.sql': 'select 1' }));
  await assert.rejects(migrate(db, await folderOf(t, { '0001_a.sql': first })), /has landed 0002_b.*holds nothing/);
});

test('a migration that fails leaves nothing of itself, keeps those before it, and names its line', async (t) => {
  const db = await open(t, await emptyDatabase(t));
  const broken = 'create table platform.b (id int primary key);\n\nselect nonsense;';
  const folder = await folderOf(t, { '0001_a.sql': first, '0002_b.sql': broken });
  await assert.rejects(migrate(db, folder), /0002_b\.sql: column "nonsense" does not exist \(line 3\)/);
  const { rows } = await sql`select to_regclass('platform.a')::text as a, to_regclass('platform.b') as b`.execute(db);
  assert.deepEqual(rows, [{ a: 'platform.a', b: null }]);
  await writeFile(join(folder, '0002_b.sql'), 'select 1');
  assert.deepEqual(await migrate(db, folder), ['0002_b']);
});

test('names bear a number, no number comes twice, and one may be left out', async (t) => {
  const read = async (...names: string[]) =>
    readMigrations(await folderOf(t, Object.fromEntries(names.map((name) => [name, '']))));
  await assert.rejects(read('first.sql'), /first\.sql should be NNNN_<name>\.sql/);
  await assert.rejects(read('0001_a.sql', '0001_b.sql'), /0001_a\.sql and 0001_b\.sql have the same number/);
  const files = await read('0003_b.sql', '0001_a.sql');
  assert.deepEqual(
    files.map((file) => file.name),
    ['0001_a', '0003_b'],
  );
});
