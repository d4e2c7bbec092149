import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Context } from '#platform/context.ts';
import { fileIn } from '#platform/http/file-in.ts';
import { serve } from '#platform/http/serve.ts';
import { keepPaper, readPaper } from '#platform/papers.ts';
import { qrSvg } from '../codes/qr.ts';
import { trace } from '../contract.ts';
import { lotReading } from '../lots/lot-rights.ts';
import { refuse } from '../refuse.ts';
import { recordReport, withdrawReport } from '../reports/record-report.ts';
import { reportPage, reportView } from '../reports/report-views.ts';
import { findReport } from '../reports/reports.queries.ts';
import { certificatePage, certificateStatus, findCertificate } from './certificate-lookups.ts';
import { certificateDuty } from './duty-of-lots.ts';
import { issueCertificate, replaceCertificate } from './issue-certificate.ts';
import { receiveCertificate, receivedFile, receivedPage } from './receive-certificate.ts';

/** Lot certificates, the reports they rest on, and those that were received from other sellers. */
export function serveCertificates(app: FastifyInstance, at: Context): void {
  const { db } = at;
  serve(app, trace.issueCertificate, ({ by, params, body, key }) =>
    issueCertificate(at, by, { ...params, ...body }, key),
  );
  serve(app, trace.replaceCertificate, ({ by, params, body, key }) =>
    replaceCertificate(at, by, { ...params, ...body }, key),
  );
  serve(app, trace.certificates, ({ by, params: { county }, query }) => {
    const { page = 1, size = 20, ...filter } = query;
    return certificatePage(at, by, county, { ...filter, page, size });
  });
  serve(app, trace.certificateDuty, ({ by, params: { county, id } }) => certificateDuty(at, by, county, id));
  serve(app, trace.certificateStatus, ({ params }) => certificateStatus(db, params.code));
  serve(app, trace.certificateQr, async ({ params, reply }) => {
    const found = await findCertificate(db, params.code);
    if (!found) throw refuse('certificate-unknown');
    await reply
      .type('image/svg+xml')
      .header('cache-control', 'public, max-age=31536000, immutable')
      .send(qrSvg(`${at.publicUrl}/certificates/${found.code}`));
  });
  serve(app, trace.receivedCertificates, ({ by, params: { county }, query }) => {
    const { page = 1, size = 20, q } = query;
    return receivedPage(db, by, county, { q, page, size });
  });
  serve(app, trace.receiveCertificate, ({ by, params, body, key }) =>
    receiveCertificate(at, by, { ...params, ...body }, key),
  );
  serve(app, trace.receivedFile, async ({ by, params: { county, id }, reply }) =>
    sendPaper(reply, await receivedFile(db, by, county, id), 'paper-not-found'),
  );
  serve(app, trace.addPaper, async ({ params, request }) => {
    const kept = await keepPaper(at.files, params.kind, await fileIn(request, () => refuse('file-missing')));
    if (!kept) throw refuse('paper-type');
    return { file: kept.name };
  });

  serve(app, trace.reports, ({ by, params: { county }, query }) => {
    const { page = 1, size = 20, lot, ...filter } = query;
    return reportPage(db, by, county, { ...filter, ...(lot && { lots: [lot] }), page, size });
  });
  serve(app, trace.report, ({ by, params: { county, id } }) => reportView(db, by, county, id));
  serve(app, trace.recordReport, ({ by, params, body, key }) => recordReport(at, by, { ...params, ...body }, key));
  serve(app, trace.withdrawReport, ({ by, params, body, key }) => withdrawReport(at, by, { ...params, ...body }, key));
  serve(app, trace.reportFile, async ({ by, params: { county, id }, reply }) => {
    const report = await findReport(db, county, id, lotReading(by, county));
    if (!report?.file) throw refuse('report-not-found');
    return sendPaper(reply, report.file, 'report-not-found');
  });

  // Only for who asked: a shared cache in between must not keep a seller's paper.
  async function sendPaper(reply: FastifyReply, name: string, missing: 'paper-not-found' | 'report-not-found') {
    const paper = await readPaper(at.files, name);
    if (!paper) throw refuse(missing);
    await reply
      .type(paper.mime)
      .header('cache-control', 'private, no-store')
      .header('content-disposition', `attachment; filename="${missing.slice(0, 6)}.${paper.type}"`)
      .send(paper.bytes);
    return null;
  }
}
