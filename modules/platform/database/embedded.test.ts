import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { markOf, stillRuns } from '../processes.ts';
import { runningEmbedded, startEmbedded } from './embedded.ts';
import { databaseUser, reachableBinaries } from './places.ts';

async function dataFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'shanhuo-embedded-'));
  await chmod(folder, 0o711);
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function ask(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client(url);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** Another program that starts the database of a folder and waits. */
async function otherProgram(t: TestContext, folder: string) {
  const script = `
    const { startEmbedded } = await import(${JSON.stringify(new URL('./embedded.ts', import.meta.url).href)});
    const server = await startEmbedded(${JSON.stringify(folder)}, { throwaway: true });
    console.log(server.url);
    setInterval(() => {}, 1000);`;
  const program = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => program.kill('SIGKILL'));
  const [url] = await once(program.stdout, 'data');
  return { program, url: String(url).trim() };
}

test('it keeps its port and password, and what was written', async (t) => {
  const folder = await dataFolder(t);
  assert.equal(runningEmbedded(folder), undefined);
  const first = await startEmbedded(folder, { throwaway: true });
  await ask(first.url, 'create table kept as select 1 as one');
  assert.equal(runningEmbedded(folder), first.url);
  await first.stop();
  assert.equal(runningEmbedded(folder), undefined);
  assert.equal((await stat(join(folder, 'database.json'))).mode & 0o777, 0o600);

  const again = await startEmbedded(folder, { throwaway: true });
  assert.equal(again.url, first.url);
  assert.deepEqual(await ask(again.url, 'select one from kept'), [{ one: 1 }]);
  // Chinese is letters to it, or names could not be searched by their parts.
  assert.deepEqual(await ask(again.url, `select '核桃' ~ '^\\w+$' as letters`), [{ letters: true }]);
  await assert.rejects(ask(again.url.replace(/:[^:@]+@/, ':guess@'), 'select 1'), /password authentication failed/);
  // Not in an "after": they run in the order they were asked for, and the folder's removal would come first.
  await again.stop();
});

test('a copy of a data folder has a database of its own, and a folder that was moved takes its database along', async (t) => {
  const folder = await dataFolder(t);
  const first = await startEmbedded(folder, { throwaway: true });
  await ask(first.url, 'create table kept as select 1 as one');
  await first.stop();
  const copied = `${folder}-copy`;
  t.after(() => rm(copied, { recursive: true, force: true }));
  assert.equal(spawnSync('cp', ['-a', folder, copied]).status, 0);

  const copy = await startEmbedded(copied, { throwaway: true });
  assert.equal(copy.folder, join(copied, 'database'));
  await ask(copy.url, 'update kept set one = 2');
  assert.equal(runningEmbedded(folder), undefined);
  await assert.rejects(startEmbedded(folder), /is taken by another program/);
  await copy.stop();

  const original = await startEmbedded(folder, { throwaway: true });
  assert.deepEqual(await ask(original.url, 'select one from kept'), [{ one: 1 }]);
  await original.stop();
  await rename(folder, `${folder}-moved`);
  t.after(() => rm(`${folder}-moved`, { recursive: true, force: true }));
  const moved = await startEmbedded(`${folder}-moved`, { throwaway: true });
  assert.deepEqual(await ask(moved.url, 'select one from kept'), [{ one: 1 }]);
  await moved.stop();
});

test('a data folder is the same by whatever name it is reached', async (t) => {
  const folder = await dataFolder(t);
  for (const name of [folder, `${folder}-a`, `${folder}-b`, folder]) {
    if (name !== folder) {
      await symlink(folder, name);
      t.after(() => rm(name, { force: true }));
    }
    const server = await startEmbedded(name, { throwaway: true });
    assert.equal(server.folder, join(folder, 'database'));
    await server.stop();
  }
  await assert.rejects(stat(join(folder, 'data-folder')), { code: 'ENOENT' }, 'it needs no mark');
});

test('a data folder in use is refused, and named', async (t) => {
  const folder = await dataFolder(t);
  const { program } = await otherProgram(t, folder);
  const expected = {
    name: 'EmbeddedDatabaseError',
    message: new RegExp(`${folder} is in use by process ${program.pid}`),
  };
  await assert.rejects(startEmbedded(folder), expected);
  // Ends in order, so that nothing is left running.
  program.kill('SIGKILL');
  await once(program, 'exit');
  await (await startEmbedded(folder, { throwaway: true })).stop();
});

test('a killed program leaves a server behind; the next start takes it over with all that was committed', async (t) => {
  const folder = await dataFolder(t);
  const { program, url } = await otherProgram(t, folder);
  await ask(url, 'create table kept as select 2 as two');
  program.kill('SIGKILL');
  await once(program, 'exit');
  const next = await startEmbedded(folder, { throwaway: true });
  assert.deepEqual(await ask(next.url, 'select two from kept'), [{ two: 2 }]);
  const pid = Number.parseInt(await readFile(join(next.folder, 'postmaster.pid'), 'utf8'), 10);
  await next.stop();
  assert.equal(markOf(pid), undefined, 'and stops it in the end');
});

