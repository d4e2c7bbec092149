import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '#platform/clock.ts';
import type { WechatSettings } from '#platform/payment-settings.ts';
import { refuse } from '../../refuse.ts';
import {
  type BillRow,
  type PaymentAnswer,
  type PaymentOrder,
  type PaymentProvider,
  ProviderUnclear,
  type RefundAnswer,
  type Started,
  type StartInput,
} from '../payment-port.ts';
import { shortId } from '../provider-names.ts';
import { chinaTime, plainText } from '../provider-texts.ts';
import { readWechatBill } from './wechat-bill.ts';
import { isCode, WechatClient, WechatRefused } from './wechat-client.ts';
import { namesOf } from './wechat-names.ts';
import { readWechatNotice } from './wechat-notice.ts';
import { wechatPayouts } from './wechat-payouts.ts';
import { wechatSharing } from './wechat-sharing.ts';

export interface WechatSurroundings {
  clock: Clock;
  /** where notices are sent: https, without a query */
  noticeUrl: string;
  /** the shop's address, which H5 payments are started from */
  publicUrl: string;
  /** what a payment was begun for, in the order it was begun with */
  ordersOf(payment: string): Promise<readonly PaymentOrder[]>;
}

type TradeState = 'SUCCESS' | 'REFUND' | 'NOTPAY' | 'CLOSED' | 'REVOKED' | 'USERPAYING' | 'PAYERROR';
interface Trade {
  trade_state: TradeState;
  transaction_id?: string;
  amount?: { total: number };
}
interface Combined {
  sub_orders: {
    trade_state: TradeState;
    transaction_id?: string;
    out_trade_no: string;
    amount: { total_amount: number };
  }[];
}
interface RefundMade {
  status: 'SUCCESS' | 'CLOSED' | 'PROCESSING' | 'ABNORMAL';
}

/** WeChat Pay, API v3, as an ordinary merchant. */
export function wechatProvider(settings: WechatSettings, around: WechatSurroundings): PaymentProvider {
  const client = new WechatClient(settings, around.clock);
  const names = async (payment: string) => namesOf(payment, await around.ordersOf(payment));

  async function query(payment: string): Promise<PaymentAnswer> {
    const { whole, combined } = await names(payment);
    try {
      if (combined) {
        return answerOf(
          (await client.request<Combined>('GET', `/v3/combine-transactions/out-trade-no/${whole}`)).sub_orders,
        );
      }
      const path = `/v3/pay/transactions/out-trade-no/${whole}?mchid=${settings.mchid}`;
      const { amount, ...trade } = await client.request<Trade>('GET', path);
      return answerOf([{ ...trade, amount: { total_amount: amount?.total ?? 0 } }]);
    } catch (error) {
      if (isCode(error, 'ORDER_NOT_EXIST', 'ORDERNOTEXIST', 'RESOURCE_NOT_EXISTS')) return { outcome: 'unknown' };
      throw error;
    }
  }

  return {
    name: 'wechat',
    sandbox: false,
    methods: ['jsapi', 'h5', 'native'],
    replies: {
      stored: { status: 200, type: 'application/json; charset=utf-8', body: '{"code":"SUCCESS"}' },
      failed: (status, message) => ({
        status,
        type: 'application/json; charset=utf-8',
        body: JSON.stringify({ code: 'FAIL', message }),
      }),
    },
    start: (input) => begin(client, around, input),
    readNotice: (raw, headers, receivedAt) => readWechatNotice(client, raw, headers, receivedAt),
    query,
    async close(payment) {
      const { whole, parts, combined } = await names(payment);
      const { appid, mchid } = settings;
      try {
        if (combined) {
          await client.request('POST', `/v3/combine-transactions/out-trade-no/${whole}/close`, {
            combine_appid: appid,
            sub_orders: parts.map((part) => ({ mchid, out_trade_no: part.number })),
          });
        } else await client.request('POST', `/v3/pay/transactions/out-trade-no/${whole}/close`, { mchid });
        return true;
      } catch (error) {
        if (isCode(error, 'ORDERPAID', 'ORDER_PAID')) return false;
        // Never begun there, or closed before: no money can come for it.
        if (isCode(error, 'ORDER_NOT_EXIST', 'ORDERNOTEXIST', 'RESOURCE_NOT_EXISTS', 'ORDER_CLOSED', 'ORDERCLOSED'))
          return true;
        throw error;
      }
    },
    async refund({ refund, payment, order, fen, totalFen, reason }) {
      const { parts, combined } = await names(payment);
      const of = (number: string, name: string, back: number, total: number) =>
        giveBack(client, around, { number, name, back, total, reason });
      if (!combined) return of(shortId(payment), refund, fen, totalFen);
      const part = parts.find((p) => p.order.order === order);
      if (part) return of(part.number, refund, fen, part.order.fen);
      if (order !== null) return { outcome: 'refused', why: '这笔付款里没有这张订单' };
      return together(parts.map((p, i) => () => of(p.number, `${refund}_${i}`, p.order.fen, p.order.fen)));
    },
    async queryRefund(refund, payment, order) {
      const { parts, combined } = await names(payment);
      if (!combined || order !== null) return refundNamed(client, refund);
      return together(parts.map((_, i) => () => refundNamed(client, `${refund}_${i}`)));
    },
    bill: (day) => fetchBill(client, day),
    sharing: settings.sharing ? wechatSharing(client, names) : null,
    payouts: settings.transferScene ? wechatPayouts(client, settings.transferScene, around) : null,
  };
}

