import { sql } from 'kysely';
import type { Invariant } from '#platform/module.ts';
import { holds } from '../holds.ts';

export const codeInvariants: readonly Invariant[] = [
  holds(
    'packs that were looked up are packs of their lot',
    sql`select s.county, r.lot_number as id, format('pack %s of %s was looked up', s.pack, r.packs) as why
          from trace.scan s join trace.code_range r on r.county = s.county and r.lot = s.lot
         where s.pack > r.packs or s.pack < 1 order by 1, 2`,
  ),
  holds(
    'a look whose place is known is a look that was counted',
    sql`select p.county, p.lot::text as id, format('pack %s was seen in %s and never looked up', p.pack, p.province) as why
          from trace.scan_place p
         where not exists (select from trace.scan s where s.county = p.county and s.lot = p.lot and s.pack = p.pack)
         order by 1, 2`,
  ),
  holds(
    'new codes of a lot begin at one of its packs, with a key of their own',
    sql`select x.county, r.lot_number as id, format('reissued from pack %s with key %s', x.from_pack, x.key_version) as why
          from trace.code_reissue x join trace.code_range r on r.county = x.county and r.lot = x.lot
         where x.from_pack > r.packs or x.key_version <= r.key_version order by 1, 2`,
  ),
  holds(
    'what people did about an alert leads from open to its state',
    sql`select a.county, a.id::text as id, format('is %s, its moves lead to %s', a.state, m.state) as why
          from trace.code_alert a
          cross join lateral (select coalesce((array_agg(x.to_state order by x.at desc, x.id desc))[1], 'open') as state
            from trace.code_alert_move x where x.county = a.county and x.alert = a.id) m
         where a.state <> m.state order by 1, 2`,
  ),
];
