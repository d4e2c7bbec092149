import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { systemClock } from '#platform/clock.ts';
import { projectFolder } from '#platform/config.ts';
import type { Context } from '#platform/context.ts';
import { connect } from '#platform/database/connect.ts';
import { type EmbeddedDatabase, startEmbedded } from '#platform/database/embedded.ts';
import type { Db } from '#platform/db.ts';
import { folderStore } from '#platform/files.ts';
import { newId } from '#platform/ids.ts';
import { addJob } from '#platform/jobs.ts';
import { makeSealer } from '#platform/secrets.ts';
import { type Answered, LoadClient } from '../bench/load.ts';
import { fillShop, type Shop } from './fixtures-shop.ts';
import { type ServerProcess, startServer } from './server.ts';

const CLIENTS = 64;
const ORDERS = 1000;

// A database that keeps its word to the disk, unlike the one tests share: what is tested here is that word.
let folder: string;
let database: EmbeddedDatabase;
let server: ServerProcess;
let db: Db;
let shop: Shop;
let buyers: Buyer[];

const secret = randomBytes(32).toString('base64url');
const start = () =>
  startServer({
    DATABASE_URL: database.url,
    SHANHUO_DATA: join(folder, 'data'),
    SHANHUO_SECRET: secret,
    SHANHUO_DEMO: 'false',
  });

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shanhuo-faults-'));
  // The database's own user must be able to pass.
  await chmod(folder, 0o711);
  database = await startEmbedded(folder);
  server = await start();
  db = await connect(database.url, { max: 2, applicationName: 'faults' });
  const at: Context = {
    ...{ db, clock: systemClock, sealer: makeSealer(secret), files: folderStore(join(folder, 'data/files')) },
    ...{ publicUrl: server.url, sandbox: true },
  };
  shop = await fillShop(at, 40, 1000);
  buyers = await Promise.all(Array.from({ length: CLIENTS }, (_, i) => signIn(i)));
});
after(async () => {
  for (const buyer of buyers ?? []) buyer.client.close();
  await db?.destroy();
  await server?.stop();
  await database?.stop();
  await rm(folder, { recursive: true, force: true });
});

test(`SIGKILL of the server in the middle of ${ORDERS} orders loses none that was answered`, async () => {
  const book = newBook();
  await buyUntil(book, ORDERS / 2, () => void server.process.kill('SIGKILL'));
  assert.ok(
    buyers.some((buyer) => buyer.waiting),
    'some were on their way when it was killed',
  );
  server = await start();
  for (const buyer of buyers) buyer.client = buyer.client.moved(server.url);

  // Phones send again what was not answered, under the same key, and people go on buying.
  await buyUntil(book, ORDERS);
  await stands(book);
});

test('SIGKILL of the database under load: the server goes on by itself, and nothing answered is lost', async () => {
  const book = newBook();
  const kill = () => {
    const pid = Number.parseInt(readFileSync(join(database.folder, 'postmaster.pid'), 'utf8'), 10);
    process.kill(pid, 'SIGKILL');
  };
  await buyUntil(book, 150, kill);
  await database.ended;
  await database.stop();
  assert.equal((await fetch(`${server.url}/readyz`)).status, 503);
  database = await startEmbedded(folder);
  for (let tries = 0; (await fetch(`${server.url}/readyz`)).status !== 200; tries++) {
    assert.ok(tries < 100, 'ready again within ten seconds');
    await sleep(100);
  }
  await buyUntil(book, 300);
  await stands(book);
});

/** What the buyers were told. */
interface Book {
  placed: { buyer: Buyer; checkout: string; orders: string[] }[];
  paid: Set<string>;
}
const newBook = (): Book => ({ placed: [], paid: new Set() });

interface Buyer {
  client: LoadClient;
  address: string;
  /** the request that was not answered, to be sent again as it was */
  waiting: { path: string; body: unknown; key: string } | null;
  /** the checkout it is about to pay */
  open: string | null;
}

async function signIn(i: number): Promise<Buyer> {
  const client = new LoadClient(server.url);
  const phone = `1990000${String(i).padStart(4, '0')}`;
  const { sandboxCode: code } = JSON.parse((await client.send('POST', '/api/sign-in/phone-code', { phone })).body);
  const signedIn = await client.send('POST', '/api/sign-in/phone', { phone, code });
  assert.equal(signedIn.status, 201, signedIn.body);
  client.cookie = signedIn.cookies.map((cookie) => cookie.split(';')[0]).join('; ');
  const address = { region: '110101000000', name: '买家', phone, street: '一号院' };
  const added = await client.send('POST', '/api/addresses', address, { 'idempotency-key': newId() });
  assert.equal(added.status, 201, added.body);
  return { client, address: JSON.parse(added.body).id, waiting: null, open: null };
}

