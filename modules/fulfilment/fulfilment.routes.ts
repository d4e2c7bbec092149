import type { FastifyInstance } from 'fastify';
import type { Context } from '#platform/context.ts';
import { serve } from '#platform/http/serve.ts';
import { fulfilment } from './contract.ts';
import { journey, journeyReader } from './parcels/journey.ts';
import { packCase } from './parcels/pack-case.ts';
import { packOrder } from './parcels/pack-order.ts';
import { parcelFor, parcelPage, parcelsOfOrder } from './parcels/parcel-views.ts';
import { receiveCase } from './parcels/receive-case.ts';
import { receiveOrder } from './parcels/receive-order.ts';
import { sendParcel } from './parcels/send-parcel.ts';
import { takeBack } from './parcels/take-back.ts';

export function fulfilmentRoutes(app: FastifyInstance, at: Context): void {
  const journeys = journeyReader(at);

  serve(app, fulfilment.parcels, ({ by, params, query }) => parcelPage(at.db, by, params.county, query));
  serve(app, fulfilment.parcel, ({ by, params }) => parcelFor(at, by, params.county, params.id));
  serve(app, fulfilment.orderParcels, ({ by, params }) => parcelsOfOrder(at, by, params.county, params.id));
  serve(app, fulfilment.packOrder, ({ by, params, body, key }) => packOrder(at, by, { ...params, ...body }, key));
  serve(app, fulfilment.sendParcel, ({ by, params, body, key }) => sendParcel(at, by, { ...params, ...body }, key));
  serve(app, fulfilment.receiveOrder, async ({ by, params, key }) => {
    await receiveOrder(at, by, params, key);
    return parcelsOfOrder(at, by, params.county, params.id);
  });
  serve(app, fulfilment.packCase, ({ by, params, key }) => packCase(at, by, params, key));
  serve(app, fulfilment.receiveCase, ({ by, params, key }) => receiveCase(at, by, params, key));
  serve(app, fulfilment.takeBack, ({ by, params, body, key }) => takeBack(at, by, { ...params, ...body }, key));
  serve(app, fulfilment.journey, ({ params }) => journey(at, journeys, params));
}
