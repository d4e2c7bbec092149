import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Actor, Caller } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { refusePlatform } from '#platform/errors.ts';
import { serve } from '#platform/http/serve.ts';
import type { County } from '#platform/ids.ts';
import { personNames, regionNames } from '#registry';
import { lotReading } from '../lots/lot-rights.ts';
import { findLot } from '../lots/lots.queries.ts';
import { makePrintJob, printFile, printJobsOf } from '../print/print-job.ts';
import { refuse } from '../refuse.ts';
import { type AlertRow, alertMovesOf, findAlert, listAlerts } from './alerts.queries.ts';
import { answerAlert } from './answer-alert.ts';
import { keyVersionOf } from './code-keys.ts';
import { codeRoutes } from './codes.contract.ts';
import { codePath, keyVersionNow, lotPath, rangesOf, readCode } from './codes.queries.ts';
import { countFalseCodes } from './false-codes.ts';
import { lotCodes } from './lot-codes.ts';
import { qrSvg } from './qr.ts';
import { reissueCodes } from './reissue-codes.ts';
import { rotateCodeKey } from './rotate-key.ts';
import { lookCounter, scanCode } from './scan.ts';
import { scanRuleOf } from './scan-rules.ts';
import { lotLooks, placesOf } from './scans.queries.ts';
import { serialOf } from './serial.ts';
import { setScanRule } from './set-scan-rule.ts';
import { provinceOf, provinceOfRequest, visitorOf } from './visitor.ts';

// A code's drawing is the same for ever.
const FOR_EVER = 'public, max-age=31536000, immutable';

