import { sql } from 'kysely';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { JsonObject } from './names.ts';
import type { toldKinds } from './our-events.ts';

/** The lot of a fact, and who may see what is told of it. */
export interface LotOfFact {
  lot: string;
  number: string;
  gtin: string | null;
  pack_grams: number | null;
  org: string;
  station: string;
}
const ofLot = sql`
  l.id as lot, l.number, c.gtin, l.pack_grams, l.org, l.station`;
const lotTables = sql`left join trace.code_range c on c.county = l.county and c.lot = l.id`;

/** Facts of a kind that no event tells yet, from `since` on, oldest first. */
const untold = (kind: string, id: string, since: Date) => sql`
  f.at >= ${since} and not exists (select from trace.epcis_event e
    where e.county = f.county and e.fact = ${kind} || ':' || f.${sql.ref(id)}::text)`;

export type BoughtRow = LotOfFact & {
  id: string;
  at: Date;
  grams: number;
  harvested_from: string;
  harvested_to: string;
};

/**
 * Raw lots that stations bought and that take in no more, since their certificate or since something was first done
 * with them: since `since` for the facts that closed them, however long they were open before.
 */
export async function untoldPurchases(tx: Tx, county: County, since: Date, limit: number): Promise<BoughtRow[]> {
  const { rows } = await sql<BoughtRow>`
    select l.id, closed.at, l.grams_in as grams, l.harvested_from, l.harvested_to, ${ofLot}
      from (
        select z.lot from trace.certificate z where z.county = ${county} and z.at >= ${since}
        union
        select x.lot from trace.operation o
          join trace.operation_lot x on x.county = o.county and x.operation = o.id and x.side = 'in'
         where o.county = ${county} and o.at >= ${since}) late
      join trace.lot l on l.county = ${county} and l.id = late.lot ${lotTables}
      cross join lateral (
        select min(at) as at from (
          select z.at from trace.certificate z where z.county = l.county and z.lot = l.id
          union all
          select o.at from trace.operation_lot x join trace.operation o on o.county = x.county and o.id = x.operation
           where x.county = l.county and x.lot = l.id and x.side = 'in') first) closed
     where l.kind = 'raw' and l.state <> 'open' and l.grams_in > 0
       and exists (select from trace.lot_movement m
                    where m.county = l.county and m.lot = l.id and m.kind = 'purchase')
       and not exists (select from trace.epcis_event e
                        where e.county = l.county and e.fact = 'bought:' || l.id::text)
     order by l.id limit ${limit}`.execute(tx);
  return rows;
}

export type OperationRow = {
  id: string;
  at: Date;
  kind: (typeof toldKinds)[number];
  lots: readonly (LotOfFact & { side: 'in' | 'out'; grams: number })[];
};

/** Operations of the kinds that can be told, with their lots. */
export async function untoldOperations(
  tx: Tx,
  county: County,
  kinds: readonly string[],
  since: Date,
  limit: number,
): Promise<OperationRow[]> {
  const { rows } = await sql<OperationRow>`
    select f.id, f.at, f.kind,
           (select jsonb_agg(to_jsonb(x) order by x.side, x.number) from (
              select o.side, o.grams, ${ofLot}
                from trace.operation_lot o
                join trace.lot l on l.county = o.county and l.id = o.lot ${lotTables}
               where o.county = f.county and o.operation = f.id) x) as lots
      from trace.operation f
     where f.county = ${county} and f.kind = any(${kinds as string[]}::text[]) and ${untold('operation', 'id', since)}
     order by f.at, f.id limit ${limit}`.execute(tx);
  return rows;
}

/** Operations that were undone since they were told, with the event that told them. */
export async function untoldUndoings(tx: Tx, county: County, since: Date, limit: number) {
  const { rows } = await sql<{
    id: string;
    at: Date;
    document: JsonObject;
    org: string | null;
    station: string | null;
    lots: string[];
  }>`
    select f.id, f.at, told.document, told.org, told.station,
           array(select distinct x.lot::text from trace.operation_lot x
                  where x.county = f.county and x.operation = f.id) as lots
      from trace.operation f
      join trace.epcis_event told on told.county = f.county and told.fact = 'operation:' || f.reverses::text
     where f.county = ${county} and f.kind = 'undo' and ${untold('undone', 'id', since)}
     order by f.at, f.id limit ${limit}`.execute(tx);
  return rows;
}

