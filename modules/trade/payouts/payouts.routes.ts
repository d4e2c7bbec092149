import type { FastifyInstance } from 'fastify';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { scoped } from '#platform/db.ts';
import { fileIn } from '#platform/http/file-in.ts';
import { sendDownload } from '#platform/http/send-download.ts';
import { serve } from '#platform/http/serve.ts';
import { refuse } from '../refuse.ts';
import { addPayee } from './add-payee.ts';
import { approveBatch } from './approve-batch.ts';
import { fileById, makeBankFile, takeBankFile } from './bank-file.ts';
import { batchPage, batchView, batchWritten, payoutOwed } from './batch-views.ts';
import { cancelBatch, cancelLine } from './cancel-batch.ts';
import { closePayee } from './close-payee.ts';
import { handOut } from './hand-out.ts';
import { addReceiptPhoto, handOutPage, myPayouts } from './hand-out-views.ts';
import { matterPage } from './matter-views.ts';
import { closeMatter } from './matters.ts';
import { organisationOwed } from './organisation-owed.ts';
import { findPayee, payeePage, payeeWritten } from './payee-views.ts';
import { payoutRoutes as routes } from './payouts.contract.ts';
import { prepareBatch } from './prepare-batch.ts';
import { readPayee } from './read-payee.ts';
import { recallPayment, recordResult, recordReturn } from './record-result.ts';
import { nextPayDay, setSchedule } from './schedule.ts';
import { takeBankResults } from './take-bank-results.ts';

export function servePayouts(app: FastifyInstance, at: Context): void {
  serve(app, routes.payees, ({ by, params, query }) => payeePage(at, by, params.county, query));
  serve(app, routes.addPayee, async ({ by, params, body, key }) =>
    payeeWritten(at, params.county, await addPayee(at, by, { ...params, ...body }, key)),
  );
  serve(app, routes.findPayee, ({ params, body }) => findPayee(at, params.county, body.account));
  serve(app, routes.closePayee, async ({ by, params, key }) => {
    await closePayee(at, by, params, key);
    return payeeWritten(at, params.county, params.id);
  });
  serve(app, routes.readPayee, ({ by, params, body }) => readPayee(at, by, { ...params, ...body }));

  serve(app, routes.payoutOwed, ({ params }) => payoutOwed(at, params.county));
  serve(app, routes.payoutBatches, ({ params, query }) => batchPage(at, params.county, query));
  serve(app, routes.payoutBatch, ({ by, params }) => batchView(at, by, params.county, params.id));
  serve(app, routes.makeBankFile, async ({ by, params, body, key }) => {
    const id = await makeBankFile(at, by, { ...params, ...body }, key);
    return scoped(at.db, String(params.county), (tx) => fileById(tx, params.county, id));
  });
  serve(app, routes.bankFile, async ({ by, params, reply }) => {
    await sendDownload(reply, {
      ...(await takeBankFile(at, by, { ...params, format: 'csv' })),
      type: 'text/csv; charset=utf-8',
    });
  });
  serve(app, routes.bankFileSheet, async ({ by, params, reply }) => {
    await sendDownload(reply, await takeBankFile(at, by, { ...params, format: 'xlsx' }));
  });
  serve(app, routes.takeBankResults, ({ by, params, body }) => takeBankResults(at, by, { ...params, ...body }));
  serve(app, routes.preparePayouts, async ({ by, params, body, key }) =>
    batchWritten(at, params.county, await prepareBatch(at, by, { ...params, ...body }, key)),
  );
  serve(app, routes.approvePayouts, async ({ by, params, body, key }) => {
    await approveBatch(at, by, { ...params, ...body }, key);
    return batchWritten(at, params.county, params.id);
  });
  serve(app, routes.cancelPayouts, async ({ by, params, body, key }) => {
    await cancelBatch(at, by, { ...params, ...body }, key);
    return batchWritten(at, params.county, params.id);
  });
  serve(app, routes.cancelPayout, ({ by, params, body, key }) => cancelLine(at, by, { ...params, ...body }, key));
  serve(app, routes.recordPayout, ({ by, params, body, key }) => recordResult(at, by, { ...params, ...body }, key));
  serve(app, routes.returnPayout, ({ by, params, body, key }) => recordReturn(at, by, { ...params, ...body }, key));
  serve(app, routes.recallPayout, ({ by, params }) => recallPayment(at, by, params));

  serve(app, routes.handOuts, ({ by, params, query }) => handOutPage(at, by, params.county, query));
  serve(app, routes.handOut, ({ by, params, body, key }) => handOut(at, by, { ...params, ...body }, key));
  serve(app, routes.addReceiptPhoto, async ({ by, params, request, key }) => {
    return addReceiptPhoto(at, by, { ...params, bytes: await fileIn(request, () => refuse('file-missing')) }, key);
  });

  serve(app, routes.payoutMatters, ({ params, query }) => matterPage(at, params.county, query));
  serve(app, routes.closeMatter, ({ by, params, body, key }) => closeMatter(at, by, { ...params, ...body }, key));
  serve(app, routes.setPayoutSchedule, async ({ by, params, body }) => {
    const schedule = await setSchedule(at, by, { ...params, ...body });
    return { ...schedule, nextDay: nextPayDay(schedule, dayOf(at.clock.now())) };
  });
  serve(app, routes.organisationOwed, ({ by, params, query }) => organisationOwed(at, by, params.county, query));
  serve(app, routes.myPayouts, ({ by }) => myPayouts(at, by));
}
