import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { connect } from '#platform/database/connect.ts';
import { startEmbedded } from '#platform/database/embedded.ts';
import type { Db } from '#platform/db.ts';
import { folderStore } from '#platform/files.ts';
import { newId } from '#platform/ids.ts';
import { makeSealer } from '#platform/secrets.ts';
import { modules } from '../apps/server/modules.ts';
import { fillShop, type Shop } from '../test/fixtures-shop.ts';
import { startServer } from '../test/server.ts';
import { reconcile } from '../tools/reconcile.ts';
import { type Answered, LoadClient } from './load.ts';
import { statementSettings } from './statements.ts';

/** A server with a shop to be bought empty, and the database under both. */
export interface BenchShop {
  url: string;
  /** of the process that answers, or of the one that forks those that do */
  pid: number;
  db: Db;
  databaseUrl: string;
  /** the server's */
  secret: string;
  /** of the database's main process */
  databasePid: number;
  shop: Shop;
  /** Stops the server and asks whether every invariant holds; what is measured afterwards has the machine alone. */
  close(): Promise<void>;
}

/**
 * Opens a database and a server of the bench's own, fills a shop and gives it to `work`; all is removed afterwards.
 * SHANHUO_WORKERS says how many processes answer.
 */
export async function withShop<T>(
  goods: { skus: number; packs: number },
  say: (text: string) => void,
  work: (at: BenchShop) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'shanhuo-bench-'));
  // The database's own user must be able to pass.
  await chmod(folder, 0o711);
  const database = await startEmbedded(folder, { settings: statementSettings });
  try {
    const secret = randomBytes(32).toString('base64url');
    const settings = {
      ...{ SHANHUO_DATA: join(folder, 'data'), DATABASE_URL: database.url, SHANHUO_SECRET: secret },
      ...{ SHANHUO_DEMO: 'false', LOG_LEVEL: 'error', SHANHUO_WORKERS: process.env.SHANHUO_WORKERS ?? '1' },
    };
    let server = await startServer(settings, 300_000);
    const db = await connect(database.url, { max: 2, applicationName: 'bench' });
    try {
      say(`filling a shop with ${goods.skus} SKUs …`);
      const at: Context = {
        ...{ db, clock: systemClock, sealer: makeSealer(secret), files: folderStore(join(folder, 'data/files')) },
        ...{ publicUrl: server.url, sandbox: true },
      };
      const shop = await fillShop(at, goods.skus, goods.packs);
      // The first start of a system reads all regions of the country; a server in use has not just done that.
      await server.stop();
      server = await startServer({ ...settings, PORT: new URL(server.url).port });
      return await work({
        ...{ url: server.url, pid: server.process.pid as number, db, databaseUrl: database.url, secret, shop },
        databasePid: Number.parseInt(await readFile(join(database.folder, 'postmaster.pid'), 'utf8'), 10),
        async close() {
          await server.stop();
          if ((await reconcile(db, modules, () => {})) > 0) throw new Error('the books do not hold after the load');
        },
      });
    } finally {
      if (server.process.exitCode === null) await server.stop();
      await db.destroy();
    }
  } finally {
    await database.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

export interface Buyer {
  client: LoadClient;
  address: string;
}

export const key = () => ({ 'idempotency-key': newId() });

const phoneOf = (i: number) => `199${String(i).padStart(8, '0')}`;

/** Signs somebody in by phone, as people do. */
export async function signInByPhone(url: string, i: number): Promise<LoadClient> {
  const client = new LoadClient(url);
  const phone = phoneOf(i);
  const code = await ok(client.send('POST', '/api/sign-in/phone-code', { phone }));
  const signedIn = await client.send('POST', '/api/sign-in/phone', { phone, code: code.sandboxCode });
  client.cookie = signedIn.cookies.map((cookie) => cookie.split(';')[0]).join('; ');
  return client;
}

/** A buyer who is signed in and has an address to send to. */
export async function signIn(url: string, i: number): Promise<Buyer> {
  const client = await signInByPhone(url, i);
  const phone = phoneOf(i);
  const address = await ok(
    client.send('POST', '/api/addresses', { region: '110101000000', name: '买家', phone, street: '一号院' }, key()),
  );
  return { client, address: address.id };
}

export async function ok(answer: Answered | Promise<Answered>) {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`answered ${status}: ${body}`);
  return JSON.parse(body);
}
