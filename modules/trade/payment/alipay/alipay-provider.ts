import { yuan } from '#platform/money.ts';
import type { AlipaySettings } from '#platform/payment-settings.ts';
import { refuse } from '../../refuse.ts';
import {
  type Notice,
  type PaymentAnswer,
  type PaymentProvider,
  ProviderUnclear,
  type RefundAnswer,
} from '../payment-port.ts';
import { shortId, uuidOfName } from '../provider-names.ts';
import { chinaTime, fenOfYuan, plainText } from '../provider-texts.ts';
import { fetchAlipayBill } from './alipay-bill.ts';
import { AlipayClient, AlipayRefused, isAlipayCode } from './alipay-client.ts';
import { alipayPayouts } from './alipay-payouts.ts';
import { alipaySharing } from './alipay-sharing.ts';

export interface AlipaySurroundings {
  noticeUrl: string;
  publicUrl: string;
}

const products = {
  wap: { method: 'alipay.trade.wap.pay', code: 'QUICK_WAP_WAY' },
  page: { method: 'alipay.trade.page.pay', code: 'FAST_INSTANT_TRADE_PAY' },
} as const;

interface Trade {
  tradeNo: string;
  tradeStatus: 'WAIT_BUYER_PAY' | 'TRADE_CLOSED' | 'TRADE_SUCCESS' | 'TRADE_FINISHED';
  totalAmount: string;
}

/** Alipay: one payment for all counties of a checkout; each order's shares are settled out of it. */
export function alipayProvider(settings: AlipaySettings, around: AlipaySurroundings): PaymentProvider {
  const client = new AlipayClient(settings);

  async function query(payment: string): Promise<PaymentAnswer> {
    try {
      const trade = await client.request<Trade>('alipay.trade.query', { outTradeNo: shortId(payment) });
      if (trade.tradeStatus === 'WAIT_BUYER_PAY') return { outcome: 'unknown' };
      if (trade.tradeStatus === 'TRADE_CLOSED') return { outcome: 'failure' };
      return { outcome: 'success', amountFen: fenOfYuan(trade.totalAmount), providerNumber: trade.tradeNo };
    } catch (error) {
      // Alipay makes the trade only when the buyer has come to its page.
      if (isAlipayCode(error, 'ACQ.TRADE_NOT_EXIST')) return { outcome: 'unknown' };
      if (error instanceof AlipayRefused) throw new ProviderUnclear(`Alipay: ${error.code} ${error.message}`);
      throw error;
    }
  }

  async function queryRefund(refund: string, payment: string): Promise<RefundAnswer> {
    try {
      const { refundStatus } = await client.request<{ refundStatus?: string }>('alipay.trade.fastpay.refund.query', {
        outTradeNo: shortId(payment),
        outRequestNo: refund,
      });
      return { outcome: refundStatus === 'REFUND_SUCCESS' ? 'done' : 'pending' };
    } catch (error) {
      if (error instanceof AlipayRefused) return { outcome: 'refused', why: `${error.code} ${error.message}` };
      throw error;
    }
  }

  return {
    name: 'alipay',
    sandbox: false,
    methods: ['wap', 'page'],
    replies: {
      stored: { status: 200, type: 'text/plain; charset=utf-8', body: 'success' },
      failed: (status) => ({ status, type: 'text/plain; charset=utf-8', body: 'fail' }),
    },
    async start({ payment, checkout, method, amountFen, description, expiresAt }) {
      const product = products[method as keyof typeof products];
      const url = client.address(
        product.method,
        {
          outTradeNo: shortId(payment),
          totalAmount: yuan(amountFen),
          subject: plainText(description, 256),
          productCode: product.code,
          timeExpire: chinaTime(expiresAt).slice(0, 19).replace('T', ' '),
          quitUrl: `${around.publicUrl}/pay/${checkout}`,
          ...(settings.sharing && { extendParams: { royaltyFreeze: 'true' } }),
        },
        { notifyUrl: around.noticeUrl, returnUrl: `${around.publicUrl}/pay/${checkout}` },
      );
      return { kind: 'redirect', url };
    },
    readNotice: async (raw) => readAlipayNotice(client, raw),
    query,
    async close(payment) {
      try {
        await client.request('alipay.trade.close', { outTradeNo: shortId(payment) });
        return true;
      } catch (error) {
        if (isAlipayCode(error, 'ACQ.TRADE_NOT_EXIST')) return true;
        if (!isAlipayCode(error, 'ACQ.TRADE_STATUS_ERROR', 'ACQ.REASON_TRADE_STATUS_INVALID')) throw error;
        return (await query(payment)).outcome === 'failure';
      }
    },
    async refund({ refund, payment, fen, reason }) {
      try {
        const answer = await client.request<{ fundChange: 'Y' | 'N' }>('alipay.trade.refund', {
          outTradeNo: shortId(payment),
          refundAmount: yuan(fen),
          outRequestNo: refund,
          refundReason: plainText(reason, 256),
        });
        // N: nothing moved by this request, because the same one had been made before, or is still under way.
        return answer.fundChange === 'Y' ? { outcome: 'done' } : queryRefund(refund, payment);
      } catch (error) {
        if (error instanceof AlipayRefused) return { outcome: 'refused', why: `${error.code} ${error.message}` };
        throw error;
      }
    },
    queryRefund,
    bill: (day) => fetchAlipayBill(client, day),
    sharing: settings.sharing ? alipaySharing(client) : null,
    payouts: alipayPayouts(client),
  };
}

/**
 * A notice of Alipay: a form, signed over its decoded fields in the order of their names. Known again by `notify_id`,
 * which its repeats bear as well, so that a replay is a repeat however old it is.
 */
function readAlipayNotice(client: AlipayClient, raw: string): Notice {
  const fields = Object.fromEntries(new URLSearchParams(raw));
  if (!client.isSigned(fields)) throw refuse('notice-forged');
  const { appId, sellerId } = client.settings;
  // Signed by Alipay, and yet for another app or another seller.
  if (fields.app_id !== appId || (fields.seller_id ?? sellerId) !== sellerId) throw refuse('notice-forged');
  const { notify_id: id, out_trade_no, trade_status, total_amount, trade_no } = fields;
  if (!id) throw refuse('notice-broken');
  const payment = uuidOfName(out_trade_no ?? '');
  // What is told of a trade after something of it went back was known when the refund was answered.
  if (!payment || !trade_status || fields.gmt_refund || trade_status === 'WAIT_BUYER_PAY') return { kind: 'other', id };
  return {
    kind: 'payment',
    id,
    payment,
    amountFen: amountOf(total_amount),
    outcome: trade_status === 'TRADE_CLOSED' ? 'failure' : 'success',
    providerNumber: trade_no ?? null,
  };
}

function amountOf(text: string | undefined): number {
  try {
    return fenOfYuan(text ?? '');
  } catch {
    throw refuse('notice-broken');
  }
}
