import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, scoped, withScope } from '#platform/db.ts';
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
  // The answer is read afterwards, so that none of it is kept with the key.
  await once(at.db, key, async (tx) => {
    await withScope(tx, scope);
    const changed = await tx
      .updateTable('registry.household')
      .set({ category: input.category, changed_at: at.clock.now() })
      .where('county', '=', county)
      .where('id', '=', id)
      .returning('village')
      .executeTakeFirst();
    if (!changed) throw refusePlatform('not-found');
    await checkYields(tx, input.yields);
    await writeYields(tx, { county, id, village: changed.village }, input.yields);
  });
  return scoped(at.db, scope, (tx) => householdView(tx, at.sealer, county, id));
}
