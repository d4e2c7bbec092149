import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger, parseCronItems, run, runMigrations, type WorkerEvents } from 'graphile-worker';
import { sql } from 'kysely';
import type pg from 'pg';
import { openPool } from './database/connect.ts';
import type { Tx } from './db.ts';
import { jobsDone } from './metrics.ts';

const SCHEMA = 'jobs';
const AGAIN_AFTER_MS = 1000;
const EVERY_MINUTE = '* * * * *';
const ORPHANS_EVERY_MS = 10_000;

/** Work that happens after commit, at least once: what it does must bear being done twice. */
export interface Job<Payload = unknown> {
  /** `module.what-it-does`; kept in the database, so a rename strands jobs that wait. */
  readonly name: string;
  /**
   * When it runs by itself, as in a crontab, in UTC (China is eight hours ahead); its payload is then an empty object.
   * What runs every minute also runs when a process begins to work through the queue.
   */
  readonly cron?: string;
  /** Tries before it is left for people to look at; default 25, over about three days. */
  readonly attempts?: number;
  run(payload: Payload, context: JobContext): Promise<void>;
}

export interface JobContext {
  /** Aborted when the server stops; long jobs look at it between two steps. */
  readonly signal: AbortSignal;
}

/** What `addJob` needs of a job: enough to add it where its work is not known. */
export type JobName<Payload> = Pick<Job<Payload>, 'name' | 'attempts'> & { readonly payload?: Payload };

/** A module's jobs as `runJobs` takes them; payloads are checked where they are added. */
export const defineJobs = (...jobs: readonly Job<never>[]): readonly Job[] => jobs as readonly Job[];

export interface AddOptions {
  /** Not before. */
  runAt?: Date;
  /** Of jobs that wait under one key there is only one; the newest payload and time win. */
  key?: string;
  /** Jobs of one queue run one after another. */
  queue?: string;
}

/** Add a job in the caller's transaction: it runs only if that commits. */
export async function addJob<Payload>(
  tx: Tx,
  job: JobName<Payload>,
  payload: Payload,
  options: AddOptions = {},
): Promise<void> {
  await sql`select ${sql.id(SCHEMA, 'add_job')}(${job.name}::text, ${JSON.stringify(payload)}::json,
    queue_name => ${options.queue ?? null}::text, run_at => ${options.runAt ?? null}::timestamptz,
    max_attempts => ${job.attempts ?? null}::int, job_key => ${options.key ?? null}::text)`.execute(tx);
}

/** Many jobs of one kind in one statement, in the caller's transaction. */
export async function addJobs<Payload>(
  tx: Tx,
  job: JobName<Payload>,
  payloads: readonly { payload: Payload; key: string }[],
): Promise<void> {
  if (payloads.length === 0) return;
  const specs = payloads.map(({ payload, key }) => ({
    identifier: job.name,
    payload,
    job_key: key,
    ...(job.attempts && { max_attempts: job.attempts }),
  }));
  await sql`select ${sql.id(SCHEMA, 'add_jobs')}(array(
    select json_populate_record(null::${sql.id(SCHEMA, 'job_spec')}, spec)
      from json_array_elements(${JSON.stringify(specs)}::json) spec))`.execute(tx);
}

/** The part of a logger that jobs need; Fastify's fits. */
export interface JobLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface RunningJobs {
  /** Take no new job, wait for the running ones, end the pool. */
  stop(): Promise<void>;
}

/** Make or update the tables of the queue. Safe when two servers start at once. */
export async function migrateJobs(url: string): Promise<void> {
  const pool = await openPool(url, { max: 1, applicationName: 'shanhuo migrate jobs' });
  try {
    await runMigrations({ pgPool: pool, schema: SCHEMA, logger: quiet });
  } finally {
    await pool.end();
  }
}

/**
 * Work through the queue in this process until `stop`. Any number of processes may do so; each job goes to one.
 *
 * @param options.concurrency jobs at a time, default 2
 * @throws Error when two jobs bear one name
 */
