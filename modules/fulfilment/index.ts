import { defineJobs } from '#platform/jobs.ts';
import type { Module } from '#platform/module.ts';
import type { Subscriber } from '#platform/outbox.ts';
import type { OrderRefunded } from '#trade/events';
import { fulfilmentInvariants } from './fulfilment.invariants.ts';
import { fulfilmentRoutes } from './fulfilment.routes.ts';
import { receiveLate } from './parcels/receive-order.ts';
import { unpackParcels } from './parcels/unpack-parcels.ts';

const unpackRefunded: Subscriber<OrderRefunded> = {
  name: 'fulfilment.unpack-refunded',
  type: 'trade.order-refunded',
  apply: (tx, event) => unpackParcels(tx, event.county, event.payload.order),
};

/** Parcels: packed, sent, received. */
export const fulfilmentModule: Module = {
  name: 'fulfilment',
  routes: fulfilmentRoutes,
  subscribers: () => [unpackRefunded as Subscriber],
  jobs: (at) =>
    defineJobs({
      name: 'fulfilment.receive-late',
      cron: '20 * * * *',
      async run(_: unknown, { signal }) {
        await receiveLate(at, signal);
      },
    }),
  invariants: fulfilmentInvariants,
};
