import type { Actor } from '#platform/actor.ts';
import { type Db, transact } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import { endsOf } from '../transfers/transfers.queries.ts';
import { lockAccount, moveById, writeAccountMove } from './account-moves.queries.ts';

/**
 * Opens a closed account again. One that a hold has closed opens when that is let go, and not before it has ended.
 *
 * @throws Refusal `account-not-found` | `account-open` | `account-closed-by-hold`
 */
export async function reopenAccount(
  db: Db,
  now: Date,
  by: Actor,
  input: { county: County; account: string; reason: string },
): Promise<void> {
  const { county, account } = input;
  await transact(db, async (tx) => {
    const found = await lockAccount(tx, county, account);
    if (!found) throw refuse('account-not-found', { account });
    if (!found.closed_by) throw refuse('account-open', { account });
    const byAct = await moveById(tx, county, found.closed_by);
    const held = !byAct && !(await endsOf(tx, county, [found.closed_by])).has(found.closed_by);
    if (held) throw refuse('account-closed-by-hold', { account, transfer: found.closed_by });
    await writeAccountMove(tx, { ...input, id: newId(), to: 'open', by: by.person, at: now });
  });
}
