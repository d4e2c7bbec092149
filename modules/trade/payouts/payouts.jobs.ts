import type { Context } from '#platform/context.ts';
import type { Job } from '#platform/jobs.ts';
import { keepReceivers } from './keep-receivers.ts';
import { sendPayouts } from './send-payouts.ts';
import { shareOrders } from './share-orders.ts';
import { sweepPayouts } from './sweep.ts';
import { takeSharesBack } from './take-shares-back.ts';

/** All look for what is to be done instead of being told; each is one at a time by the rows it locks. */
export const payoutJobs = (at: Context): readonly Job<never>[] => [
  {
    name: 'trade.sweep-payouts',
    // Each hour and not each pay day: a day that was missed is then made up for within the hour.
    cron: '7 * * * *',
    attempts: 1,
    async run(_: unknown, { signal }) {
      await sweepPayouts(at, signal);
    },
  },
  {
    name: 'trade.send-payouts',
    cron: '* * * * *',
    attempts: 1,
    async run(_: unknown, { signal }) {
      await sendPayouts(at, signal);
    },
  },
  {
    name: 'trade.keep-receivers',
    cron: '*/5 * * * *',
    attempts: 1,
    async run(_: unknown, { signal }) {
      await keepReceivers(at, signal);
    },
  },
  {
    name: 'trade.share-orders',
    cron: '* * * * *',
    attempts: 1,
    async run(_: unknown, { signal }) {
      await shareOrders(at, signal);
    },
  },
  {
    name: 'trade.take-shares-back',
    cron: '* * * * *',
    attempts: 1,
    async run(_: unknown, { signal }) {
      await takeSharesBack(at, signal);
    },
  },
];
