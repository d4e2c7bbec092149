import { sql } from 'kysely';
import type { Invariant } from '#platform/module.ts';
import { lines } from '../lines.ts';

export const insuranceInvariants: readonly Invariant[] = [
  lines(
    'benefit: a claim on an insurer is what it bears of floor prices less what it paid, to the fen',
    sql`
      select format('county %s organisation %s: account %s, covers %s, paid %s', coalesce(a.county, f.county, p.county),
               coalesce(a.owner, f.org::text, p.org::text), a.fen, f.fen, p.fen) as line
        from (select county, owner, (debits_posted - credits_posted) as fen
                from ledger.account_facts where kind = 'insurance_claim') a
        full join (select c.county, g.org, sum(c.fen) as fen
                     from benefit.floor_cover c
                     join benefit.agreement g on g.county = c.county and g.id = c.agreement
                    where c.bearer = 'insurance' group by c.county, g.org) f
          on f.county = a.county and f.org::text = a.owner
        full join (select county, org, sum(fen) as fen from benefit.insurance_payment group by county, org) p
          on p.county = coalesce(a.county, f.county) and p.org::text = coalesce(a.owner, f.org::text)
       where coalesce(a.fen, 0) <> coalesce(f.fen, 0) - coalesce(p.fen, 0)
       limit 20`,
  ),
];
