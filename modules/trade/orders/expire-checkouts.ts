import { system } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { transact } from '#platform/db.ts';
import { closeCheckout } from './close-checkout.ts';

const AT_ONCE = 200;

/**
 * Ends checkouts that were not paid in time, each in its own transaction. One that is being paid or ended at this
 * moment is left to whoever has it.
 *
 * @returns how many were ended
 * @throws Error after all were tried, when one could not be ended: it must not hold up those behind it
 */
export async function expireCheckouts(at: Context, signal?: AbortSignal): Promise<number> {
  let ended = 0;
  const failures = new Map<string, unknown>();
  for (;;) {
    const now = at.clock.now();
    const due = await at.db
      .selectFrom('trade.checkout')
      .select('id')
      .where('state', '=', 'open')
      .where('expires_at', '<=', now)
      .$if(failures.size > 0, (e) => e.where('id', 'not in', [...failures.keys()]))
      .orderBy('expires_at')
      .limit(AT_ONCE)
      .execute();
    let done = 0;
    for (const { id } of due) {
      if (signal?.aborted) return ended;
      const closed = transact(at.db, async (tx) => {
        const checkout = await tx
          .selectFrom('trade.checkout')
          .selectAll()
          .where('id', '=', id)
          .where('state', '=', 'open')
          .forUpdate()
          .skipLocked()
          .executeTakeFirst();
        if (!checkout) return 0;
        await closeCheckout(tx, now, system, checkout, '超过 15 分钟没有付款');
        return 1;
      });
      done += await closed.catch((error: unknown) => {
        failures.set(id, error);
        return 0;
      });
    }
    ended += done;
    if (due.length < AT_ONCE || done === 0) break;
  }
  if (failures.size > 0) {
    throw new AggregateError([...failures.values()], `${failures.size} checkouts could not be ended`);
  }
  return ended;
}
