import { yuan } from '#platform/money.ts';
import type { PayoutAnswer, Payouts } from '../payment-port.ts';
import { shortId } from '../provider-names.ts';
import { plainText } from '../provider-texts.ts';
import { type AlipayClient, AlipayRefused, isAlipayCode } from './alipay-client.ts';

interface Transfer {
  status: 'SUCCESS' | 'WAIT_PAY' | 'CLOSED' | 'FAIL' | 'DEALING' | 'REFUND';
  orderId?: string;
  payFundOrderId?: string;
  failReason?: string;
}

/** Transfers to a person's account at Alipay, named by an openid, a 2088… number or what its holder signs in with. */
export function alipayPayouts(client: AlipayClient): Payouts {
  async function query(payout: string): Promise<PayoutAnswer> {
    try {
      const asked = { outBizNo: shortId(payout), productCode: 'TRANS_ACCOUNT_NO_PWD', bizScene: 'DIRECT_TRANSFER' };
      return ofStatus(await client.request<Transfer>('alipay.fund.trans.common.query', asked));
    } catch (error) {
      if (isAlipayCode(error, 'ORDER_NOT_EXIST')) return { outcome: 'unknown' };
      if (error instanceof AlipayRefused) return { outcome: 'failed', why: `${error.code} ${error.message}` };
      throw error;
    }
  }

  return {
    query,
    async pay({ payout, openid, name, fen, remark }) {
      const identityType = /^2088\d{12}$/.test(openid)
        ? 'ALIPAY_USER_ID'
        : /^1\d{10}$|@/.test(openid)
          ? 'ALIPAY_LOGON_ID'
          : 'ALIPAY_OPEN_ID';
      try {
        const made = await client.request<Transfer>('alipay.fund.trans.uni.transfer', {
          outBizNo: shortId(payout),
          transAmount: yuan(fen),
          productCode: 'TRANS_ACCOUNT_NO_PWD',
          bizScene: 'DIRECT_TRANSFER',
          orderTitle: plainText(remark, 128),
          payeeInfo: { identity: openid, identityType, name: name ?? undefined },
          remark: plainText(remark, 200),
        });
        return ofStatus(made);
      } catch (error) {
        if (error instanceof AlipayRefused) return { outcome: 'failed', why: `${error.code} ${error.message}` };
        throw error;
      }
    },
    // Nobody has to confirm, so nothing can be taken back: how it stands is all that can be said.
    cancel: query,
  };
}

function ofStatus({ status, orderId, payFundOrderId, failReason }: Transfer): PayoutAnswer {
  if (status === 'SUCCESS') return { outcome: 'paid', providerNumber: orderId ?? payFundOrderId ?? null };
  // REFUND: the receiver's bank has sent it back.
  if (status === 'FAIL' || status === 'CLOSED' || status === 'REFUND')
    return { outcome: 'failed', why: failReason ?? status };
  return { outcome: 'accepted' };
}
