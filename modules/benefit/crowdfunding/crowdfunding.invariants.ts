import { sql } from 'kysely';
import type { Invariant } from '#platform/module.ts';
import { lines } from '../lines.ts';

export const crowdfundingInvariants: readonly Invariant[] = [
  lines(
    'benefit: what a project brings its households is its households’ part, share by share',
    sql`
      select format('county %s project %s: shares of %s fen, its pledges were posted with %s for households', p.county,
               p.number, s.fen, coalesce(h.fen, 0)) as line
        from (select county, project, sum(fen) as fen from benefit.project_share group by county, project) s
        join presale.project_facts p on p.county = s.county and p.project = s.project
        left join (select o.county, o.promise, sum(t.fen) as fen
                     from trade.order_facts o
                     join trade.part_facts t on t.county = o.county and t."order" = o."order"
                      and t.part = 'household' and t.state = 'posted'
                    where o.promise is not null group by o.county, o.promise) h
          on h.county = s.county and h.promise = s.project
       where s.fen <> coalesce(h.fen, 0)
       limit 20`,
  ),
  lines(
    'benefit: an entry of a project is its household’s share, under an agreement about that project, and no more than it says',
    sql`
      select format('county %s project %s household %s: entry of %s fen for a share of %s (%s of %s)', e.county, e.evidence,
               e.household, e.fen, s.fen, s.bp, v.bp) as line
        from benefit.entry e
        left join benefit.project_share s
          on s.county = e.county and s.project = e.evidence and s.household = e.household
        left join lateral (
          select max((v.terms->>'bp')::int) as bp
            from benefit.agreement a
            join benefit.agreement_version v on v.county = a.county and v.agreement = a.id
           where a.county = e.county and a.id = e.agreement and a.kind = 'crowdfunding' and a.org = e.org
             and v.terms->>'project' = e.evidence::text) v on true
       where e.evidence_kind = 'project' and (s.fen is distinct from e.fen or v.bp is null or s.bp > v.bp)
       limit 20`,
  ),
];
