import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, type Tx, withScope } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import { endBatch, linesOfBatch, lockBatch, lockLine } from './payout-rows.ts';
import { batchMoves, lineMoves } from './payout-states.ts';

/**
 * Cancels a batch of which nothing has been sent; everything in it stays owed.
 *
 * @throws Refusal `batch-not-found` | `batch-move-not-allowed` | `batch-sent`
 */
export async function cancelBatch(
  at: Context,
  by: Actor,
  input: { county: County; id: string; reason: string },
  key: OnceKey | null,
): Promise<void> {
  const { county, id, reason } = input;
  await once(at.db, key, async (tx) => {
    await withScope(tx, String(county));
    const batch = await lockBatch(tx, county, id);
    if (!batch) throw refuse('batch-not-found');
    if (!batchMoves.allows(batch.state, 'cancelled')) {
      throw refuse('batch-move-not-allowed', { state: batchMoves.states[batch.state].zh });
    }
    const lines = await linesOfBatch(tx, county, id);
    if (lines.some((line) => line.hold !== null)) throw refuse('batch-sent');
    const now = at.clock.now();
    await cancelLines(
      tx,
      now,
      by,
      county,
      (line) => line.where('batch', '=', id).where('state', '=', 'waiting'),
      reason,
    );
    await tx
      .updateTable('trade.payout_batch')
      .set({ state: 'cancelled', ended_by: by.person, ended_at: now, reason: reason.trim() })
      .where('county', '=', county)
      .where('id', '=', id)
      .execute();
  });
}

/**
 * Takes one line out of a batch before it is sent; its money stays owed. An approval that was being given for the batch
 * as it stood before is then refused.
 *
 * @throws Refusal `payout-not-found` | `payout-move-not-allowed`
 */
export async function cancelLine(
  at: Context,
  by: Actor,
  input: { county: County; id: string; reason: string },
  key: OnceKey | null,
): Promise<void> {
  const { county, id, reason } = input;
  await once(at.db, key, async (tx) => {
    await withScope(tx, String(county));
    const seen = await lockLine(tx, county, id);
    if (!seen) throw refuse('payout-not-found');
    if (!lineMoves.allows(seen.state, 'cancelled')) {
      throw refuse('payout-move-not-allowed', { state: lineMoves.states[seen.state].zh });
    }
    const now = at.clock.now();
    await cancelLines(tx, now, by, county, (line) => line.where('id', '=', id), reason);
    await tx
      .updateTable('trade.payout_batch')
      .set((e) => ({ version: e('version', '+', 1) }))
      .where('county', '=', county)
      .where('id', '=', seen.batch)
      .execute();
    await endBatch(tx, now, by.person, county, seen.batch);
  });
}

const updateLines = (tx: Tx, county: County) => tx.updateTable('trade.payout_line').where('county', '=', county);

async function cancelLines(
  tx: Tx,
  now: Date,
  by: Actor,
  county: County,
  which: (lines: ReturnType<typeof updateLines>) => ReturnType<typeof updateLines>,
  reason: string,
): Promise<void> {
  await which(updateLines(tx, county))
    .set({ state: 'cancelled', why: reason.trim(), ended_at: now, ended_by: by.person })
    .execute();
}
