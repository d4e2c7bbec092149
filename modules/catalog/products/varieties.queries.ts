import { sql } from 'kysely';
import type { Db, Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';

/** The varieties of a crop that a county knows, by name. */
export interface VarietiesOf {
  crop: string;
  names: string[];
}

/**
 * The varieties that a county knows, crop by crop: those that sellers' products name, drafts aside, and those that the
 * county has named itself. Of one crop, or of all that have any.
 */
export async function varietiesOf(db: Db, county: County, crop?: string): Promise<VarietiesOf[]> {
  const { rows } = await sql<VarietiesOf>`
    select crop, array_agg(name order by name) as names
      from (select crop, variety as name from catalog.product
             where county = ${county} and variety <> '' and state <> 'draft'
            union
            select crop, name from catalog.variety where county = ${county}) known
     where ${crop ?? null}::text is null or crop = ${crop ?? null}
     group by crop order by crop`.execute(db);
  return rows;
}

/** Remembers a variety that the county has named; one that is known stays as it is. */
export async function knowVariety(tx: Tx, of: { county: County; crop: string; name: string; at: Date }): Promise<void> {
  const { county, crop, name, at } = of;
  await tx
    .insertInto('catalog.variety')
    .values({ county, crop, name, known_at: at })
    .onConflict((c) => c.columns(['county', 'crop', 'name']).doNothing())
    .execute();
}
