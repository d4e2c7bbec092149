import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import type { YieldBounds } from './yield-room.ts';

/**
 * A county sets from which share of a yield keepers are warned and above which they are refused; with what it rests on.
 *
 * @throws Refusal `bounds-crossed`
 */
export async function setYieldBounds(
  at: Context,
  by: Actor,
  input: { county: County; basis: string } & YieldBounds,
  key: OnceKey | null,
): Promise<YieldBounds> {
  const { county, warnBp, blockBp, basis } = input;
  return once(at.db, key, async (tx) => {
    if (warnBp > blockBp) throw refuse('bounds-crossed');
    await tx
      .insertInto('trace.yield_bound')
      .values({
        ...{ county, id: newId(), warn_bp: warnBp, block_bp: blockBp, basis: basis.trim() },
        ...{ by_person: by.person, at: at.clock.now() },
      })
      .execute();
    return { warnBp, blockBp };
  });
}
