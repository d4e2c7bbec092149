import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, withScope } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';
import { householdBrief } from '#registry';
import { refuse } from '../refuse.ts';
import { yieldRooms } from './yield-room.ts';

/**
 * The county has looked at a household's field and lets it sell up to so much of a crop this year, above what is
 * otherwise refused. Never changed: a second look is a second confirmation, and the latest counts.
 *
 * @throws Refusal `household-not-found` | `crop-not-grown` | `confirmation-below-bound`
 */
export async function confirmYield(
  at: Context,
  by: Actor,
  input: { county: County; household: string; crop: string; grams: Grams; reason: string },
  key: OnceKey | null,
): Promise<{ crop: string; year: number; grams: Grams }> {
  const { county, household, crop, grams, reason } = input;
  return once(at.db, key, async (tx) => {
    await withScope(tx, String(county));
    const now = at.clock.now();
    const year = dayOf(now).slice(0, 4);
    const brief = (await householdBrief(tx, at.sealer, county, [household])).get(household);
    if (!brief) throw refuse('household-not-found');
    const room = (await yieldRooms(tx, county, household, year)).get(crop);
    if (!room) throw refuse('crop-not-grown', { crop });
    if (grams <= room.limitGrams) throw refuse('confirmation-below-bound', { limit: room.limitGrams / 1000 });
    await tx
      .insertInto('trace.yield_confirmation')
      .values({
        ...{ county, id: newId(), household, village: brief.village, crop, year: Number(year), grams },
        ...{ reason: reason.trim(), by_person: by.person, at: now },
      })
      .execute();
    return { crop, year: Number(year), grams };
  });
}
