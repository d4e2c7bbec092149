import { type Actor, scopeIn } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, withScope } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { type County, newId } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import type { DoubleDecision } from './double-kinds.ts';

/**
 * The county says whether two entries are one and the same help, and why. No figure changes: what was claimed twice is
 * reversed where it was written, as any mistake is, and until then it is shown as still standing.
 *
 * @throws Refusal `not-allowed` | `double-not-found`
 */
export async function decideDouble(
  at: Context,
  by: Actor,
  input: { county: County; id: string; decision: DoubleDecision; reason: string },
  key: OnceKey | null,
): Promise<{ id: string }> {
  const { county, id, decision, reason } = input;
  return once(at.db, key, async (tx) => {
    const scope = scopeIn(by, county, ['operator']);
    if (!scope) throw refusePlatform('not-allowed');
    await withScope(tx, scope);
    const claim = await tx
      .selectFrom('benefit.double_claim')
      .select('id')
      .where('county', '=', county)
      .where('id', '=', id)
      .executeTakeFirst();
    if (!claim) throw refuse('double-not-found');
    await tx
      .insertInto('benefit.double_decision')
      .values({
        ...{ county, id: newId(), claim: id, decision, reason: reason.trim() },
        ...{ by_person: by.person, at: at.clock.now() },
      })
      .execute();
    return { id };
  });
}
