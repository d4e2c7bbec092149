import { sql } from 'kysely';
import type { Invariant } from '#platform/module.ts';
import { lines } from '../lines.ts';

/** What each kind of fact says it brought, beside the entries of that kind. */
const factsOf = sql`
  select county, 'floor' as kind, purchase as evidence, household, fen, agreement from benefit.floor_cover where fen <> 0
  union all select county, 'agreed_line', line, household, fen, agreement from benefit.agreed_line
  union all select county, 'sale', id, household, fen, agreement from benefit.net_sale
  union all select county, 'help', id, household, worth_fen, agreement from benefit.help`;

export const postingInvariants: readonly Invariant[] = [
  lines(
    'benefit: what posts under an agreement is a fact of its own, and its entry says the same',
    sql`
      select format('county %s %s %s: fact of %s fen, entry of %s', coalesce(f.county, e.county),
               coalesce(f.kind, e.evidence_kind), coalesce(f.evidence, e.evidence), f.fen, e.fen) as line
        from (${factsOf}) f
        full join (
          select * from benefit.entry where evidence_kind in ('floor', 'agreed_line', 'sale', 'help')) e
          on e.county = f.county and e.evidence_kind = f.kind and e.evidence = f.evidence and e.household = f.household
       where f.fen is distinct from e.fen or f.agreement is distinct from e.agreement
       limit 20`,
  ),
  lines(
    'benefit: no household’s floor price covers more than was agreed, nor more of a note than it weighed',
    sql`
      select format('county %s agreement %s household %s: %s of %s g', county, agreement, household, grams, agreed) as line
        from (
          select c.county, c.agreement, coalesce(m.into_household, c.household) as household, sum(c.grams) as grams,
                 max((v.terms->>'grams')::bigint) as agreed
            from benefit.floor_cover c
            join benefit.agreement_version v on v.county = c.county and v.agreement = c.agreement and v.version = c.version
            left join registry.household_pointer m on m.county = c.county and m.household = c.household
           group by c.county, c.agreement, coalesce(m.into_household, c.household)) sums
       where grams > agreed or grams < 0
      union all
      select format('county %s note %s: %s of %s g', c.county, c.purchase, c.grams, p.grams)
        from benefit.floor_cover c
        join trace.purchase_facts p on p.county = c.county and p.purchase = c.purchase
       where abs(c.grams) > abs(p.grams) or p.household <> c.household
       limit 20`,
  ),
  lines(
    'benefit: what posted under an agreement is of its kind, within its term',
    sql`
      select format('county %s %s %s under %s (%s) on %s', e.county, e.evidence_kind, e.evidence, a.number, a.kind, e.at) as line
        from benefit.entry e
        join benefit.agreement a on a.county = e.county and a.id = e.agreement
       where e.mechanism <> a.kind
      union all
      select format('county %s note %s on %s is outside its agreement’s term', c.county, c.purchase, p.day)
        from benefit.floor_cover c
        join benefit.agreement_version v on v.county = c.county and v.agreement = c.agreement and v.version = c.version
        join trace.purchase_facts p on p.county = c.county and p.purchase = c.purchase
       where c.reverses is null and p.day not between v.starts_on and v.ends_on
       limit 20`,
  ),
  lines(
    'benefit: a line never gives households more than its merchant had of it',
    sql`
      select format('county %s line %s: gave %s of %s fen', s.county, s.line, g.fen, s.merchant) as line
        from (
          select county, line, sum(merchant_fen) as merchant from benefit.line_share group by county, line) s
        join (
          select county, line, sum(fen) as fen
            from (select county, line, fen from benefit.agreed_line
                  -- fees that came back are not of the line
                  union all select county, line, fen + fees_fen from benefit.net_sale) all_of
           group by county, line) g on g.county = s.county and g.line = s.line
       where g.fen > s.merchant
       limit 20`,
  ),
  lines(
    'benefit: help under an agreement is never worth more than was agreed',
    sql`
      select format('county %s agreement %s household %s: %s of %s fen', h.county, h.agreement, h.household,
               sum(h.worth_fen), max((v.terms->>'worthFen')::bigint)) as line
        from benefit.help h
        join benefit.agreement_version v on v.county = h.county and v.agreement = h.agreement and v.version = h.version
       group by h.county, h.agreement, h.household
      having sum(h.worth_fen) > max((v.terms->>'worthFen')::bigint)
       limit 20`,
  ),
  lines(
    'benefit: nothing is both posted and left out',
    sql`
      select format('county %s %s %s household %s', l.county, l.evidence_kind, l.evidence, l.household) as line
        from benefit.left_out l
       where exists (
         select from benefit.entry e
          where e.county = l.county and e.evidence_kind = l.evidence_kind and e.evidence = l.evidence
            and e.household = l.household)
       limit 20`,
  ),
];
