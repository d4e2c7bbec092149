import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, withScope } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { householdScope } from './household-scope.ts';
import { checkYields, writeYields, type YieldInput } from './household-yields.ts';
import { householdView } from './households.queries.ts';

/**
 * Changes a household's category and what it can yield.
 *
 * @returns the household, masked
 * @throws Refusal `not-allowed` | `not-found` outside the caller's region too | `yields-wrong` | `crop-unknown`
 */
export async function changeHousehold(
  at: Context,
  by: Actor,
  input: {
    county: number;
    id: string;
    category: 'general' | 'lifted' | 'monitored';
    yields: readonly YieldInput[];
  },
  key: OnceKey | null,
) {
  const { county, id } = input;
  const scope = householdScope(by, county, ['keeper', 'cadre', 'operator']);
  return once(at.db, key, async (tx) => {
    await withScope(tx, scope);
    const changed = await tx
      .updateTable('registry.household')
      .set({ category: input.category })
      .where('county', '=', county)
      .where('id', '=', id)
      .returning('village')
      .executeTakeFirst();
    if (!changed) throw refusePlatform('not-found');
    await checkYields(tx, input.yields);
    await writeYields(tx, { county, id, village: changed.village }, input.yields);
    return householdView(tx, at.sealer, county, id);
  });
}
