import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../../tools/browser.ts';
import { testDatabase } from '../database.ts';
import { startServer } from '../server.ts';
import { Visitor, type Window } from './visitor.ts';

/** The whole house with the demo counties in it, and a browser before its door. */
export interface BrowserHouse {
  readonly url: string;
  readonly browser: Browser;
  /** Somebody with a browser of their own: own cookies, own storage. */
  visitor(name: string, window: Window): Promise<Visitor>;
}

/** A server process on a database and a data folder of its own; everything ends with the test. */
export async function openHouse(t: { after(fn: () => Promise<unknown>): void }): Promise<BrowserHouse> {
  const folder = await mkdtemp(join(tmpdir(), 'shanhuo-browser-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o711);
  const { url: database } = await testDatabase(t);
  const env = { DATABASE_URL: database, SHANHUO_DATA: folder, SHANHUO_DEMO: 'true', SHANHUO_WORKERS: '1' };
  const [server, browser] = await Promise.all([startServer(env, 300_000), launchBrowser()]);
  t.after(() => server.stop());
  t.after(() => browser.close());
  return {
    url: server.url,
    browser,
    visitor: (name, window) => Visitor.open(browser, server.url, name, window),
  };
}
