import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import Type from 'typebox';
import type { PaymentSettings, WechatTransferScene } from './payment-settings.ts';
import { wechatTransferScenes } from './payment-settings.ts';

const file = (what: string) => Type.Optional(Type.String({ minLength: 1, description: `a file with ${what}` }));
const flag = (what: string) => Type.Optional(Type.Boolean({ description: `true or false: ${what}` }));
const address = (what: string) =>
  Type.Optional(Type.String({ pattern: '^https?://[^?#\\s]+$', description: `the address of ${what}` }));

/** Every variable about real payments. Keys stand in files: an environment is shown by `ps`, in crash reports and logs. */
export const paymentVariables = {
  SHANHUO_SANDBOX: flag('whether the sandbox pays and anybody signs in by a code that is shown, beside real payments'),
  SHANHUO_WECHAT_MCHID: Type.Optional(
    Type.String({ pattern: '^\\d{8,32}$', description: 'a merchant number, digits' }),
  ),
  SHANHUO_WECHAT_APPID: Type.Optional(
    Type.String({ pattern: '^wx\\w{6,30}$', description: 'an app number, like wx…' }),
  ),
  SHANHUO_WECHAT_SERIAL: Type.Optional(
    Type.String({
      pattern: '^[0-9A-Fa-f]{16,40}$',
      description: 'the serial number of the merchant certificate, hexadecimal',
    }),
  ),
  SHANHUO_WECHAT_KEY_FILE: file('the merchant’s private key, apiclient_key.pem'),
  SHANHUO_WECHAT_API_V3_KEY_FILE: file('the API v3 key, 32 characters'),
  SHANHUO_WECHAT_PUBLIC_KEY_ID: Type.Optional(
    Type.String({
      pattern: '^PUB_KEY_ID_\\w+$',
      description: 'the number of WeChat Pay’s public key, like PUB_KEY_ID_…',
    }),
  ),
  SHANHUO_WECHAT_PUBLIC_KEY_FILE: file('WeChat Pay’s public key, pub_key.pem'),
  SHANHUO_WECHAT_SHARING: flag('whether payments are frozen until they are shared out'),
  SHANHUO_WECHAT_TRANSFER_SCENE: Type.Optional(
    Type.Union(
      wechatTransferScenes.map((scene) => Type.Literal(scene)),
      { description: `one of ${wechatTransferScenes.join(', ')}: the kind of transfer that payouts are` },
    ),
  ),
  SHANHUO_WECHAT_APP_SECRET_FILE: file('the official account’s secret, 32 characters'),
  SHANHUO_WECHAT_URL: address('WeChat Pay, without a path'),
  SHANHUO_ALIPAY_APP_ID: Type.Optional(
    Type.String({ pattern: '^\\d{16}$', description: 'an app number of 16 digits' }),
  ),
  SHANHUO_ALIPAY_SELLER_ID: Type.Optional(
    Type.String({ pattern: '^2088\\d{12}$', description: 'the merchant’s own number at Alipay, like 2088…' }),
  ),
  SHANHUO_ALIPAY_KEY_FILE: file('the app’s private key, PKCS #8 or #1'),
  SHANHUO_ALIPAY_PUBLIC_KEY_FILE: file('Alipay’s public key'),
  SHANHUO_ALIPAY_SHARING: flag('whether payments are frozen until they are shared out'),
  SHANHUO_ALIPAY_GATEWAY: address('Alipay’s gateway'),
} as const;

export type PaymentValues = { [name in keyof typeof paymentVariables]?: string | boolean };

const wechatNeeds = ['MCHID', 'APPID', 'SERIAL', 'KEY_FILE', 'API_V3_KEY_FILE'] as const;
const alipayNeeds = ['APP_ID', 'SELLER_ID', 'KEY_FILE', 'PUBLIC_KEY_FILE'] as const;
const TIMEOUT_MS = 8000;

/**
 * What is configured of real payment providers, its keys read. None is none; half of one is refused, since a payment
 * that can be begun and not be heard of is worse than none.
 *
 * @param publicUrl where providers send their notices: they insist on https
 * @returns the settings, and what is wrong with them, one line each
 */
