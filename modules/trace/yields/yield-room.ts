import type { Db, Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';
import { yieldLimits } from '#registry';

/** Of what a household can yield, in basis points: warned of from here on, refused above that. */
export interface YieldBounds {
  warnBp: number;
  blockBp: number;
}

/** Where a county has said nothing: a good year and a slip of the scale are let through, produce from elsewhere is not. */
const usualBounds: YieldBounds = { warnBp: 8_000, blockBp: 12_000 };

/** A county's bounds as they are now. */
export async function yieldBounds(db: Db, county: County): Promise<YieldBounds> {
  const row = await db
    .selectFrom('trace.yield_bound')
    .select(['warn_bp as warnBp', 'block_bp as blockBp'])
    .where('county', '=', county)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? usualBounds;
}

/** Whether a county has set its bounds anew since then. */
export async function boundsChangedSince(db: Db, county: County, since: Date): Promise<boolean> {
  const row = await db
    .selectFrom('trace.yield_bound')
    .select('id')
    .where('county', '=', county)
    .where('at', '>=', since)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** How much a household may sell of a crop in a year. */
export interface YieldRoom {
  /** what it can yield */
  limitGrams: Grams;
  /** from here on the keeper is warned */
  warnGrams: Grams;
  /** above this it is refused: the county's bound, or what it has confirmed for this household */
  mostGrams: Grams;
  /** what the county has confirmed; null when nothing */
  confirmedGrams: Grams | null;
}

/**
 * The room of each crop a household declared, in crop order. The one place that says how much is too much: what can be
 * yielded comes from registry, the bounds from the county, and its confirmation stands above both.
 *
 * @param tx with a scope (platform/db.ts, withScope)
 * @param year four digits
 */
export async function yieldRooms(
  tx: Tx,
  county: County,
  household: string,
  year: string,
): Promise<Map<string, YieldRoom>> {
  const limits = await yieldLimits(tx, county, household);
  const { warnBp, blockBp } = await yieldBounds(tx, county);
  const confirmed = await tx
    .selectFrom('trace.yield_confirmation')
    .select(['crop', 'grams'])
    .where('county', '=', county)
    .where('household', '=', household)
    .where('year', '=', Number(year))
    .orderBy('at')
    .orderBy('id')
    .execute();
  const latest = new Map(confirmed.map((row) => [row.crop, row.grams]));
  return new Map(
    [...limits].map(([crop, limitGrams]) => {
      const part = (bp: number) => Math.floor((limitGrams * bp) / 10_000);
      const confirmedGrams = latest.get(crop) ?? null;
      const mostGrams = Math.max(part(blockBp), confirmedGrams ?? 0);
      return [crop, { limitGrams, warnGrams: part(warnBp), mostGrams, confirmedGrams }];
    }),
  );
}

/** What the county has confirmed in a year, in grams, by 「household crop」. @param tx with a scope */
export async function confirmedYields(tx: Tx, county: County, year: string): Promise<Map<string, Grams>> {
  const rows = await tx
    .selectFrom('trace.yield_confirmation')
    .select(['household', 'crop', 'grams'])
    .where('county', '=', county)
    .where('year', '=', Number(year))
    .orderBy('at')
    .orderBy('id')
    .execute();
  return new Map(rows.map((row) => [`${row.household} ${row.crop}`, row.grams]));
}

/** What a keeper is told when a household has sold so much; null while it is far from its bounds. */
export function yieldWarning(room: YieldRoom, boughtGrams: Grams): 'yield-near' | 'yield-above' | null {
  if (boughtGrams > room.limitGrams) return 'yield-above';
  return boughtGrams >= room.warnGrams ? 'yield-near' : null;
}
