import type { Context } from '#platform/context.ts';
import type { Job } from '#platform/jobs.ts';
import type { Module } from '#platform/module.ts';
import { runReconcile } from './run-reconcile.ts';

/** Asked for by hand and by the night alike. */
export const reconcileName = { name: 'ledger.reconcile', attempts: 3 };

/**
 * Once a night (02:20 in China), and when somebody asks: all invariants of all modules, which only the server knows.
 */
export const reconcileJob = (at: Context, modules: readonly Module[]): Job => ({
  ...reconcileName,
  cron: '20 18 * * *',
  run: async (_payload, { signal }) => void (await runReconcile(at.db, at.clock, modules, signal)),
});
