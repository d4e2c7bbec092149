import { sql } from 'kysely';
import { plainArray } from '#platform/database/arrays.ts';
import type { Db, Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { LotReading } from '../lots/lot-rights.ts';
import type { PackRange } from './pack-ranges.ts';
import { countyOfSscc } from './sscc.ts';

export interface UnitRow {
  id: string;
  sscc: string;
  org: string;
  kind: 'case' | 'pallet';
  parent: string | null;
  createdBy: string;
  createdAt: Date;
}

/** What a unit holds of one lot, in ranges. */
export interface ContentRow extends PackRange {
  unit: string;
}

const unitColumns = sql`u.id, u.sscc, u.org, u.kind, u.parent, u.created_by as "createdBy", u.created_at as "createdAt"`;

/** The county of an SSCC: in the number itself for in-house ones, by its prefix for others; null: not ours. */
async function countyOfUnit(db: Db, sscc: string): Promise<County | null> {
  const own = countyOfSscc(sscc);
  if (own !== null) return own;
  const prefixes = Array.from({ length: 7 }, (_, i) => sscc.slice(1, 7 + i));
  const { rows } = await sql<{ county: County }>`
    select county from trace.company_prefix where prefix = any(${prefixes}) limit 1`.execute(db);
  return rows[0]?.county ?? null;
}

/** A unit by its number; null when it was not given here. */
export async function findUnit(db: Db, sscc: string): Promise<(UnitRow & { county: County }) | null> {
  const county = await countyOfUnit(db, sscc);
  if (county === null) return null;
  const { rows } = await sql<UnitRow>`
    select ${unitColumns} from trace.logistic_unit u where u.county = ${county} and u.sscc = ${sscc}`.execute(db);
  return rows[0] ? { ...rows[0], county } : null;
}

/** Units by their ids. */
export async function unitsById(db: Db, county: County, ids: readonly string[]): Promise<Map<string, UnitRow>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<UnitRow>`
    select ${unitColumns} from trace.logistic_unit u
     where u.county = ${county} and u.id = any(${plainArray(ids)}::uuid[])`.execute(db);
  return new Map(rows.map((row) => [row.id, row]));
}

/** Units, locked in one order until the end of the transaction. */
export async function lockUnits(tx: Tx, county: County, ids: readonly string[]): Promise<Map<string, UnitRow>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<UnitRow>`
    select ${unitColumns} from trace.logistic_unit u
     where u.county = ${county} and u.id = any(${plainArray(ids)}::uuid[]) order by u.id for update`.execute(tx);
  return new Map(rows.map((row) => [row.id, row]));
}

/** Locks the ranges of some lots, so that two people cannot put one pack into two cases. */
export async function lockRanges(
  tx: Tx,
  county: County,
  lots: readonly string[],
): Promise<Map<string, { packs: number; number: string; org: string; station: string; state: string }>> {
  const { rows } = await sql<{
    lot: string;
    packs: number;
    number: string;
    org: string;
    station: string;
    state: string;
  }>`
    select r.lot, r.packs, r.lot_number as number, l.org, l.station, l.state
      from trace.code_range r join trace.lot l on l.county = r.county and l.id = r.lot
     where r.county = ${county} and r.lot = any(${plainArray([...new Set(lots)])}::uuid[])
     order by r.lot for update of r`.execute(tx);
  return new Map(rows.map(({ lot, ...row }) => [lot, row]));
}

/** What units hold, by lot and pack. */
export async function contentOf(db: Db, county: County, units: readonly string[]): Promise<ContentRow[]> {
  if (units.length === 0) return [];
  const { rows } = await sql<ContentRow>`
    select unit, lot, from_pack as "from", to_pack as "to" from trace.unit_content
     where county = ${county} and unit = any(${plainArray(units)}::uuid[]) order by lot, from_pack`.execute(db);
  return rows;
}

/** The ranges of lots that lie in a unit, any of them. */
export async function casedOf(db: Db, county: County, lots: readonly string[]): Promise<ContentRow[]> {
  const { rows } = await sql<ContentRow>`
    select unit, lot, from_pack as "from", to_pack as "to" from trace.unit_content
     where county = ${county} and lot = any(${plainArray([...new Set(lots)])}::uuid[]) order by lot, from_pack`.execute(
    db,
  );
  return rows;
}

