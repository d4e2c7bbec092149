import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { householdNow } from '#registry';

/**
 * The file that stands for a household now, its village, for which an entry is written, and the code it is known by.
 * Undefined outside the scope.
 *
 * @param tx with the county's scope
 */
export async function householdFile(
  tx: Tx,
  county: County,
  id: string,
): Promise<{ household: string; village: string; code: string } | undefined> {
  const household = (await householdNow(tx, county, id))?.id ?? id;
  const found = await tx
    .selectFrom('registry.household_facts')
    .select(['village', 'code'])
    .where('county', '=', county)
    .where('household', '=', household)
    .executeTakeFirst();
  return found && { household, village: found.village as string, code: found.code as string };
}
