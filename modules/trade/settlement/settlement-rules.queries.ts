import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';

/** A county's settlement rules in the order they are tried. */
export async function rulesOf(db: Db, county: County) {
  return db
    .selectFrom('trade.settlement_rule')
    .select(['id', 'position', 'name', 'basis', 'org', 'category', 'product'])
    .select(['station_bp as stationBp', 'platform_bp as platformBp', 'fund_bp as fundBp'])
    .select(['household_fen_per_pack as householdFenPerPack', 'valid_from as validFrom', 'valid_until as validUntil'])
    .where('county', '=', county)
    .orderBy('position')
    .orderBy('id')
    .execute();
}
