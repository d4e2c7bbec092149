import type { Actor } from '#platform/actor.ts';
import type { Tx } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import type { OrganisationKind } from '../contract.ts';
import { mayGrantOver } from '../people/roles.ts';
import { refuse } from '../refuse.ts';
import { padRegionPrefix } from '../regions/region-code.ts';
import { findRegion, villageInCounty } from '../regions/regions.queries.ts';
import { isOrganisationCode } from './organisation-code.ts';

export interface OrganisationInput {
  kind: OrganisationKind;
  name: string;
  /** unified social credit code */
  code: string;
  /** region prefix inside the county */
  region: string;
  contact: string;
  phone: string;
  buysFor?: string | null;
}

/**
 * What must hold for an organisation of a county, new or changed.
 *
 * @throws Refusal `not-allowed` | `village-outside-county` | `region-code-broken` | `village-outside-your-region` |
 * `organisation-code-wrong` | `buys-for-wrong`
 */
export async function checkOrganisation(tx: Tx, by: Actor, county: number, input: OrganisationInput): Promise<void> {
  // Whoever made one could make themselves its platform operator.
  if (input.kind === 'platform') throw refusePlatform('not-allowed');
  if (!input.region.startsWith(String(county))) {
    throw refuse('village-outside-county', { village: input.region, county });
  }
  if (!(await findRegion(tx, padRegionPrefix(input.region))))
    throw refuse('region-code-broken', { code: input.region });
  if (!mayGrantOver(by.memberships, input.region)) throw refuse('village-outside-your-region');
  // A station may look after one village, a township, or, as a van that goes round, the county.
  if (input.region.length === 12) await villageInCounty(tx, county, input.region);
  if (!isOrganisationCode(input.code)) throw refuse('organisation-code-wrong', { code: input.code });
  if (input.buysFor) {
    const buyer = await tx
      .selectFrom('registry.organisation')
      .select('kind')
      .where('county', '=', county)
      .where('id', '=', input.buysFor)
      .executeTakeFirst();
    const buys = buyer?.kind === 'merchant' || buyer?.kind === 'cooperative';
    if (input.kind !== 'station' || !buys) throw refuse('buys-for-wrong');
  }
}
