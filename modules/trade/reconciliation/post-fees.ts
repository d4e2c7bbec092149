import { sql } from 'kysely';
import { ensureAccounts, transfer } from '#ledger';
import type { Context } from '#platform/context.ts';
import { type Db, nextNumber, type Tx, transact } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';

/** Fees are booked so many at a time, so that nobody waits long for the provider's account. */
const AT_ONCE = 500;

interface Unposted {
  kind: string;
  number: string;
  order: string;
  /** still to be booked; below nothing where too much was */
  fen: Fen;
}

/**
 * Books what the bills from a day on say that providers kept, order by order, in each county that bears it:
 * `provider_fee` pays `provider_clearing`. Only what is not booked yet, so it may be run as often as one likes; when a
 * bill says something else by now, the difference is booked.
 *
 * @param since YYYY-MM-DD in China
 * @returns how many fees were booked
 */
export async function postFees(at: Context, since: string, signal?: AbortSignal): Promise<number> {
  let posted = 0;
  for (const bill of await billsToPost(at.db, since)) {
    for (let n = AT_ONCE; n === AT_ONCE && !signal?.aborted; posted += n) {
      n = await transact(at.db, (tx) => postSome(tx, at.clock.now(), bill));
    }
  }
  return posted;
}

interface BillOfCounty {
  county: County;
  provider: string;
  day: string;
}

/** Per line of a bill what a county bears, less what is booked of it. */
const unposted = sql`
  select county, provider, day, kind, number, "order", sum(fen)::bigint as fen
    from (select county, provider, day, kind, number, "order", fen from trade.bill_fee where "order" is not null
          union all
          select county, provider, day, kind, number, "order", -fen from trade.fee_posting) f`;

async function billsToPost(db: Db, since: string): Promise<BillOfCounty[]> {
  const { rows } = await sql<BillOfCounty>`
    select distinct county, provider, day::text
      from (${unposted} where day >= ${since}::date
             group by county, provider, day, kind, number, "order" having sum(fen) <> 0) f
     order by county, provider, day`.execute(db);
  return rows;
}

async function postSome(tx: Tx, now: Date, { county, provider, day }: BillOfCounty): Promise<number> {
  // One at a time in a county: two would both find the same fees not booked.
  await nextNumber(tx, county, 'provider fees');
  const { rows } = await sql<Unposted>`
    ${unposted} where county = ${county} and provider = ${provider} and day = ${day}::date
     group by county, provider, day, kind, number, "order" having sum(fen) <> 0
     order by kind, number limit ${AT_ONCE}`.execute(tx);
  if (rows.length === 0) return 0;
  const [fee, clearing] = (await ensureAccounts(tx, county, [
    { kind: 'provider_fee', owner: provider },
    { kind: 'provider_clearing', owner: provider },
  ])) as [string, string];
  const postings = rows.map((row) => ({ ...row, transfer: newId() }));
  await tx
    .insertInto('trade.fee_posting')
    .values(postings.map((row) => ({ county, provider, day, ...row })))
    .execute();
  const moves = postings.map(({ transfer: id, fen, order }) => ({
    ...{ id, kind: 'single' as const, amountFen: Math.abs(fen) },
    ...(fen > 0 ? { debit: fee, credit: clearing } : { debit: clearing, credit: fee }),
    ...{ reason: fen > 0 ? 'provider-fee' : 'provider-fee-back', evidenceKind: 'order', evidence: order },
  }));
  await transfer(tx, county, moves, now);
  return rows.length;
}
