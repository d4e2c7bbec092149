import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { Db } from '#platform/db.ts';
import { launchBrowser } from '../../tools/browser.ts';
import { testDatabase } from '../database.ts';
import { startServer } from '../server.ts';
import { Camera } from './camera.ts';
import { type Device, Visitor } from './visitor.ts';

/** The whole house with the demo counties in it, and a browser before its door. */
export interface BrowserHouse {
  readonly url: string;
  /** What every visitor's camera sees. */
  readonly camera: Camera;
  readonly browser: Browser;
  /** For what no screen can do: letting days pass. */
  readonly db: Db;
  /** Somebody with a browser of their own: own cookies, own storage. */
  visitor(name: string, device: Device): Promise<Visitor>;
  /** What the server called an error, in its own log. */
  errors(): string[];
}

/** A server process on a database and a data folder of its own; everything ends with the test. */
export async function openHouse(t: { after(fn: () => Promise<unknown>): void }): Promise<BrowserHouse> {
  // The server stands on the database: last opened, first closed.
  const closings: (() => Promise<unknown>)[] = [];
  t.after(async () => {
    for (const close of closings.reverse()) await close();
  });
  const folder = await mkdtemp(join(tmpdir(), 'shanhuo-browser-'));
  closings.push(() => rm(folder, { recursive: true, force: true }));
  const { url: database, db } = await testDatabase({ after: (close) => closings.push(close) });
  const env = { DATABASE_URL: database, SHANHUO_DATA: folder, SHANHUO_DEMO: 'true', SHANHUO_WORKERS: '1' };
  const server = await startServer(env, 300_000);
  closings.push(() => server.stop());
  const camera = new Camera(folder);
  const browser = await launchBrowser(camera.flags);
  closings.push(() => browser.close());
  return {
    url: server.url,
    camera,
    browser,
    db,
    errors: () =>
      server
        .log()
        .split('\n')
        .filter((line) => /"level":[56]0/.test(line)),
    visitor: (name, device) => Visitor.open(browser, server.url, name, device),
  };
}
