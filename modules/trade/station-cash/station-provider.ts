import type { Db } from '#platform/db.ts';
import type { PaymentProvider } from '../payment/payment-port.ts';
import { refundOfName } from '../payment/provider-names.ts';
import { refuse } from '../refuse.ts';

/** Cash at stations behind the payment port: it answers from what keepers have written down as taken and given back. */
export function stationProvider(db: Db): PaymentProvider {
  const receipt = (payment: string) =>
    db.selectFrom('trade.cash_receipt').select(['fen', 'number']).where('payment', '=', payment).executeTakeFirst();
  const refunded = async (refund: string) => {
    const paid = await db
      .selectFrom('trade.cash_payback')
      .select('id')
      .where('refund', '=', refundOfName(refund)?.id ?? refund)
      .executeTakeFirst();
    return { outcome: paid ? ('done' as const) : ('pending' as const) };
  };
  return {
    name: 'station',
    sandbox: false,
    methods: ['cash'],
    start: async () => ({ kind: 'page' }),
    async readNotice() {
      throw refuse('notice-forged');
    },
    replies: null,
    async query(payment) {
      const found = await receipt(payment);
      return found
        ? { outcome: 'success', amountFen: found.fen, providerNumber: found.number }
        : { outcome: 'unknown' };
    },
    close: async (payment) => !(await receipt(payment)),
    refund: ({ refund }) => refunded(refund),
    queryRefund: (refund) => refunded(refund),
    bill: async () => [],
    sharing: null,
    payouts: null,
  };
}
