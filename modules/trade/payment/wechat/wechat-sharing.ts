import type { Receiver, RefundAnswer, ShareOf, Sharing, SharingAnswer } from '../payment-port.ts';
import { shortId } from '../provider-names.ts';
import { plainText } from '../provider-texts.ts';
import { isCode, type WechatClient, WechatRefused } from './wechat-client.ts';
import type { WechatNames } from './wechat-names.ts';

interface ShareState {
  state: 'PROCESSING' | 'FINISHED';
  receivers?: { account: string; amount: number; result: 'PENDING' | 'SUCCESS' | 'CLOSED'; fail_reason?: string }[];
}
interface BackState {
  result: 'PROCESSING' | 'SUCCESS' | 'FAILED';
  fail_reason?: string;
}

const typeOf = ({ type }: Receiver) => (type === 'organisation' ? 'MERCHANT_ID' : 'PERSONAL_OPENID');

/** 分账 at WeChat Pay: asked for by order, since of combined orders each is frozen by itself. */
export function wechatSharing(client: WechatClient, names: (payment: string) => Promise<WechatNames>): Sharing {
  const { appid, mchid } = client.settings;

  /** WeChat Pay's own number of an order, which is all that sharing knows it by. */
  async function transactionOf({ payment, order }: ShareOf): Promise<string> {
    const { parts, whole } = await names(payment);
    const number = parts.find((part) => part.order.order === order)?.number ?? whole;
    const path = `/v3/pay/transactions/out-trade-no/${number}?mchid=${mchid}`;
    return (await client.request<{ transaction_id: string }>('GET', path)).transaction_id;
  }

  async function answer(work: () => Promise<ShareState>): Promise<SharingAnswer> {
    try {
      const { state, receivers = [] } = await work();
      const words = { PENDING: 'pending', SUCCESS: 'success', CLOSED: 'closed' } as const;
      return {
        outcome: state === 'FINISHED' ? 'finished' : 'pending',
        // What is let go goes to the merchant itself, and is listed like a share.
        parts: receivers
          .filter((part) => part.account !== mchid)
          .map((part) => ({
            account: part.account,
            fen: part.amount,
            outcome: words[part.result],
            why: part.fail_reason ?? null,
          })),
      };
    } catch (error) {
      if (!(error instanceof WechatRefused)) throw error;
      return { outcome: 'refused', why: `${error.code} ${error.message}`, again: isCode(error, 'NOT_ENOUGH') };
    }
  }

  async function backAnswer(work: () => Promise<BackState>): Promise<RefundAnswer> {
    try {
      const { result, fail_reason } = await work();
      if (result === 'FAILED') return { outcome: 'refused', why: fail_reason ?? 'FAILED' };
      return { outcome: result === 'SUCCESS' ? 'done' : 'pending' };
    } catch (error) {
      if (error instanceof WechatRefused) return { outcome: 'refused', why: `${error.code} ${error.message}` };
      throw error;
    }
  }

  /** One key for all names of a request. */
  async function sealedNames(receivers: readonly Receiver[]) {
    const sealed = await Promise.all(receivers.map(({ name }) => (name ? client.seal(name) : null)));
    return { names: sealed.map((one) => one?.sealed), serial: sealed.find((one) => one)?.serial };
  }

  return {
    maxBp: 3000,
    frozenDays: 30,
    async addReceiver(receiver) {
      const { names: sealed, serial } = await sealedNames([receiver]);
      await client.request(
        'POST',
        '/v3/profitsharing/receivers/add',
        {
          appid,
          type: typeOf(receiver),
          account: receiver.account,
          name: sealed[0],
          relation_type: receiver.type === 'organisation' ? 'SUPPLIER' : 'PARTNER',
        },
        serial,
      );
    },
    async removeReceiver(receiver) {
      const body = { appid, type: typeOf(receiver), account: receiver.account };
      await client.request('POST', '/v3/profitsharing/receivers/delete', body);
    },
    share: (input) =>
      answer(async () => {
        const { names: sealed, serial } = await sealedNames(input.receivers);
        const body = {
          appid,
          transaction_id: await transactionOf(input),
          out_order_no: shortId(input.sharing),
          receivers: input.receivers.map((receiver, i) => ({
            type: typeOf(receiver),
            account: receiver.account,
            name: sealed[i],
            amount: receiver.fen,
            description: plainText(receiver.why, 80),
          })),
          unfreeze_unsplit: input.finish,
        };
        return client.request('POST', '/v3/profitsharing/orders', body, serial);
      }),
    query: (input) =>
      answer(async () => {
        const path = `/v3/profitsharing/orders/${shortId(input.sharing)}?transaction_id=${await transactionOf(input)}`;
        return client.request('GET', path);
      }),
    unfreeze: (input) =>
      answer(async () =>
        client.request('POST', '/v3/profitsharing/orders/unfreeze', {
          transaction_id: await transactionOf(input),
          out_order_no: shortId(input.sharing),
          description: plainText(input.why, 80),
        }),
      ),
    async unshared(of) {
      const path = `/v3/profitsharing/transactions/${await transactionOf(of)}/amounts`;
      return (await client.request<{ unsplit_amount: number }>('GET', path)).unsplit_amount;
    },
    giveBack: (input) =>
      backAnswer(() =>
        client.request('POST', '/v3/profitsharing/return-orders', {
          out_order_no: shortId(input.sharing),
          out_return_no: shortId(input.back),
          return_mchid: input.account,
          amount: input.fen,
          description: plainText(input.why, 80),
        }),
      ),
    queryBack: (input) =>
      backAnswer(() =>
        client.request(
          'GET',
          `/v3/profitsharing/return-orders/${shortId(input.back)}?out_order_no=${shortId(input.sharing)}`,
        ),
      ),
  };
}
