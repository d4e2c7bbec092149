import { yuan } from '#platform/money.ts';
import type { Receiver, ShareOf, SharePart, Sharing, SharingAnswer } from '../payment-port.ts';
import { shortId } from '../provider-names.ts';
import { fenOfYuan, plainText } from '../provider-texts.ts';
import { type AlipayClient, AlipayRefused, isAlipayCode } from './alipay-client.ts';

interface Detail {
  operationType: string;
  transIn: string;
  amount: string;
  state: 'PROCESSING' | 'SUCCESS' | 'FAIL';
  errorCode?: string;
  errorDesc?: string;
}

/** An account of digits that begins with 2088 is Alipay's own number of its holder, any other is what one signs in with. */
const typeOf = (account: string) => (/^2088\d{12}$/.test(account) ? 'userId' : 'loginName');

/** Royalty at Alipay: bound receivers, then shares of one trade, which may hold the orders of several counties. */
export function alipaySharing(client: AlipayClient): Sharing {
  const { sellerId } = client.settings;

  const tradeNoOf = async ({ payment }: ShareOf): Promise<string> =>
    (await client.request<{ tradeNo: string }>('alipay.trade.query', { outTradeNo: shortId(payment) })).tradeNo;

  async function query(input: ShareOf & { sharing: string }): Promise<SharingAnswer> {
    return answer(async () => {
      const { royaltyDetailList = [] } = await client.request<{ royaltyDetailList?: Detail[] }>(
        'alipay.trade.order.settle.query',
        { outRequestNo: shortId(input.sharing), tradeNo: await tradeNoOf(input) },
      );
      return royaltyDetailList.filter((detail) => detail.operationType === 'transfer');
    });
  }

  async function settle(
    input: ShareOf & { sharing: string },
    parts: object[],
    finish: boolean,
  ): Promise<SharingAnswer> {
    const asked = await answer(async () => {
      await client.request('alipay.trade.order.settle', {
        outRequestNo: shortId(input.sharing),
        tradeNo: await tradeNoOf(input),
        royaltyParameters: parts,
        royaltyMode: 'async',
        extendParams: { royaltyFinish: String(finish) },
      });
      return [];
    });
    return asked.outcome === 'refused' ? asked : query(input);
  }

  const receiverOf = ({ account, name }: Receiver) => ({ type: typeOf(account), account, name: name ?? undefined });

  return {
    maxBp: 3000,
    frozenDays: 30,
    async addReceiver(receiver) {
      await client.request('alipay.trade.royalty.relation.bind', {
        receiverList: [receiverOf(receiver)],
        outRequestNo: `bind${receiver.account}`.slice(0, 32),
      });
    },
    async removeReceiver(receiver) {
      await client.request('alipay.trade.royalty.relation.unbind', {
        receiverList: [receiverOf(receiver)],
        outRequestNo: `unbind${receiver.account}`.slice(0, 32),
      });
    },
    share: (input) =>
      settle(
        input,
        input.receivers.map((receiver) => ({
          royaltyType: 'transfer',
          transOut: sellerId,
          transOutType: 'userId',
          transIn: receiver.account,
          transInType: typeOf(receiver.account),
          amount: yuan(receiver.fen),
          desc: plainText(receiver.why, 200),
        })),
        input.finish,
      ),
    query,
    unfreeze: (input) => settle(input, [], true),
    async unshared(of) {
      const { unsettledAmount } = await client.request<{ unsettledAmount: string }>(
        'alipay.trade.order.onsettle.query',
        {
          tradeNo: await tradeNoOf(of),
        },
      );
      return fenOfYuan(unsettledAmount);
    },
    // Alipay takes shares back only within a refund; the refund itself does not need them, the merchant pays it whole.
    async giveBack() {
      return { outcome: 'refused', why: '支付宝的分账不能单独退回，由商家承担退款' };
    },
    async queryBack() {
      return { outcome: 'refused', why: '支付宝的分账不能单独退回，由商家承担退款' };
    },
  };
}

async function answer(work: () => Promise<Detail[]>): Promise<SharingAnswer> {
  try {
    const details = await work();
    const words = { PROCESSING: 'pending', SUCCESS: 'success', FAIL: 'closed' } as const;
    const parts = details.map(
      (detail): SharePart => ({
        account: detail.transIn,
        fen: fenOfYuan(detail.amount),
        outcome: words[detail.state],
        why: detail.errorDesc ?? detail.errorCode ?? null,
      }),
    );
    return { outcome: parts.some((part) => part.outcome === 'pending') ? 'pending' : 'finished', parts };
  } catch (error) {
    if (!(error instanceof AlipayRefused)) throw error;
    const again = isAlipayCode(error, 'ACQ.SELLER_BALANCE_NOT_ENOUGH', 'ACQ.TRADE_SETTLE_ERROR');
    return { outcome: 'refused', why: `${error.code} ${error.message}`, again };
  }
}
