import type { FastifyInstance } from 'fastify';
import type { Context } from '#platform/context.ts';
import { scoped } from '#platform/db.ts';
import { serve } from '#platform/http/serve.ts';
import { registry } from '../contract.ts';
import { changeHousehold } from './change-household.ts';
import { cardView, endCard, issueCard, issueCards, readCard } from './household-card.ts';
import { householdScope } from './household-scope.ts';
import { householdPage, householdView } from './households.queries.ts';
import { mergeHouseholds } from './merge-households.ts';
import { moveHousehold } from './move-household.ts';
import { consentView, ownConsents, sayConsent, sayOwnConsent } from './name-consent.ts';
import { readHousehold } from './read-household.ts';
import { readingPage } from './readings.queries.ts';
import { registerHousehold } from './register-household.ts';

export function householdRoutes(app: FastifyInstance, at: Context): void {
  serve(app, registry.households, ({ by, params: { county }, query }) =>
    scoped(at.db, householdScope(by, county, registry.households.who), (tx) =>
      householdPage(tx, at.sealer, county, query),
    ),
  );

  serve(app, registry.household, ({ by, params: { county, id } }) =>
    scoped(at.db, householdScope(by, county, registry.household.who), (tx) => householdView(tx, at.sealer, county, id)),
  );

  serve(app, registry.addHousehold, ({ by, params, body, key }) =>
    registerHousehold(at, by, { ...body, ...params }, key),
  );

  serve(app, registry.changeHousehold, ({ by, params, body, key }) =>
    changeHousehold(at, by, { ...body, ...params }, key),
  );

  serve(app, registry.mergeHouseholds, ({ by, params, body, key }) =>
    mergeHouseholds(at, by, { ...body, ...params }, key),
  );

  serve(app, registry.moveHousehold, ({ by, params, body, key }) => moveHousehold(at, by, { ...body, ...params }, key));

  serve(app, registry.readHousehold, ({ by, params, body }) => readHousehold(at, by, { ...body, ...params }));

  serve(app, registry.nameConsent, ({ by, params: { county, id } }) =>
    scoped(at.db, householdScope(by, county, registry.nameConsent.who), (tx) => consentView(tx, county, id)),
  );
  serve(app, registry.sayConsent, ({ by, params, body, key }) => sayConsent(at, by, { ...params, ...body }, key));
  serve(app, registry.myConsents, ({ by }) => ownConsents(at, by));
  serve(app, registry.sayOwnConsent, ({ by, params, body, key }) => sayOwnConsent(at, by, { ...params, ...body }, key));

  serve(app, registry.householdCard, ({ by, params: { county, id } }) =>
    scoped(at.db, householdScope(by, county, registry.householdCard.who), (tx) => cardView(tx, at, county, id)),
  );
  serve(app, registry.issueCard, ({ by, params, key }) => issueCard(at, by, params, key));
  serve(app, registry.endCard, ({ by, params, body, key }) => endCard(at, by, { ...params, ...body }, key));
  serve(app, registry.issueCards, ({ by, params, body, key }) => issueCards(at, by, { ...params, ...body }, key));
  serve(app, registry.readCard, ({ by, params, body }) => readCard(at, by, { ...params, ...body }));

  serve(app, registry.readings, ({ by, params: { county }, query }) =>
    scoped(at.db, householdScope(by, county, registry.readings.who), (tx) => readingPage(tx, county, query)),
  );
}
