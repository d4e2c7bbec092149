import { type Selectable, sql } from 'kysely';
import type { TracePurchase } from '#platform/database/tables.ts';
import type { Db, Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';
import { householdFiles } from '#registry';

export type PurchaseRow = Selectable<TracePurchase> & {
  lot_number: string;
  plot_number: string | null;
  /** the note that reverses this one */
  reversed_by: string | null;
};

const COLUMNS = sql`
  p.*, l.number as lot_number,
  (select o.number from trace.plot o where o.county = p.county and o.id = p.plot) as plot_number,
  (select r.id from trace.purchase r where r.county = p.county and r.reverses = p.id) as reversed_by`;
const FROM = sql`trace.purchase p join trace.lot l on l.county = p.county and l.id = p.lot`;

/**
 * What a household sold of each crop in a calendar year, in grams: notes of the year that were not reversed, whenever
 * the reversal was written; those of files that were merged into it count too.
 *
 * @param tx scoped over the county
 */
export async function boughtInYear(
  tx: Tx,
  county: County,
  household: string,
  year: string,
): Promise<Map<string, Grams>> {
  const files = await householdFiles(tx, county, household);
  const { rows } = await sql<{ crop: string; grams: number }>`
    select p.crop, sum(p.grams)::bigint as grams
      from unnest(${files}::uuid[]) f (household)
     cross join lateral (
       -- file by file: asked for any of several, and planned once, it read everybody's notes of the year
       select crop, grams from trace.purchase p
        where p.county = ${county} and p.household = f.household
          and p.day between ${`${year}-01-01`} and ${`${year}-12-31`} and p.reverses is null
          and not exists (select from trace.purchase r where r.county = p.county and r.reverses = p.id)
       offset 0) p
     group by p.crop`.execute(tx);
  return new Map(rows.map((row) => [row.crop, row.grams]));
}

/** One note, as far as the transaction's scope shows it. */
export async function findPurchase(tx: Tx, county: County, id: string): Promise<PurchaseRow | undefined> {
  const { rows } = await sql<PurchaseRow>`
    select ${COLUMNS} from ${FROM} where p.county = ${county} and p.id = ${id}`.execute(tx);
  return rows[0];
}

/** Whose notes somebody may see: all that the scope shows, or those of his stations and organisations. */
export type PurchaseReading = 'all' | { stations: string[]; buyers: string[] };

export const mayRead = (reading: PurchaseReading, note: { station: string; buyer: string }): boolean =>
  reading === 'all' || reading.stations.includes(note.station) || reading.buyers.includes(note.buyer);

export interface PurchaseFilter {
  day?: string;
  station?: string;
  household?: string;
  lot?: string;
  /** part of a note or lot number */
  q?: string;
  page: number;
  size: number;
}

/** One page of notes, newest first, and how many there are in all, as far as the scope shows them. */
export async function listPurchases(
  tx: Db,
  county: County,
  reading: PurchaseReading,
  filter: PurchaseFilter,
): Promise<{ rows: PurchaseRow[]; total: number }> {
  const { day, station, household, lot, q } = filter;
  const part = q?.trim().toUpperCase();
  const where = sql.join(
    [
      sql`p.county = ${county}`,
      ...(reading === 'all'
        ? []
        : [sql`(p.station = any(${reading.stations}::uuid[]) or p.buyer = any(${reading.buyers}::uuid[]))`]),
      ...(day === undefined ? [] : [sql`p.day = ${day}`]),
      ...(station === undefined ? [] : [sql`p.station = ${station}`]),
      ...(household === undefined ? [] : [sql`p.household = ${household}`]),
      ...(lot === undefined ? [] : [sql`p.lot = ${lot}`]),
      ...(part ? [sql`(strpos(p.number, ${part}) > 0 or strpos(l.number, ${part}) > 0)`] : []),
    ],
    sql` and `,
  );
  const counted = await sql<{ total: number }>`select count(*) as total from ${FROM} where ${where}`.execute(tx);
  const { rows } = await sql<PurchaseRow>`
    select ${COLUMNS} from ${FROM} where ${where}
     order by p.at desc, p.id desc
     limit ${filter.size} offset ${(filter.page - 1) * filter.size}`.execute(tx);
  return { rows, total: counted.rows[0]?.total ?? 0 };
}

/** Notes by id, newest first, as far as the scope shows them. */
export async function purchasesById(tx: Tx, county: County, ids: readonly string[]): Promise<PurchaseRow[]> {
  const { rows } = await sql<PurchaseRow>`
    select ${COLUMNS} from ${FROM}
     where p.county = ${county} and p.id = any(${ids as string[]}::uuid[])
     order by p.at desc, p.id desc`.execute(tx);
  return rows;
}
