import { defineJobs } from '#platform/jobs.ts';
import type { Module } from '#platform/module.ts';
import type { Subscriber } from '#platform/outbox.ts';
import { noteRewardSent, oweRecalledAgain, receivePledgesLate } from './pledges/deliver-pledge.ts';
import { presaleInvariants } from './presale.invariants.ts';
import { presaleRoutes } from './presale.routes.ts';
import { closeProjects } from './projects/close-projects.ts';

export { sharersOf } from './projects/projects.queries.ts';

/** Crowdfunding: projects, pledges, what backers are owed. */
export const presaleModule: Module = {
  name: 'presale',
  routes: presaleRoutes,
  subscribers: (at) => [noteRewardSent(at) as Subscriber, oweRecalledAgain as Subscriber],
  jobs: (at) =>
    defineJobs(
      {
        name: 'presale.close-projects',
        cron: '* * * * *',
        attempts: 1,
        async run(_: unknown, { signal }) {
          await closeProjects(at, signal);
        },
      },
      {
        name: 'presale.receive-late',
        cron: '35 * * * *',
        async run(_: unknown, { signal }) {
          await receivePledgesLate(at, signal);
        },
      },
    ),
  invariants: presaleInvariants,
};
