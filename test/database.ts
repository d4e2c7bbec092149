import { createHash, randomBytes } from 'node:crypto';
import { after } from 'node:test';
import { Client, type DatabaseError } from 'pg';
import { connect } from '#platform/database/connect.ts';
import { migrate, readMigrations } from '#platform/database/migrate.ts';
import type { Db } from '#platform/db.ts';

/** A database of one test file's own. */
export interface TestDatabase {
  readonly db: Db;
  readonly url: string;
}

/**
 * A fresh database with every migration applied, cloned from a template in some 30 ms and dropped when the test (or,
 * without `t`, the file) is over.
 */
export async function testDatabase(t: { after(fn: () => Promise<unknown>): void } = { after }): Promise<TestDatabase> {
  const server = testServer();
  const name = `test_${randomBytes(6).toString('hex')}`;
  const template = process.env.TEST_DATABASE_TEMPLATE ?? (await makeTemplate(server));
  await onServer(server, `create database ${name} template ${template}`);
  const url = databaseUrl(server, name);
  const db = await connect(url, { max: 8, applicationName: name });
  t.after(async () => {
    await db.destroy();
    await onServer(server, `drop database ${name} with (force)`);
  });
  return { db, url };
}

/** A database with nothing in it, for tests of what builds one. */
export async function emptyDatabase(t: { after(fn: () => Promise<unknown>): void } = { after }): Promise<string> {
  const server = testServer();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(server, `create database ${name}`);
  t.after(() => onServer(server, `drop database ${name} with (force)`));
  return databaseUrl(server, name);
}

/**
 * Make the template that test databases are cloned from, unless the server has it: one for each state of the
 * migrations, so that a server may be kept between runs.
 *
 * @returns its name
 */
export async function makeTemplate(server: string): Promise<string> {
  const files = await readMigrations();
  const state = createHash('sha256').update(files.map((file) => file.sha256).join());
  const name = `template_${state.digest('hex').slice(0, 16)}`;
  const half = `half_${randomBytes(6).toString('hex')}`;
  if (await exists(server, name)) return name;
  await onServer(server, `create database ${half}`);
  const db = await connect(databaseUrl(server, half), { max: 1 });
  await migrate(db);
  await db.destroy();
  try {
    // Renamed only when whole; whoever comes second throws its own away.
    await onServer(server, `alter database ${half} rename to ${name}`);
  } catch (error) {
    if ((error as DatabaseError).code !== '42P04') throw error;
    await onServer(server, `drop database ${half}`);
  }
  return name;
}

/** @throws Error when the file was not started through the test runner */
function testServer(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (!url) throw new Error('this test needs a database: run it as node tools/test.ts <file>');
  return url;
}

function databaseUrl(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function exists(server: string, name: string): Promise<boolean> {
  return (await onServer(server, `select from pg_database where datname = '${name}'`)) > 0;
}

async function onServer(server: string, statement: string): Promise<number> {
  const client = new Client(databaseUrl(server, 'postgres'));
  await client.connect();
  try {
    return (await client.query(statement)).rowCount ?? 0;
  } finally {
    await client.end();
  }
}
