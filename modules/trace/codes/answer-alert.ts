import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { isOperator } from '../lots/lot-rights.ts';
import { refuse } from '../refuse.ts';
import { type AlertState, alertMoves, type Verdict } from './alert-states.ts';
import { lockAlert } from './alerts.queries.ts';

/**
 * The county takes up a code alert, or closes it with what it found. Closed as harmless the page no longer warns of
 * it, and only looks after that can raise it again; confirmed, the page goes on warning.
 *
 * @throws Refusal `alert-not-found` | `alert-not-yours` | `alert-already-moved`
 */
export async function answerAlert(
  at: Context,
  by: Actor,
  input: { county: County; id: string; to: AlertState; verdict?: Verdict; reason?: string },
  key: OnceKey | null,
): Promise<{ id: string; state: AlertState }> {
  const { county, id, to } = input;
  return once(at.db, key, async (tx) => {
    const alert = await lockAlert(tx, county, id);
    if (!alert) throw refuse('alert-not-found');
    if (!isOperator(by, county)) throw refuse('alert-not-yours');
    if (!alertMoves.allows(alert.state, to)) throw refuse('alert-already-moved');
    const now = at.clock.now();
    await tx
      .updateTable('trace.code_alert')
      .set({ state: to, verdict: to === 'closed' ? (input.verdict ?? 'harmless') : null })
      .where('county', '=', county)
      .where('id', '=', id)
      .execute();
    await tx
      .insertInto('trace.code_alert_move')
      .values({
        ...{ county, id: newId(), alert: id, from_state: alert.state, to_state: to },
        ...{ reason: input.reason?.trim() || null, by_person: by.person, at: now },
      })
      .execute();
    return { id, state: to };
  });
}
