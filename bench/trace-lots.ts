import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import type { Db } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { addTestHousehold, testVillage } from '../test/fixtures.ts';
import type { Shop } from '../test/fixtures-shop.ts';

/** A packed lot that was filled in, and what its codes are made of. */
export interface BenchLot {
  county: number;
  lot: string;
  gtin: string;
  lotNumber: string;
  packs: number;
}

const HOUSEHOLDS = 30;

/**
 * Many packed lots at once, by SQL and not by acts: each like the one its SKU has from the scale on, with a certificate,
 * a packing, a range of codes and three households' notes as sources, stocked. Their money is left out of the ledger,
 * which no page of a lot looks at.
 */
export async function fillLots(at: Context, shop: Shop, lots: number, packs: number): Promise<BenchLot[]> {
  const { db } = at;
  const { county } = shop;
  const households: string[] = [];
  for (let i = 0; i < HOUSEHOLDS; i++) {
    households.push(await addTestHousehold(at, { county, village: testVillage, name: `农户${i}` }));
  }
  const notes = await cloneNotes(db, county, households);
  const models = shop.lots;
  const ids = Array.from({ length: lots }, () => newId());
  const operations = Array.from({ length: lots }, () => newId());
  const certificates = Array.from({ length: lots }, () => newId());
  const from = sql`unnest(${ids}::uuid[], ${operations}::uuid[], ${certificates}::uuid[],
      ${ids.map((_, i) => models[i % models.length] as string)}::uuid[], ${ids.map((_, i) => i + 1)}::int[])
      as x (id, operation, certificate, model, n)`;
  const number = sql`'P270101-' || lpad(x.n::text, 5, '0')`;
  await db.transaction().execute(async (tx) => {
    await sql`set local app.scope = 'all'`.execute(tx);
    await sql`
      insert into trace.lot (county, id, number, kind, org, station, crop, grade, sku, village, harvested_from,
        harvested_to, made_on, expires_on, grams_in, grams_on_hand, household_fen, packs, pack_grams, state, created_by,
        created_at)
      select l.county, x.id, ${number}, l.kind, l.org, l.station, l.crop, l.grade, l.sku, l.village, l.harvested_from,
             l.harvested_to, l.made_on, l.expires_on, l.pack_grams::bigint * ${packs}, 0, l.household_fen, ${packs},
             l.pack_grams, l.state, l.created_by, l.created_at
        from ${from} join trace.lot l on l.county = ${county} and l.id = x.model`.execute(tx);
    await sql`
      insert into trace.code_range (county, lot, gtin, lot_number, packs, key_version, created_at)
      select r.county, x.id, r.gtin, ${number}, ${packs}, r.key_version, r.created_at
        from ${from} join trace.code_range r on r.county = ${county} and r.lot = x.model`.execute(tx);
    await sql`
      insert into trace.lot_source (county, lot, purchase, household, village, grams, fen, taken_grams, taken_fen)
      select ${county}, x.id, n.purchase, n.household, n.village, 1000, 12000, 0, 0
        from ${from}
        cross join generate_series(0, 2) as k
        join unnest(${notes.map((note) => note.id)}::uuid[], ${notes.map((note) => note.household)}::uuid[],
                    ${notes.map((_, i) => i)}::int[]) as y (purchase, household, i) on y.i = (x.n * 7 + k) % ${HOUSEHOLDS}
        cross join lateral (select y.purchase, y.household, ${testVillage}::text as village) n`.execute(tx);
    await sql`
      insert into trace.operation
      select made.* from ${from}
        join trace.operation_lot m on m.county = ${county} and m.lot = x.model and m.side = 'out'
        join trace.operation o on o.county = m.county and o.id = m.operation
       cross join lateral jsonb_populate_record(null::trace.operation,
         to_jsonb(o) || jsonb_build_object('id', x.operation)) as made`.execute(tx);
    await sql`
      insert into trace.operation_lot (county, operation, lot, side, grams, fen)
      select m.county, x.operation, case m.side when 'out' then x.id else m.lot end, m.side, m.grams, m.fen
        from ${from}
        join trace.operation_lot own on own.county = ${county} and own.lot = x.model and own.side = 'out'
        join trace.operation_lot m on m.county = own.county and m.operation = own.operation`.execute(tx);
    await sql`
      insert into trace.certificate
      select made.* from ${from}
        join trace.certificate c on c.county = ${county} and c.lot = x.model
       cross join lateral jsonb_populate_record(null::trace.certificate, to_jsonb(c) || jsonb_build_object(
         'id', x.certificate, 'lot', x.id, 'number', 'C270101-' || lpad(x.n::text, 5, '0'))) as made`.execute(tx);
  });
  await sql`vacuum analyze`.execute(db).catch(() => sql`analyze`.execute(db));
  const { rows } = await sql<BenchLot>`
    select county, lot, gtin, lot_number as "lotNumber", packs from trace.code_range
     where county = ${county} and lot = any(${ids}::uuid[]) order by lot_number`.execute(db);
  return rows;
}

/** A note for each household, like the one the shop's lots are made of. */
async function cloneNotes(db: Db, county: number, households: readonly string[]) {
  const notes = households.map((household) => ({ id: newId(), household }));
  await db.transaction().execute(async (tx) => {
    await sql`set local app.scope = 'all'`.execute(tx);
    await sql`
      insert into trace.purchase
      select made.*
        from unnest(${notes.map((note) => note.id)}::uuid[], ${households}::uuid[],
                    ${notes.map((_, i) => i + 1)}::int[]) as x (id, household, n)
       cross join (select * from trace.purchase where county = ${county} limit 1) p
       cross join lateral jsonb_populate_record(null::trace.purchase, to_jsonb(p) || jsonb_build_object(
         'id', x.id, 'household', x.household, 'number', 'S270101-' || lpad(x.n::text, 4, '0'))) as made`.execute(tx);
  });
  return notes;
}
