import { sql } from 'kysely';
import { addDays, startOfDay } from '#platform/clock.ts';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Terms } from '../agreements/agreement-kinds.ts';
import { versionBinding } from '../agreements/agreements.queries.ts';

/** A stake that somebody holds: a household, or a village's collective where household is null. */
export interface Stake {
  agreement: string;
  version: number;
  household: string | null;
  village: string;
  terms: Extract<Terms, { kind: 'shareholding' }>;
}

/**
 * Who holds shares of an organisation at the end of a day: parties of agreements in force then, under the version that both
 * sides had signed. Released households hold nothing; a household whose dispute is open still does, and waits.
 *
 * @param tx with the county's scope
 * @param day YYYY-MM-DD
 */
export async function stakesHeld(tx: Tx, county: County, org: string, day: string): Promise<Stake[]> {
  const at = new Date(startOfDay(addDays(day, 1)).getTime() - 1);
  const { rows } = await sql<Stake>`
    select a.id as agreement, v.version, coalesce(m.into_household, p.household) as household,
           coalesce(h.village, p.village) as village, v.terms
      from benefit.agreement a
      join benefit.agreement_party p on p.county = a.county and p.agreement = a.id
      left join registry.household_pointer m on m.county = p.county and m.household = p.household
      left join registry.household_facts h
        on h.county = p.county and h.household = coalesce(m.into_household, p.household)
     cross join lateral ${versionBinding(at)} v
     where a.county = ${county} and a.org = ${org} and a.kind = 'shareholding'
       and (a.over_at is null or a.over_at > ${at}) and v.starts_on <= ${day} and v.ends_on >= ${day}
       and not exists (
         select from benefit.agreement_dispute d
          where d.county = a.county and d.agreement = a.id and d.state = 'released' and d.closed_at <= ${at}
            and d.household in (p.household, coalesce(m.into_household, p.household)))
     order by a.number, village, household`.execute(tx);
  return rows;
}

/** The bank's yearly rate on a day, in basis points, or undefined where the county has entered none by then. */
export async function depositBp(tx: Tx, county: County, day: string): Promise<number | undefined> {
  const found = await tx
    .selectFrom('benefit.deposit_rate')
    .select('bp')
    .where('county', '=', county)
    .where('day', '<=', day)
    .orderBy('day', 'desc')
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return found?.bp;
}
