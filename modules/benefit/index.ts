import type { Module } from '#platform/module.ts';
import { benefitInvariants } from './benefit.invariants.ts';
import { benefitRoutes } from './benefit.routes.ts';
import { purchaseSubscribers } from './entries/record-purchase.ts';
import { logInvariants } from './log/log.invariants.ts';
import { logJobs } from './log/log.jobs.ts';
import { settlementSubscriber } from './settled/record-settlement.ts';

export const benefitModule: Module = {
  name: 'benefit',
  routes: benefitRoutes,
  subscribers: () => [...purchaseSubscribers(), settlementSubscriber()],
  jobs: logJobs,
  invariants: [...benefitInvariants, ...logInvariants],
};
