import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, scoped, withScope } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { refuse } from '../refuse.ts';
import { householdScope } from './household-scope.ts';
import { householdView } from './households.queries.ts';

/**
 * Two files of one household become one: the second points to the first for ever, and whatever still names it is
 * followed through the pointer. Its notes, accounts and entries stay under its own id, for facts are never edited.
 *
 * @param input.id the file that is given up
 * @param input.into the file that stays
 * @returns the household that stays, masked
 * @throws Refusal `not-found` | `household-same` | `household-merged-already` | `household-left`
 */
export async function mergeHouseholds(
  at: Context,
  by: Actor,
  input: { county: number; id: string; into: string; reason: string },
  key: OnceKey | null,
) {
  const { county, id, into } = input;
  const scope = householdScope(by, county, ['operator']);
  if (id === into) throw refuse('household-same');
  await once(at.db, key, async (tx) => {
    await withScope(tx, scope);
    // In one sorted order, so that two who merge the same files wait instead of dying.
    const rows = await tx
      .selectFrom('registry.household')
      .select(['id', 'state'])
      .where('county', '=', county)
      .where('id', 'in', [id, into].sort())
      .orderBy('id')
      .forUpdate()
      .execute();
    const state = new Map(rows.map((row) => [row.id, row.state]));
    if (!state.has(id) || !state.has(into)) throw refusePlatform('not-found');
    if (state.get(id) === 'merged' || state.get(into) === 'merged') throw refuse('household-merged-already');
    if (state.get(into) === 'left') throw refuse('household-left');

    const now = at.clock.now();
    const points = { state: 'merged' as const, merged_into: into, changed_at: now };
    await tx
      .updateTable('registry.household')
      .set(points)
      .where('county', '=', county)
      .where((e) => e.or([e('id', '=', id), e('merged_into', '=', id)]))
      .execute();
    await tx
      .updateTable('registry.household')
      .set({ changed_at: now })
      .where('county', '=', county)
      .where('id', '=', into)
      .execute();
    await tx
      .insertInto('registry.household_merge')
      .values({
        ...{ county, household: id, into_household: into, reason: input.reason.trim() },
        ...{ by_person: by.person, at: now },
      })
      .execute();
  });
  return scoped(at.db, scope, (tx) => householdView(tx, at.sealer, county, into));
}