export async function runJobs(options: {
  url: string;
  jobs: readonly Job[];
  log: JobLog;
  concurrency?: number;
}): Promise<RunningJobs> {
  const { url, jobs, log, concurrency = 2 } = options;
  const names = jobs.map((job) => job.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw new Error(`two jobs are named ${twice}`);

  const stopping = new AbortController();
  const warn = (reason: string, message: string) => {
    // While stopping, the database may go before we do.
    if (!stopping.signal.aborted) log.warn({ reason }, message);
  };
  // The database may have been away, and the queue not have noticed. It may also have given a job away and gone before
  // it could say so: such a job is in the hands of this process, which knows nothing of it. So the queue begins again,
  // under another name, and what the old one still seems to hold is an orphan.
  let broke = false;
  const begin = async () => {
    broke = false;
    // Its own pool: a rush of requests must not keep the queue waiting for a connection, nor the other way round.
    const pool = await openPool(url, {
      max: concurrency + 2,
      applicationName: 'shanhuo jobs',
      onError: (error) => {
        broke = true;
        warn(error.message, 'a connection of the job queue broke');
      },
    });
    const events = new EventEmitter() as WorkerEvents;
    // What a process takes is marked with the name of its worker pool; its connections bear the same name.
    events.on('pool:create', ({ workerPool }) => {
      pool.options.application_name = nameOf(workerPool.id);
    });
    try {
      const runner = await run({
        pgPool: pool,
        schema: SCHEMA,
        concurrency,
        pollInterval: 1000,
        noHandleSignals: true,
        logger: loggerOver(log),
        events,
        // What is done is written down in batches: only that way does a failure to write stay inside the library
        // (0.18) instead of ending the process.
        preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
        taskList: Object.fromEntries(
          jobs.map((job) => [job.name, (payload: unknown) => counted(job, payload, { signal: stopping.signal })]),
        ),
        // Given even when empty, or the library looks for a file named crontab.
        parsedCronItems: parseCronItems(
          jobs.flatMap((job) => (job.cron ? [{ task: job.name, match: job.cron, identifier: job.name }] : [])),
        ),
      });
      return { runner, pool };
    } catch (error) {
      await pool.end();
      throw error;
    }
  };
  let running = await begin();
  const release = () =>
    releaseOrphans(running.pool).catch((error: Error) => warn(error.message, 'orphaned jobs could not be looked for'));
  const takeUp = async () => {
    await release();
    await lookAtOnce(running.pool, jobs).catch((error: Error) => {
      broke = true;
      warn(error.message, 'jobs could not be added yet');
    });
  };
  await takeUp();
  const look = () => (broke ? running.runner.stop().catch(() => {}) : release());
  const releasing = setInterval(look, ORPHANS_EVERY_MS).unref();

  // It also gives up by itself when it cannot write down what it did; the server goes on, so must it.
  const goOn = async () => {
    for (;;) {
      await running.runner.promise.catch((error: Error) => warn(error.message, 'the job queue gave up'));
      await running.pool.end();
      for (let begun = false; !begun; ) {
        if (!stopping.signal.aborted) await sleep(AGAIN_AFTER_MS);
        if (stopping.signal.aborted) return;
        try {
          running = await begin();
          begun = true;
        } catch (error) {
          warn((error as Error).message, 'the job queue cannot begin again yet');
        }
      }
      await takeUp();
    }
  };
  const going = goOn();
  return {
    async stop() {
      stopping.abort();
      clearInterval(releasing);
      await running.runner.stop().catch(() => {});
      await going;
    },
  };
}

const nameOf = (workerPool: string) => `shanhuo jobs ${workerPool}`;

/**
 * Jobs in the hands of a process that was killed are free again; left alone they would wait four hours. A living one
 * always listens on a connection that bears its name. One that is between two connections may lose a job to another
 * that does it as well, which jobs must bear anyhow.
 */
async function releaseOrphans(pool: pg.Pool): Promise<void> {
  await pool.query(
    `select ${SCHEMA}.force_unlock_workers(array_agg(locked_by))
       from (select distinct locked_by from ${SCHEMA}.jobs where locked_by is not null) taken
      where not exists (
        select from pg_stat_activity where datname = current_database() and application_name = $1 || locked_by)
     having count(*) > 0`,
    [nameOf('')],
  );
}

/**
 * Jobs of every minute look for what is to be done, and after a crash there is something: they do not wait for the
 * clock. However many processes begin, each is added once.
 */
async function lookAtOnce(pool: pg.Pool, jobs: readonly Job[]): Promise<void> {
  for (const { name, cron, attempts } of jobs) {
    if (cron !== EVERY_MINUTE) continue;
    await pool.query(
      `select ${SCHEMA}.add_job($1::text, '{}'::json, max_attempts => $2::int, job_key => $1::text || ' at start')`,
      [name, attempts ?? null],
    );
  }
}

async function counted(job: Job, payload: unknown, context: JobContext): Promise<void> {
  try {
    await job.run(payload, context);
    jobsDone.inc({ job: job.name, outcome: 'done' });
  } catch (error) {
    jobsDone.inc({ job: job.name, outcome: 'failed' });
    throw error;
  }
}

// Its messages carry names, numbers and stacks, never payloads; its metadata is left out because it does.
const loggerOver = (log: JobLog) =>
  new Logger((scope) => (level, message) => {
    const method = level === 'warning' ? 'warn' : level === 'info' ? 'debug' : level;
    log[method]({ job: scope.taskIdentifier, jobId: scope.jobId }, message);
  });

const quiet = new Logger(() => () => {});
