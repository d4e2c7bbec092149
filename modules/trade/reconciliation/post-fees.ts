import { sql } from 'kysely';
import { type AccountName, ensureAccounts, type TransferInput, transfer } from '#ledger';
import type { Context } from '#platform/context.ts';
import { plainArray, textArray } from '#platform/database/arrays.ts';
import { type Db, nextNumber, type Tx, transact } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { type BearerOfFee, bearerKey, bearersOf, type LineOfFee } from './fee-bearers.ts';

/** Fees are booked so many at a time, so that nobody waits long for the provider's account. */
const AT_ONCE = 500;

/**
 * Books what the bills say that providers kept, order by order, in each county that bears it, and who bears it there by
 * the rule that the order's lines were settled by: `provider_fee` pays `provider_clearing`, and the bearer pays
 * `provider_fee`. Only what is not booked yet, so it may be run as often as one likes; when a bill says something else
 * by now, the difference is booked. What names nothing of ours is booked with the platform, in county 0, until its case
 * has found whose it is.
 *
 * @returns how many rows of bills were booked
 */
export async function postFees(at: Context, signal?: AbortSignal): Promise<number> {
  let posted = 0;
  for (const bill of await openBills(at.db)) {
    for (const county of await countiesOfBill(at.db, bill)) {
      for (let n = AT_ONCE; n === AT_ONCE; posted += n) {
        if (signal?.aborted) return posted;
        n = await transact(at.db, (tx) => postSome(tx, at.clock.now(), { ...bill, county }));
      }
    }
    // Unless it was compared again meanwhile: then whoever did that books what has changed.
    await at.db
      .updateTable('trade.bill')
      .set({ fees_at: at.clock.now() })
      .where('provider', '=', bill.provider)
      .where('day', '=', bill.day)
      .where('compared_at', '=', bill.comparedAt)
      .execute();
  }
  return posted;
}

interface OpenBill {
  provider: string;
  day: string;
  comparedAt: Date;
}

const openBills = (db: Db): Promise<OpenBill[]> =>
  db
    .selectFrom('trade.bill')
    .select(['provider', 'day', 'compared_at as comparedAt'])
    .where('fees_at', 'is', null)
    .orderBy('day')
    .orderBy('provider')
    .execute();

/** The counties that bear something of a bill, or did when it said something else. */
async function countiesOfBill(db: Db, { provider, day }: OpenBill): Promise<County[]> {
  const { rows } = await sql<{ county: County }>`
    select county from trade.bill_fee where provider = ${provider} and day = ${day}::date
    union select county from trade.fee_posting where provider = ${provider} and day = ${day}::date
    order by county`.execute(db);
  return rows.map((row) => row.county);
}

interface BillOfCounty extends OpenBill {
  county: County;
}

/** A row of a bill in a county where what is booked is not yet what the bill says. */
interface Due {
  kind: string;
  number: string;
  order: string | null;
  refund: string | null;
  feeFen: Fen;
  postedFen: Fen;
}

async function postSome(tx: Tx, now: Date, bill: BillOfCounty): Promise<number> {
  const { county, provider, day } = bill;
  // One at a time in a county: two would both find the same fees not booked.
  await nextNumber(tx, county, 'provider fees');
  const of = sql`county = ${county} and provider = ${provider} and day = ${day}::date`;
  const { rows } = await sql<Due>`
    select kind, number, "order", (array_agg(refund) filter (where refund is not null))[1] as refund,
           sum(fee)::bigint as "feeFen", sum(posted)::bigint as "postedFen"
      from (select kind, number, "order", refund, fen as fee, 0 as posted, 0 as borne from trade.bill_fee where ${of}
            union all
            select kind, number, "order", null, 0, fen, 0 from trade.fee_posting where ${of}
            union all
            select kind, number, "order", null, 0, 0, fen from trade.fee_charge where ${of}) f
     group by kind, number, "order" having sum(fee) <> sum(posted) or sum(fee) <> sum(borne)
     order by kind, number, "order" limit ${AT_ONCE}`.execute(tx);
  if (rows.length === 0) return 0;
  const charges = await chargesOf(tx, bill, rows);
  const clearing: AccountName = { kind: 'provider_clearing', owner: provider };
  const fee: AccountName = { kind: 'provider_fee', owner: provider };
  const bearers = charges.map(({ bearer, org }): AccountName => accountOf(bearer, org));
  const [clearingAccount, feeAccount, ...bearerAccounts] = (await ensureAccounts(tx, county, [
    clearing,
    fee,
    ...bearers,
  ])) as [string, string, ...string[]];
  const named = { county, provider, day };
  const postings = rows.flatMap(({ kind, number, order, feeFen, postedFen }) =>
    feeFen === postedFen ? [] : [{ ...named, transfer: newId(), kind, number, order, fen: feeFen - postedFen }],
  );
  const borne = charges.map((charge) => ({ ...named, transfer: newId(), ...charge, at: now }));
  for (let i = 0; i < postings.length; i += 1000) {
    await tx
      .insertInto('trade.fee_posting')
      .values(postings.slice(i, i + 1000))
      .execute();
  }
  for (let i = 0; i < borne.length; i += 1000) {
    await tx
      .insertInto('trade.fee_charge')
      .values(borne.slice(i, i + 1000))
      .execute();
  }
  await transfer(
    tx,
    county,
    [
      ...postings.map((row) => moved(row, feeAccount, clearingAccount, 'provider-fee')),
      ...borne.map((row, i) => moved(row, bearerAccounts[i] as string, feeAccount, 'fee-borne')),
    ],
    now,
  );
  return rows.length;
}

