import { sql } from 'kysely';
import { monthOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';

interface Row {
  provider: string;
  day: string;
  rows: number;
  paymentsFen: Fen;
  refundsFen: Fen;
  billFeeFen: Fen;
  feeFen: Fen;
  bookedFen: Fen;
  ourPaymentsFen: Fen;
  ourRefundsFen: Fen;
  differences: number;
  comparedAt: Date;
}

/**
 * The bills of a month, the newest first, with what of their fees a county bears and what of that is in its ledger; the
 * shares of all counties sum to the bill's fee.
 *
 * @param query.month YYYY-MM in China, this month when left out
 */
export async function billsOf(at: Context, county: County, query: { month?: string }) {
  const month = query.month ?? monthOf(at.clock.now());
  const { rows } = await sql<Row>`
    select b.provider, b.day::text, b.rows, b.payments_fen as "paymentsFen", b.refunds_fen as "refundsFen",
           b.fee_fen as "billFeeFen", coalesce(f.fen, 0)::bigint as "feeFen", coalesce(l.fen, 0)::bigint as "bookedFen", b.our_payments_fen as "ourPaymentsFen",
           b.our_refunds_fen as "ourRefundsFen", b.differences, b.compared_at as "comparedAt"
      from trade.bill b
      left join (select provider, day, sum(fen) as fen from trade.bill_fee where county = ${county} group by provider, day) f
        on f.provider = b.provider and f.day = b.day
      left join (select provider, day, sum(fen) as fen from trade.fee_posting where county = ${county} group by provider, day) l
        on l.provider = b.provider and l.day = b.day
     where b.day >= ${`${month}-01`}::date and b.day < (${`${month}-01`}::date + interval '1 month')
     order by b.day desc, b.provider`.execute(at.db);
  return { month, feeFen: rows.reduce((sum, row) => sum + row.feeFen, 0), rows };
}
