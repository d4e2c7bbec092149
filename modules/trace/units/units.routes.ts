import type { FastifyInstance } from 'fastify';
import type { Context } from '#platform/context.ts';
import { serve } from '#platform/http/serve.ts';
import { qrSvg, ssccSvg } from '../codes/qr.ts';
import { lotReading } from '../lots/lot-rights.ts';
import { refuse } from '../refuse.ts';
import { makeUnit } from './make-unit.ts';
import { setCompanyPrefix } from './set-company-prefix.ts';
import { unitPath } from './sscc.ts';
import { publicUnit, unitViews } from './unit-views.ts';
import { unitRoutes } from './units.contract.ts';
import { findUnit, listUnits } from './units.queries.ts';
import { unpackUnit } from './unpack-unit.ts';

const FOR_EVER = 'public, max-age=31536000, immutable';

/** Cases and pallets. */
export function serveUnits(app: FastifyInstance, at: Context): void {
  const { db } = at;
  serve(app, unitRoutes.units, async ({ by, params: { county }, query }) => {
    const { page = 1, size = 20, ...filter } = query;
    const { rows, total } = await listUnits(db, county, lotReading(by, county), { ...filter, page, size });
    return { rows: await unitViews(db, county, rows), total, page, size };
  });
  serve(app, unitRoutes.makeUnit, ({ by, params, body, key }) => makeUnit(at, by, { ...params, ...body }, key));
  serve(app, unitRoutes.unpackUnit, ({ by, params, body, key }) => unpackUnit(at, by, { ...params, ...body }, key));
  serve(app, unitRoutes.setCompanyPrefix, ({ by, params: { county, id }, body, key }) =>
    setCompanyPrefix(at, by, { county, org: id, ...body }, key),
  );
  serve(app, unitRoutes.publicUnit, async ({ params: { sscc } }) => {
    const found = await findUnit(db, sscc);
    if (!found) throw refuse('unit-not-found');
    return publicUnit(db, found.county, found);
  });
  serve(app, unitRoutes.unitQr, async ({ params: { sscc }, reply }) => {
    if (!(await findUnit(db, sscc))) throw refuse('unit-not-found');
    await reply
      .type('image/svg+xml')
      .header('cache-control', FOR_EVER)
      .send(qrSvg(at.publicUrl + unitPath(sscc)));
  });
  serve(app, unitRoutes.unitBarcode, async ({ params: { sscc }, reply }) => {
    if (!(await findUnit(db, sscc))) throw refuse('unit-not-found');
    await reply
      .type('image/svg+xml')
      .header('cache-control', FOR_EVER)
      .send(await ssccSvg(sscc));
  });
}
