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
  /** which kind of transfer payouts are, as agreed with WeChat Pay */
  transferScene: string;
}

/** The merchant's app at Alipay. Keys are PEM texts or bare base64. */
export interface AlipaySettings {
  gateway: string;
  appId: string;
  privateKey: string;
  alipayPublicKey: string;
  /** the merchant's own 2088… number: where shares of a payment are taken from */
  sellerId: string;
}

export interface PaymentSettings {
  wechat: WechatSettings | null;
  alipay: AlipaySettings | null;
}
