import { addDays, dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { transact, withScope } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { everyOpenCounty } from '#registry';
import { prepareIn } from './prepare-batch.ts';
import { isDue, scheduleOf } from './schedule.ts';

/**
 * Prepares the batches of every county whose pay day has come, or was missed: what it goes by is the last day it has
 * looked at, so that after days without a run the next one prepares everything that is owed, once.
 *
 * @returns the batches it prepared
 */
export async function sweepPayouts(at: Context, signal?: AbortSignal): Promise<string[]> {
  const made: string[] = [];
  for (const county of await everyOpenCounty(at.db)) {
    if (signal?.aborted) break;
    made.push(...(await sweepCounty(at, county)));
  }
  return made;
}

async function sweepCounty(at: Context, county: County): Promise<string[]> {
  const today = dayOf(at.clock.now());
  return transact(at.db, async (tx) => {
    await withScope(tx, String(county));
    // The row is the lock: two runs at once would both see a pay day to make up for.
    await tx
      .insertInto('trade.payout_sweep')
      .values({ county, swept_day: addDays(today, -1), at: at.clock.now() })
      .onConflict((c) => c.column('county').doNothing())
      .execute();
    const { swept_day } = await tx
      .selectFrom('trade.payout_sweep')
      .select('swept_day')
      .where('county', '=', county)
      .forUpdate()
      .executeTakeFirstOrThrow();
    if (swept_day >= today) return [];
    const schedule = await scheduleOf(tx, county);
    const made = [];
    if (isDue(schedule, swept_day, today)) {
      for (const ownerKind of ['household', 'organisation'] as const) {
        made.push(await prepareIn(tx, at, 'system', { county, ownerKind, minimumFen: schedule.minimumFen }));
      }
    }
    await tx
      .updateTable('trade.payout_sweep')
      .set({ swept_day: today, at: at.clock.now() })
      .where('county', '=', county)
      .execute();
    return made.filter((batch) => batch !== null);
  });
}
