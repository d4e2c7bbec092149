import { sql } from 'kysely';
import { nextNumber, type Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';

/** Accounts from which households are promised money by a transfer of the ledger alone. */
const PROMISED = ['wage_cost', 'dividend_cost'];
/** What an organisation has promised to households: counted against what it is owed. */
export const COSTS = ['purchase_cost', ...PROMISED];

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
 * the same money; and as long as its sales do not cover them, the newest of those purchases wait for it. Wages and
 * dividends that it did not pay itself are owed out of the same money in the same way.
 *
 * @param tx with the county's scope
 * @param of only these owners; all when left out
 */
export async function payables(tx: Tx, county: County, of?: readonly string[]): Promise<Payable[]> {
  // What a household may be paid hangs on whoever has promised it something, and on nobody else.
  const concerned =
    of &&
    sql`
      select unnest(${of}::text[]) as owner
      union
      select p.buyer::text
        from ledger.account_facts h
        join trace.purchase_facts p on p.county = h.county and p.household = h.owner::uuid and p.paid = 'later'
       where h.county = ${county} and h.kind = 'household' and h.owner = any(${of}::text[])
      union
      select c.owner
        from ledger.account_facts h
        join ledger.transfer_facts t on t.county = h.county and t.credit = h.account
        join ledger.account_facts c on c.county = t.county and c.account = t.debit and c.kind = any(${PROMISED}::text[])
       where h.county = ${county} and h.kind = 'household' and h.owner = any(${of}::text[])`;
  const { rows } = await sql<Payable>`
    with account as materialized (
      select kind, owner, credits_posted - debits_posted - debits_pending as fen
        from ledger.account_facts
       where county = ${county} and kind = any(array['household', 'merchant', 'station', 'buyer_cash'] || ${COSTS}::text[])
         and owner <> 'county' and closed_at is null ${concerned ? sql`and owner in (${concerned})` : sql``}),
    position as (
      -- a cost account is a debit one: what it has is negative here
      select owner, sum(fen) as fen from account where kind <> 'household' group by owner),
    -- which matters to households only
    short as (
      select owner, -fen as fen from position
       where fen < 0 and exists (select from account where kind = 'household')),
    promised as (
      select p.buyer::text as org, p.household::text, p.amount_fen as fen, p.at, p.purchase as id
        from short s
        join trace.purchase_facts p on p.county = ${county} and p.buyer = s.owner::uuid
       where p.paid = 'later' and p.reverses is null
         and not exists (select from trace.purchase_facts r where r.county = p.county and r.reverses = p.purchase)
      union all
      select c.owner, h.owner, t.amount_fen, t.created_at, t.transfer
        from ledger.account_facts c
        join short s on s.owner = c.owner
        join ledger.transfer_facts t on t.county = c.county and t.debit = c.account
        join ledger.account_facts h on h.county = t.county and h.account = t.credit and h.kind = 'household'
       where c.county = ${county} and c.kind = any(${PROMISED}::text[])
         -- what the organisation paid itself has left the household's account under the same evidence
         and not exists (
           select from ledger.transfer_facts o
            where o.county = t.county and o.evidence_kind = t.evidence_kind and o.evidence = t.evidence
              and o.debit = t.credit)),
    waiting as (
      select *, sum(fen) over (partition by org order by at desc, id desc) as upto from promised),
    uncovered as (
      select w.household as owner, sum(least(w.fen, greatest(0, s.fen - (w.upto - w.fen)))) as fen
        from waiting w join short s on s.owner = w.org group by w.household),
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

/** What may be promised to some owners, by account, the county's turn taken. */
export async function owedTo(tx: Tx, county: County, owners: readonly string[]): Promise<Map<string, Fen>> {
  if (owners.length === 0) return new Map();
  await lockPayables(tx, county);
  return new Map((await payables(tx, county, [...new Set(owners)])).map((one) => [payableKey(one), one.fen]));
}

/** An account as `owedTo` names it. */
export const payableKey = (of: Pick<Payable, 'accountKind' | 'owner'>): string => `${of.accountKind} ${of.owner}`;
