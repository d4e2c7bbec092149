import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { FreightRule } from './freight.ts';

export async function freightRulesOf(db: Db, county: County): Promise<(FreightRule & { id: string })[]> {
  return db
    .selectFrom('trade.freight_rule')
    .select([
      'id',
      'to_region as toRegion',
      'first_grams as firstGrams',
      'first_fen as firstFen',
      'step_grams as stepGrams',
      'step_fen as stepFen',
      'free_from_fen as freeFromFen',
      'cold_first_fen as coldFirstFen',
      'cold_step_fen as coldStepFen',
      'free_covers_cold as freeCoversCold',
    ])
    .where('county', '=', county)
    .orderBy('to_region')
    .execute();
}
