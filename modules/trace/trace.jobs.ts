import type { Context } from '#platform/context.ts';
import { defineJobs } from '#platform/jobs.ts';
import { forgetReceived } from './certificates/receive-certificate.ts';
import { forgetVisitorsJob } from './codes/forget-visitors.ts';
import { captureJob, runCapture } from './epcis/capture.ts';
import { postOutside } from './epcis/post-outside.ts';
import { tellFacts } from './epcis/tell-facts.ts';
import { tellSubscribers } from './epcis/tell-subscribers.ts';

export const traceJobs = (at: Context) =>
  defineJobs(
    forgetVisitorsJob(at),
    {
      name: 'trace.forget-received',
      cron: '40 19 * * *',
      async run() {
        await forgetReceived(at);
      },
    },
    {
      ...captureJob,
      async run(asked: { county: number; id: string }) {
        await runCapture(at, asked);
      },
    },
    {
      name: 'trace.tell-facts',
      cron: '* * * * *',
      attempts: 1,
      async run(_: unknown, { signal }) {
        await tellFacts(at, signal);
      },
    },
    {
      name: 'trace.tell-subscribers',
      cron: '* * * * *',
      attempts: 1,
      async run(_: unknown, { signal }) {
        await tellSubscribers(at, postOutside, signal);
      },
    },
  );
