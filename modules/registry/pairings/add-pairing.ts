import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, withScope } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { householdScope } from '../households/household-scope.ts';
import { refuse } from '../refuse.ts';
import { requireCounty, villageInCounty } from '../regions/regions.queries.ts';
import { pairingView } from './pairings.queries.ts';

/**
 * Pairs a helper (party branch, firm, shop, first secretary) with a village, or with one household of it.
 *
 * @param input.since YYYY-MM-DD
 * @throws Refusal `not-allowed` | `county-not-open` | `region-code-broken` | `village-outside-county` |
 * `village-outside-your-region` | `household-elsewhere`
 */
export async function addPairing(
  at: Context,
  by: Actor,
  input: {
    county: number;
    helperKind: 'branch' | 'firm' | 'shop' | 'secretary';
    helperName: string;
    village: string;
    household?: string | null;
    duty: string;
    since: string;
  },
  key: OnceKey | null,
) {
  const { county, village } = input;
  const scope = householdScope(by, county, ['operator', 'cadre']);
  return once(at.db, key, async (tx) => {
    await requireCounty(tx, county);
    await villageInCounty(tx, county, village);
    if (!village.startsWith(scope)) throw refuse('village-outside-your-region');
    await withScope(tx, scope);
    if (input.household) {
      const household = await tx
        .selectFrom('registry.household')
        .select('village')
        .where('county', '=', county)
        .where('id', '=', input.household)
        .executeTakeFirst();
      if (household?.village !== village) throw refuse('household-elsewhere');
    }
    const id = newId();
    await tx
      .insertInto('registry.pairing')
      .values({
        county,
        id,
        helper_kind: input.helperKind,
        helper_name: input.helperName.trim(),
        village,
        household: input.household ?? null,
        duty: input.duty.trim(),
        since: input.since,
        created_by: by.person,
        created_at: at.clock.now(),
      })
      .execute();
    return pairingView(tx, county, scope, id);
  });
}
