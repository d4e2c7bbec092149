import type { FastifyInstance } from 'fastify';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { scoped } from '#platform/db.ts';
import { serve } from '#platform/http/serve.ts';
import { serveCertificates } from './certificates/certificates.routes.ts';
import { findRange, readCode } from './codes/codes.queries.ts';
import { serveCodes } from './codes/codes.routes.ts';
import { lookWithout } from './codes/scan.ts';
import { trace } from './contract.ts';
import { serveResolver } from './digital-link/resolver.ts';
import { serveDisputes } from './disputes/disputes.routes.ts';
import { lotDetail } from './lots/lot-detail.ts';
import { lotReading } from './lots/lot-rights.ts';
import { lotViews } from './lots/lot-views.ts';
import { listLots } from './lots/lots.queries.ts';
import { pack } from './lots/pack.ts';
import { lotsOnSale, publicLot } from './lots/public-lot.ts';
import { serveOperations } from './operations/operations.routes.ts';
import { servePlots } from './plots/plots.routes.ts';
import { purchaseReading, purchaseView, purchaseViews } from './purchases/purchase-views.ts';
import { findPurchase, listPurchases, mayRead } from './purchases/purchases.queries.ts';
import { reversePurchase } from './purchases/reverse-purchase.ts';
import { weighIn } from './purchases/weigh-in.ts';
import { serveRecalls } from './recalls/recalls.routes.ts';
import { refuse } from './refuse.ts';
import { serveUnits } from './units/units.routes.ts';
import { villageLots } from './villages/village-lots.ts';
import { serveYields } from './yields/yields.routes.ts';

export function traceRoutes(app: FastifyInstance, at: Context): void {
  const { db, sealer } = at;

  serve(app, trace.purchases, ({ by, params: { county }, query }) => {
    const { page = 1, size = 20, ...filter } = query;
    const { scope, reading } = purchaseReading(by, county);
    return scoped(db, scope, async (tx) => {
      const { rows, total } = await listPurchases(tx, county, reading, { ...filter, page, size });
      return { rows: await purchaseViews(tx, sealer, county, rows), total, page, size };
    });
  });
  serve(app, trace.purchase, ({ by, params: { county, id } }) => {
    const { scope, reading } = purchaseReading(by, county);
    return scoped(db, scope, async (tx) => {
      const note = await findPurchase(tx, county, id);
      if (!note || !mayRead(reading, note)) throw refuse('purchase-not-found');
      return purchaseView(tx, sealer, county, note);
    });
  });
  serveYields(app, at);
  serveDisputes(app, at);
  servePlots(app, at);
  serve(app, trace.weighIn, ({ by, params, body, key }) => weighIn(at, by, { ...params, ...body }, key));
  serve(app, trace.reversePurchase, ({ by, params, body, key }) =>
    reversePurchase(at, by, { ...params, ...body }, key),
  );

  serve(app, trace.lots, ({ by, params: { county }, query }) => {
    const { page = 1, size = 20, ...filter } = query;
    return scoped(db, String(county), async (tx) => {
      const { rows, total } = await listLots(tx, county, lotReading(by, county), { ...filter, page, size });
      return { rows: await lotViews(tx, county, rows), total, page, size };
    });
  });
  serve(app, trace.lot, ({ by, params: { county, id } }) => lotDetail(db, sealer, by, county, id));
  serveCertificates(app, at);
  serveOperations(app, at);
  serveRecalls(app, at);
  serve(app, trace.pack, ({ by, params, body, key }) => pack(at, by, { ...params, ...body }, key));
  serveResolver(app, at);
  serveCodes(app, at);
  serveUnits(app, at);
  serve(app, trace.villageLots, ({ params: { county, village } }) => villageLots(at, county, village));

  serve(app, trace.publicLot, async ({ params }) => {
    const range = await findRange(db, params.gtin, params.lot);
    const lot = range && (await publicLot(db, sealer, range.county, range.lot));
    if (!lot) throw refuse('code-false');
    return lot;
  });
  serve(app, trace.publicCode, async ({ params }) => {
    const code = await readCode(db, sealer, params.gtin, params.lot, params.serial);
    const lot = code && (await publicLot(db, sealer, code.county, code.lot));
    if (!lot) throw refuse('code-false');
    return { lot, scan: await lookWithout(at, code) };
  });
  serve(app, trace.lotsOnSale, ({ params: { county, id } }) => lotsOnSale(db, county, id, dayOf(at.clock.now())));
}
