import { sql } from 'kysely';
import type { Invariant } from '#platform/module.ts';
import { holds } from '../holds.ts';

/** What always holds of certificates and the reports they rest on. */
export const certificateInvariants: readonly Invariant[] = [
  holds(
    'a lot has one certificate in force',
    sql`select c.county, l.number as id, format('%s certificates in force', count(*)) as why
          from trace.certificate c
          join trace.lot l on l.county = c.county and l.id = c.lot
         where not exists (select from trace.certificate r where r.county = c.county and r.replaces = c.id)
         group by c.county, l.number having count(*) > 1 order by 1, 2`,
  ),
  holds(
    'a certificate replaces one of the same lot',
    sql`select c.county, c.number as id, format('replaces %s of another lot', o.number) as why
          from trace.certificate c join trace.certificate o on o.county = c.county and o.id = c.replaces
         where o.lot <> c.lot order by 1, 2`,
  ),
  holds(
    'a certificate rests on reports that passed, of the kind it names',
    sql`select c.county, c.number as id, format('rests on report %s', t.number) as why
          from trace.certificate_report b
          join trace.certificate c on c.county = b.county and c.id = b.certificate
          join trace.test_report t on t.county = b.county and t.id = b.report
         where not t.passed or t.kind <> all(c.basis) order by 1, 2`,
  ),
  holds(
    'a report passed when each of its items did',
    sql`select t.county, t.number as id, 'has another verdict than its items' as why
          from trace.test_report t
         where t.passed is distinct from (
           select bool_and(i.passed and (i.measured is null or i.measured <= i.most))
             from trace.test_item i where i.county = t.county and i.report = t.id) order by 1, 2`,
  ),
  holds(
    'a certificate of the county is not received for more than it was issued for',
    sql`select c.county, c.number as id, format('%s g of %s g received', r.grams, c.grams) as why
          from trace.certificate c
         cross join lateral (
           select sum(x.grams) as grams from trace.received_certificate x
            where x.county = c.county and x.issued_here and x.number = c.number || '-' || c.check_tag) r
         where r.grams > c.grams order by 1, 2`,
  ),
];
