import type { Context } from '#platform/context.ts';
import { defineJobs } from '#platform/jobs.ts';
import { settleBalances } from './after-sale/ask-balance.ts';
import { elapseCases } from './after-sale/elapse-cases.ts';
import { raiseRemittances } from './bank/raise-remittances.ts';
import { tidyCarts } from './cart/tidy-carts.ts';
import { expireCheckouts } from './orders/expire-checkouts.ts';
import { askPayments } from './payment/ask-payments.ts';
import { askRefunds } from './payment/ask-refunds.ts';
import { applyWaitingNotices } from './payment/receive-notice.ts';
import { payoutJobs } from './payouts/payouts.jobs.ts';
import { settleRecalled } from './recalls/settle-recalled.ts';
import { sendRecallMessages } from './recalls/tell-buyers.ts';
import { reconcileDueBills } from './reconciliation/reconcile-bill.ts';
import { stopExpired } from './stock/stop-expired.ts';

// All of them look for what is to be done instead of being told: a crash between a fact and its job then loses nothing.
export const tradeJobs = (at: Context) =>
  defineJobs(
    ...payoutJobs(at),
    {
      name: 'trade.expire-checkouts',
      cron: '* * * * *',
      attempts: 1,
      async run(_: unknown, { signal }) {
        await expireCheckouts(at, signal);
      },
    },
    {
      name: 'trade.ask-refunds',
      cron: '* * * * *',
      attempts: 1,
      async run(_: unknown, { signal }) {
        await askRefunds(at, signal);
      },
    },
    {
      name: 'trade.ask-payments',
      cron: '* * * * *',
      attempts: 1,
      async run(_: unknown, { signal }) {
        await askPayments(at, signal);
      },
    },
    {
      name: 'trade.apply-waiting-notices',
      cron: '* * * * *',
      attempts: 1,
      async run(_: unknown, { signal }) {
        await applyWaitingNotices(at, signal);
      },
    },
    {
      name: 'trade.settle-recalled',
      cron: '* * * * *',
      attempts: 1,
      async run(_: unknown, { signal }) {
        await settleRecalled(at, signal);
      },
    },
    {
      name: 'trade.send-recall-messages',
      cron: '* * * * *',
      attempts: 1,
      async run(_: unknown, { signal }) {
        await sendRecallMessages(at, signal);
      },
    },
    {
      name: 'trade.elapse-cases',
      cron: '* * * * *',
      attempts: 1,
      async run(_: unknown, { signal }) {
        await elapseCases(at, signal);
      },
    },
    {
      name: 'trade.settle-balances',
      cron: '* * * * *',
      attempts: 1,
      async run(_: unknown, { signal }) {
        await settleBalances(at, signal);
      },
    },
    {
      name: 'trade.reconcile-bills',
      // From ten past ten in China on, every hour of the day: a bill that was late, or could not be had, is had later.
      cron: '10 2-15 * * *',
      attempts: 1,
      async run(_: unknown, { signal }) {
        await reconcileDueBills(at, signal);
      },
    },
    {
      name: 'trade.raise-remittances',
      cron: '20 1 * * *',
      attempts: 1,
      async run(_: unknown, { signal }) {
        await raiseRemittances(at, signal);
      },
    },
    {
      name: 'trade.stop-expired',
      // Just after midnight in China.
      cron: '5 16 * * *',
      async run() {
        await stopExpired(at);
      },
    },
    {
      name: 'trade.tidy-carts',
      cron: '50 19 * * *',
      async run() {
        await tidyCarts(at);
      },
    },
  );
