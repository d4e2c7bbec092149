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
    name: 'catalog: the last move of a product is its state',
    async check(db) {
      const { rows } = await sql<{ county: number; id: string; state: string; moved: string }>`
        select p.county, p.id, p.state, coalesce(m.to_state, 'draft') as moved
          from catalog.product p
          left join lateral (
            select to_state from catalog.product_move m
             where m.county = p.county and m.product = p.id order by at desc, id desc limit 1) m on true
         where p.state <> coalesce(m.to_state, 'draft')
         order by p.county, p.id`.execute(db);
      return rows.map(
        (row) => `product ${row.id} in county ${row.county} is ${row.state}, its last move was to ${row.moved}`,
      );
    },
  },
];
