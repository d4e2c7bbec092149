import type { Db } from '#platform/db.ts';
import type { PaymentProvider } from '../payment/payment-port.ts';
import { refundOfName } from '../payment/provider-names.ts';
import { refuse } from '../refuse.ts';

/**
 * Bank transfers behind the payment port. The bank tells us nothing by itself: what came stands in the statements that
 * people import, and what went out in what two of them have written down. So this provider is asked, like one whose
 * notices got lost, and answers from those facts.
 */
export function bankProvider(db: Db): PaymentProvider {
  const matched = async (payment: string) => {
    const rows = await db
      .selectFrom('trade.remittance_match as m')
      .innerJoin('trade.remittance as r', (j) =>
        j.onRef('r.county', '=', 'm.county').onRef('r.id', '=', 'm.remittance'),
      )
      .select(['m.fen', 'r.bank_number'])
      .where('m.payment', '=', payment)
      .orderBy('m.id')
      .execute();
    return { fen: rows.reduce((sum, row) => sum + row.fen, 0), number: rows[0]?.bank_number ?? null };
  };
  const refunded = async (refund: string) => {
    const named = refundOfName(refund);
    const sent = await db
      .selectFrom('trade.bank_return')
      .select('id')
      .where('refund', '=', named?.id ?? refund)
      .where('state', '=', 'sent')
      .executeTakeFirst();
    return { outcome: sent ? ('done' as const) : ('pending' as const) };
  };
  return {
    name: 'bank',
    sandbox: false,
    methods: ['transfer'],
    start: async () => ({ kind: 'page' }),
    async readNotice() {
      throw refuse('notice-forged');
    },
    replies: null,
    async query(payment) {
      const { fen, number } = await matched(payment);
      return fen > 0 ? { outcome: 'success', amountFen: fen, providerNumber: number } : { outcome: 'unknown' };
    },
    close: async (payment) => (await matched(payment)).fen === 0,
    refund: ({ refund }) => refunded(refund),
    queryRefund: (refund) => refunded(refund),
    // The bank's statement is what remittances are made of; there is no second paper to compare it with.
    bill: async () => [],
    sharing: null,
    payouts: null,
  };
}
