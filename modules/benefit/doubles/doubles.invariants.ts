import { sql } from 'kysely';
import type { Invariant } from '#platform/module.ts';
import { lines } from '../lines.ts';

export const doubleInvariants: readonly Invariant[] = [
  lines(
    'benefit: a possible double claim is of two entries of one household, each with that amount at least',
    sql`
      select format('county %s claim %s of household %s: entries of %s and %s', c.county, c.id, c.household, a.household, b.household) as line
        from benefit.double_claim c
        join benefit.entry a on a.county = c.county and a.id = c.first_entry
        join benefit.entry b on b.county = c.county and b.id = c.second_entry
       where coalesce((select p.into_household from registry.household_pointer p where p.county = a.county and p.household = a.household), a.household)
          <> coalesce((select p.into_household from registry.household_pointer p where p.county = b.county and p.household = b.household), b.household)
          or least(a.fen, b.fen) <> c.fen
       limit 20`,
  ),
];
