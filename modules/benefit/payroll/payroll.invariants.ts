import { sql } from 'kysely';
import { lines } from '../lines.ts';

export const payrollInvariants = [
  lines(
    'benefit: a payroll is its slips, a slip its counts, a count its units at the agreed pay',
    sql`
      select format('county %s payroll %s: %s fen, slips %s, counts %s, at agreed pay %s', p.county, p.number, p.fen, s.fen, l.fen, l.agreed) as line
        from benefit.payroll p
        left join (select county, payroll, sum(fen) as fen from benefit.payslip group by county, payroll) s
          on s.county = p.county and s.payroll = p.id
        left join (
          select l.county, l.payroll, sum(l.fen) as fen, sum(c.units * (v.terms ->> 'fenPerUnit')::bigint) as agreed
            from benefit.payroll_line l
            join benefit.work_count c on c.county = l.county and c.id = l.count
            join benefit.agreement_version v
              on v.county = c.county and v.agreement = c.agreement and v.version = c.version
           group by l.county, l.payroll) l on l.county = p.county and l.payroll = p.id
       where p.fen is distinct from s.fen or p.fen is distinct from l.fen or l.fen is distinct from l.agreed
       limit 20`,
  ),
  lines(
    'benefit: every slip of a paid payroll has its entry, and no other has one',
    sql`
      select format('county %s slip %s of %s fen: entry of %s, payroll %s', coalesce(s.county, e.county), coalesce(s.id, e.evidence), s.fen, e.fen, s.state) as line
        from (select s.county, s.id, s.fen, s.household, p.state
                from benefit.payslip s join benefit.payroll p on p.county = s.county and p.id = s.payroll) s
        full join (select * from benefit.entry where evidence_kind = 'wage') e
          on e.county = s.county and e.evidence = s.id
       where case when s.state = 'paid' and s.fen <> 0
                  then e.fen is distinct from s.fen or e.household <> s.household or e.mechanism <> 'employment'
                  else e.id is not null end
       limit 20`,
  ),
  lines(
    'benefit: approved payrolls do not lie about',
    sql`
      select format('county %s payroll %s was approved at %s and is not booked', county, number, approved_at) as line
        from benefit.payroll where state = 'approved' and approved_at < now() - interval '10 minutes'
       limit 20`,
  ),
];
