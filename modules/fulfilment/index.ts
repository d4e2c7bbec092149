import type { Context } from '#platform/context.ts';
import { defineJobs } from '#platform/jobs.ts';
import type { Module } from '#platform/module.ts';
import type { Subscriber } from '#platform/outbox.ts';
import type { LinesDropped, OrderRefunded } from '#trade/events';
import { fulfilmentInvariants } from './fulfilment.invariants.ts';
import { fulfilmentRoutes } from './fulfilment.routes.ts';
import { carryOn } from './parcels/carry-on.ts';
import { receiveCasesLate } from './parcels/receive-case.ts';
import { receiveLate } from './parcels/receive-order.ts';
import { tellParcelStates } from './parcels/tell-parcels.ts';
import { unpackParcels } from './parcels/unpack-parcels.ts';

export { packPromised } from './parcels/pack-case.ts';
export { parcelDetails } from './parcels/parcel-views.ts';
export {
  type ParcelHead,
  parcelById,
  parcelHeads,
  parcelsPackedOn,
  receivePromised,
} from './parcels/parcels.queries.ts';
export { unpackPromised } from './parcels/unpack-parcels.ts';

const unpackRefunded: Subscriber<OrderRefunded> = {
  name: 'fulfilment.unpack-refunded',
  type: 'trade.order-refunded',
  apply: (tx, event) => unpackParcels(tx, event.county, event.payload.order),
};

const carryOnWithout = (at: Context): Subscriber<LinesDropped> => ({
  name: 'fulfilment.carry-on',
  type: 'trade.lines-dropped',
  apply: (tx, event) => carryOn(tx, at.clock.now(), event.county, event.payload.order),
});

/** Parcels: packed, sent, received. */
export const fulfilmentModule: Module = {
  name: 'fulfilment',
  routes: fulfilmentRoutes,
  subscribers: (at) => [unpackRefunded as Subscriber, carryOnWithout(at) as Subscriber],
  jobs: (at) =>
    defineJobs(
      {
        name: 'fulfilment.receive-late',
        cron: '20 * * * *',
        async run(_: unknown, { signal }) {
          await receiveLate(at, signal);
        },
      },
      {
        name: 'fulfilment.tell-parcels',
        cron: '* * * * *',
        attempts: 1,
        async run(_: unknown, { signal }) {
          await tellParcelStates(at, signal);
        },
      },
      {
        name: 'fulfilment.receive-cases-late',
        cron: '25 * * * *',
        async run(_: unknown, { signal }) {
          await receiveCasesLate(at, signal);
        },
      },
    ),
  invariants: fulfilmentInvariants,
};
