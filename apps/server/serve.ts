import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { reconcileJob } from '#ledger';
import { systemClock } from '#platform/clock.ts';
import type { Config } from '#platform/config.ts';
import type { Context } from '#platform/context.ts';
import { connect } from '#platform/database/connect.ts';
import { folderStore } from '#platform/files.ts';
import { type Job, runJobs } from '#platform/jobs.ts';
import { logOptions, logRequests } from '#platform/log.ts';
import { makeSealer } from '#platform/secrets.ts';
import { tidyKeys } from '#platform/tidy-keys.ts';
import { makeIdentify } from '#registry';
import { mountStorefront } from '../storefront/mount.ts';
import { buildApp } from './app.ts';
import { serveConsole } from './console.ts';
import { deliveryJob, startRelay } from './deliver.ts';
import { modules } from './modules.ts';
import { pageListeners } from './pages.ts';
import { dropEverywhere } from './siblings.ts';

// What an embedded PostgreSQL is started with, less what commands and people need; shared among all processes.
const CONNECTIONS = 120;

/** One process of the house: API, storefront, console, and its part of the jobs. */
export interface House {
  /** Begin to answer. @returns the address it answers on */
  listen(): Promise<string>;
  /** Take no more, finish what was begun, let go of the database. */
  stop(): Promise<void>;
}

export function contextOf(config: Config, db: Context['db']): Context {
  return {
    db,
    clock: systemClock,
    sealer: makeSealer(config.secret),
    files: folderStore(join(config.dataFolder, 'files')),
    publicUrl: config.publicUrl,
    sandbox: config.sandbox,
    ...(config.regionHeader && { regionHeader: config.regionHeader }),
    logWitnesses: config.logWitnesses,
    payments: config.payments,
    ...(config.sms && { sms: config.sms }),
  };
}

/** Build everything one process serves, on a database that is prepared. */
export async function serveHouse(config: Config, url: string): Promise<House> {
  const db = await connect(url, {
    max: Math.max(4, Math.min(30, Math.floor(CONNECTIONS / config.workers))),
    applicationName: 'shanhuo server',
  });
  const at = contextOf(config, db);
  await mkdir(join(config.dataFolder, 'files'), { recursive: true, mode: 0o700 });
  const app = await buildApp(at, {
    modules,
    identify: makeIdentify(at),
    logger: logOptions(config),
    // A proxy on this machine is believed about the visitor's address; anybody else is not.
    trustProxy: 'loopback',
    filesFolder: join(config.dataFolder, 'files'),
  });
  logRequests(app);
  let stopping = false;
  app.addHook('onSend', async (_request, reply) => {
    if (stopping) reply.header('connection', 'close');
  });
  await serveConsole(app);
  const pages = await mountStorefront(app, config.regionHeader);
  await app.ready();

  const drop = dropEverywhere((tags) => pages.drop(tags));
  const subscribers = modules.flatMap((module) => module.subscribers?.(at) ?? []);
  const jobs = await runJobs({
    url,
    jobs: [
      deliveryJob(db, subscribers) as Job,
      tidyKeys(at),
      reconcileJob(at, modules),
      ...modules.flatMap((module) => module.jobs?.(at) ?? []),
    ],
    log: app.log,
  });
  const relay = startRelay(db, subscribers, pageListeners(drop), app.log);
  return {
    listen: () => app.listen({ port: config.port, host: config.host }),
    async stop() {
      stopping = true;
      // A connection that was busy when closing began is kept alive by its client and would keep us waiting.
      const sweep = setInterval(() => app.server.closeIdleConnections(), 100);
      await app.close();
      clearInterval(sweep);
      await relay.stop();
      await jobs.stop();
      await db.destroy();
    },
  };
}
