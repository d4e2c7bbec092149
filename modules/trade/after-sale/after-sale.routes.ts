import type { FastifyInstance } from 'fastify';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import type { PictureWidth } from '#platform/files.ts';
import { fileIn } from '#platform/http/file-in.ts';
import { serve } from '#platform/http/serve.ts';
import type { County } from '#platform/ids.ts';
import { askInvoice, withdrawInvoice } from '../invoice/ask-invoice.ts';
import { invoices } from '../invoice/invoice.contract.ts';
import { countyInvoices, invoiceFile, invoicesOfOrder } from '../invoice/invoice-views.ts';
import { addInvoiceFile, issueInvoice, refuseInvoice } from '../invoice/issue-invoice.ts';
import { refundPage } from '../payment/refund-list.ts';
import { refuse } from '../refuse.ts';
import { afterSale } from './after-sale.contract.ts';
import { addAfterSaleRule, afterSaleRules } from './after-sale-rules.ts';
import {
  acceptCase,
  decideCase,
  disputeCase,
  objectToGoods,
  refuseCase,
  sendBack,
  withdrawCase,
} from './answer-case.ts';
import { countyCases, myCases } from './case-lists.ts';
import { afterSaleOf, caseView } from './case-views.ts';
import { openCase } from './open-case.ts';
import { addPhoto, photoBytes } from './photos.ts';
import { sayInCase } from './say.ts';

export function afterSaleRoutes(app: FastifyInstance, at: Context): void {
  const view = (by: Actor, params: { county: County; id: string }) => caseView(at, by, params.county, params.id);

  serve(app, afterSale.afterSaleOf, ({ by, params }) => afterSaleOf(at, by, params.county, params.id));
  serve(app, afterSale.addOrderPhoto, async ({ by, params, request, key }) =>
    addPhoto(
      at,
      by,
      { county: params.county, order: params.id, bytes: await fileIn(request, () => refuse('file-missing')) },
      key,
    ),
  );
  serve(app, afterSale.openCase, async ({ by, params, body, key }) => {
    const id = await openCase(at, by, { ...body, county: params.county, order: params.id }, key);
    return caseView(at, by, params.county, id);
  });
  serve(app, afterSale.myCases, ({ by, query }) => myCases(at.db, by, query));
  serve(app, afterSale.case, ({ by, params }) => view(by, params));
  serve(app, afterSale.cases, ({ by, params, query }) => countyCases(at.db, by, params.county, at.clock.now(), query));
  serve(app, afterSale.acceptCase, async ({ by, params, body, key }) => {
    await acceptCase(at, by, { ...params, ...body }, key);
    return view(by, params);
  });
  serve(app, afterSale.refuseCase, async ({ by, params, body, key }) => {
    await refuseCase(at, by, { ...params, ...body }, key);
    return view(by, params);
  });
  serve(app, afterSale.objectToGoods, async ({ by, params, body, key }) => {
    await objectToGoods(at, by, { ...params, ...body }, key);
    return view(by, params);
  });
  serve(app, afterSale.withdrawCase, async ({ by, params, key }) => {
    await withdrawCase(at, by, params, key);
    return view(by, params);
  });
  serve(app, afterSale.sendBack, async ({ by, params, body, key }) => {
    await sendBack(at, by, { ...params, ...body }, key);
    return view(by, params);
  });
  serve(app, afterSale.disputeCase, async ({ by, params, body, key }) => {
    await disputeCase(at, by, { ...params, ...body }, key);
    return view(by, params);
  });
  serve(app, afterSale.decideCase, async ({ by, params, body, key }) => {
    await decideCase(at, by, { ...params, ...body }, key);
    return view(by, params);
  });
  serve(app, afterSale.sayInCase, async ({ by, params, body, key }) => {
    await sayInCase(at, by, { ...params, ...body }, key);
    return view(by, params);
  });
  serve(app, afterSale.addCasePhoto, async ({ by, params, request, key }) =>
    addPhoto(
      at,
      by,
      { county: params.county, order: '', case: params.id, bytes: await fileIn(request, () => refuse('file-missing')) },
      key,
    ),
  );
  serve(app, afterSale.casePhoto, async ({ by, params, query, reply }) => {
    const width = Number(query.width ?? 800) as PictureWidth;
    const bytes = await photoBytes(at, by, { ...params, width });
    // Only for who asked: a shared cache in between must not keep somebody's evidence.
    await reply.type('image/webp').header('cache-control', 'private, max-age=86400').send(bytes);
    return null;
  });
  serve(app, afterSale.afterSaleRules, ({ params }) => afterSaleRules(at.db, params.county));
  serve(app, afterSale.addAfterSaleRule, ({ by, params, body, key }) =>
    addAfterSaleRule(at, by, { ...params, ...body }, key),
  );
  serve(app, afterSale.refunds, ({ params, query }) => refundPage(at.db, params.county, query));
  invoiceRoutes(app, at);
}

function invoiceRoutes(app: FastifyInstance, at: Context): void {
  serve(app, invoices.invoicesOfOrder, ({ by, params }) => invoicesOfOrder(at, by, params.county, params.id));
  serve(app, invoices.askInvoice, async ({ by, params, body, key }) => {
    await askInvoice(at, by, { ...body, county: params.county, order: params.id }, key);
    return invoicesOfOrder(at, by, params.county, params.id);
  });
  serve(app, invoices.withdrawInvoice, ({ by, params, key }) => withdrawInvoice(at, by, params, key));
  serve(app, invoices.invoices, ({ by, params, query }) => countyInvoices(at, by, params.county, query));
  serve(app, invoices.addInvoiceFile, async ({ by, params, request }) =>
    addInvoiceFile(at, by, { ...params, bytes: await fileIn(request, () => refuse('file-missing')) }),
  );
  serve(app, invoices.issueInvoice, ({ by, params, body, key }) => issueInvoice(at, by, { ...params, ...body }, key));
  serve(app, invoices.refuseInvoice, ({ by, params, body, key }) => refuseInvoice(at, by, { ...params, ...body }, key));
  serve(app, invoices.invoiceFile, async ({ by, params, reply }) => {
    const { bytes, mime, name } = await invoiceFile(at, by, params);
    await reply
      .type(mime)
      .header('cache-control', 'private, no-store')
      .header('content-disposition', `attachment; filename="${name}"`)
      .send(bytes);
    return null;
  });
}
