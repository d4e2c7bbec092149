import type { FastifyInstance } from 'fastify';
import { membershipsIn } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { serve } from '#platform/http/serve.ts';
import { registry } from '../contract.ts';
import { addStaff } from '../people/add-staff.ts';
import { staffOf } from '../people/people.queries.ts';
import { removeStaff } from '../people/remove-staff.ts';
import { addOrganisation } from './add-organisation.ts';
import { changeOrganisation } from './change-organisation.ts';
import { organisationPage, organisationView } from './organisations.queries.ts';

export function organisationRoutes(app: FastifyInstance, at: Context): void {
  serve(app, registry.organisations, ({ params, query }) => organisationPage(at.db, params.county, query));

  serve(app, registry.organisation, async ({ by, params: { county, id } }) => {
    const people = await staffOf(at.db, county, id);
    // A user name is half of a sign-in: for those who run the county and for colleagues.
    const known =
      membershipsIn(by, county, ['operator', 'platform', 'auditor']).length > 0 ||
      by.memberships.some((m) => m.org === id);
    return {
      organisation: await organisationView(at.db, county, id),
      people: known ? people : people.map((person) => ({ ...person, username: null })),
    };
  });

  serve(app, registry.addOrganisation, ({ by, params, body, key }) =>
    addOrganisation(at, by, { ...body, ...params }, key),
  );

  serve(app, registry.changeOrganisation, ({ by, params, body, key }) =>
    changeOrganisation(at, by, { ...body, ...params }, key),
  );

  serve(app, registry.addStaff, ({ by, params: { county, id }, body }) =>
    addStaff(at, by, { ...body, county, org: id }),
  );

  serve(app, registry.removeStaff, ({ by, params: { county, id, person, role }, key }) =>
    removeStaff(at, by, { county, org: id, person, role }, key),
  );
}