/**
 * All buyers place and pay, again and again, until so many orders are answered. With `kill`, it strikes at that
 * moment, and everybody stops with what is then unanswered.
 */
async function buyUntil(book: Book, count: number, kill?: () => void): Promise<void> {
  let over = false;
  await Promise.all(
    buyers.map(async (buyer) => {
      while (!over && (book.placed.length < count || buyer.waiting || buyer.open)) {
        const answered = await step(buyer, book);
        assert.ok(answered || kill, 'a server that nobody kills answers');
        if (!kill || over || (answered && book.placed.length < count)) continue;
        over = true;
        kill();
      }
    }),
  );
}

/** One request and what it says. @returns whether it was answered */
async function step(buyer: Buyer, book: Book): Promise<boolean> {
  const asked = buyer.waiting ?? nextOf(buyer);
  buyer.waiting = asked;
  let answer: Answered;
  try {
    answer = await buyer.client.send('POST', asked.path, asked.body, { 'idempotency-key': asked.key });
  } catch {
    return false;
  }
  // 500 and above promise nothing: the database is away.
  if (answer.status >= 500) return false;
  buyer.waiting = null;
  const said = JSON.parse(answer.body);
  if (asked.path.endsWith('/checkouts')) {
    assert.equal(answer.status, 201, answer.body);
    book.placed.push({ buyer, checkout: said.id, orders: said.orders.map((order: { id: string }) => order.id) });
    buyer.open = said.id;
  } else if (asked.path.endsWith('/payments')) {
    // Not answered the first time, and paid by the notice all the same: there is nothing left to start.
    assert.ok(answer.status === 201, answer.body);
    buyer.waiting = {
      path: `/api/sandbox/payments/${said.payment}/outcome`,
      body: { outcome: 'success' },
      key: newId(),
    };
  } else {
    assert.equal(answer.status, 201, answer.body);
    assert.equal(said.state, 'paid');
    book.paid.add(said.id);
    buyer.open = null;
  }
  return true;
}

function nextOf(buyer: Buyer): NonNullable<Buyer['waiting']> {
  const key = newId();
  if (buyer.open) return { path: `/api/checkouts/${buyer.open}/payments`, body: { provider: 'sandbox' }, key };
  const sku = shop.skus[Math.floor(Math.random() * shop.skus.length)];
  return {
    path: '/api/checkouts',
    body: { lines: [{ county: shop.county, sku, packs: 1 }], address: buyer.address },
    key,
  };
}

/** All that was answered is there, nothing is there twice, the rest settles by itself, and the books are whole. */
async function stands(book: Book): Promise<void> {
  for (const { buyer, checkout, orders } of book.placed) {
    const answer = await buyer.client.send('GET', `/api/checkouts/${checkout}`);
    assert.equal(answer.status, 200, answer.body);
    const said = JSON.parse(answer.body);
    assert.deepEqual(
      said.orders.map((order: { id: string }) => order.id),
      orders,
    );
    if (book.paid.has(checkout)) assert.equal(said.state, 'paid');
  }
  await settles();
  const { stdout } = await promisify(execFile)(process.execPath, [join(projectFolder, 'tools/reconcile.ts')], {
    cwd: projectFolder,
    env: { ...process.env, DATABASE_URL: database.url, SHANHUO_DATA: join(folder, 'data'), SHANHUO_SECRET: secret },
  }).catch((error: Error & { stdout: string }) => assert.fail(`reconcile: ${error.message}\n${error.stdout}`));
  assert.match(stdout, /all \d+ invariants hold/);
}

/** A quarter of an hour later, which is not waited for: unpaid checkouts end, and nothing is left on its way. */
async function settles(): Promise<void> {
  await sql`update trade.checkout set expires_at = now() where state = 'open'`.execute(db);
  await sql`update trade.payment_notice set received_at = received_at - interval '1 minute' where applied_at is null`.execute(
    db,
  );
  await db.transaction().execute(async (tx) => {
    for (const name of ['trade.expire-checkouts', 'trade.apply-waiting-notices']) await addJob(tx, { name }, {});
  });
  const left = async () =>
    (
      await sql<Record<string, number>>`
        select (select count(*) from platform.outbox) as events,
               (select count(*) from jobs.jobs where run_at <= now()) as jobs,
               (select count(*) from trade.checkout where state = 'open') as checkouts,
               (select count(*) from trade.payment_notice where applied_at is null) as notices`.execute(db)
    ).rows[0];
  const nothing = { events: 0, jobs: 0, checkouts: 0, notices: 0 };
  const until = Date.now() + 20_000;
  let now = await left();
  while (JSON.stringify(now) !== JSON.stringify(nothing) && Date.now() < until) {
    await sleep(200);
    now = await left();
  }
  assert.deepEqual(now, nothing);
}
