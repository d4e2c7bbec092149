import type { FastifyInstance } from 'fastify';
import type { Context } from '#platform/context.ts';
import { scoped } from '#platform/db.ts';
import { fileIn } from '#platform/http/file-in.ts';
import { serve } from '#platform/http/serve.ts';
import { staffInRoles } from '#registry';
import { refuse } from '../refuse.ts';
import { addProof, answerCheck, checkContact, proofBytes } from './answer-check.ts';
import { closeSample } from './close-sample.ts';
import { drawSample } from './draw-sample.ts';
import { checkerRoles } from './sample-kinds.ts';
import { checksOf, samplePage, sampleView, verification } from './sample-views.ts';
import { sampleRoutes as routes } from './samples.contract.ts';

export function serveSamples(app: FastifyInstance, at: Context): void {
  serve(app, routes.verification, ({ params: { county } }) => verification(at, county));
  serve(app, routes.samples, ({ params: { county }, query }) => samplePage(at, county, query));
  serve(app, routes.sample, ({ params: { county, id } }) => sampleView(at, county, id));
  serve(app, routes.sampleCheckers, async ({ params: { county } }) => {
    const staff = await staffInRoles(at.db, county, checkerRoles);
    return staff.map(({ person, name, role, orgName }) => ({
      ...{ person, name, orgName },
      role: role as (typeof checkerRoles)[number],
    }));
  });
  serve(app, routes.drawSample, ({ by, params, body, key }) => drawSample(at, by, { ...params, ...body }, key));
  serve(app, routes.closeSample, ({ by, params, key }) => closeSample(at, by, params, key));
  serve(app, routes.myChecks, ({ by, params: { county } }) =>
    scoped(at.db, String(county), (tx) => checksOf(at, tx, by, county)),
  );
  serve(app, routes.checkContact, ({ by, params }) => checkContact(at, by, params));
  serve(app, routes.addProof, async ({ by, params, request, key }) => {
    return addProof(at, by, { ...params, bytes: await fileIn(request, () => refuse('proof-missing')) }, key);
  });
  serve(app, routes.answerCheck, ({ by, params, body, key }) => answerCheck(at, by, { ...params, ...body }, key));
  serve(app, routes.proof, async ({ by, params, reply }) => {
    const { mime, bytes } = await proofBytes(at, by, params);
    // Only for who asked: a shared cache in between must not keep somebody's voice.
    await reply.type(mime).header('cache-control', 'private, max-age=86400').send(bytes);
    return null;
  });
}
