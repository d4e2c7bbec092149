import { sql } from 'kysely';
import type { Db, Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { type AccountKind, accountKinds } from '../contract.ts';

/** Whose account: an organisation's or household's id, a provider's name, 'county' or 'platform'. */
export interface AccountName {
  kind: AccountKind;
  owner: string;
}

/** The one currency of all accounts. */
export const CURRENCY = 'CNY';

/**
 * The ids of accounts, in the order asked; those that are missing are made with nothing on them. Ask for all
 * accounts of an act before its transfers, so that nobody waits here while holding an account.
 */
export async function ensureAccounts(tx: Tx, county: County, names: readonly AccountName[]): Promise<string[]> {
  if (names.length === 0) return [];
  const keyOf = (name: AccountName) => `${name.kind} ${name.owner}`;
  const wanted = [...new Map(names.map((name) => [keyOf(name), name])).values()];
  const found = await find(tx, county, wanted);
  const missing = wanted.filter((name) => !found.has(keyOf(name))).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  if (missing.length > 0) {
    await sql`
      insert into ledger.account (county, id, kind, owner, currency, normal_side, debits_pending, debits_posted,
        credits_pending, credits_posted, limited_side, created_at)
      select ${county}::int, n.id, n.kind, n.owner, ${CURRENCY}, n.side, 0, 0, 0, 0, n.limited, ${new Date()}::timestamptz
        from unnest(${missing.map(() => newId())}::uuid[], ${missing.map((n) => n.kind)}::text[],
          ${missing.map((n) => n.owner)}::text[], ${missing.map((n) => accountKinds[n.kind].side)}::text[],
          ${missing.map((n) => accountKinds[n.kind].limited)}::text[]) n (id, kind, owner, side, limited)
      on conflict (county, kind, owner, currency) do nothing`.execute(tx);
    // Somebody may have made one between the two statements, under another id: only what stands counts.
    for (const [key, id] of await find(tx, county, missing)) found.set(key, id);
  }
  return names.map((name) => found.get(keyOf(name)) as string);
}

/** The id of an account, or null where nothing was ever moved to or from it. */
export async function findAccount(db: Db, county: County, name: AccountName): Promise<string | null> {
  return [...(await find(db, county, [name])).values()][0] ?? null;
}

async function find(tx: Db, county: County, names: readonly AccountName[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; kind: string; owner: string }>`
    select a.id, a.kind, a.owner
      from ledger.account a
      join unnest(${names.map((n) => n.kind)}::text[], ${names.map((n) => n.owner)}::text[]) n (kind, owner)
        on a.kind = n.kind and a.owner = n.owner
     where a.county = ${county} and a.currency = ${CURRENCY}`.execute(tx);
  return new Map(rows.map((row) => [`${row.kind} ${row.owner}`, row.id]));
}
