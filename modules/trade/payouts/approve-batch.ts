import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { plainArray } from '#platform/database/arrays.ts';
import { type OnceKey, once, withScope } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { type Fen, yuan } from '#platform/money.ts';
import { refuse } from '../refuse.ts';
import { owedTo } from './payables.ts';
import { linesOfBatch, lockBatch } from './payout-rows.ts';
import { batchMoves } from './payout-states.ts';

/**
 * A second person approves a batch as they have seen it: not the one who prepared it, nor one who wrote down an
 * account that it pays to. From here on it is sent by itself.
 *
 * @param input.version of the batch that was looked at
 * @param input.totalFen the sum that was looked at
 * @throws Refusal `batch-not-found` | `batch-move-not-allowed` | `same-person` | `approver-set-account` |
 *   `batch-changed` | `batch-above-owed` | `account-closed-meanwhile`
 */
export async function approveBatch(
  at: Context,
  by: Actor,
  input: { county: County; id: string; version: number; totalFen: Fen },
  key: OnceKey | null,
): Promise<void> {
  const { county, id } = input;
  await once(at.db, key, async (tx) => {
    await withScope(tx, String(county));
    const batch = await lockBatch(tx, county, id);
    if (!batch) throw refuse('batch-not-found');
    if (!batchMoves.allows(batch.state, 'approved')) {
      throw refuse('batch-move-not-allowed', { state: batchMoves.states[batch.state].zh });
    }
    if (batch.prepared_by === by.person) throw refuse('same-person');
    const lines = (await linesOfBatch(tx, county, id)).filter((line) => line.state === 'waiting');
    const totalFen = lines.reduce((sum, line) => sum + line.fen, 0);
    if (batch.version !== input.version || totalFen !== input.totalFen) throw refuse('batch-changed');
    const accounts = lines.flatMap((line) => line.payee ?? []);
    const payees =
      accounts.length === 0
        ? []
        : await tx
            .selectFrom('trade.payee')
            .select(['id', 'state', 'created_by', 'account_tail'])
            .where('county', '=', county)
            .where('id', '=', sql<string>`any(${plainArray(accounts)}::uuid[])`)
            .execute();
    if (payees.some((payee) => payee.created_by === by.person)) throw refuse('approver-set-account');
    const closed = payees.find((payee) => payee.state !== 'active');
    if (closed) throw refuse('account-closed-meanwhile', { tail: closed.account_tail });
    const owed = await owedTo(
      tx,
      county,
      lines.map((line) => line.owner),
    );
    const above = lines.find((line) => line.fen > (owed.get(`${line.account_kind} ${line.owner}`) ?? 0));
    if (above) {
      const left = owed.get(`${above.account_kind} ${above.owner}`) ?? 0;
      throw refuse('batch-above-owed', { fen: yuan(above.fen), owed: yuan(left), line: above.id });
    }
    await tx
      .updateTable('trade.payout_batch')
      .set({ state: 'approved', approved_by: by.person, approved_at: at.clock.now(), approved_fen: totalFen })
      .where('county', '=', county)
      .where('id', '=', id)
      .execute();
  });
}
