import { sql } from 'kysely';
import type { Db } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';

interface CountyRow {
  county: number;
  code: string;
  name: string;
  shortName: string;
  fullName: string;
  longitude: number | null;
  latitude: number | null;
  townships: number;
  villages: number;
}

/** The open counties in code order, each with its seat and how many townships and villages it has. */
export async function countyViews(db: Db, only?: number): Promise<CountyRow[]> {
  // A county's regions are one stretch of the primary key, so the counts never read the rest of the country.
  const { rows } = await sql<CountyRow>`
    select c.county, c.code, c.name, c.short_name as "shortName", r.full_name as "fullName", r.longitude, r.latitude,
           n.townships, n.villages
      from registry.county c join registry.region r on r.code = c.code
     cross join lateral (
       select count(*) filter (where i.level = 4) as townships, count(*) filter (where i.level = 5) as villages
         from registry.region i
        where i.code >= c.code and i.code < (c.county + 1)::text || '000000') n
     where c.state = 'open' and (${only ?? null}::int is null or c.county = ${only ?? null})
     order by c.county`.execute(db);
  return rows;
}

/**
 * One open county.
 *
 * @throws Refusal `county-not-open`
 */
export async function countyView(db: Db, county: number): Promise<CountyRow> {
  const [row] = await countyViews(db, county);
  if (!row) throw refusePlatform('county-not-open', { county });
  return row;
}
