import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';

/** A refund that people have to carry out: of an order, or of a payment that goes back whole. */
export interface RefundByHand {
  id: string;
  payment: string;
  /** null when the whole payment goes back, which is of no order */
  county: County | null;
  order: string | null;
  code: string;
  payerName: string | null;
  fen: Fen;
  reason: string;
  askedAt: Date;
  asks: number;
}

/** Refunds of a county's payments by hand that are asked for and not done, the oldest first. */
export async function openRefundsByHand(
  db: Db,
  county: County,
  provider: 'bank' | 'station',
  only: { refund?: string; code?: string } = {},
): Promise<RefundByHand[]> {
  const ofOrders = await db
    .selectFrom('trade.refund as r')
    .innerJoin('trade.pay_code as c', (j) => j.onRef('c.county', '=', 'r.county').onRef('c.payment', '=', 'r.payment'))
    .select(['r.id', 'r.payment', 'r.county', 'r.order', 'c.code', 'c.payer_name as payerName', 'r.fen', 'r.reason'])
    .select(['r.asked_at as askedAt', 'r.asks'])
    .where('r.county', '=', county)
    .where('r.state', '=', 'asked')
    .where('c.kind', '=', provider === 'bank' ? 'transfer' : 'cash')
    .$if(only.refund !== undefined, (q) => q.where('r.id', '=', only.refund as string))
    .$if(only.code !== undefined, (q) => q.where('c.code', '=', only.code as string))
    .orderBy('r.asked_at')
    .execute();
  const whole = await db
    .selectFrom('trade.payment as p')
    .innerJoin('trade.pay_code as c', 'c.payment', 'p.id')
    .select([
      'p.id',
      'c.code',
      'c.payer_name as payerName',
      'p.amount_fen as fen',
      'p.paid_at',
      'p.created_at',
      'p.asks',
    ])
    .where('c.county', '=', county)
    .where('p.provider', '=', provider)
    .where('p.state', '=', 'refunding')
    .where((e) => e.not(e.exists(e.selectFrom('trade.refund as r').select('r.id').whereRef('r.payment', '=', 'p.id'))))
    .$if(only.refund !== undefined, (q) => q.where('p.id', '=', only.refund as string))
    .$if(only.code !== undefined, (q) => q.where('c.code', '=', only.code as string))
    .execute();
  return [
    ...ofOrders,
    ...whole.map(({ paid_at, created_at, ...row }) => ({
      ...row,
      payment: row.id,
      county: null,
      order: null,
      reason: '重复付款退回',
      askedAt: paid_at ?? created_at,
    })),
  ];
}

/** One of them, or undefined when it is not open. */
export const openRefund = async (db: Db, county: County, provider: 'bank' | 'station', refund: string) =>
  (await openRefundsByHand(db, county, provider, { refund }))[0];
