import { sql } from 'kysely';
import type { Invariant } from '#platform/module.ts';
import { holds } from '../holds.ts';

export const plotInvariants: readonly Invariant[] = [
  holds(
    'versions of a plot follow one another, and none begins after it was given up',
    sql`select v.county, p.number as id, format('version %s begins on %s', v.version, v.from_day) as why
          from trace.plot_version v
          join trace.plot p on p.county = v.county and p.id = v.plot
          left join trace.plot_version b on b.county = v.county and b.plot = v.plot and b.version = v.version - 1
          left join trace.plot_end e on e.county = v.county and e.plot = v.plot
         where (v.version > 1 and b.version is null) or v.from_day < b.from_day or v.from_day > e.on_day or v.village <> p.village
         order by 1, 2`,
  ),
  holds(
    'a purchase off a plot wrote its harvest, and one that was taken back has struck it',
    sql`select b.county, b.number as id, format('its plot %s does not say so', p.number) as why
          from trace.purchase b
          join trace.plot p on p.county = b.county and p.id = b.plot
          left join trace.plot_work w on w.county = b.county and w.evidence = b.id
          left join trace.plot_strike k on k.county = w.county and k.work = w.id
          left join trace.purchase r on r.county = b.county and r.reverses = b.id
         where w.id is null or w.plot <> b.plot or w.grams <> b.grams or w.on_day is distinct from b.harvested_on
            or (k.work is null) <> (r.id is null) order by 1, 2`,
  ),
  holds(
    'nothing was bought off a plot inside a safe interval that was known of, unless the county decides it',
    sql`select b.county, b.number as id, format('harvested %s, free from %s', b.harvested_on, s.free_on) as why
          from trace.purchase b
          join trace.plot_work s on s.county = b.county and s.plot = b.plot and s.kind = 'spray'
           and s.on_day <= b.harvested_on and b.harvested_on < s.free_on and s.at < b.at
          left join trace.plot_strike k on k.county = s.county and k.work = s.id
         where b.reverses is null and (k.work is null or k.at > b.at)
           and not exists (select from trace.note_conflict c
             where c.county = b.county and c.purchase = b.id and c.kind = 'spray-interval') order by 1, 2`,
  ),
];