async function begin(client: WechatClient, around: WechatSurroundings, input: StartInput): Promise<Started> {
  const { method, clientIp, openid, payment } = input;
  const { appid, mchid, sharing } = client.settings;
  const { whole, parts, combined } = namesOf(payment, input.orders);
  const description = plainText(input.description, 127);
  const time_expire = chinaTime(input.expiresAt);
  const notify_url = around.noticeUrl;
  const settle_info = sharing ? { profit_sharing: true } : undefined;
  const h5_info = method === 'h5' ? { type: 'Wap', app_url: around.publicUrl } : undefined;
  const scene_info = clientIp || h5_info ? { payer_client_ip: clientIp ?? '127.0.0.1', h5_info } : undefined;
  const payer = method === 'jsapi' ? { openid } : undefined;
  const asked = combined
    ? {
        combine_appid: appid,
        combine_mchid: mchid,
        combine_out_trade_no: whole,
        sub_orders: parts.map(({ order, number }) => ({
          mchid,
          attach: order.number,
          amount: { total_amount: order.fen, currency: 'CNY' },
          out_trade_no: number,
          description,
          settle_info,
        })),
        combine_payer_info: payer,
        ...{ scene_info, time_expire, notify_url },
      }
    : {
        ...{ appid, mchid, description, out_trade_no: whole, time_expire, notify_url, settle_info, payer, scene_info },
        amount: { total: input.amountFen, currency: 'CNY' },
      };
  try {
    const path = combined ? `/v3/combine-transactions/${method}` : `/v3/pay/transactions/${method}`;
    const answer = await client.request<{ prepay_id?: string; h5_url?: string; code_url?: string }>(
      'POST',
      path,
      asked,
    );
    if (answer.h5_url) return { kind: 'redirect', url: answer.h5_url };
    if (answer.code_url) return { kind: 'qr', text: answer.code_url };
    if (answer.prepay_id) return { kind: 'jsapi', fields: fieldsFor(client, around.clock.now(), answer.prepay_id) };
    throw new ProviderUnclear(`WeChat Pay: nothing to pay with in the answer to ${path}`);
  } catch (error) {
    if (isCode(error, 'ORDERPAID', 'ORDER_PAID')) throw refuse('checkout-paid');
    if (error instanceof WechatRefused) throw refuse('payment-provider-refused', { why: error.message });
    if (error instanceof ProviderUnclear) throw refuse('payment-provider-busy');
    throw error;
  }
}

