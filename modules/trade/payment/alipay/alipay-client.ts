import { createRequire } from 'node:module';
import type { AlipaySdk } from 'alipay-sdk';
import type { AlipaySettings } from '#platform/payment-settings.ts';
import { ProviderUnclear } from '../payment-port.ts';

/** Alipay understood the request and says no; nothing was done. */
export class AlipayRefused extends Error {
  override name = 'AlipayRefused';
  /** its sub_code, like `ACQ.TRADE_NOT_EXIST` */
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Whether Alipay said no with one of these codes. */
export const isAlipayCode = (error: unknown, ...codes: string[]): boolean =>
  error instanceof AlipayRefused && codes.includes(error.code);

/** Answers that say nothing of the matter, whatever was asked. */
const unclear = /SYSTEM_ERROR|AOP\.|isp\.unknow|isv\.invalid-signature|RATE_LIMIT|call-limited|REQUEST_LIMIT/i;

// It takes 24 MB, which a county without Alipay need not have.
const loadSdk = () => createRequire(import.meta.url)('alipay-sdk') as typeof import('alipay-sdk');

/** Everything asked of Alipay's gateway: signed with RSA2, its answers verified, its failures told apart. */
export class AlipayClient {
  readonly settings: AlipaySettings;
  readonly #sdk: AlipaySdk;

  constructor(settings: AlipaySettings) {
    this.settings = settings;
    const { appId, privateKey, alipayPublicKey, gateway, timeoutMs } = settings;
    const keyType = privateKey.includes('RSA PRIVATE KEY') ? 'PKCS1' : 'PKCS8';
    const sdk = loadSdk();
    this.#sdk = new sdk.AlipaySdk({ appId, privateKey, alipayPublicKey, gateway, keyType, timeout: timeoutMs });
  }

  /**
   * One request.
   *
   * @throws AlipayRefused when Alipay says no; ProviderUnclear when nothing is known
   */
  async request<T>(method: string, bizContent: object): Promise<T> {
    const answer = await this.#sdk.exec(method, { bizContent }, { validateSign: true }).catch((error: Error) => {
      throw new ProviderUnclear(`Alipay: ${error.message}`);
    });
    const {
      code,
      msg,
      subCode = '',
      subMsg,
    } = answer as { code: string; msg: string; subCode?: string; subMsg?: string };
    if (code === '10000') return answer as T;
    // 10003: waiting; 20000: unknown at its end.
    if (code === '20000' || code === '10003' || !subCode || unclear.test(subCode)) {
      throw new ProviderUnclear(`Alipay: ${code} ${subCode} ${subMsg ?? msg}`);
    }
    throw new AlipayRefused(subCode, subMsg ?? msg);
  }

  /** The address a buyer's browser opens to pay. */
  address(method: string, bizContent: object, around: { notifyUrl: string; returnUrl: string }): string {
    return this.#sdk.pageExecute(method, 'GET', { bizContent, ...around });
  }

  /** Whether a notice, its fields decoded, is signed by Alipay. */
  isSigned(fields: Readonly<Record<string, string>>): boolean {
    try {
      return fields.sign_type === 'RSA2' && this.#sdk.checkNotifySignV2({ ...fields });
    } catch {
      return false;
    }
  }
}
