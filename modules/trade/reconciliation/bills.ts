import { type RawBuilder, sql } from 'kysely';
import { monthOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { organisationsById } from '#registry';
import type { BearerOfFee } from './fee-bearers.ts';

interface Row {
  provider: string;
  day: string;
  rows: number;
  paymentsFen: Fen;
  refundsFen: Fen;
  billFeeFen: Fen;
  feeFen: Fen;
  bookedFen: Fen;
  platformFen: Fen;
  merchantFen: Fen;
  fundFen: Fen;
  ourPaymentsFen: Fen;
  ourRefundsFen: Fen;
  differences: number;
  comparedAt: Date;
}

interface BorneRow extends Pick<BearerOfFee, 'bearer' | 'org'> {
  orgName: string | null;
  rows: number;
  fen: Fen;
}

/**
 * The bills of a month, the newest first, with what of their fees a county bears, what of that is in
 * its ledger, and who bore it; the shares of all counties sum to the bill's fee.
 *
 * @param query.month YYYY-MM in China, this month when left out
 */
export async function billsOf(at: Context, county: County, query: { month?: string }) {
  const month = query.month ?? monthOf(at.clock.now());
  const within = (day: RawBuilder<unknown>) =>
    sql`(${day} >= ${`${month}-01`}::date and ${day} < (${`${month}-01`}::date + interval '1 month'))`;
  const { rows } = await sql<Row>`
    select b.provider, b.day::text, b.rows, b.payments_fen as "paymentsFen", b.refunds_fen as "refundsFen",
           b.fee_fen as "billFeeFen", coalesce(f.fen, 0)::bigint as "feeFen", coalesce(l.fen, 0)::bigint as "bookedFen",
           coalesce(c.platform, 0)::bigint as "platformFen", coalesce(c.merchant, 0)::bigint as "merchantFen",
           coalesce(c.fund, 0)::bigint as "fundFen", b.our_payments_fen as "ourPaymentsFen",
           b.our_refunds_fen as "ourRefundsFen", b.differences, b.compared_at as "comparedAt"
      from trade.bill b
      left join (select provider, day, sum(fen) as fen from trade.bill_fee where county = ${county} group by provider, day) f
        on f.provider = b.provider and f.day = b.day
      left join (select provider, day, sum(fen) as fen from trade.fee_posting where county = ${county} group by provider, day) l
        on l.provider = b.provider and l.day = b.day
      left join (select provider, day, sum(fen) filter (where bearer = 'platform') as platform,
                        sum(fen) filter (where bearer = 'merchant') as merchant,
                        sum(fen) filter (where bearer = 'fund') as fund
                   from trade.fee_charge where county = ${county} group by provider, day) c
        on c.provider = b.provider and c.day = b.day
     where ${within(sql.ref('b.day'))}
     order by b.day desc, b.provider`.execute(at.db);
  const { rows: borne } = await sql<Omit<BorneRow, 'orgName'>>`
    select bearer, org, count(distinct (provider, day, kind, number))::int as rows, sum(fen)::bigint as fen
      from trade.fee_charge
     where county = ${county} and ${within(sql.ref('day'))}
     group by bearer, org having sum(fen) <> 0 order by sum(fen) desc, bearer, org`.execute(at.db);
  const orgs = await organisationsById(
    at.db,
    county,
    borne.flatMap((row) => row.org ?? []),
  );
  const named = borne.map((row) => ({ ...row, orgName: row.org ? (orgs.get(row.org)?.name ?? null) : null }));
  return { month, borne: named, feeFen: rows.reduce((sum, row) => sum + row.feeFen, 0), rows };
}
