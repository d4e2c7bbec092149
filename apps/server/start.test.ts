import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectFolder } from '#platform/config.ts';
import { startServer } from '../../test/server.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shanhuo-start-'));
  // The database's own user must be able to pass.
  await chmod(folder, 0o711);
});
after(() => rm(folder, { recursive: true, force: true }));
const ours = (more: Record<string, string> = {}) => ({
  SHANHUO_DATA: join(folder, 'data'),
  SHANHUO_DEMO: 'false',
  DATABASE_URL: '',
  ...more,
});

/** Starts a server that is expected to refuse. */
async function refused(env: Record<string, string>): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [join(projectFolder, 'apps/server/start.js')], {
    env: { ...process.env, ...env },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

test('a wrong setting is named, before anything is started', async () => {
  const { code, stdout, stderr } = await refused({ SHANHUO_DATA: join(folder, 'never'), SHANHUO_WORKERS: 'many' });
  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /^SHANHUO_WORKERS must be a number of processes from 1/);
});

test('a database that does not answer is named', async () => {
  const { code, stderr } = await refused(ours({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }));
  assert.equal(code, 1);
  assert.match(stderr, /the database at 127\.0\.0\.1:1 does not answer; look at DATABASE_URL/);
});

test('start, refuse a second one on the same folder, answer, stop; start again, be killed, start again', async () => {
  const first = await startServer(ours());
  assert.equal((await fetch(`${first.url}/readyz`)).status, 200);
  assert.match(await (await fetch(first.url)).text(), /<html/i, 'the shop');
  assert.match(await (await fetch(`${first.url}/console/`)).text(), /<html/i, 'the console');

  const second = await refused(ours({ PORT: '0' }));
  assert.equal(second.code, 1);
  assert.equal(second.stdout, '');
  assert.match(second.stderr, new RegExp(`is in use by process ${first.process.pid}`));
  assert.equal(await first.stop(), 0);
  await assert.rejects(fetch(`${first.url}/readyz`));
  await assert.rejects(readFile(join(folder, 'data/database/postmaster.pid')), 'the database has stopped too');

  const killed = await startServer(ours());
  await killed.kill();
  const third = await startServer(ours());
  assert.equal((await fetch(`${third.url}/readyz`)).status, 200);
  assert.equal(await third.stop(), 0);
});

test('a request that has begun is answered while the server stops', async () => {
  const house = await startServer(ours());
  const socket = connect(Number(new URL(house.url).port), '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  const head =
    'POST /api/sign-in/phone HTTP/1.1\r\nhost: here\r\ncontent-type: application/json\r\ncontent-length: 12\r\n\r\n';
  socket.write(`${head}{"phone"`);
  // Time for the head to arrive; the body is still on its way when the server is asked to stop.
  await sleep(300);
  const stopped = house.stop();
  await sleep(300);
  socket.write(':1} ');
  assert.equal(await stopped, 0);
  assert.match(answer, /^HTTP\/1\.1 400 /);
});

test('with two processes: figures are of both, and both stop', async () => {
  const house = await startServer(ours({ SHANHUO_WORKERS: '2' }));
  const seen = new Set<string>();
  for (let tries = 0; seen.size < 2 && tries < 200; tries++) {
    const text = await (await fetch(`${house.url}/metrics`, { headers: { connection: 'close' } })).text();
    const count = /shanhuo_http_request_seconds_count\{[^}]*route="\/metrics"[^}]*\} (\d+)/.exec(text)?.[1];
    if (count) seen.add(count);
  }
  assert.ok(seen.size === 2, 'figures grow whoever is asked');
  assert.equal(await house.stop(), 0);
});

test('a taken port is named', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  const { code, stderr } = await refused(ours({ PORT: String(port) }));
  other.close();
  assert.equal(code, 1);
  assert.match(
    stderr,
    new RegExp(`^127\\.0\\.0\\.1:${port} is in use by another program`),
    'before anything is started',
  );
});

test('an address of another machine is named', async () => {
  const { code, stderr } = await refused(ours({ PORT: '8000', HOST: '192.0.2.1' }));
  assert.equal(code, 1);
  assert.match(stderr, /^192\.0\.2\.1 is no address of this machine; look at HOST/);
});
