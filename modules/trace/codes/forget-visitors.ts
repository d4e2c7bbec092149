import { daysFrom } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import type { Job } from '#platform/jobs.ts';
import { forgetVisitors } from './scans.queries.ts';

/** Every night at three in China: who looked is taken away from looks that are a day old. */
export const forgetVisitorsJob = (at: Context): Job => ({
  name: 'trace.forget-visitors',
  cron: '0 19 * * *',
  async run() {
    await forgetVisitors(at.db, daysFrom(at.clock.now(), -1));
  },
});