/** The units that lie in some units, directly. */
export async function childrenOf(db: Db, county: County, parents: readonly string[]): Promise<UnitRow[]> {
  if (parents.length === 0) return [];
  const { rows } = await sql<UnitRow>`
    select ${unitColumns} from trace.logistic_unit u
     where u.county = ${county} and u.parent = any(${plainArray(parents)}::uuid[]) order by u.sscc`.execute(db);
  return rows;
}

/** Writes what a unit holds of lots anew. */
export async function setContent(tx: Tx, county: County, unit: string, ranges: readonly PackRange[]): Promise<void> {
  await sql`delete from trace.unit_content where county = ${county} and unit = ${unit}`.execute(tx);
  if (ranges.length === 0) return;
  await tx
    .insertInto('trace.unit_content')
    .values(ranges.map(({ lot, from, to }) => ({ county, unit, lot, from_pack: from, to_pack: to })))
    .execute();
}

/** Puts units into another, or takes them out of it. */
export async function setParent(
  tx: Tx,
  county: County,
  units: readonly string[],
  parent: string | null,
): Promise<void> {
  if (units.length === 0) return;
  await tx
    .updateTable('trace.logistic_unit')
    .set({ parent })
    .where('county', '=', county)
    .where('id', 'in', units)
    .execute();
}

/** Writes down what went into a unit or came out of it. */
export async function writeAggregation(
  tx: Tx,
  county: County,
  of: {
    unit: string;
    act: 'add' | 'remove';
    ranges: readonly PackRange[];
    children: readonly string[];
    reason: string | null;
    by: string;
    at: Date;
  },
): Promise<void> {
  const id = newId();
  await tx
    .insertInto('trace.aggregation')
    .values({ county, id, unit: of.unit, act: of.act, reason: of.reason, by_person: of.by, at: of.at })
    .execute();
  const parts = [
    ...of.ranges.map(({ lot, from, to }) => ({ lot, from_pack: from, to_pack: to, child: null })),
    ...of.children.map((child) => ({ lot: null, from_pack: null, to_pack: null, child })),
  ];
  await tx
    .insertInto('trace.aggregation_part')
    .values(parts.map((part, n) => ({ county, aggregation: id, n: n + 1, ...part })))
    .execute();
}

/** One page of a county's units that the reader may see, the newest first. */
export async function listUnits(
  db: Db,
  county: County,
  reading: LotReading,
  filter: { lot?: string; q?: string; page: number; size: number },
): Promise<{ rows: UnitRow[]; total: number }> {
  const where = sql.join(
    [
      sql`u.county = ${county}`,
      ...(reading === 'all'
        ? []
        : [
            sql`(u.org = any(${reading.orgs}::uuid[]) or exists (select from trace.unit_content c
                 join trace.lot l on l.county = c.county and l.id = c.lot
                where c.county = u.county and c.unit = u.id and l.station = any(${reading.stations}::uuid[])))`,
          ]),
      ...(filter.lot === undefined
        ? []
        : [
            sql`exists (select from trace.unit_content c
                 where c.county = u.county and c.unit = u.id and c.lot = ${filter.lot})`,
          ]),
      ...(filter.q?.trim() ? [sql`strpos(u.sscc, ${filter.q.trim()}) > 0`] : []),
    ],
    sql` and `,
  );
  const counted = await sql<{
    total: number;
  }>`select count(*) as total from trace.logistic_unit u where ${where}`.execute(db);
  const { rows } = await sql<UnitRow>`
    select ${unitColumns} from trace.logistic_unit u where ${where}
     order by u.created_at desc, u.sscc desc
     limit ${filter.size} offset ${(filter.page - 1) * filter.size}`.execute(db);
  return { rows, total: counted.rows[0]?.total ?? 0 };
}

/** The GS1 company prefix of an organisation, the last it was given; undefined without one. */
export async function companyPrefixOf(db: Db, county: County, org: string): Promise<string | undefined> {
  const { rows } = await sql<{ prefix: string }>`
    select prefix from trace.company_prefix where county = ${county} and org = ${org} order by at desc limit 1`.execute(
    db,
  );
  return rows[0]?.prefix;
}