export type RecallRow = {
  id: string;
  at: Date;
  to_state: string;
  org: string;
  station: string;
  lots: readonly LotOfFact[];
};

/** Recalls that were declared or lifted, with all lots they have. */
export async function untoldRecalls(tx: Tx, county: County, since: Date, limit: number): Promise<RecallRow[]> {
  const { rows } = await sql<RecallRow>`
    select f.id, f.at, f.to_state, first.org, first.station,
           (select jsonb_agg(to_jsonb(x) order by x.number) from (
              select ${ofLot} from trace.recall_lot y
                join trace.lot l on l.county = y.county and l.id = y.lot ${lotTables}
               where y.county = f.county and y.recall = f.recall) x) as lots
      from trace.recall_move f
      join trace.recall r on r.county = f.county and r.id = f.recall
      join trace.lot first on first.county = r.county and first.id = r.lot
     where f.county = ${county} and f.to_state in ('declared', 'lifted') and ${untold('recall', 'id', since)}
     order by f.at, f.id limit ${limit}`.execute(tx);
  return rows;
}

export type AggregationRow = {
  id: string;
  at: Date;
  act: 'add' | 'remove';
  sscc: string;
  org: string;
  children: readonly string[];
  packs: readonly (LotOfFact & { packs: number })[];
};

/** What was put into cases and pallets or taken out. */
export async function untoldAggregations(
  tx: Tx,
  county: County,
  since: Date,
  limit: number,
): Promise<AggregationRow[]> {
  const { rows } = await sql<AggregationRow>`
    select f.id, f.at, f.act, u.sscc, u.org,
           array(select k.sscc from trace.aggregation_part p
                   join trace.logistic_unit k on k.county = p.county and k.id = p.child
                  where p.county = f.county and p.aggregation = f.id order by 1) as children,
           coalesce((select jsonb_agg(to_jsonb(x) order by x.number) from (
              select ${ofLot}, p.packs from (
                select lot, sum(to_pack - from_pack + 1)::int as packs from trace.aggregation_part
                 where county = f.county and aggregation = f.id and lot is not null group by lot) p
                join trace.lot l on l.county = f.county and l.id = p.lot ${lotTables}) x), '[]') as packs
      from trace.aggregation f
      join trace.logistic_unit u on u.county = f.county and u.id = f.unit
     where f.county = ${county} and ${untold('aggregation', 'id', since)}
     order by f.at, f.id limit ${limit}`.execute(tx);
  return rows;
}

export type StockedRow = LotOfFact & { id: string; at: Date; grams: number };

/** Movements of packed lots into stock. */
export async function untoldStockings(tx: Tx, county: County, since: Date, limit: number): Promise<StockedRow[]> {
  const { rows } = await sql<StockedRow>`
    select f.id, f.at, -f.grams as grams, ${ofLot}
      from trace.lot_movement f
      join trace.lot l on l.county = f.county and l.id = f.lot ${lotTables}
     where f.county = ${county} and f.kind = 'stocked' and ${untold('stocked', 'id', since)}
     order by f.at, f.id limit ${limit}`.execute(tx);
  return rows;
}

/** Of some lots how many households of each village are in them. @param tx scoped over the county */
export async function householdsOfVillages(
  tx: Tx,
  county: County,
  lots: readonly string[],
): Promise<{ lot: string; village: string; households: string[] }[]> {
  const { rows } = await sql<{ lot: string; village: string; households: string[] }>`
    select lot, village, array_agg(distinct household::text) as households
      from trace.lot_source where county = ${county} and lot = any(${lots as string[]}::uuid[])
     group by lot, village order by lot, village`.execute(tx);
  return rows;
}

/** Since when facts of a kind may be untold. */
export async function toldUntil(tx: Tx, county: County, kind: string): Promise<Date> {
  const row = await tx
    .selectFrom('trace.epcis_told')
    .select('until')
    .where('county', '=', county)
    .where('kind', '=', kind)
    .executeTakeFirst();
  return row?.until ?? new Date(0);
}

export async function setToldUntil(tx: Tx, county: County, kind: string, until: Date): Promise<void> {
  await tx
    .insertInto('trace.epcis_told')
    .values({ county, kind, until })
    .onConflict((c) => c.columns(['county', 'kind']).doUpdateSet((e) => ({ until: e.ref('excluded.until') })))
    .execute();
}
