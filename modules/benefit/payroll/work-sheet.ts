import { sql } from 'kysely';
import type { Static } from 'typebox';
import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { scoped } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { householdBrief, householdMembers, organisationsById } from '#registry';
import { requireMaker } from '../agreements/draft-agreement.ts';
import { agreementsHolding } from '../agreements/holding.ts';
import type { WorkSheet } from './payroll.contract.ts';
import { countsOf, factOf, packedBy } from './work-counts.ts';

/**
 * An employer's workers of a day under the agreements that hold on it, what stands for each, and the parcels they packed.
 * A worker is known by household and relation; the name stays masked.
 *
 * @param input.day YYYY-MM-DD; today when left out
 * @throws Refusal `not-allowed`
 */
export async function workSheet(
  at: Context,
  by: Actor,
  input: { county: County; org: string; day?: string },
): Promise<Static<typeof WorkSheet>> {
  const { county, org } = input;
  requireMaker(by, county, org);
  const now = at.clock.now();
  const day = input.day ?? dayOf(now);
  return scoped(at.db, String(county), async (tx) => {
    const { rows: parties } = await sql<{ household: string; village: string }>`
      select h.household, h.village
        from (select distinct coalesce(m.into_household, p.household) as household
                from benefit.agreement a
                join benefit.agreement_party p on p.county = a.county and p.agreement = a.id and p.household is not null
                left join registry.household_pointer m on m.county = p.county and m.household = p.household
               where a.county = ${county} and a.org = ${org} and a.kind = 'employment') w
        join registry.household_facts h on h.county = ${county} and h.household = w.household`.execute(tx);
    const held = await agreementsHolding(tx, county, {
      ...{ kind: 'employment', at: factOf(day, now), day, org, households: parties },
    });
    const bound = parties
      .filter(({ household }) => typeof held.get(household) === 'object')
      .map((one) => one.household);
    const households = await householdBrief(tx, at.sealer, county, bound);
    const counts = await countsOf(tx, { county, org, day });
    const packed = new Map(
      (await packedBy(tx, { county, org, day }, now)).map(({ member, parcels }) => [member, parcels]),
    );
    const workers = (await householdMembers(tx, at.sealer, county, bound)).flatMap((one) => {
      const under = held.get(one.household);
      if (typeof under !== 'object') return [];
      const count = counts.get(one.member);
      const { job, per, fenPerUnit } = under.terms;
      return {
        ...{ agreement: under.agreement, agreementNumber: under.number, job, per, fenPerUnit },
        ...one,
        householdCode: households.get(one.household)?.code ?? '',
        ...{ count: count?.id ?? null, units: count?.units ?? null, source: count?.source ?? null },
        packed: count ? null : (packed.get(one.member) ?? null),
        payroll: count?.payroll ?? null,
      };
    });
    workers.sort((a, b) => (a.householdCode < b.householdCode ? -1 : a.householdCode > b.householdCode ? 1 : 0));
    const orgName = (await organisationsById(tx, county, [org])).get(org)?.name ?? '';
    return { org, orgName, day, over: day < dayOf(now), workers };
  });
}
