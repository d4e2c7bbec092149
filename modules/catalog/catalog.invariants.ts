import { sql } from 'kysely';
import type { Invariant } from '#platform/module.ts';

export const catalogInvariants: readonly Invariant[] = [
  {
    name: 'catalog: every GTIN leads to its SKU and back',
    async check(db) {
      const { rows } = await sql<{ gtin: string; county: number }>`
        select s.gtin, s.county from catalog.sku s
         where not exists (select from catalog.gtin g where g.gtin = s.gtin and g.county = s.county and g.sku = s.id)
        union all
        select g.gtin, g.county from catalog.gtin g
         where not exists (select from catalog.sku s where s.county = g.county and s.id = g.sku and s.gtin = g.gtin)
         order by 1`.execute(db);
      return rows.map((row) => `${row.gtin} in county ${row.county} is not in both catalog.sku and catalog.gtin`);
    },
  },
  {
    // Counted, not followed: moves of one instant have no order in the table. A path from draft to where a product
    // stands leaves every state as often as it enters it, but for its two ends.
    name: 'catalog: the moves of a product lead from draft to its state',
    async check(db) {
      const { rows } = await sql<{ county: number; id: string; state: string }>`
        select p.county, p.id, p.state
          from catalog.product p
          cross join (values ('draft'), ('review'), ('on_sale'), ('hidden'), ('withdrawn')) as s (state)
          left join catalog.product_move m on m.county = p.county and m.product = p.id
         group by p.county, p.id, p.state, s.state
        having count(*) filter (where m.to_state = s.state) - count(*) filter (where m.from_state = s.state)
            <> (p.state = s.state)::int - (s.state = 'draft')::int
         order by p.county, p.id`.execute(db);
      return [
        ...new Set(rows.map((row) => `product ${row.id} in county ${row.county} is ${row.state}, its moves say not`)),
      ];
    },
  },
];
