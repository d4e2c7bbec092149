import { sql } from 'kysely';
import { type Db, scoped } from '#platform/db.ts';
import type { Invariant } from '#platform/module.ts';

/** An invariant as one query that answers a line of text per breach. */
const holds = (name: string, breaches: ReturnType<typeof sql<{ breach: string }>>): Invariant => ({
  name,
  // The product's own look at every household.
  check: (db: Db) => scoped(db, 'all', async (tx) => (await breaches.execute(tx)).rows.map((row) => row.breach)),
});

export const registryInvariants: readonly Invariant[] = [
  holds(
    'every role stands in an organisation of its county, inside its region',
    sql`
      select 'role ' || m.role || ' of ' || m.person || ' in organisation ' || m.org as breach
        from registry.membership m left join registry.organisation o on o.county = m.county and o.id = m.org
       where o.id is null or not starts_with(m.region, o.region)`,
  ),
  holds(
    'every role belongs to a person',
    sql`
      select 'role ' || m.role || ' of ' || m.person as breach
        from registry.membership m left join auth."user" u on u.id = m.person where u.id is null`,
  ),
  holds(
    'every organisation of a county lies in it',
    sql`
      select 'organisation ' || o.county || '/' || o.id || ' in region ' || o.region as breach
        from registry.organisation o left join registry.region r on r.code = rpad(o.region, 12, '0')
       where o.county <> 0
         and (r.code is null or not starts_with(o.region, o.county::text))`,
  ),
  holds(
    'stations buy for a merchant or cooperative',
    sql`
      select 'organisation ' || o.county || '/' || o.id || ' buys for ' || o.buys_for as breach
        from registry.organisation o join registry.organisation b on b.county = o.county and b.id = o.buys_for
       where o.kind <> 'station' or b.kind not in ('merchant', 'cooperative')`,
  ),
  holds(
    'every household has exactly one head',
    sql`
      select 'household ' || h.county || '/' || h.code || ' has ' || count(m.id) || ' heads' as breach
        from registry.household h
        left join registry.household_member m on m.county = h.county and m.household = h.id and m.relation = 'head'
       group by h.county, h.id, h.code having count(m.id) <> 1`,
  ),
  holds(
    'every household lies in a village of its county',
    sql`
      select 'household ' || h.county || '/' || h.code || ' in village ' || h.village as breach
        from registry.household h left join registry.region r on r.code = h.village and r.level = 5
       where r.code is null or not starts_with(h.village, h.county::text)`,
  ),
  holds(
    'members, yields and what was said of names stand in the village of their household, so that its scope covers them',
    sql`
      select 'household ' || h.county || '/' || h.code || ' has records in village ' || x.village as breach
        from registry.household h
        join (select county, household, village from registry.household_member
              union all select county, household, village from registry.household_yield
              union all select county, household, village from registry.name_consent) x
          on x.county = h.county and x.household = h.id
       where x.village <> h.village`,
  ),
  holds(
    'a merged household points to one that was not merged itself, as its merging says',
    sql`
      select 'household ' || h.county || '/' || h.code || ' points to ' || h.merged_into as breach
        from registry.household h
        left join registry.household i on i.county = h.county and i.id = h.merged_into
        left join registry.household_merge g on g.county = h.county and g.household = h.id
       where h.merged_into is not null and (i.state = 'merged' or g.household is null)`,
  ),
  holds(
    'a household that moved lives where its last move led',
    sql`
      select 'household ' || h.county || '/' || h.code || ' in ' || h.village || ' moved to ' || v.to_village as breach
        from registry.household h
        join lateral (select to_village from registry.household_move v
          where v.county = h.county and v.household = h.id order by v.at desc, v.id desc limit 1) v on true
       where v.to_village <> h.village`,
  ),
  holds(
    'a household has one card in use at most',
    sql`
      select 'household ' || c.county || '/' || c.household || ' has ' || count(*) || ' cards' as breach
        from registry.household_card c
       where not exists (select from registry.household_card_end e where e.county = c.county and e.card = c.id)
       group by c.county, c.household having count(*) > 1`,
  ),
  holds(
    'every pairing is with a village of its county',
    sql`
      select 'pairing ' || p.county || '/' || p.id || ' with village ' || p.village as breach
        from registry.pairing p where not starts_with(p.village, p.county::text)`,
  ),
];
