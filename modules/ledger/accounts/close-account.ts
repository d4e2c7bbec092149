import type { Actor } from '#platform/actor.ts';
import { type Db, transact } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { type AccountKind, accountKinds } from '../contract.ts';
import { refuse } from '../refuse.ts';
import { lockAccount, writeAccountMove } from './account-moves.queries.ts';

/**
 * Closes an account: no transfer goes to or from it from now on, and no hold on it is posted; what is held can still
 * be let go. The balance stays. Accounts through which all money of a county passes cannot be closed.
 *
 * @throws Refusal `account-not-found` | `account-not-closable` | `account-closed`
 */
export async function closeAccount(
  db: Db,
  now: Date,
  by: Actor,
  input: { county: County; account: string; reason: string },
): Promise<void> {
  await transact(db, async (tx) => {
    const found = await lockAccount(tx, input.county, input.account);
    if (!found) throw refuse('account-not-found', { account: input.account });
    if (!accountKinds[found.kind as AccountKind].closable) throw refuse('account-not-closable', input);
    if (found.closed_at) throw refuse('account-closed', { account: input.account });
    await writeAccountMove(tx, { ...input, id: newId(), to: 'closed', by: by.person, at: now });
  });
}
