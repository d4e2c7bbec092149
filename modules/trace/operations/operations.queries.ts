import { type Selectable, sql } from 'kysely';
import type { TraceOperation } from '#platform/database/tables.ts';
import type { Db, Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen, Grams } from '#platform/money.ts';

export type OperationRow = Selectable<TraceOperation>;

export function findOperation(db: Db, county: County, id: string): Promise<OperationRow | undefined> {
  return db
    .selectFrom('trace.operation')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', id)
    .executeTakeFirst();
}

export interface OperationSide {
  operation: string;
  lot: string;
  number: string;
  side: 'in' | 'out';
  grams: Grams;
  fen: Fen;
  org: string;
  station: string;
}

/** The lots of operations, what went in first, in lot order. */
export async function lotsOfOperation(db: Db, county: County, operations: readonly string[]): Promise<OperationSide[]> {
  if (operations.length === 0) return [];
  const { rows } = await sql<OperationSide>`
    select x.operation, x.lot, l.number, x.side, x.grams, x.fen, l.org, l.station
      from trace.operation_lot x
      join trace.lot l on l.county = x.county and l.id = x.lot
     where x.county = ${county} and x.operation = any(${operations as string[]}::uuid[])
     order by x.operation, x.side, l.number`.execute(db);
  return rows;
}

/** Photos of what was lost, the oldest first. */
export function photosOf(db: Db, county: County, operations: readonly string[]) {
  return db
    .selectFrom('trace.operation_photo')
    .select(['id', 'operation', 'sha256', 'width', 'height'])
    .where('county', '=', county)
    .where('operation', 'in', operations)
    .orderBy('at')
    .orderBy('id')
    .execute();
}

/** All that was ever done with a lot, in the order it was done. */
export async function operationsOfLot(db: Db, county: County, lot: string): Promise<OperationRow[]> {
  const { rows } = await sql<OperationRow>`
    select o.* from trace.operation o
     where o.county = ${county}
       and exists (select from trace.operation_lot x where x.county = o.county and x.operation = o.id and x.lot = ${lot})
     order by o.at, o.id`.execute(db);
  return rows;
}

type WhyNot = 'operation-is-undo' | 'operation-already-undone' | 'operation-without-sources' | 'operation-moved-on';

/**
 * Which operations can no longer be undone, and why. Something has moved on where a lot that came out is no longer
 * whole, or is recalled, or has packs in a case, or a later operation that stands has to do with it.
 *
 * @param tx scoped over the county
 */
export async function whyNotUndone(
  tx: Tx,
  county: County,
  operations: readonly string[],
): Promise<Map<string, WhyNot>> {
  if (operations.length === 0) return new Map();
  const { rows } = await sql<{ id: string; why: WhyNot }>`
    select o.id,
           case when o.kind = 'undo' then 'operation-is-undo'
                when exists (select from trace.operation u where u.county = o.county and u.reverses = o.id)
                  then 'operation-already-undone'
                when exists (select from trace.operation_lot x
                              where x.county = o.county and x.operation = o.id and x.side = 'in'
                                and (o.kind <> 'receive' or o.loss_grams > 0)
                                and not exists (select from trace.operation_source s
                                  where s.county = x.county and s.operation = x.operation and s.lot = x.lot))
                  then 'operation-without-sources'
                when exists (select from trace.operation_lot x
                               join trace.lot l on l.county = x.county and l.id = x.lot
                              where x.county = o.county and x.operation = o.id
                                and (l.state = 'recalled'
                                  or (x.side = 'out' and l.grams_on_hand <> x.grams)
                                  or (x.side = 'out' and o.kind <> 'receive' and exists (
                                    select from trace.unit_content c where c.county = x.county and c.lot = x.lot))
                                  or ((x.side = 'out' or o.kind = 'receive') and exists (
                                    select from trace.operation_lot y
                                      join trace.operation p on p.county = y.county and p.id = y.operation
                                     where y.county = x.county and y.lot = x.lot and y.operation <> o.id
                                       and p.kind <> 'undo'
                                       -- what is done with a lot comes after its making; its receipt after its sending
                                       and (o.kind <> 'receive' or (p.at, p.id) > (o.at, o.id))
                                       and not exists (select from trace.operation u
                                         where u.county = p.county and u.reverses = p.id)))))
                  then 'operation-moved-on' end as why
      from trace.operation o
     where o.county = ${county} and o.id = any(${operations as string[]}::uuid[])`.execute(tx);
  return new Map(rows.flatMap((row) => (row.why ? [[row.id, row.why]] : [])));
}

/** Those of some lots whose making was undone: of them there is nothing, and their codes are void. */
export async function unmadeAmong(db: Db, county: County, lots: readonly string[]): Promise<Set<string>> {
  if (lots.length === 0) return new Set();
  const { rows } = await sql<{ lot: string }>`
    select distinct x.lot from trace.operation_lot x
      join trace.operation o on o.county = x.county and o.id = x.operation and o.kind not in ('receive', 'undo')
      join trace.operation u on u.county = o.county and u.reverses = o.id
     where x.county = ${county} and x.side = 'out' and x.lot = any(${lots as string[]}::uuid[])`.execute(db);
  return new Set(rows.map((row) => row.lot));
}
