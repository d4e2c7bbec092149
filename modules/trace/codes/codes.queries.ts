import { sql } from 'kysely';
import { LRUCache } from 'lru-cache';
import { countyOfGtin } from '#catalog';
import type { Db, Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Sealer } from '#platform/secrets.ts';
import { packOf } from './serial.ts';

/** The packs of one lot and what their codes are made of. */
export interface CodeRange {
  county: County;
  lot: string;
  gtin: string;
  lotNumber: string;
  packs: number;
  keyVersion: number;
}

/** The path of a pack's code as a GS1 Digital Link: GTIN (01), lot (10), serial (21). */
export const codePath = (gtin: string, lotNumber: string, serial: string): string =>
  `/01/${gtin}/10/${lotNumber}/21/${serial}`;

/** The path of a lot's page, for a label that speaks for all its packs. */
export const lotPath = (gtin: string, lotNumber: string): string => `/01/${gtin}/10/${lotNumber}`;

// A range never changes once its lot is packed, so what was found may be kept; what was not found may still come.
const ranges = new WeakMap<Db, LRUCache<string, CodeRange>>();

/** The lot that a GTIN and lot number on a pack name; null when no such lot was packed here. */
export async function findRange(db: Db, gtin: string, lotNumber: string): Promise<CodeRange | null> {
  const cache = ranges.get(db) ?? new LRUCache<string, CodeRange>({ max: 10_000 });
  ranges.set(db, cache);
  const name = `${gtin}/${lotNumber}`;
  const known = cache.get(name);
  if (known) return known;
  const sku = await countyOfGtin(db, gtin);
  if (!sku) return null;
  const row = await db
    .selectFrom('trace.code_range')
    .select(['county', 'lot', 'gtin', 'lot_number as lotNumber', 'packs', 'key_version as keyVersion'])
    .where('county', '=', sku.county)
    .where('gtin', '=', gtin)
    .where('lot_number', '=', lotNumber)
    .executeTakeFirst();
  if (!row) return null;
  cache.set(name, row);
  return row;
}

/** What a printed code says; null for a code that was not issued here. Touches no row per pack. */
export async function readCode(
  db: Db,
  sealer: Sealer,
  gtin: string,
  lotNumber: string,
  serial: string,
): Promise<{ county: County; lot: string; pack: number } | null> {
  const range = await findRange(db, gtin, lotNumber);
  const pack = range && packOf(sealer, range, serial);
  return range && pack ? { county: range.county, lot: range.lot, pack } : null;
}

export interface ScanOf {
  pack: number;
  scans: number;
  firstAt: Date | null;
}

/** How often a pack's code was looked up, and when first. */
export async function scanOf(db: Db, of: { county: County; lot: string; pack: number }): Promise<ScanOf> {
  const row = await db
    .selectFrom('trace.scan')
    .select(['pack', 'scans', 'first_at as firstAt'])
    .where('county', '=', of.county)
    .where('lot', '=', of.lot)
    .where('pack', '=', of.pack)
    .executeTakeFirst();
  return row ?? { pack: of.pack, scans: 0, firstAt: null };
}

/**
 * Counts look-ups of packs of one county, many in one statement; a pack may come several times.
 *
 * @returns the packs' counts after it, in pack order
 */
export async function recordScans(
  tx: Tx,
  county: County,
  scans: readonly { lot: string; pack: number; at: Date }[],
): Promise<(ScanOf & { lot: string })[]> {
  if (scans.length === 0) return [];
  const { rows } = await sql<ScanOf & { lot: string }>`
    insert into trace.scan (county, lot, pack, scans, first_at, last_at)
    select ${county}::int, s.lot, s.pack, count(*), min(s.at), max(s.at)
      from unnest(${scans.map((s) => s.lot)}::uuid[], ${scans.map((s) => s.pack)}::int[], ${scans.map((s) => s.at)}::timestamptz[])
        as s (lot, pack, at)
     group by s.lot, s.pack
     order by s.lot, s.pack
    on conflict (county, lot, pack) do update set
      scans = scan.scans + excluded.scans,
      first_at = least(scan.first_at, excluded.first_at),
      last_at = greatest(scan.last_at, excluded.last_at)
    returning lot, pack, scans, first_at as "firstAt"`.execute(tx);
  return rows;
}
