import type { FastifyInstance } from 'fastify';
import type { Context } from '#platform/context.ts';
import { scoped } from '#platform/db.ts';
import { serve } from '#platform/http/serve.ts';
import { registry } from '../contract.ts';
import { householdScope } from '../households/household-scope.ts';
import { addPairing } from './add-pairing.ts';
import { endPairing } from './end-pairing.ts';
import { pairingPage } from './pairings.queries.ts';

export function pairingRoutes(app: FastifyInstance, at: Context): void {
  serve(app, registry.pairings, ({ by, params: { county }, query }) => {
    const scope = householdScope(by, county, registry.pairings.who);
    return scoped(at.db, scope, (tx) => pairingPage(tx, county, scope, query));
  });

  serve(app, registry.addPairing, ({ by, params, body, key }) => addPairing(at, by, { ...body, ...params }, key));

  serve(app, registry.endPairing, ({ by, params, body, key }) => endPairing(at, by, { ...body, ...params }, key));
}