/** What `WeixinJSBridge` and `wx.requestPayment` take; the kind of signature is itself not signed. */
function fieldsFor(client: WechatClient, now: Date, prepay: string): Record<string, string> {
  const appId = client.settings.appid;
  const timeStamp = String(Math.floor(now.getTime() / 1000));
  const nonceStr = randomBytes(16).toString('hex');
  const pack = `prepay_id=${prepay}`;
  const paySign = client.sign(appId, timeStamp, nonceStr, pack);
  return { appId, timeStamp, nonceStr, package: pack, signType: 'RSA', paySign };
}

function answerOf(parts: readonly Omit<Combined['sub_orders'][number], 'out_trade_no'>[]): PaymentAnswer {
  if (parts.every((part) => part.trade_state === 'SUCCESS' || part.trade_state === 'REFUND')) {
    return {
      outcome: 'success',
      amountFen: parts.reduce((sum, part) => sum + part.amount.total_amount, 0),
      providerNumber: parts.map((part) => part.transaction_id).join(','),
    };
  }
  const over = parts.every((part) => ['CLOSED', 'REVOKED', 'PAYERROR'].includes(part.trade_state));
  return { outcome: over ? 'failure' : 'unknown' };
}

async function giveBack(
  client: WechatClient,
  around: WechatSurroundings,
  input: { number: string; name: string; back: number; total: number; reason: string },
): Promise<RefundAnswer> {
  try {
    const made = await client.request<RefundMade>('POST', '/v3/refund/domestic/refunds', {
      out_trade_no: input.number,
      out_refund_no: input.name,
      reason: plainText(input.reason, 80),
      notify_url: around.noticeUrl,
      amount: { refund: input.back, total: input.total, currency: 'CNY' },
    });
    return ofStatus(made);
  } catch (error) {
    if (error instanceof WechatRefused) return { outcome: 'refused', why: `${error.code} ${error.message}` };
    throw error;
  }
}

async function refundNamed(client: WechatClient, name: string): Promise<RefundAnswer> {
  try {
    return ofStatus(await client.request<RefundMade>('GET', `/v3/refund/domestic/refunds/${name}`));
  } catch (error) {
    if (error instanceof WechatRefused) return { outcome: 'refused', why: `${error.code} ${error.message}` };
    throw error;
  }
}

function ofStatus({ status }: RefundMade): RefundAnswer {
  if (status === 'SUCCESS') return { outcome: 'done' };
  if (status === 'PROCESSING') return { outcome: 'pending' };
  if (status === 'CLOSED') return { outcome: 'refused', why: 'CLOSED 退款已关闭' };
  return { outcome: 'refused', why: 'ABNORMAL 退款异常，买家的卡收不到，请在商户平台处理', open: true };
}

/** Several refunds as one: done when all are, refused when one is. */
async function together(refunds: readonly (() => Promise<RefundAnswer>)[]): Promise<RefundAnswer> {
  const answers: RefundAnswer[] = [];
  for (const refund of refunds) answers.push(await refund());
  const refused = answers.find((answer) => answer.outcome === 'refused');
  return refused ?? answers.find((answer) => answer.outcome === 'pending') ?? { outcome: 'done' };
}

async function fetchBill(client: WechatClient, day: string): Promise<BillRow[]> {
  try {
    const { hash_value, download_url } = await client.request<{ hash_value: string; download_url: string }>(
      'GET',
      `/v3/bill/tradebill?bill_date=${day}&bill_type=ALL`,
    );
    const file = await client.download(download_url);
    if (createHash('sha1').update(file).digest('hex') !== hash_value) {
      throw new ProviderUnclear(`WeChat Pay: the bill of ${day} has another hash than was told`);
    }
    return readWechatBill(file.toString('utf8'));
  } catch (error) {
    // A day without trade has no bill.
    if (isCode(error, 'NO_STATEMENT_EXIST')) return [];
    if (error instanceof WechatRefused) throw new ProviderUnclear(`WeChat Pay: ${error.code} ${error.message}`);
    throw error;
  }
}
