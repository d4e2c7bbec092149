import { type Clock, daysFrom } from '#platform/clock.ts';
import type { Db } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import type { Module } from '#platform/module.ts';
import { askInvariants } from '#platform/reconcile.ts';

/** How long a run can be looked up. */
const KEPT_DAYS = 90;
/** Of each invariant's breaches so many are kept: enough to see the pattern. */
const KEPT_LINES = 50;

/**
 * Asks all invariants, stores what they said, and forgets runs older than 90 days.
 *
 * @returns how many do not hold
 */
export async function runReconcile(
  db: Db,
  clock: Clock,
  modules: readonly Pick<Module, 'name' | 'invariants'>[],
  signal?: AbortSignal,
): Promise<number> {
  const begun = clock.now();
  const findings = await askInvariants(db, modules, undefined, signal);
  const broken = findings.filter(({ breaches }) => breaches.length > 0).length;
  const ended = clock.now();
  await db
    .insertInto('ledger.reconcile_run')
    .values({
      id: newId(),
      begun_at: begun,
      ended_at: ended,
      asked: findings.length,
      broken,
      findings: JSON.stringify(
        findings.map(({ name, ms, breaches }) => ({
          name,
          ms,
          count: breaches.length,
          breaches: breaches.slice(0, KEPT_LINES),
        })),
      ),
    })
    .execute();
  await db.deleteFrom('ledger.reconcile_run').where('begun_at', '<', daysFrom(ended, -KEPT_DAYS)).execute();
  return broken;
}
