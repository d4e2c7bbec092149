import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, withScope } from '#platform/db.ts';
import { householdScope } from '../households/household-scope.ts';
import { refuse } from '../refuse.ts';
import { pairingView } from './pairings.queries.ts';

/**
 * Ends a pairing; it stays in the list with its last day.
 *
 * @param input.until YYYY-MM-DD, the last day
 * @throws Refusal `not-allowed` | `not-found` | `pairing-ended` | `pairing-ends-before-it-begins`
 */
export async function endPairing(
  at: Context,
  by: Actor,
  input: { county: number; id: string; until: string },
  key: OnceKey | null,
) {
  const { county, id, until } = input;
  const scope = householdScope(by, county, ['operator', 'cadre']);
  return once(at.db, key, async (tx) => {
    await withScope(tx, scope);
    const found = await pairingView(tx, county, scope, id);
    if (until < found.since) throw refuse('pairing-ends-before-it-begins', { since: found.since });
    // Of two who end it at the same moment, the second finds it ended.
    const ended = await tx
      .updateTable('registry.pairing')
      .set({ until })
      .where('county', '=', county)
      .where('id', '=', id)
      .where('until', 'is', null)
      .executeTakeFirst();
    if (ended.numUpdatedRows === 0n) throw refuse('pairing-ended');
    return pairingView(tx, county, scope, id);
  });
}
