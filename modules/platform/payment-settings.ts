/** The merchant's account with WeChat Pay, API v3. Keys are PEM texts. */
export interface WechatSettings {
  /** without a trailing slash; tests give their emulator's */
  baseUrl: string;
  appid: string;
  mchid: string;
  /** serial number of the merchant's certificate */
  serial: string;
  privateKey: string;
  /** 32 bytes; opens what WeChat Pay encrypts for us */
  apiV3Key: string;
  /** public key mode: `PUB_KEY_ID_…` and its key; null: platform certificates are fetched */
  platformKey: { id: string; key: string } | null;
  /** payments are frozen until they are shared out; only for merchants that WeChat Pay has let share */
  sharing: boolean;
  /** which kind of transfer payouts are, as agreed with WeChat Pay; null: no payouts */
  transferScene: WechatTransferScene | null;
  /** the official account's own secret, with which it is asked who opened a page in WeChat; null: JSAPI is not offered */
  signIn: { secret: string; openUrl: string; apiUrl: string } | null;
  /** how long an answer is waited for, in milliseconds */
  timeoutMs: number;
}

/** Cash marketing, commission, purchase of goods: the kinds of transfer a house like this one may be let make. */
export const wechatTransferScenes = ['1000', '1005', '1009'] as const;
export type WechatTransferScene = (typeof wechatTransferScenes)[number];

/** The merchant's app at Alipay. Keys are PEM texts, or their base64 alone. */
export interface AlipaySettings {
  gateway: string;
  appId: string;
  privateKey: string;
  alipayPublicKey: string;
  /** the merchant's own 2088… number: where shares of a payment are taken from */
  sellerId: string;
  /** payments are frozen until they are shared out */
  sharing: boolean;
  timeoutMs: number;
}

export interface PaymentSettings {
  wechat: WechatSettings | null;
  alipay: AlipaySettings | null;
}
