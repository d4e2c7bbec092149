import { sql } from 'kysely';
import { ensureAccounts, type TransferInput } from '#ledger';
import { plainArray } from '#platform/database/arrays.ts';
import type { Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import type { LineState } from './payout-states.ts';

/** Lines whose money is promised and not yet there. */
export const liveLines = ['waiting', 'under_way', 'confirming', 'handing'] as const satisfies readonly LineState[];

export interface LineRow {
  id: string;
  batch: string;
  account_kind: 'household' | 'merchant' | 'station';
  owner: string;
  village: string | null;
  fen: Fen;
  channel: string;
  payee: string | null;
  station: string | null;
  state: LineState;
  hold: string | null;
  attempts: number;
}

const columns = [
  ...(['id', 'batch', 'account_kind', 'owner', 'village', 'fen', 'channel'] as const),
  ...(['payee', 'station', 'state', 'hold', 'attempts'] as const),
];

/** Lines of a batch in their order. @param tx with the county's scope */
export const linesOfBatch = (tx: Tx, county: County, batch: string): Promise<LineRow[]> =>
  tx
    .selectFrom('trade.payout_line')
    .select(columns)
    .where('county', '=', county)
    .where('batch', '=', batch)
    .orderBy('position')
    .execute();

/** One line, locked until the end of the transaction. @param tx with a scope */
export const lockLine = (tx: Tx, county: County, id: string): Promise<LineRow | undefined> =>
  tx
    .selectFrom('trade.payout_line')
    .select(columns)
    .where('county', '=', county)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();

/** Many lines by their ids, locked in the order of these. @param tx with a scope */
export async function lockLines(tx: Tx, county: County, ids: readonly string[]): Promise<Map<string, LineRow>> {
  const rows = await tx
    .selectFrom('trade.payout_line')
    .select(columns)
    .where('county', '=', county)
    .where('id', '=', sql<string>`any(${plainArray(ids)}::uuid[])`)
    .orderBy('id')
    .forUpdate()
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** The payment to the same owner that a station has still to hand out, locked until the end of the transaction. */
export const lockHanding = (tx: Tx, county: County, of: Pick<LineRow, 'account_kind' | 'owner'>) =>
  tx
    .selectFrom('trade.payout_line')
    .select(columns)
    .where('county', '=', county)
    .where('account_kind', '=', of.account_kind)
    .where('owner', '=', of.owner)
    .where('state', '=', 'handing')
    .forUpdate()
    .executeTakeFirst();

/** A batch, locked until the end of the transaction. */
export const lockBatch = (tx: Tx, county: County, id: string) =>
  tx
    .selectFrom('trade.payout_batch')
    .select(['id', 'number', 'state', 'version', 'prepared_by', 'owner_kind'])
    .where('county', '=', county)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();

/**
 * Ends a batch whose lines have all come to an end: done when it was approved, cancelled when nothing was ever to be
 * paid. A payment that comes back later does not open it again; the money is simply owed anew.
 *
 * @param tx with the county's scope
 */
export async function endBatch(tx: Tx, now: Date, by: string, county: County, id: string): Promise<void> {
  const left = await tx
    .selectFrom('trade.payout_line')
    .select('id')
    .where('county', '=', county)
    .where('batch', '=', id)
    .where('state', 'in', liveLines)
    .limit(1)
    .executeTakeFirst();
  if (left) return;
  const batch = await lockBatch(tx, county, id);
  if (batch?.state !== 'prepared' && batch?.state !== 'approved') return;
  await tx
    .updateTable('trade.payout_batch')
    .set({ state: batch.state === 'approved' ? 'done' : 'cancelled', ended_by: by, ended_at: now })
    .where('county', '=', county)
    .where('id', '=', id)
    .execute();
}

/** The transfer that holds a line's money on its way: out of what its owner is owed, into its channel. */
export async function holdsFor(
  tx: Tx,
  county: County,
  lines: readonly Pick<LineRow, 'id' | 'account_kind' | 'owner' | 'fen' | 'channel'>[],
  by: string,
) {
  const accounts = await ensureAccounts(
    tx,
    county,
    lines.flatMap((line) => [
      { kind: line.account_kind, owner: line.owner },
      { kind: 'payout_clearing' as const, owner: line.channel },
    ]),
  );
  return lines.map((line, i): TransferInput & { id: string } => ({
    ...{ id: newId(), kind: 'pending', debit: accounts[2 * i] as string, credit: accounts[2 * i + 1] as string },
    ...{ amountFen: line.fen, reason: 'payout', evidenceKind: 'payout', evidence: line.id, by },
  }));
}

/** The end of a line's hold: posted when the money is there, voided when it is owed again. */
export const endOfHold = (line: Pick<LineRow, 'id' | 'hold'>, kind: 'post' | 'void', by: string): TransferInput => ({
  ...{ id: newId(), kind, pending: line.hold as string, reason: 'payout' },
  ...{ evidenceKind: 'payout', evidence: line.id, by },
});
