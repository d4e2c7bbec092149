import type { Module } from '#platform/module.ts';
import { benefitInvariants } from './benefit.invariants.ts';
import { benefitRoutes } from './benefit.routes.ts';
import { purchaseSubscribers } from './entries/record-purchase.ts';
import { settlementSubscriber } from './settled/record-settlement.ts';

export const benefitModule: Module = {
  name: 'benefit',
  routes: benefitRoutes,
  subscribers: () => [...purchaseSubscribers(), settlementSubscriber()],
  invariants: benefitInvariants,
};
