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

/** New holds, some of which the same call may have ended again. */
export async function insertPendings(tx: Tx, county: County, rows: readonly PendingState[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    insert into ledger.pending (county, transfer, state, expires_at, ended_by)
    select ${county}::int, * from unnest(${rows.map((r) => r.transfer)}::uuid[], ${rows.map((r) => r.state)}::text[],
      ${rows.map((r) => r.expiresAt)}::timestamptz[], ${rows.map((r) => r.endedBy)}::uuid[])`.execute(tx);
}

export async function endPendings(tx: Tx, county: County, rows: readonly PendingState[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    update ledger.pending p set state = n.state, ended_by = n.ended_by
      from unnest(${rows.map((r) => r.transfer)}::uuid[], ${rows.map((r) => r.state)}::text[],
        ${rows.map((r) => r.endedBy)}::uuid[]) n (transfer, state, ended_by)
     where p.county = ${county} and p.transfer = n.transfer`.execute(tx);
}

export async function insertTransfers(tx: Tx, county: County, rows: readonly TransferRow[], at: Date): Promise<void> {
  const all = <K extends keyof TransferRow>(key: K) => rows.map((row) => row[key]);
  await sql`
    insert into ledger.transfer (county, id, kind, debit, credit, amount_fen, pending, expires_at, reason,
      evidence_kind, evidence, by_person, created_at)
    select ${county}::int, t.*, ${at}::timestamptz
      from unnest(${all('id')}::uuid[], ${all('kind')}::text[], ${all('debit')}::uuid[], ${all('credit')}::uuid[],
        ${all('amountFen')}::bigint[], ${all('pending')}::uuid[], ${all('expiresAt')}::timestamptz[],
        ${all('reason')}::text[], ${all('evidenceKind')}::text[], ${all('evidence')}::uuid[],
        ${all('by')}::text[]) t`.execute(tx);
}

/** Writes the sums of locked accounts as they are now. */
export async function writeBalances(tx: Tx, county: County, rows: readonly AccountState[]): Promise<void> {
  await sql`
    update ledger.account a
       set debits_pending = n.dpe, debits_posted = n.dpo, credits_pending = n.cpe, credits_posted = n.cpo
      from unnest(${rows.map((r) => r.id)}::uuid[], ${rows.map((r) => r.debitsPending)}::bigint[],
        ${rows.map((r) => r.debitsPosted)}::bigint[], ${rows.map((r) => r.creditsPending)}::bigint[],
        ${rows.map((r) => r.creditsPosted)}::bigint[]) n (id, dpe, dpo, cpe, cpo)
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
