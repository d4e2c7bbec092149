import type { Context } from '#platform/context.ts';
import { transact } from '#platform/db.ts';
import { addJob, defineJobs, type Job } from '#platform/jobs.ts';
import { followLog } from '../figures/follow-log.ts';
import { logOrigin } from './log-keys.ts';
import { sequenceLog } from './sequence.ts';

const EVERY_MS = 2000;

/**
 * Takes what waits into the log every two seconds, and what the log took into the county figures: each run asks for the
 * next one under one key, so there is one chain however many servers there are, and the crontab begins it again where a
 * crash broke it.
 */
export function logJobs(at: Context): readonly Job[] {
  const job: Job = {
    name: 'benefit.sequence-log',
    cron: '* * * * *',
    attempts: 3,
    async run(_payload, { signal }) {
      try {
        await logOrigin(at);
        let taken: number;
        do {
          // What one batch brought is added up, in the database, while the next is hashed, here: figures are not behind
          // for as long as entries come.
          [taken] = await Promise.all([sequenceLog(at), followLog(at)]);
        } while (!signal.aborted && taken > 0);
        while (!signal.aborted && (await followLog(at)) > 0);
      } finally {
        const options = { key: job.name, queue: job.name, runAt: new Date(Date.now() + EVERY_MS) };
        if (!signal.aborted) await transact(at.db, (tx) => addJob(tx, job, {}, options));
      }
    },
  };
  return defineJobs(job as Job<never>);
}
