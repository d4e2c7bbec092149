import { sql } from 'kysely';
import type { Invariant } from '#platform/module.ts';
import { lines } from '../lines.ts';

export const agreementInvariants: readonly Invariant[] = [
  lines(
    'benefit: an agreement is in force or disputed only when both sides have signed one version',
    sql`
      select format('county %s agreement %s is %s', a.county, a.number, a.state) as line
        from benefit.agreement a
       where a.state in ('in_force', 'disputed') and not exists (
         select from benefit.agreement_signature o
           join benefit.agreement_signature p
             on p.county = o.county and p.agreement = o.agreement and p.version = o.version and p.party is not null
          where o.county = a.county and o.agreement = a.id and o.party is null)
       limit 20`,
  ),
  lines(
    'benefit: an agreement has all its versions, parties, and a move into its state',
    sql`
      select format('county %s agreement %s: latest %s, versions %s, parties %s, last move %s', a.county, a.number, a.latest, v.n, p.n, m.to_state) as line
        from benefit.agreement a
        left join lateral (select count(*) as n, max(version) as newest from benefit.agreement_version v where v.county = a.county and v.agreement = a.id) v on true
        left join lateral (select count(*) as n from benefit.agreement_party p where p.county = a.county and p.agreement = a.id) p on true
        left join lateral (select to_state from benefit.agreement_move m where m.county = a.county and m.agreement = a.id order by at desc, id desc limit 1) m on true
       where v.n <> a.latest or v.newest <> a.latest or p.n = 0 or m.to_state is distinct from a.state
       limit 20`,
  ),
  lines(
    'benefit: an agreement is disputed exactly while a dispute of it is open',
    sql`
      select format('county %s agreement %s is %s, open disputes %s', a.county, a.number, a.state, count(d.id)) as line
        from benefit.agreement a
        left join benefit.agreement_dispute d on d.county = a.county and d.agreement = a.id and d.state = 'open'
       group by a.county, a.id, a.number, a.state
      having (a.state = 'disputed') <> (count(d.id) > 0)
       limit 20`,
  ),
];
