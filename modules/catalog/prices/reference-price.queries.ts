import { sql } from 'kysely';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';

/** What a kilogram cost at the farm gate on a day. */
export interface ReferencePriceOf {
  fenPerKg: Fen;
  /** the least that may be paid, where the county set one for this very grade */
  floorFenPerKg: Fen | null;
  /** when it was entered for, YYYY-MM-DD */
  day: string;
}

/**
 * The price in force for a crop and grade on a day: the latest entered for a day not after it. A grade nobody entered
 * a price for takes the highest among the crop's other grades, each at its latest: the check it serves is a factor of
 * ten, and a fine grade must not be refused because only a coarse one was noted. Such a borrowed price has no floor.
 * Null when the crop has no price yet.
 */
export async function referencePrice(
  db: Db,
  county: County,
  crop: string,
  grade: string,
  day: string,
): Promise<ReferencePriceOf | null> {
  const latest = await pricesInForce(db, county, day, crop);
  const own = latest.find((row) => row.grade === grade);
  if (own) return { fenPerKg: own.fen_per_kg, floorFenPerKg: own.floor_fen_per_kg, day: own.day };
  const highest = latest.toSorted((a, b) => b.fen_per_kg - a.fen_per_kg)[0];
  return highest ? { fenPerKg: highest.fen_per_kg, floorFenPerKg: null, day: highest.day } : null;
}

/** The latest price of each crop and grade for a day not after `day`, by crop and grade. */
export function pricesInForce(db: Db, county: County, day: string, crop?: string) {
  return db
    .selectFrom('catalog.reference_price')
    .distinctOn(['crop', 'grade'])
    .select(['crop', 'grade', 'day', 'fen_per_kg', 'floor_fen_per_kg', 'source'])
    .where('county', '=', county)
    .where('day', '<=', sql<string>`${day}::date`)
    .$if(crop !== undefined, (q) => q.where('crop', '=', crop as string))
    .orderBy('crop')
    .orderBy('grade')
    .orderBy('day', 'desc')
    .execute();
}
