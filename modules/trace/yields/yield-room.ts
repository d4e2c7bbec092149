import { sql } from 'kysely';
import type { Db, Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';
import { yieldLimits } from '#registry';
import { plotYields } from '../plots/plots.queries.ts';

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
 * The room of each crop that households registered or have plots of, by household and in crop order. The one place that
 * says how much is too much: what can be yielded is what its plots of the crop are expected to give together or, where
 * it has none of it, what the household registered; the bounds are the county's, and its confirmation stands above both.
 *
 * @param tx scoped over the county: a plot may lie in another village than its household
 * @param registered grams by household and crop
 * @param year four digits
 */
export async function roomsOf(
  tx: Tx,
  county: County,
  registered: ReadonlyMap<string, ReadonlyMap<string, Grams>>,
  year: string,
): Promise<Map<string, Map<string, YieldRoom>>> {
  const households = [...registered.keys()];
  const ofPlots = await plotYields(tx, county, households, year);
  const { warnBp, blockBp } = await yieldBounds(tx, county);
  const confirmed = await confirmedYields(tx, county, households, year);
  const rooms = new Map<string, Map<string, YieldRoom>>();
  for (const [household, limits] of registered) {
    const crops = new Map([...limits, ...(ofPlots.get(household) ?? [])]);
    const inOrder = [...crops].sort(([a], [b]) => (a < b ? -1 : 1));
    const room = ([crop, limitGrams]: [string, Grams]): [string, YieldRoom] => {
      const part = (bp: number) => Math.floor((limitGrams * bp) / 10_000);
      const confirmedGrams = confirmed.get(`${household} ${crop}`) ?? null;
      const mostGrams = Math.max(part(blockBp), confirmedGrams ?? 0);
      return [crop, { limitGrams, warnGrams: part(warnBp), mostGrams, confirmedGrams }];
    };
    rooms.set(household, new Map(inOrder.map(room)));
  }
  return rooms;
}

/** As `roomsOf`, for one household. */
export async function yieldRooms(
  tx: Tx,
  county: County,
  household: string,
  year: string,
): Promise<Map<string, YieldRoom>> {
  const registered = new Map([[household, await yieldLimits(tx, county, household)]]);
  return (await roomsOf(tx, county, registered, year)).get(household) ?? new Map();
}

/** What the county has confirmed in a year, in grams, by 「household crop」; the latest counts. */
async function confirmedYields(
  tx: Tx,
  county: County,
  households: readonly string[],
  year: string,
): Promise<Map<string, Grams>> {
  const { rows } = await sql<{ household: string; crop: string; grams: Grams }>`
    select distinct on (household, crop) household, crop, grams
      from trace.yield_confirmation
     where county = ${county} and household = any(${households as string[]}::uuid[]) and year = ${Number(year)}
     order by household, crop, at desc, id desc`.execute(tx);
  return new Map(rows.map((row) => [`${row.household} ${row.crop}`, row.grams]));
}

/** What a keeper is told when a household has sold so much; null while it is far from its bounds. */
export function yieldWarning(room: YieldRoom, boughtGrams: Grams): 'yield-near' | 'yield-above' | null {
  if (boughtGrams > room.limitGrams) return 'yield-above';
  return boughtGrams >= room.warnGrams ? 'yield-near' : null;
}
