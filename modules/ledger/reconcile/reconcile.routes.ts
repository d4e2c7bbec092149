import type { FastifyInstance } from 'fastify';
import { overCounty } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { once } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { serve } from '#platform/http/serve.ts';
import { addJob } from '#platform/jobs.ts';
import { ledger } from '../contract.ts';
import { reconcileName } from './reconcile-job.ts';
import { reconcileRunById, reconcileRuns } from './runs.queries.ts';

export function reconcileRoutes(app: FastifyInstance, at: Context): void {
  serve(app, ledger.reconcileRuns, ({ query: { page = 1, size = 20 } }) => reconcileRuns(at.db, page, size));

  serve(app, ledger.reconcileRun, async ({ params: { county, id }, by }) => {
    const found = await reconcileRunById(at.db, id);
    if (!found) throw refusePlatform('not-found');
    // A run is over all counties; what is wrong in another one is not this county's to read.
    const all = overCounty(by, county, ['platform']);
    const own = new RegExp(`\\b${county}\\b`);
    return {
      ...found,
      findings: found.findings.map((finding) => ({
        ...finding,
        breaches: all ? finding.breaches : finding.breaches.filter((line) => own.test(line)),
      })),
    };
  });

  serve(app, ledger.startReconcile, ({ key }) =>
    once(at.db, key, async (tx) => {
      // However many ask before it begins, it runs once.
      await addJob(tx, reconcileName, {}, { key: reconcileName.name });
      return {};
    }),
  );
}
