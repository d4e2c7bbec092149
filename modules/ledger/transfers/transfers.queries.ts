import { sql } from 'kysely';
import type { Db, Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { AccountState, PendingState, TransferRow } from './transfer-rules.ts';

/** Locks accounts until the end of the transaction, always in the order of their ids, so that two calls cannot wait for each other. */
export async function lockAccounts(tx: Tx, county: County, ids: readonly string[]): Promise<Map<string, AccountState>> {
  const { rows } = await sql<AccountState>`
    select id, currency, debits_pending as "debitsPending", debits_posted as "debitsPosted",
           credits_pending as "creditsPending", credits_posted as "creditsPosted",
           limited_side as "limitedSide", closed_at is not null as closed
      from ledger.account
     where county = ${county} and id = any(${ids}::uuid[])
     order by id for update`.execute(tx);
  return new Map(rows.map((row) => [row.id, row]));
}

export async function transfersById(db: Db, county: County, ids: readonly string[]): Promise<Map<string, TransferRow>> {
  const { rows } = await sql<TransferRow>`
    select id, kind, debit, credit, amount_fen as "amountFen", pending, expires_at as "expiresAt", reason,
           evidence_kind as "evidenceKind", evidence, by_person as "by"
      from ledger.transfer
     where county = ${county} and id = any(${ids}::uuid[])`.execute(db);
  return new Map(rows.map((row) => [row.id, row]));
}

export async function pendingsById(db: Db, county: County, ids: readonly string[]): Promise<Map<string, PendingState>> {
  const { rows } = await sql<PendingState>`
    select transfer, state, expires_at as "expiresAt", ended_by as "endedBy"
      from ledger.pending
     where county = ${county} and transfer = any(${ids}::uuid[])`.execute(db);
  return new Map(rows.map((row) => [row.transfer, row]));
}

/** Held transfers of a county whose time is over, those longest due first. */
export async function dueHolds(db: Db, county: County, now: Date, limit: number): Promise<string[]> {
  const { rows } = await sql<{ transfer: string }>`
    select transfer from ledger.pending
     where county = ${county} and state = 'pending' and expires_at <= ${now}
     order by expires_at, transfer limit ${limit}`.execute(db);
  return rows.map((row) => row.transfer);
}

export async function countiesWithDueHolds(db: Db, now: Date): Promise<County[]> {
  const { rows } = await sql<{ county: County }>`
    select distinct county from ledger.pending where state = 'pending' and expires_at <= ${now} order by county`.execute(
    db,
  );
  return rows.map((row) => row.county);
}

/** What a call changes: holds it begins (some of which it may have ended again) and ends, transfers, sums of locked accounts. */
export interface Changes {
  begun: readonly PendingState[];
  ended: readonly PendingState[];
  written: readonly TransferRow[];
  accounts: readonly AccountState[];
}

/** Everything in one statement: the accounts are locked, and each further round trip would be waited for by others. */
export async function writeBooks(tx: Tx, county: County, at: Date, changes: Changes): Promise<void> {
  const { begun, ended, written, accounts } = changes;
  const all = <T, K extends keyof T>(rows: readonly T[], key: K) => rows.map((row) => row[key]);
  await sql`
    with begun as (
      insert into ledger.pending (county, transfer, state, expires_at, ended_by)
      select ${county}::int, * from unnest(${all(begun, 'transfer')}::uuid[], ${all(begun, 'state')}::text[],
        ${all(begun, 'expiresAt')}::timestamptz[], ${all(begun, 'endedBy')}::uuid[])),
    ended as (
      update ledger.pending p set state = n.state, ended_by = n.ended_by
        from unnest(${all(ended, 'transfer')}::uuid[], ${all(ended, 'state')}::text[], ${all(ended, 'endedBy')}::uuid[])
          n (transfer, state, ended_by)
       where p.county = ${county} and p.transfer = n.transfer),
    written as (
      insert into ledger.transfer (county, id, kind, debit, credit, amount_fen, pending, expires_at, reason,
        evidence_kind, evidence, by_person, created_at)
      select ${county}::int, t.*, ${at}::timestamptz
        from unnest(${all(written, 'id')}::uuid[], ${all(written, 'kind')}::text[], ${all(written, 'debit')}::uuid[],
          ${all(written, 'credit')}::uuid[], ${all(written, 'amountFen')}::bigint[], ${all(written, 'pending')}::uuid[],
          ${all(written, 'expiresAt')}::timestamptz[], ${all(written, 'reason')}::text[],
          ${all(written, 'evidenceKind')}::text[], ${all(written, 'evidence')}::uuid[], ${all(written, 'by')}::text[]) t)
    update ledger.account a
       set debits_pending = n.dpe, debits_posted = n.dpo, credits_pending = n.cpe, credits_posted = n.cpo
      from unnest(${all(accounts, 'id')}::uuid[], ${all(accounts, 'debitsPending')}::bigint[],
        ${all(accounts, 'debitsPosted')}::bigint[], ${all(accounts, 'creditsPending')}::bigint[],
        ${all(accounts, 'creditsPosted')}::bigint[]) n (id, dpe, dpo, cpe, cpo)
     where a.county = ${county} and a.id = n.id`.execute(tx);
}

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
    .leftJoin('ledger.pending as p', (join) =>
      join.onRef('p.county', '=', 't.county').on((e) => e('p.transfer', '=', e.fn.coalesce('t.pending', 't.id'))),
    )
    .where('t.county', '=', county);
  if (filter.id) found = found.where('t.id', '=', filter.id);
  const { account } = filter;
  if (account) found = found.where((e) => e.or([e('t.debit', '=', account), e('t.credit', '=', account)]));
  if (filter.evidenceKind) found = found.where('t.evidence_kind', '=', filter.evidenceKind);
  if (filter.evidence) found = found.where('t.evidence', '=', filter.evidence);
  return found;
}
