import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { AccountKind } from '../contract.ts';
import type { Readable } from './may-read.ts';

/** Accounts of a county that somebody may read, to be ordered and cut by the caller. */
export function accountsOf(
  db: Db,
  county: County,
  filter: { id?: string; kind?: AccountKind; owner?: string },
  readable: Readable,
) {
  let accounts = db.selectFrom('ledger.account').where('county', '=', county);
  if (filter.id) accounts = accounts.where('id', '=', filter.id);
  if (filter.kind) accounts = accounts.where('kind', '=', filter.kind);
  if (filter.owner) accounts = accounts.where('owner', '=', filter.owner);
  // An owner is an organisation's id where it is one's, so no kind has to be told apart.
  if (readable) accounts = accounts.where('owner', 'in', readable);
  return accounts;
}

/** What kind of account and whose, by account id. */
export async function accountNames(db: Db, county: County, ids: readonly string[]) {
  if (ids.length === 0) return [];
  return db
    .selectFrom('ledger.account')
    .select(['id', 'kind', 'owner'])
    .where('county', '=', county)
    .where('id', 'in', ids)
    .execute();
}
