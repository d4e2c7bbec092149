import type { Selectable } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import type { DB } from '#platform/database/tables.ts';
import type { Db, Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';

export type PayTerms = Selectable<DB['trade.pay_terms']>;

/** How a county takes money by hand, or undefined when it takes none. */
export const payTermsOf = (db: Db, county: County): Promise<PayTerms | undefined> =>
  db.selectFrom('trade.pay_terms').selectAll().where('county', '=', county).executeTakeFirst();

/**
 * The county's terms, locked: whoever imports, matches or sends back its bank money begins here, so that no fen of a
 * remittance is given twice.
 *
 * @throws Refusal `pay-terms-missing`
 */
export async function lockPayTerms(tx: Tx, county: County): Promise<PayTerms> {
  const terms = await tx
    .selectFrom('trade.pay_terms')
    .selectAll()
    .where('county', '=', county)
    .forUpdate()
    .executeTakeFirst();
  if (!terms) throw refuse('pay-terms-missing');
  return terms;
}

/** The ways by hand that are open to a buyer in this county. */
export function byHandWays(terms: PayTerms | undefined, by: Pick<Actor, 'memberships'>): ('transfer' | 'cash')[] {
  if (!terms) return [];
  const institution = by.memberships.some((m) => m.role === 'purchaser');
  const transfer = terms.transfer_for === 'everyone' || (terms.transfer_for === 'institutions' && institution);
  return [...(transfer ? (['transfer'] as const) : []), ...(terms.cash ? (['cash'] as const) : [])];
}

export interface PayTermsView {
  bankName: string | null;
  accountName: string | null;
  accountNumber: string | null;
  transferFor: 'nobody' | 'institutions' | 'everyone';
  transferHoldHours: number;
  cash: boolean;
  cashHoldHours: number;
}

/** Terms as people see and set them; three days for a transfer and one for cash until a county says otherwise. */
export async function payTermsView(db: Db, county: County): Promise<PayTermsView> {
  const terms = await payTermsOf(db, county);
  return {
    bankName: terms?.bank_name ?? null,
    accountName: terms?.account_name ?? null,
    accountNumber: terms?.account_number ?? null,
    transferFor: terms?.transfer_for ?? 'nobody',
    transferHoldHours: terms?.transfer_hold_hours ?? 72,
    cash: terms?.cash ?? false,
    cashHoldHours: terms?.cash_hold_hours ?? 24,
  };
}

/**
 * Sets how a county takes money by hand.
 *
 * @throws Refusal `bank-account-missing`
 */
export async function setPayTerms(at: Context, by: Actor, county: County, input: PayTermsView): Promise<PayTermsView> {
  if (input.transferFor !== 'nobody' && !(input.bankName && input.accountName && input.accountNumber)) {
    throw refuse('bank-account-missing');
  }
  const terms = {
    bank_name: input.bankName,
    account_name: input.accountName,
    account_number: input.accountNumber,
    transfer_for: input.transferFor,
    transfer_hold_hours: input.transferHoldHours,
    cash: input.cash,
    cash_hold_hours: input.cashHoldHours,
    updated_by: by.person,
    updated_at: at.clock.now(),
  };
  await at.db
    .insertInto('trade.pay_terms')
    .values({ county, ...terms })
    .onConflict((c) => c.column('county').doUpdateSet(terms))
    .execute();
  return payTermsView(at.db, county);
}