/** Codes of packs: printing them, looking them up, and what the county does about those that are copied. */
export function serveCodes(app: FastifyInstance, at: Context): void {
  const { db, sealer } = at;
  const counters = { looks: lookCounter(at), falseCodes: countFalseCodes() };

  serve(app, codeRoutes.codes, ({ by, params, query }) => lotCodes(at, by, { ...params, ...query }));
  serve(app, codeRoutes.printJobs, async ({ by, params: { county, id } }) => {
    await requireLot(at, by, county, id);
    const jobs = await printJobsOf(db, county, id);
    const names = await personNames(
      db,
      jobs.map((job) => job.byPerson),
    );
    return jobs.map(({ byPerson, ...job }) => ({ ...job, byName: names.get(byPerson) ?? '' }));
  });
  serve(app, codeRoutes.makePrintJob, ({ by, params, body, key }) => makePrintJob(at, by, { ...params, ...body }, key));
  serve(app, codeRoutes.printFile, async ({ by, params, reply }) => {
    const { file, type, name } = await printFile(at, by, params);
    await reply
      .type(type)
      .header('content-disposition', `attachment; filename="${name}"`)
      .header('cache-control', 'no-store')
      .send(file);
  });
  serve(app, codeRoutes.codeKey, async ({ params: { county } }) => ({ version: await keyVersionNow(db, county) }));
  serve(app, codeRoutes.rotateCodeKey, ({ by, params, body, key }) =>
    rotateCodeKey(at, by, { ...params, ...body }, key),
  );
  serve(app, codeRoutes.reissueCodes, ({ by, params, body, key }) => reissueCodes(at, by, { ...params, ...body }, key));
  serve(app, codeRoutes.scanRule, ({ params: { county } }) => scanRuleOf(db, county));
  serve(app, codeRoutes.setScanRule, ({ by, params, body, key }) => setScanRule(at, by, { ...params, ...body }, key));

  serve(app, codeRoutes.lotScans, async ({ by, params: { county, id } }) => {
    await requireLot(at, by, county, id);
    const { places, ...looks } = await lotLooks(db, county, id);
    const names = await provinces(places.map((place) => place.province));
    return { ...looks, places: places.map((place) => ({ ...place, name: names.get(place.province) ?? '' })) };
  });
  serve(app, codeRoutes.codeAlerts, async ({ by, params: { county }, query }) => {
    const { page = 1, size = 20, ...filter } = query;
    const { rows, total } = await listAlerts(db, county, lotReading(by, county), { ...filter, page, size });
    return { rows: await alertViews(county, rows), total, page, size };
  });
  serve(app, codeRoutes.codeAlert, async ({ by, params: { county, id } }) => {
    const found = await findAlert(db, county, id, lotReading(by, county));
    const [alert] = found ? await alertViews(county, [found]) : [];
    if (!found || !alert) throw refuse('alert-not-found');
    const moves = await alertMovesOf(db, county, id);
    const people = await personNames(
      db,
      moves.map((move) => move.byPerson),
    );
    const places = await placesOf(db, county, [found]);
    const names = await provinces(places.map((place) => place.province));
    return {
      alert,
      moves: moves.map(({ byPerson, ...move }) => ({ ...move, byName: people.get(byPerson) ?? '' })),
      places: places.map((place) => ({ ...place, name: names.get(place.province) ?? '' })),
    };
  });
  serve(app, codeRoutes.lookIntoAlert, ({ by, params, body, key }) =>
    answerAlert(at, by, { ...params, ...body, to: 'looked_at' }, key),
  );
  serve(app, codeRoutes.closeAlert, ({ by, params, body, key }) =>
    answerAlert(at, by, { ...params, ...body, to: 'closed' }, key),
  );

  const lookerOf = (by: Caller, request: FastifyRequest) => ({
    address: request.ip,
    visitor: visitorOf(at, request),
    province: provinceOfRequest(at, request),
    counties: by.memberships.map((membership) => membership.county),
  });
  serve(app, codeRoutes.scan, ({ by, params, request }) => scanCode(at, counters, lookerOf(by, request), params));
  serve(app, codeRoutes.tellPlace, ({ by, params, body, request }) => {
    const province = provinceOf(body.province);
    if (province === null) throw refusePlatform('region-code-broken', { code: body.province });
    return scanCode(at, counters, lookerOf(by, request), { ...params, province });
  });
  serve(app, codeRoutes.codeQr, async ({ params, reply }) => {
    const code = await readCode(db, sealer, params.gtin, params.lot, params.serial);
    if (!code) throw refuse('code-false');
    const svg = qrSvg(at.publicUrl + codePath(params.gtin, params.lot, params.serial));
    await reply.type('image/svg+xml').header('cache-control', FOR_EVER).send(svg);
  });

  /** Names of provinces by their two digits. */
  async function provinces(codes: readonly string[]): Promise<Map<string, string>> {
    const names = await regionNames(db, codes);
    return new Map([...names].map(([code, { name }]) => [code, name]));
  }

  /** Alerts as people read them: with the page they are about, and the provinces by name. */
  async function alertViews(county: County, rows: readonly AlertRow[]) {
    const ranges = await rangesOf(db, county, [...new Set(rows.map((row) => row.lot))]);
    const names = await provinces([...new Set(rows.flatMap((row) => row.provinces))]);
    return rows.map(({ gtin, ...row }) => {
      const range = ranges.get(row.lot);
      // Of a pack that was never packed there is no page.
      const page =
        range && row.pack >= 1 && row.pack <= range.packs
          ? codePath(
              gtin,
              row.lotNumber,
              serialOf(sealer, { county, lot: row.lot, pack: row.pack, keyVersion: keyVersionOf(range, row.pack) }),
            )
          : lotPath(gtin, row.lotNumber);
      return { ...row, path: page, provinces: row.provinces.map((code) => names.get(code) ?? code) };
    });
  }
}

/** @throws Refusal `lot-not-found`, also for somebody else's */
async function requireLot(at: Context, by: Actor, county: County, id: string): Promise<void> {
  if (!(await findLot(at.db, county, id, lotReading(by, county)))) throw refuse('lot-not-found');
}
