import type { WechatTransferScene } from '#platform/payment-settings.ts';
import type { PayoutAnswer, Payouts } from '../payment-port.ts';
import { shortId } from '../provider-names.ts';
import { plainText } from '../provider-texts.ts';
import { isCode, type WechatClient, WechatRefused } from './wechat-client.ts';

type TransferState =
  | 'ACCEPTED'
  | 'PROCESSING'
  | 'WAIT_USER_CONFIRM'
  | 'TRANSFERING'
  | 'SUCCESS'
  | 'FAIL'
  | 'CANCELING'
  | 'CANCELLED';
interface Transfer {
  state: TransferState;
  transfer_bill_no?: string;
  package_info?: string;
  fail_reason?: string;
}

/** What each kind of transfer has to be reported with. */
const reports: Record<WechatTransferScene, (remark: string) => { info_type: string; info_content: string }[]> = {
  '1000': (remark) => [
    { info_type: '活动名称', info_content: remark },
    { info_type: '奖励说明', info_content: remark },
  ],
  '1005': (remark) => [
    { info_type: '岗位类型', info_content: '农户' },
    { info_type: '报酬说明', info_content: remark },
  ],
  '1009': (remark) => [{ info_type: '采购商品名称', info_content: remark }],
};

const BASE = '/v3/fund-app/mch-transfer/transfer-bills';

/** 商家转账 to a person's WeChat purse; the receiver confirms it there. */
export function wechatPayouts(
  client: WechatClient,
  scene: WechatTransferScene,
  around: { noticeUrl: string },
): Payouts {
  async function query(payout: string): Promise<PayoutAnswer> {
    try {
      return ofState(await client.request<Transfer>('GET', `${BASE}/out-bill-no/${shortId(payout)}`));
    } catch (error) {
      if (isCode(error, 'NOT_FOUND', 'RESOURCE_NOT_EXISTS')) return { outcome: 'unknown' };
      throw error;
    }
  }

  return {
    query,
    async pay({ payout, openid, name, fen, remark }) {
      const sealed = name ? await client.seal(name) : null;
      const transfer_remark = plainText(remark, 96);
      const body = {
        appid: client.settings.appid,
        out_bill_no: shortId(payout),
        transfer_scene_id: scene,
        openid,
        user_name: sealed?.sealed,
        transfer_amount: fen,
        transfer_remark,
        notify_url: around.noticeUrl,
        transfer_scene_report_infos: reports[scene](transfer_remark),
      };
      try {
        return ofState(await client.request<Transfer>('POST', BASE, body, sealed?.serial));
      } catch (error) {
        // The same number again is told as such: how it stands is asked for.
        if (isCode(error, 'ALREADY_EXISTS')) return query(payout);
        if (error instanceof WechatRefused) return { outcome: 'failed', why: `${error.code} ${error.message}` };
        throw error;
      }
    },
    async cancel(payout) {
      try {
        const path = `${BASE}/out-bill-no/${shortId(payout)}/cancel`;
        return ofState(await client.request<Transfer>('POST', path, {}));
      } catch (error) {
        // Too late, or not there: how it stands says which.
        if (error instanceof WechatRefused) return query(payout);
        throw error;
      }
    },
  };
}

function ofState({ state, transfer_bill_no, package_info, fail_reason }: Transfer): PayoutAnswer {
  switch (state) {
    case 'SUCCESS':
      return { outcome: 'paid', providerNumber: transfer_bill_no ?? null };
    case 'FAIL':
    case 'CANCELLED':
      return { outcome: 'failed', why: fail_reason ?? state };
    case 'WAIT_USER_CONFIRM':
      return { outcome: 'waiting-confirm', confirm: package_info ?? null };
    default:
      return { outcome: 'accepted' };
  }
}