/** What is above nothing goes from one account to the other, what is below comes back. */
const moved = (
  { transfer: id, fen, order }: { transfer: string; fen: Fen; order: string | null },
  from: string,
  to: string,
  reason: string,
): TransferInput => ({
  ...{ id, kind: 'single', amountFen: Math.abs(fen) },
  ...(fen > 0 ? { debit: from, credit: to, reason } : { debit: to, credit: from, reason: `${reason}-back` }),
  // A row of a bill has no id: what is of no order is evidenced by its posting, which names the row.
  ...(order ? { evidenceKind: 'order', evidence: order } : { evidenceKind: 'provider_fee', evidence: id }),
});

const accountOf = (bearer: BearerOfFee['bearer'], org: string | null): AccountName =>
  bearer === 'merchant'
    ? { kind: 'merchant', owner: org as string }
    : bearer === 'fund'
      ? { kind: 'fund', owner: 'county' }
      : { kind: 'platform', owner: 'platform' };

/** A row of a bill as far as it is about one order. */
type RowName = Pick<Due, 'kind' | 'number' | 'order'>;

const rowKey = ({ kind, number, order }: RowName): string => `${kind} ${number} ${order}`;

type Charge = BearerOfFee & RowName & { fen: Fen };

/** What is still to be borne of rows, and by whom: what their fee gives by the rules, less what is booked. */
async function chargesOf(tx: Tx, bill: BillOfCounty, rows: readonly Due[]): Promise<Charge[]> {
  const { county } = bill;
  const lines = await linesOfFees(tx, county, rows);
  const due = new Map<string, Charge>();
  const add = (row: Charge, fen: Fen) => {
    const key = `${rowKey(row)} ${bearerKey(row)}`;
    due.set(key, { ...row, fen: (due.get(key)?.fen ?? 0) + fen });
  };
  for (const { kind, number, order, refund, feeFen } of rows) {
    const own = (refund && lines.ofRefund.get(refund)) || (order && lines.ofOrder.get(order)) || [];
    for (const { fen, ...bearer } of bearersOf(feeFen, own)) add({ ...bearer, kind, number, order, fen }, fen);
  }
  for (const charge of await chargesBooked(tx, bill, rows)) add(charge, -charge.fen);
  const gone = await closedMerchants(tx, county, [...due.values()]);
  const open = new Map<string, Charge>();
  for (const charge of due.values()) {
    // Nothing is taken from an account that is closed, nor given back to it.
    const one = charge.org && gone.has(charge.org) ? { ...charge, bearer: 'platform' as const, org: null } : charge;
    const key = `${rowKey(one)} ${bearerKey(one)}`;
    open.set(key, { ...one, fen: (open.get(key)?.fen ?? 0) + one.fen });
  }
  return [...open.values()].filter((charge) => charge.fen !== 0);
}

async function chargesBooked(tx: Tx, bill: BillOfCounty, rows: readonly Due[]): Promise<Charge[]> {
  const { rows: booked } = await sql<Charge>`
    select kind, number, "order", bearer, org, rule, sum(fen)::bigint as fen
      from trade.fee_charge
     where county = ${bill.county} and provider = ${bill.provider} and day = ${bill.day}::date
       and number = any(${textArray(rows.map((row) => row.number))}::text[])
     group by kind, number, "order", bearer, org, rule having sum(fen) <> 0`.execute(tx);
  const asked = new Set(rows.map(rowKey));
  return booked.filter((row) => asked.has(rowKey(row)));
}

/** The lines that rows of a bill are about: of a refund those it gave back, else all of the order, each with its rule. */
async function linesOfFees(tx: Tx, county: County, rows: readonly Due[]) {
  const orders = [...new Set(rows.flatMap((row) => row.order ?? []))];
  const refunds = [...new Set(rows.flatMap((row) => row.refund ?? []))];
  if (orders.length === 0) return { ofOrder: new Map<string, LineOfFee[]>(), ofRefund: new Map<string, LineOfFee[]>() };
  type Line = LineOfFee & { of: string };
  const rule = sql`
      left join lateral (
        select p.rule from trade.settlement_part p
         where p.county = l.county and p."order" = l."order" and p.line = l.id and p.rule is not null
         order by p.hold limit 1) p on true
      left join trade.settlement_rule s on s.county = l.county and s.id = p.rule`;
  const { rows: ofOrder } = await sql<Line>`
    select l."order" as of, l.org, l.goods_fen + l.freight_fen as "paidFen", p.rule, s.fee_bearer as bearer
      from trade.order_line l ${rule}
     where l.county = ${county} and l."order" = any(${plainArray(orders)}::uuid[])
     order by l."order", l.position`.execute(tx);
  const { rows: ofRefund } = await sql<Line>`
    select r.refund as of, l.org, r.goods_fen + r.freight_fen as "paidFen", p.rule, s.fee_bearer as bearer
      from trade.refund_line r
      join trade.order_line l on l.county = r.county and l.id = r.line ${rule}
     where r.county = ${county} and r.refund = any(${plainArray(refunds)}::uuid[])
     order by r.refund, l.position`.execute(tx);
  return {
    ofOrder: Map.groupBy(ofOrder, (line) => line.of),
    ofRefund: Map.groupBy(ofRefund, (line) => line.of),
  };
}

async function closedMerchants(tx: Tx, county: County, charges: readonly Charge[]): Promise<Set<string>> {
  const orgs = [...new Set(charges.flatMap((charge) => charge.org ?? []))];
  if (orgs.length === 0) return new Set();
  const rows = await tx
    .selectFrom('ledger.account_facts')
    .select('owner')
    .where('county', '=', county)
    .where('kind', '=', 'merchant')
    .where('owner', 'in', orgs)
    .where('closed_at', 'is not', null)
    .execute();
  return new Set(rows.map((row) => row.owner as string));
}
