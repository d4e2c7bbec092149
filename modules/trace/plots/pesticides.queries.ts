import { type Selectable, sql } from 'kysely';
import type { TracePesticideRule } from '#platform/database/tables.ts';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';

export type PesticideRule = Selectable<TracePesticideRule>;

/** The lines of a county's table as they stand: for each product and crop the latest, in order of product. */
export async function pesticideRules(
  db: Db,
  county: County,
  only: { product?: string; crop?: string } = {},
): Promise<PesticideRule[]> {
  const { rows } = await sql<PesticideRule>`
    select distinct on (product, crop) *
      from trace.pesticide_rule
     where county = ${county}
       and ${only.product === undefined ? sql`true` : sql`product = ${only.product}`}
       and ${only.crop === undefined ? sql`true` : sql`(crop is null or crop = ${only.crop})`}
     order by product, crop, at desc, id desc`.execute(db);
  return rows;
}
