import { sql } from 'kysely';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { AccountKind } from '../contract.ts';

/** Accounts of a county, kind by kind, those with the most on them first. */
export function accountsOf(db: Db, county: County, filter: { kind?: AccountKind; owner?: string }) {
  let accounts = db.selectFrom('ledger.account').where('county', '=', county);
  if (filter.kind) accounts = accounts.where('kind', '=', filter.kind);
  if (filter.owner) accounts = accounts.where('owner', '=', filter.owner);
  return accounts;
}

export function accountById(db: Db, county: County, id: string) {
  return db
    .selectFrom('ledger.account')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', id)
    .executeTakeFirst();
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

/** Posted sums per kind of account, in fen. */
export async function sumsByKind(db: Db, county: County) {
  const { rows } = await sql<{ kind: AccountKind; accounts: number; debits: number; credits: number }>`
    select kind, count(*)::int as accounts, sum(debits_posted)::bigint as debits, sum(credits_posted)::bigint as credits
      from ledger.account where county = ${county} group by kind`.execute(db);
  return rows;
}
