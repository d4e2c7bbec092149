import { sql } from 'kysely';
import { nextNumber, type Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';

/** What may be paid out of one account of the ledger now. */
export interface Payable {
  accountKind: 'household' | 'merchant' | 'station';
  owner: string;
  fen: Fen;
}

/**
 * Takes the county's turn at promising money: sums are looked at and held by one at a time, or a share of an order and
 * a payout batch could both promise the same fen. Held until the end of the transaction.
 */
export const lockPayables = (tx: Tx, county: County): Promise<number> => nextNumber(tx, county, 'payout holds');

/**
 * What may be paid out: whatever an account has, less what is already on its way, but never more than there is money
 * for. A cooperative that bought on credit is owed its sales less those purchases, since the households are paid out of
 * the same money; and as long as its sales do not cover them, the newest of those purchases wait for it.
 *
 * @param tx with the county's scope
 * @param of only these owners; all when left out
 */
export async function payables(tx: Tx, county: County, of?: readonly string[]): Promise<Payable[]> {
  const { rows } = await sql<Payable>`
    with account as materialized (
      select kind, owner, credits_posted - debits_posted - debits_pending as fen
        from ledger.account_facts
       where county = ${county} and kind in ('household', 'merchant', 'station', 'buyer_cash', 'purchase_cost')
         and owner <> 'county' and closed_at is null),
    position as (
      -- a cost account is a debit one: what it has is negative here
      select owner, sum(fen) as fen from account where kind <> 'household' group by owner),
    short as (select owner, -fen as fen from position where fen < 0),
    bought as (
      select p.buyer, p.household, p.amount_fen as fen,
             sum(p.amount_fen) over (partition by p.buyer order by p.at desc, p.purchase desc) as upto
        from trace.purchase_facts p
       where p.county = ${county} and p.paid = 'later' and p.reverses is null
         and p.buyer::text in (select owner from short)
         and not exists (select from trace.purchase_facts r where r.county = p.county and r.reverses = p.purchase)),
    uncovered as (
      select b.household::text as owner, sum(least(b.fen, greatest(0, s.fen - (b.upto - b.fen)))) as fen
        from bought b join short s on s.owner = b.buyer::text group by b.household),
    organisation as (
      select a.kind, a.owner, greatest(0, a.fen) as fen, p.fen as position,
             sum(greatest(0, a.fen)) over (partition by a.owner order by a.kind) - greatest(0, a.fen) as before
        from account a join position p on p.owner = a.owner
       where a.kind in ('merchant', 'station')),
    owed as (
      select a.kind, a.owner, a.fen - coalesce(u.fen, 0) as fen
        from account a left join uncovered u on u.owner = a.owner where a.kind = 'household'
      union all
      select kind, owner, least(fen, position - before) from organisation)
    select kind as "accountKind", owner, fen::bigint as fen from owed
     where fen > 0 and ${of ? sql`owner = any(${of}::text[])` : sql`true`}
     order by kind, owner`.execute(tx);
  return rows;
}

/** The same by account, for looking up. */
export const payableKey = (of: Pick<Payable, 'accountKind' | 'owner'>): string => `${of.accountKind} ${of.owner}`;
