import { sql } from 'kysely';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';

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

/** Certificates of lots that stations bought: with the certificate such a lot is whole. */
export async function untoldPurchases(tx: Tx, county: County, since: Date, limit: number): Promise<BoughtRow[]> {
  const { rows } = await sql<BoughtRow>`
    select f.id, f.at, f.grams, l.harvested_from, l.harvested_to, ${ofLot}
      from trace.certificate f
      join trace.lot l on l.county = f.county and l.id = f.lot ${lotTables}
     where f.county = ${county} and l.kind = 'raw' and ${untold('bought', 'id', since)}
       and exists (select from trace.lot_movement m
                    where m.county = f.county and m.lot = f.lot and m.kind = 'purchase')
     order by f.at, f.id limit ${limit}`.execute(tx);
  return rows;
}

export type OperationRow = {
  id: string;
  at: Date;
  kind: string;
  loss_grams: number;
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
    select f.id, f.at, f.kind, f.loss_grams,
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