test('a server that crashed recovers, also when its old number belongs to another process by now', async (t) => {
  const folder = await dataFolder(t);
  const first = await startEmbedded(folder, { throwaway: true });
  await ask(first.url, 'create table kept as select 3 as three');
  const pidFile = join(first.folder, 'postmaster.pid');
  const left = await readFile(pidFile, 'utf8');
  const pid = Number.parseInt(left, 10);
  const crashed = markOf(pid);
  process.kill(pid, 'SIGKILL');
  while (crashed && stillRuns(crashed)) await sleep(10);
  await first.stop();
  // Its children need a moment to notice.
  await sleep(200);
  await writeFile(pidFile, left.replace(String(pid), String(process.pid)));

  const next = await startEmbedded(folder, { throwaway: true });
  assert.deepEqual(await ask(next.url, 'select three from kept'), [{ three: 3 }]);
  await next.stop();
});

test('a taken port is refused, and named', async (t) => {
  const folder = await dataFolder(t);
  await (await startEmbedded(folder, { throwaway: true })).stop();
  const { port } = JSON.parse(await readFile(join(folder, 'database.json'), 'utf8'));
  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  await assert.rejects(startEmbedded(folder), new RegExp(`port ${port}.* is taken by another program`));
});

test('a lost cluster is not quietly replaced by an empty one', async (t) => {
  const folder = await dataFolder(t);
  const server = await startEmbedded(folder, { throwaway: true });
  await server.stop();
  await rm(server.folder, { recursive: true });
  await assert.rejects(startEmbedded(folder), /but there is none; restore it, or remove that file/);
});

test('a cluster whose password was lost is not thrown away', async (t) => {
  const folder = await dataFolder(t);
  const server = await startEmbedded(folder, { throwaway: true });
  await server.stop();
  await rm(join(folder, 'database.json'));
  await assert.rejects(startEmbedded(folder), /database\.json, which holds its password, is missing/);
  await stat(join(server.folder, 'PG_VERSION'));
});

test('a first start that was broken off is begun anew, or ended', async (t) => {
  const folder = await dataFolder(t);
  await mkdir(join(folder, 'database.new'));
  await writeFile(join(folder, 'database.new/PG_VERSION'), '18');
  const server = await startEmbedded(folder, { throwaway: true });
  await server.stop();
  await rename(server.folder, `${server.folder}.new`);
  const again = await startEmbedded(folder, { throwaway: true });
  assert.equal(again.url, server.url);
  await again.stop();
});

const root = process.getuid?.() === 0;
test('as root in a folder that only root may enter', { skip: !root && 'not root' }, async (t) => {
  const closed = await mkdtemp(join(tmpdir(), 'shanhuo-closed-'));
  await chmod(closed, 0o700);
  t.after(() => rm(closed, { recursive: true }));
  const folder = join(closed, '.data');
  await mkdir(folder);
  const server = await startEmbedded(folder, { throwaway: true });
  assert.ok(!server.folder.startsWith(closed));
  assert.deepEqual(await ask(server.url, 'select 1 as one'), [{ one: 1 }]);
  await server.stop();
  const again = await startEmbedded(folder, { throwaway: true });
  assert.equal(again.folder, server.folder, 'and it is found again');
  await again.stop();

  for (const name of ['link-a', 'link-b'].map((one) => join(closed, one))) {
    await symlink(folder, name);
    const linked = await startEmbedded(name, { throwaway: true });
    assert.equal(linked.folder, server.folder, 'by other names, too');
    await linked.stop();
  }

  const place = dirname(server.folder);
  const copied = join(closed, 'copied');
  const copy = (from: string, to: string) => assert.equal(spawnSync('cp', ['-a', from, to]).status, 0);
  copy(folder, copied);
  const refused = new RegExp(`was copied from ${closed}/link-b, but its database was not`);
  await assert.rejects(startEmbedded(copied), refused);
  assert.throws(() => runningEmbedded(copied), refused, 'tools do not work on it either');
  copy(place, `${place}-copy`);
  const cluster = JSON.parse(await readFile(join(copied, 'database.json'), 'utf8'));
  const own = { ...cluster, folder: join(`${place}-copy`, 'database') };
  await writeFile(join(copied, 'database.json'), JSON.stringify(own));
  const second = await startEmbedded(copied, { throwaway: true });
  assert.equal(second.folder, own.folder);
  await second.stop();

  await rename(folder, `${folder}-moved`);
  const moved = await startEmbedded(`${folder}-moved`, { throwaway: true });
  assert.equal(moved.folder, server.folder, 'a folder that was moved keeps its database');
  await moved.stop();
  await rm(place, { recursive: true });
  await rm(`${place}-copy`, { recursive: true });
});

test('as root the programs are run as another user, from a place it can reach', {
  skip: !root && 'not root',
}, async () => {
  const user = databaseUser();
  assert.ok(user && user.uid !== 0);
  assert.match((await reachableBinaries(user)).postgres, /\/bin\/postgres$/);
});