export function paymentSettings(
  values: PaymentValues,
  publicUrl: string,
): { settings: PaymentSettings; wrong: string[] } {
  const wrong: string[] = [];
  const text = (name: keyof PaymentValues) => (values[name] === undefined ? '' : String(values[name]));
  const names = Object.keys(values) as (keyof PaymentValues)[];
  const begun = (provider: 'WECHAT' | 'ALIPAY', needs: readonly string[]): boolean => {
    if (!names.some((name) => name.startsWith(`SHANHUO_${provider}_`) && values[name] !== undefined)) return false;
    const missing = needs
      .map((need) => `SHANHUO_${provider}_${need}`)
      .filter((name) => !text(name as keyof PaymentValues));
    wrong.push(
      ...missing.map(
        (name) => `${name} is missing: ${provider === 'WECHAT' ? 'WeChat Pay' : 'Alipay'} needs all of its settings`,
      ),
    );
    if (!publicUrl.startsWith('https:')) {
      wrong.push(
        `SHANHUO_PUBLIC_URL must be an https address: ${provider === 'WECHAT' ? 'WeChat Pay' : 'Alipay'} sends its notices there`,
      );
    }
    return missing.length === 0;
  };
  const key = (name: keyof PaymentValues, kind: 'private' | 'public' | 'secret'): string => {
    try {
      const content = readFileSync(text(name), 'utf8').trim();
      if (kind === 'secret') {
        if (Buffer.byteLength(content) !== 32)
          throw new Error(`it holds ${Buffer.byteLength(content)} characters and not 32`);
        return content;
      }
      const pem = content.startsWith('-----') ? content : pemOf(content, kind);
      if (kind === 'private') createPrivateKey(pem);
      else createPublicKey(pem);
      return pem;
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is none' : (error as Error).message;
      wrong.push(
        `${name} must be ${(paymentVariables[name] as { description?: string }).description}; of the one that is named: ${why}`,
      );
      return '';
    }
  };

  const settings: PaymentSettings = { wechat: null, alipay: null };
  if (begun('WECHAT', wechatNeeds)) {
    const [id, keyFile] = [text('SHANHUO_WECHAT_PUBLIC_KEY_ID'), text('SHANHUO_WECHAT_PUBLIC_KEY_FILE')];
    if (Boolean(id) !== Boolean(keyFile)) {
      wrong.push(
        'SHANHUO_WECHAT_PUBLIC_KEY_ID and SHANHUO_WECHAT_PUBLIC_KEY_FILE belong together: give both or neither',
      );
    }
    settings.wechat = {
      baseUrl: text('SHANHUO_WECHAT_URL').replace(/\/+$/, '') || 'https://api.mch.weixin.qq.com',
      appid: text('SHANHUO_WECHAT_APPID'),
      mchid: text('SHANHUO_WECHAT_MCHID'),
      serial: text('SHANHUO_WECHAT_SERIAL').toUpperCase(),
      privateKey: key('SHANHUO_WECHAT_KEY_FILE', 'private'),
      apiV3Key: key('SHANHUO_WECHAT_API_V3_KEY_FILE', 'secret'),
      platformKey: id && keyFile ? { id, key: key('SHANHUO_WECHAT_PUBLIC_KEY_FILE', 'public') } : null,
      sharing: values.SHANHUO_WECHAT_SHARING === true,
      transferScene: (text('SHANHUO_WECHAT_TRANSFER_SCENE') || null) as WechatTransferScene | null,
      // Without it phones pay in their browser (H5) or by scanning, and not inside WeChat.
      signIn: text('SHANHUO_WECHAT_APP_SECRET_FILE')
        ? {
            secret: key('SHANHUO_WECHAT_APP_SECRET_FILE', 'secret'),
            openUrl: 'https://open.weixin.qq.com',
            apiUrl: 'https://api.weixin.qq.com',
          }
        : null,
      timeoutMs: TIMEOUT_MS,
    };
  }
  if (begun('ALIPAY', alipayNeeds)) {
    settings.alipay = {
      gateway: text('SHANHUO_ALIPAY_GATEWAY') || 'https://openapi.alipay.com/gateway.do',
      appId: text('SHANHUO_ALIPAY_APP_ID'),
      sellerId: text('SHANHUO_ALIPAY_SELLER_ID'),
      privateKey: key('SHANHUO_ALIPAY_KEY_FILE', 'private'),
      alipayPublicKey: key('SHANHUO_ALIPAY_PUBLIC_KEY_FILE', 'public'),
      sharing: values.SHANHUO_ALIPAY_SHARING === true,
      timeoutMs: TIMEOUT_MS,
    };
  }
  return { settings, wrong };
}

/** Alipay hands out its keys as base64 alone. */
function pemOf(base64: string, kind: 'private' | 'public'): string {
  const lines = (base64.replace(/\s/g, '').match(/.{1,64}/g) ?? []).join('\n');
  const name = kind === 'public' ? 'PUBLIC KEY' : base64.startsWith('MIIEv') ? 'PRIVATE KEY' : 'RSA PRIVATE KEY';
  return `-----BEGIN ${name}-----\n${lines}\n-----END ${name}-----\n`;
}
