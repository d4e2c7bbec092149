import { sql } from 'kysely';
import type { Invariant } from '#platform/module.ts';
import { lines } from '../lines.ts';

export const subsidyInvariants: readonly Invariant[] = [
  lines(
    'benefit: a list of subsidies is the sum of its lines, approved by another than who wrote it',
    sql`
      select format('county %s list %s: %s fen, lines %s', s.county, s.number, s.fen, l.fen) as line
        from benefit.subsidy s
        left join (select county, subsidy, sum(fen) as fen from benefit.subsidy_line where reverses is null
                    group by county, subsidy) l on l.county = s.county and l.subsidy = s.id
       where s.fen is distinct from l.fen or s.approved_by = s.by_person
       limit 20`,
  ),
  lines(
    'benefit: every line of a booked list has its entry as a subsidy, and nothing else is one',
    sql`
      select format('county %s line %s of %s fen (%s): entry of %s as %s', coalesce(l.county, e.county),
               coalesce(l.id, e.evidence), l.fen, l.state, e.fen, e.income) as line
        from (select l.*, s.state, s.mechanism, s.day from benefit.subsidy_line l
                join benefit.subsidy s on s.county = l.county and s.id = l.subsidy) l
        full join (select * from benefit.entry where evidence_kind = 'subsidy' or income = 'subsidy') e
          on e.county = l.county and e.evidence = l.id
       where case when l.state = 'booked'
                  then e.fen is distinct from l.fen or e.household <> l.household or e.mechanism <> l.mechanism
                       or e.income <> 'subsidy' or e.evidence_kind <> 'subsidy' or e.month <> to_char(l.day, 'YYYY-MM')
                  else e.id is not null end
       limit 20`,
  ),
];
