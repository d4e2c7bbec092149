import { defineJobs } from '#platform/jobs.ts';
import type { Module } from '#platform/module.ts';
import { ledgerInvariants } from './ledger.invariants.ts';
import { ledgerRoutes } from './ledger.routes.ts';
import { expireHolds } from './transfers/expire-holds.ts';

export { type Balance, balance, balanceAt, balancesOf } from './accounts/balance.ts';
export { type AccountName, ensureAccounts, findAccount } from './accounts/ensure-accounts.ts';
export { reconcileJob } from './reconcile/reconcile-job.ts';
export { lastReconcile } from './reconcile/runs.queries.ts';
export { transfer, transferChains } from './transfers/transfer.ts';
export type { ChainOutcome, Outcome, TransferInput } from './transfers/transfer-rules.ts';

export const ledgerModule: Module = {
  name: 'ledger',
  routes: ledgerRoutes,
  jobs: (at) =>
    defineJobs({
      name: 'ledger.expire-holds',
      cron: '* * * * *',
      run: async (_payload, { signal }) => void (await expireHolds(at.db, at.clock.now(), signal)),
    }),
  invariants: ledgerInvariants,
};
