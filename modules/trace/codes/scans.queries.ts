import { sql } from 'kysely';
import { instantArray, plainArray, textArray } from '#platform/database/arrays.ts';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';

export interface ScanOf {
  pack: number;
  scans: number;
  firstAt: Date | null;
}

/** One look at a pack. */
export interface Look {
  lot: string;
  pack: number;
  at: Date;
  /** two digits; null: nobody said */
  province: string | null;
  /** who looked, as far as one day can tell (visitor.ts) */
  visitor: string;
}

/** Where and when a pack was looked at. */
export interface PlaceOf {
  lot: string;
  pack: number;
  province: string;
  scans: number;
  firstAt: Date;
  lastAt: Date;
}

/** How a pack stands in the books: its looks, and its lot. */
export interface PackStanding extends ScanOf {
  lot: string;
  /** of the lot */
  state: string;
  /** of the lot: what has not gone into stock yet */
  gramsOnHand: number;
}

/** The same without a new look; a pack that nobody looked at has none. */
export async function standingsOf(
  db: Db,
  county: County,
  packs: readonly { lot: string; pack: number }[],
): Promise<PackStanding[]> {
  if (packs.length === 0) return [];
  const { rows } = await sql<PackStanding>`
    select a.lot, a.pack, coalesce(s.scans, 0) as scans, s.first_at as "firstAt", l.state,
           l.grams_on_hand as "gramsOnHand"
      from (select distinct * from unnest(${plainArray(packs.map((p) => p.lot))}::uuid[],
              ${plainArray(packs.map((p) => p.pack))}::int[]) as x (lot, pack)) a
      join trace.lot l on l.county = ${county} and l.id = a.lot
      left join trace.scan s on s.county = ${county} and s.lot = a.lot and s.pack = a.pack
     order by a.lot, a.pack`.execute(db);
  return rows;
}

const columnsOf = (looks: readonly Look[]) => sql`unnest(
  ${plainArray(looks.map((look) => look.lot))}::uuid[], ${plainArray(looks.map((look) => look.pack))}::int[],
  ${instantArray(looks.map((look) => look.at))}::timestamptz[], ${textArray(looks.map((look) => look.province))}::text[],
  ${textArray(looks.map((look) => look.visitor))}::text[]) as s (lot, pack, at, province, visitor)`;

/**
 * Counts looks at packs of one county, many in one statement; a pack may come several times. Whoever looked last and
 * looks again on the same day is not counted again. A count that a power cut loses in its last half second is no harm,
 * so nobody waits for the disk.
 *
 * @returns the packs' counts after it, by lot and pack
 */
export async function countLooks(db: Db, county: County, looks: readonly Look[]): Promise<PackStanding[]> {
  const { rows } = await sql<PackStanding>`
    with counted as (
      insert into trace.scan as t (county, lot, pack, scans, visitor, first_at, last_at)
      select ${county}::int, s.lot, s.pack, count(distinct s.visitor), max(s.visitor), min(s.at), max(s.at)
        from ${columnsOf(looks)}
       where set_config('synchronous_commit', 'off', true) is not null
       group by s.lot, s.pack
       order by s.lot, s.pack
      on conflict (county, lot, pack) do update set
        scans = t.scans + case when t.visitor = excluded.visitor then excluded.scans - 1 else excluded.scans end,
        visitor = excluded.visitor,
        first_at = least(t.first_at, excluded.first_at),
        last_at = greatest(t.last_at, excluded.last_at)
      returning county, lot, pack, scans, first_at)
    select c.lot, c.pack, c.scans, c.first_at as "firstAt", l.state, l.grams_on_hand as "gramsOnHand"
      from counted c join trace.lot l on l.county = c.county and l.id = c.lot
     order by c.lot, c.pack`.execute(db);
  return rows;
}

/** Counts the looks of which the province is known. */
export async function countPlaces(db: Db, county: County, looks: readonly Look[]): Promise<void> {
  const placed = looks.filter((look) => look.province !== null);
  if (placed.length === 0) return;
  await sql`
    insert into trace.scan_place as t (county, lot, pack, province, scans, visitor, first_at, last_at)
    select ${county}::int, s.lot, s.pack, s.province, count(distinct s.visitor), max(s.visitor), min(s.at), max(s.at)
      from ${columnsOf(placed)}
     group by s.lot, s.pack, s.province
     order by s.lot, s.pack, s.province
    on conflict (county, lot, pack, province) do update set
      scans = t.scans + case when t.visitor = excluded.visitor then excluded.scans - 1 else excluded.scans end,
      visitor = excluded.visitor,
      first_at = least(t.first_at, excluded.first_at),
      last_at = greatest(t.last_at, excluded.last_at)`.execute(db);
}

/** Where packs were looked at, province by province. */
export async function placesOf(
  db: Db,
  county: County,
  packs: readonly { lot: string; pack: number }[],
): Promise<PlaceOf[]> {
  if (packs.length === 0) return [];
  const { rows } = await sql<PlaceOf>`
    select lot, pack, province, scans, first_at as "firstAt", last_at as "lastAt"
      from trace.scan_place
     where county = ${county} and (lot, pack) in
       (select * from unnest(${plainArray(packs.map((p) => p.lot))}::uuid[], ${plainArray(packs.map((p) => p.pack))}::int[]))
     order by lot, pack, scans desc, province`.execute(db);
  return rows;
}

/** Takes away who looked, where that was more than a day ago. @returns how many rows it was taken from */
export async function forgetVisitors(db: Db, before: Date): Promise<number> {
  const scans =
    await sql`update trace.scan set visitor = null where visitor is not null and last_at < ${before}`.execute(db);
  const places =
    await sql`update trace.scan_place set visitor = null where visitor is not null and last_at < ${before}`.execute(db);
  return Number(scans.numAffectedRows ?? 0) + Number(places.numAffectedRows ?? 0);
}

/** How a lot's codes were looked up, in all and by province. */
export async function lotLooks(db: Db, county: County, lot: string) {
  const { rows } = await sql<{ packs: number; scans: number; firstAt: Date | null; lastAt: Date | null }>`
    select count(*) as packs, coalesce(sum(scans), 0)::bigint as scans, min(first_at) as "firstAt",
           max(last_at) as "lastAt"
      from trace.scan where county = ${county} and lot = ${lot}`.execute(db);
  const places = await sql<{ province: string; packs: number; scans: number }>`
    select province, count(*) as packs, sum(scans)::bigint as scans
      from trace.scan_place where county = ${county} and lot = ${lot}
     group by province order by 3 desc, 1`.execute(db);
  const [all] = rows;
  return {
    packs: all?.packs ?? 0,
    scans: all?.scans ?? 0,
    firstAt: all?.firstAt ?? null,
    lastAt: all?.lastAt ?? null,
    places: places.rows,
  };
}
