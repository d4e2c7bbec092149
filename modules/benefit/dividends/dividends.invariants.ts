import { sql } from 'kysely';
import { lines } from '../lines.ts';

export const dividendInvariants = [
  lines(
    'benefit: a dividend is its lines, and each line its shares at what a hundred of them get',
    sql`
      select format('county %s dividend %s: %s fen, lines %s, by shares %s', d.county, d.number, d.fen, l.fen, l.agreed) as line
        from benefit.dividend d
        left join (
          select l.county, l.dividend, sum(l.fen) as fen,
                 sum(floor((l.shares::numeric * case l.class when 'common' then d.common_fen else d.preferred_fen end * 2 + 100) / 200)) as agreed
            from benefit.dividend_line l join benefit.dividend d on d.county = l.county and d.id = l.dividend
           group by l.county, l.dividend) l on l.county = d.county and l.dividend = d.id
       where d.fen is distinct from l.fen or l.fen is distinct from l.agreed
       limit 20`,
  ),
  lines(
    'benefit: what a collective shares out is its lines, and never more than it got',
    sql`
      select format('county %s line %s of %s fen: shared out %s, lines %s', l.county, l.id, l.fen, s.fen, s.lines) as line
        from benefit.dividend_line l
        join benefit.dividend d on d.county = l.county and d.id = l.dividend
        join (
          select s.county, s.line, sum(s.fen) as fen,
                 sum((select sum(p.fen) from benefit.distribution_line p
                       where p.county = s.county and p.distribution = s.id)) as lines
            from benefit.distribution s where s.state <> 'withdrawn' group by s.county, s.line) s
          on s.county = l.county and s.line = l.id
       where s.fen is distinct from s.lines or s.fen > l.fen or l.household is not null or d.state <> 'paid'
       limit 20`,
  ),
  lines(
    'benefit: every household of a booked dividend or distribution has its entry, and no other has one',
    sql`
      select format('county %s line %s of %s fen: entry of %s, %s', coalesce(l.county, e.county), coalesce(l.id, e.evidence), l.fen, e.fen, l.state) as line
        from (
          select l.county, l.id, l.household, l.fen, d.state
            from benefit.dividend_line l join benefit.dividend d on d.county = l.county and d.id = l.dividend
           where l.household is not null
          union all
          select p.county, p.id, p.household, p.fen, s.state
            from benefit.distribution_line p join benefit.distribution s on s.county = p.county and s.id = p.distribution) l
        full join (select * from benefit.entry where evidence_kind = 'dividend') e
          on e.county = l.county and e.evidence = l.id
       where case when l.state = 'paid'
                  then e.fen is distinct from l.fen or e.household <> l.household or e.mechanism <> 'shareholding'
                  else e.id is not null end
       limit 20`,
  ),
  lines(
    'benefit: a collective’s account holds what it got and has not shared out',
    sql`
      select format('county %s village %s: %s fen on the account, %s by its lines', coalesce(a.county, l.county), coalesce(a.owner, l.village), a.fen, l.fen) as line
        from (select county, owner, credits_posted - debits_posted as fen from ledger.account_facts where kind = 'collective') a
        full join (
          select l.county, l.village, sum(l.fen - coalesce((
                   select sum(s.fen) from benefit.distribution s
                    where s.county = l.county and s.line = l.id and s.state = 'paid'), 0)) as fen
            from benefit.dividend_line l
            join benefit.dividend d on d.county = l.county and d.id = l.dividend and d.state = 'paid'
           where l.household is null group by l.county, l.village) l
          on l.county = a.county and l.village = a.owner
       where coalesce(a.fen, 0) <> coalesce(l.fen, 0)
       limit 20`,
  ),
  lines(
    'benefit: an approved dividend below the bank or the floor has its alert',
    sql`
      select format('county %s dividend %s agreement %s: no alert', l.county, l.dividend, l.agreement) as line
        from benefit.dividend_line l
        join benefit.dividend d on d.county = l.county and d.id = l.dividend and d.state in ('approved', 'paid')
       where l.fen < l.bank_fen and not exists (
               select from benefit.dividend_alert t where t.county = l.county and t.dividend = l.dividend
                  and t.agreement = l.agreement and t.kind = 'below_bank')
          or l.fen < l.floor_fen and not exists (
               select from benefit.dividend_alert t where t.county = l.county and t.dividend = l.dividend
                  and t.agreement = l.agreement and t.kind = 'below_floor')
       limit 20`,
  ),
  lines(
    'benefit: approved dividends do not lie about',
    sql`
      select format('county %s %s was approved at %s and is not booked', county, number, approved_at) as line
        from (select county, number, state, approved_at from benefit.dividend
              union all select county, number, state, approved_at from benefit.distribution) d
       where state = 'approved' and approved_at < now() - interval '10 minutes'
       limit 20`,
  ),
];
