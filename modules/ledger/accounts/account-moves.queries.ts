import type { Db, Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';

/** Locks an account as transfers do. */
export function lockAccount(tx: Tx, county: County, account: string) {
  return tx
    .selectFrom('ledger.account')
    .select(['kind', 'closed_at', 'closed_by'])
    .where('county', '=', county)
    .where('id', '=', account)
    .forNoKeyUpdate()
    .executeTakeFirst();
}

interface AccountMove {
  county: County;
  id: string;
  account: string;
  to: 'closed' | 'open';
  reason: string;
  by: string;
  at: Date;
}

/** Writes down who closed or opened an account, and does it. */
export async function writeAccountMove(tx: Tx, move: AccountMove): Promise<void> {
  const { county, id, account, to, reason, by, at } = move;
  await tx.insertInto('ledger.account_move').values({ county, id, account, to, reason, by_person: by, at }).execute();
  const closed = to === 'closed';
  await tx
    .updateTable('ledger.account')
    .set({ closed_at: closed ? at : null, closed_by: closed ? id : null })
    .where('county', '=', county)
    .where('id', '=', account)
    .execute();
}

export function moveById(db: Db, county: County, id: string) {
  return db
    .selectFrom('ledger.account_move')
    .select('to')
    .where('county', '=', county)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** How often and why an account was closed and opened, newest first. */
export function movesOf(db: Db, county: County, account: string) {
  return db
    .selectFrom('ledger.account_move')
    .select((e) => [e.ref('to').$castTo<'closed' | 'open'>().as('to'), 'reason', 'by_person as by', 'at'])
    .where('county', '=', county)
    .where('account', '=', account)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .execute();
}
