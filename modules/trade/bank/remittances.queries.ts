import { sql } from 'kysely';
import type { TransferInput } from '#ledger';
import { dayOf } from '#platform/clock.ts';
import type { Db, Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { correctCases, openCases } from '../reconciliation/cases.ts';
import type { AwaitedPayment, Match, OpenRemittance } from './match-remittances.ts';
import { codesIn } from './pay-code.ts';

/** The accounts of a county's bank money. */
export interface BankAccounts {
  clearing: string;
  remittance: string;
}

/** Remittances of a county with money left on them, the oldest first; the caller holds the county's terms. */
export async function openRemittances(
  tx: Tx,
  county: County,
  ids?: readonly string[],
): Promise<(OpenRemittance & { bookedOn: string })[]> {
  const rows = await tx
    .selectFrom('trade.remittance')
    .select(['id', 'booked_on', 'fen', 'payer_name', 'remark', 'matched_fen', 'returning_fen', 'returned_fen'])
    .where('county', '=', county)
    .where(sql<boolean>`matched_fen + returning_fen + returned_fen < fen`)
    .$if(ids !== undefined, (q) => q.where('id', 'in', ids as string[]))
    .orderBy('booked_on')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    fen: row.fen,
    leftFen: row.fen - row.matched_fen - row.returning_fen - row.returned_fen,
    payerName: row.payer_name,
    codes: codesIn(row.remark),
    bookedOn: row.booked_on,
  }));
}

/** Payments by transfer that have not been taken yet, the oldest first. */
export async function awaitedPayments(tx: Tx, county: County, now: Date): Promise<AwaitedPayment[]> {
  const rows = await tx
    .selectFrom('trade.pay_code')
    .select(['code', 'payment', 'fen', 'payer_name', 'expires_at'])
    .where('county', '=', county)
    .where('kind', '=', 'transfer')
    .where('state', '=', 'open')
    .orderBy('created_at')
    .orderBy('code')
    .execute();
  return rows.map((row) => ({
    code: row.code,
    payment: row.payment,
    fen: row.fen,
    payerName: row.payer_name,
    expired: row.expires_at <= now,
  }));
}

/**
 * Writes matches down and takes their codes, each once. What is left of a remittance that paid something becomes a
 * case at once: somebody paid too much and is to get it back.
 *
 * @returns the transfers that take the money from the remittances; the caller posts them last
 */
export async function writeMatches(
  tx: Tx,
  now: Date,
  by: string | null,
  input: { county: County; matches: readonly Match[]; accounts: BankAccounts },
): Promise<TransferInput[]> {
  const { county, matches, accounts } = input;
  const transfers: TransferInput[] = [];
  for (const match of matches) {
    const id = newId();
    await tx
      .insertInto('trade.remittance_match')
      .values({ county, id, ...match, by_person: by, at: now })
      .execute();
    await tx
      .updateTable('trade.remittance')
      .set((e) => ({ matched_fen: e('matched_fen', '+', match.fen) }))
      .where('county', '=', county)
      .where('id', '=', match.remittance)
      .execute();
    transfers.push({
      id: newId(),
      kind: 'single',
      debit: accounts.remittance,
      credit: accounts.clearing,
      amountFen: match.fen,
      reason: 'remittance-matched',
      evidenceKind: 'remittance_match',
      evidence: id,
      by,
    });
  }
  const codes = [...new Set(matches.map((match) => match.code))];
  for (const code of codes) {
    const taken = await tx
      .updateTable('trade.pay_code')
      .set({ state: 'taken' })
      .where('county', '=', county)
      .where('code', '=', code)
      .where('state', '=', 'open')
      .executeTakeFirst();
    if (taken.numUpdatedRows !== 1n) throw new Error(`code ${code} of ${county} was taken twice`);
  }
  // The asking job finds it should we stop before the payment is applied: the provider then knows of the money.
  const payments = [...new Set(matches.map((match) => match.payment))];
  if (payments.length > 0) {
    await tx.updateTable('trade.payment').set({ ask_at: now }).where('id', 'in', payments).execute();
  }
  await noteLeft(tx, now, county, [...new Set(matches.map((match) => match.remittance))]);
  return transfers;
}

/** Opens a case for each of these remittances that has money left, and corrects those of the others. */
export async function noteLeft(tx: Tx, now: Date, county: County, remittances: readonly string[]): Promise<void> {
  if (remittances.length === 0) return;
  const left = await openRemittances(tx, county, remittances);
  const subjects = remittances.filter((id) => !left.some((remittance) => remittance.id === id));
  await correctCases(tx, now, { kinds: ['remittance'], subjects }, '款项已全部认领或退回');
  await openCases(
    tx,
    now,
    left.map((remittance) => caseOf(county, remittance, now)),
  );
}

/** The case of a remittance that has money nothing was found for. */
export function caseOf(county: County, remittance: Pick<OpenRemittance, 'id' | 'fen' | 'leftFen'>, now: Date) {
  return {
    kind: 'remittance' as const,
    subject: remittance.id,
    counties: [county],
    provider: 'bank',
    day: dayOf(now),
    remittance: remittance.id,
    ourFen: remittance.fen - remittance.leftFen,
    theirFen: remittance.fen,
  };
}

/** What has arrived under a code and waits for the rest of its payment. Fen. */
export async function openRemittanceSum(db: Db, county: County, code: string): Promise<Fen> {
  const rows = await db
    .selectFrom('trade.remittance')
    .select(['remark', sql<number>`fen - matched_fen - returning_fen - returned_fen`.as('left')])
    .where('county', '=', county)
    .where(sql<boolean>`matched_fen + returning_fen + returned_fen < fen`)
    .where((e) =>
      e.or([e('remark', 'like', `%${code}%`), e('remark', 'like', `%${code.slice(0, 4)}_${code.slice(4)}%`)]),
    )
    .execute();
  return rows.filter((row) => codesIn(row.remark).includes(code)).reduce((sum, row) => sum + Number(row.left), 0);
}
