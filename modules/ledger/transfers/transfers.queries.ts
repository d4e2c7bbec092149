import { type RawBuilder, sql } from 'kysely';
import { instantArray, plainArray, textArray } from '#platform/database/arrays.ts';
import type { Db, Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { AccountState, EndState, TransferRow } from './transfer-rules.ts';

const accountState = sql`a.id, a.currency, a.debits_pending as "debitsPending", a.debits_posted as "debitsPosted",
  a.credits_pending as "creditsPending", a.credits_posted as "creditsPosted", a.limited_side as "limitedSide",
  a.closed_at as "closedAt", a.closed_by as "closedBy"`;

/** Locks accounts until the end of the transaction, always in the order of their ids, so that two calls cannot wait for each other. */
export async function lockAccounts(tx: Tx, county: County, ids: readonly string[]): Promise<Map<string, AccountState>> {
  const { rows } = await sql<AccountState>`
    select ${accountState} from ledger.account a
     where a.county = ${county} and a.id = any(${plainArray(ids)}::uuid[])
     order by a.id for no key update`.execute(tx);
  return new Map(rows.map((row) => [row.id, row]));
}

/** The same, and in the same statement which of some transfers are already written. */
export async function lockAccountsFinding(
  tx: Tx,
  county: County,
  ids: readonly string[],
  transfers: readonly string[],
): Promise<{ accounts: Map<string, AccountState>; existing: string[] }> {
  const { rows } = await sql<AccountState & { existing?: string[] | null }>`
    select ${accountState}, (select array_agg(t.id) from ledger.transfer t
                              where t.county = ${county} and t.id = any(${plainArray(transfers)}::uuid[])) as existing
      from ledger.account a
     where a.county = ${county} and a.id = any(${plainArray(ids)}::uuid[])
     order by a.id for no key update`.execute(tx);
  // Without a single account there is no row to tell of transfers; a repeat is then looked for among all.
  const existing = rows[0] ? (rows[0].existing ?? []) : [...transfers];
  const accounts = new Map(rows.map(({ existing: _, ...account }) => [account.id, account]));
  return { accounts, existing };
}

export async function transfersById(db: Db, county: County, ids: readonly string[]): Promise<Map<string, TransferRow>> {
  const { rows } = await sql<TransferRow>`
    select id, kind, debit, credit, amount_fen as "amountFen", pending, expires_at as "expiresAt", flag, reason,
           evidence_kind as "evidenceKind", evidence, by_person as "by"
      from ledger.transfer
     where county = ${county} and id = any(${plainArray(ids)}::uuid[])`.execute(db);
  return new Map(rows.map((row) => [row.id, row]));
}

/** How an end reads as the state of its hold. */
export const endState = sql<EndState>`case e.kind when 'post' then 'posted' when 'void' then 'voided' else 'expired' end`;

/** How those of some holds that are over have ended. */
export async function endsOf(db: Db, county: County, holds: readonly string[]): Promise<Map<string, EndState>> {
  const { rows } = await sql<{ pending: string; state: EndState }>`
    select e.pending, ${endState} as state from ledger.transfer e
     where e.county = ${county} and e.pending = any(${plainArray(holds)}::uuid[])`.execute(db);
  return new Map(rows.map((row) => [row.pending, row.state]));
}

/** Held transfers of a county whose time is over, those longest due first. */
export async function dueHolds(db: Db, county: County, now: Date, limit: number): Promise<string[]> {
  const { rows } = await sql<{ transfer: string }>`
    select transfer from ledger.hold_due
     where county = ${county} and expires_at <= ${now}
     order by expires_at, transfer limit ${limit}`.execute(db);
  return rows.map((row) => row.transfer);
}

export async function countiesWithDueHolds(db: Db, now: Date): Promise<County[]> {
  const { rows } = await sql<{ county: County }>`
    select distinct county from ledger.hold_due where expires_at <= ${now} order by county`.execute(db);
  return rows.map((row) => row.county);
}

/** What a call changes: transfers, those of them that will expire, expiring holds it ends, sums of locked accounts. */
export interface Changes {
  written: readonly TransferRow[];
  begun: readonly TransferRow[];
  ended: readonly TransferRow[];
  accounts: readonly AccountState[];
}

/** Everything in one statement: the accounts are locked, and each further round trip would be waited for by others. */
export async function writeBooks(tx: Tx, county: County, at: Date, changes: Changes): Promise<void> {
  const { begun, ended, written, accounts } = changes;
  const all = <T, K extends keyof T>(rows: readonly T[], key: K) => rows.map((row) => row[key]);
  const parts: RawBuilder<unknown>[] = [
    sql`written as (
      insert into ledger.transfer (county, id, kind, debit, credit, amount_fen, pending, expires_at, flag, reason,
        evidence_kind, evidence, by_person, created_at)
      select ${county}::int, t.*, ${at}::timestamptz
        from unnest(${plainArray(all(written, 'id'))}::uuid[], ${plainArray(all(written, 'kind'))}::text[],
          ${plainArray(all(written, 'debit'))}::uuid[], ${plainArray(all(written, 'credit'))}::uuid[],
          ${plainArray(all(written, 'amountFen'))}::bigint[], ${plainArray(all(written, 'pending'))}::uuid[],
          ${instantArray(all(written, 'expiresAt'))}::timestamptz[], ${plainArray(all(written, 'flag'))}::text[],
          ${textArray(all(written, 'reason'))}::text[], ${textArray(all(written, 'evidenceKind'))}::text[],
          ${plainArray(all(written, 'evidence'))}::uuid[], ${textArray(all(written, 'by'))}::text[]) t)`,
  ];
  if (begun.length > 0) {
    parts.push(sql`begun as (
      insert into ledger.hold_due (county, expires_at, transfer)
      select ${county}::int, * from unnest(${instantArray(all(begun, 'expiresAt'))}::timestamptz[],
        ${plainArray(all(begun, 'id'))}::uuid[]))`);
  }
  if (ended.length > 0) {
    parts.push(sql`ended as (
      delete from ledger.hold_due d
       using unnest(${instantArray(all(ended, 'expiresAt'))}::timestamptz[], ${plainArray(all(ended, 'id'))}::uuid[])
         n (expires_at, transfer)
       where d.county = ${county} and d.expires_at = n.expires_at and d.transfer = n.transfer)`);
  }
  await sql`
    with ${sql.join(parts)}
    update ledger.account a
       set debits_pending = n.dpe, debits_posted = n.dpo, credits_pending = n.cpe, credits_posted = n.cpo,
           closed_at = n.closed_at, closed_by = n.closed_by
      from unnest(${plainArray(all(accounts, 'id'))}::uuid[], ${plainArray(all(accounts, 'debitsPending'))}::bigint[],
        ${plainArray(all(accounts, 'debitsPosted'))}::bigint[], ${plainArray(all(accounts, 'creditsPending'))}::bigint[],
        ${plainArray(all(accounts, 'creditsPosted'))}::bigint[], ${instantArray(all(accounts, 'closedAt'))}::timestamptz[],
        ${plainArray(all(accounts, 'closedBy'))}::uuid[]) n (id, dpe, dpo, cpe, cpo, closed_at, closed_by)
     where a.county = ${county} and a.id = n.id`.execute(tx);
}

/** The state of the hold that a transfer begins or ends, in `transfersWhere`; null for one that moved at once. */
export const stateOfHold = sql<EndState | 'pending' | null>`
  case when t.kind = 'single' then null when e.id is null then 'pending' else ${endState} end`;

export interface TransferFilter {
  account?: string;
  evidenceKind?: string;
  evidence?: string;
  id?: string;
}

/** Transfers of a county with the state of their hold, to be ordered and cut by the caller. */
export function transfersWhere(db: Db, county: County, filter: TransferFilter) {
  let found = db
    .selectFrom('ledger.transfer as t')
    .leftJoin('ledger.transfer as e', (join) =>
      join.onRef('e.county', '=', 't.county').on((on) => on('e.pending', '=', on.fn.coalesce('t.pending', 't.id'))),
    )
    .where('t.county', '=', county);
  if (filter.id) found = found.where('t.id', '=', filter.id);
  const { account } = filter;
  if (account) found = found.where((on) => on.or([on('t.debit', '=', account), on('t.credit', '=', account)]));
  if (filter.evidenceKind) found = found.where('t.evidence_kind', '=', filter.evidenceKind);
  if (filter.evidence) found = found.where('t.evidence', '=', filter.evidence);
  return found;
}
