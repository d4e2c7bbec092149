import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, scoped, withScope } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { type County, newId } from '#platform/ids.ts';
import { tell } from '#platform/outbox.ts';
import type { HouseholdMoved } from '../events.ts';
import { refuse } from '../refuse.ts';
import { requireCounty, villageInCounty } from '../regions/regions.queries.ts';
import { householdScope } from './household-scope.ts';
import { householdView } from './households.queries.ts';
import { movesOf } from './moves.queries.ts';

/**
 * A household lives in another village of the county from a day on. Its file, members, yields and what it said of its
 * name follow it, and with them who may see them. Notes, entries, agreements and plots keep the village in which they
 * happened: figures of the years before stay as they were, and land does not move.
 *
 * @param input.village the 12-digit village it lives in now; both must lie in the caller's region
 * @param input.onDay YYYY-MM-DD, today or earlier, not before it last moved
 * @returns the household, masked
 * @throws Refusal `not-allowed` | `county-not-open` | `region-code-broken` | `village-outside-county` | `not-found` |
 *   `household-not-here` | `village-outside-your-region` | `village-same` | `move-day-wrong`
 */
export async function moveHousehold(
  at: Context,
  by: Actor,
  input: { county: County; id: string; village: string; onDay: string; reason: string },
  key: OnceKey | null,
) {
  const { county, id, village, onDay, reason } = input;
  const scope = householdScope(by, county, ['cadre', 'operator']);
  await once(at.db, key, async (tx) => {
    await requireCounty(tx, county);
    await villageInCounty(tx, county, village);
    await withScope(tx, scope);
    const found = await tx
      .selectFrom('registry.household')
      .select(['village', 'state'])
      .where('county', '=', county)
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (!found) throw refusePlatform('not-found');
    if (found.state !== 'active') throw refuse('household-not-here');
    if (!village.startsWith(scope)) throw refuse('village-outside-your-region');
    if (village === found.village) throw refuse('village-same');
    const now = at.clock.now();
    const today = dayOf(now);
    const last = (await movesOf(tx, county, id))[0]?.onDay;
    if (onDay > today || (last && onDay < last)) throw refuse('move-day-wrong', { from: last ?? '', to: today });

    const of = { county, id };
    await tx
      .updateTable('registry.household')
      .set({ village, changed_at: now })
      .where('county', '=', county)
      .where('id', '=', id)
      .execute();
    for (const table of ['registry.household_member', 'registry.household_yield', 'registry.name_consent'] as const) {
      await tx
        .updateTable(table)
        .set({ village })
        .where('county', '=', of.county)
        .where('household', '=', of.id)
        .execute();
    }
    await tx
      .insertInto('registry.household_move')
      .values({
        ...{ county, id: newId(), household: id, from_village: found.village, to_village: village },
        ...{ on_day: onDay, reason: reason.trim(), by_person: by.person, at: now },
      })
      .execute();
    const event: HouseholdMoved = { type: 'registry.household-moved', county, payload: { household: id } };
    await tell(tx, event);
  });
  return scoped(at.db, scope, (tx) => householdView(tx, at.sealer, county, id));
}
