import { type Selectable, sql } from 'kysely';
import type { TraceRecall } from '#platform/database/tables.ts';
import type { Db, Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Fen, Grams } from '#platform/money.ts';
import { refuse } from '../refuse.ts';
import { type RecallState, recallMoves } from './recall-states.ts';

export type RecallRow = Selectable<TraceRecall>;

/**
 * A lot and all lots that were made of it, however many operations lie between; operations that were undone lead
 * nowhere. One recursive statement of one county.
 */
export async function lotsMadeOf(db: Db, county: County, lot: string): Promise<string[]> {
  const { rows } = await sql<{ lot: string }>`
    with recursive made as (
      select ${lot}::uuid as lot
      union
      select o.lot
        from made
        join trace.operation_lot i on i.county = ${county} and i.lot = made.lot and i.side = 'in'
        join trace.operation p on p.county = i.county and p.id = i.operation and p.kind <> 'undo'
        join trace.operation_lot o on o.county = i.county and o.operation = i.operation and o.side = 'out'
       where not exists (select from trace.operation u where u.county = p.county and u.reverses = p.id)
    )
    select lot from made order by lot`.execute(db);
  return rows.map((row) => row.lot);
}

export async function findRecall(db: Db, county: County, id: string): Promise<RecallRow | undefined> {
  return db.selectFrom('trace.recall').selectAll().where('county', '=', county).where('id', '=', id).executeTakeFirst();
}

export async function lockRecall(tx: Tx, county: County, id: string): Promise<RecallRow | undefined> {
  return tx
    .selectFrom('trace.recall')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

/** The lots a recall has, in lot order. */
export async function lotsOfRecall(db: Db, county: County, recall: string): Promise<string[]> {
  const rows = await db
    .selectFrom('trace.recall_lot')
    .select('lot')
    .where('county', '=', county)
    .where('recall', '=', recall)
    .orderBy('lot')
    .execute();
  return rows.map((row) => row.lot);
}

/** Those of some lots that are recalled, with their numbers. */
export async function recalledAmong(db: Db, county: County, lots: readonly string[]): Promise<Map<string, string>> {
  if (lots.length === 0) return new Map();
  const { rows } = await sql<{ id: string; number: string }>`
    select id, number from trace.lot
     where county = ${county} and id = any(${lots as string[]}::uuid[]) and state = 'recalled' order by number`.execute(
    db,
  );
  return new Map(rows.map((row) => [row.id, row.number]));
}

/**
 * Moves a recall along the graph of recall-states.ts and writes the move down.
 *
 * @throws Refusal `recall-not-found` | `recall-move-not-allowed`
 */
export async function moveRecall(
  tx: Tx,
  county: County,
  id: string,
  to: RecallState,
  said: { by: string; at: Date; note?: string | null; report?: string },
): Promise<RecallRow> {
  const recall = await lockRecall(tx, county, id);
  if (!recall) throw refuse('recall-not-found');
  if (!recallMoves.allows(recall.state, to)) {
    throw refuse('recall-move-not-allowed', {
      from: recallMoves.states[recall.state].zh,
      to: recallMoves.states[to].zh,
    });
  }
  await tx
    .updateTable('trace.recall')
    .set({ state: to, ...(said.report === undefined ? {} : { report: said.report }) })
    .where('county', '=', county)
    .where('id', '=', id)
    .execute();
  await insertRecallMove(tx, { county, recall: id, from: recall.state, to, ...said });
  return recall;
}

export async function insertRecallMove(
  tx: Tx,
  move: {
    county: County;
    recall: string;
    from: RecallState | null;
    to: RecallState;
    note?: string | null;
    by: string;
    at: Date;
  },
): Promise<void> {
  await tx
    .insertInto('trace.recall_move')
    .values({
      ...{ county: move.county, id: newId(), recall: move.recall, from_state: move.from, to_state: move.to },
      ...{ note: move.note ?? null, by_person: move.by, at: move.at },
    })
    .execute();
}

/** One lot of a recall, with where its grams are as far as trace knows. */
export interface RecalledLot {
  id: string;
  number: string;
  kind: 'raw' | 'packed';
  org: string;
  crop: string;
  grade: string;
  sku: string | null;
  packGrams: Grams | null;
  gramsIn: Grams;
  gramsOnHand: Grams;
  /** declared lost of the lot itself */
  lostGrams: Grams;
  /** gone into other lots, with what was lost while they were made */
  usedGrams: Grams;
  /** gone to stock, which counts packs from there on */
  stockedGrams: Grams;
  householdFen: Fen;
}

/** Some lots as a recall looks at them, in number order. */
export async function recalledLots(db: Db, county: County, lots: readonly string[]): Promise<RecalledLot[]> {
  if (lots.length === 0) return [];
  const { rows } = await sql<RecalledLot>`
    select l.id, l.number, l.kind, l.org, l.crop, l.grade, l.sku, l.pack_grams as "packGrams", l.grams_in as "gramsIn",
           l.grams_on_hand as "gramsOnHand", l.household_fen as "householdFen",
           coalesce(m.lost, 0)::bigint as "lostGrams", coalesce(m.used, 0)::bigint as "usedGrams",
           coalesce(m.stocked, 0)::bigint as "stockedGrams"
      from trace.lot l
      left join (select lot,
                        -coalesce(sum(grams) filter (where x.kind = 'loss'
                          or (x.kind = 'given_back' and wrong.kind in ('lose', 'receive'))), 0) as lost,
                        -coalesce(sum(grams) filter (where x.kind in ('taken', 'packed_from', 'unmade')
                          or (x.kind = 'given_back' and wrong.kind not in ('lose', 'receive'))), 0) as used,
                        -coalesce(sum(grams) filter (where x.kind = 'stocked'), 0) as stocked
                   from trace.lot_movement x
                   left join trace.operation u on u.county = x.county and u.id = x.evidence and u.kind = 'undo'
                   left join trace.operation wrong on wrong.county = u.county and wrong.id = u.reverses
                  where x.county = ${county} and x.lot = any(${lots as string[]}::uuid[])
                  group by lot) m on m.lot = l.id
     where l.county = ${county} and l.id = any(${lots as string[]}::uuid[])
     order by l.number`.execute(db);
  return rows;
}

/** Where a lot comes from: notes and households by village. @param tx scoped over the county */
export async function originsOf(
  tx: Tx,
  county: County,
  lot: string,
): Promise<{ village: string; notes: number; households: number; grams: Grams }[]> {
  const { rows } = await sql<{ village: string; notes: number; households: number; grams: number }>`
    select village, count(*)::int as notes, count(distinct household)::int as households, sum(grams)::bigint as grams
      from trace.lot_source where county = ${county} and lot = ${lot}
     group by village order by sum(grams) desc, village`.execute(tx);
  return rows;
}
