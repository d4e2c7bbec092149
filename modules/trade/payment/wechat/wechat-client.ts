import {
  constants,
  createDecipheriv,
  createPublicKey,
  type KeyObject,
  publicEncrypt,
  verify,
  X509Certificate,
} from 'node:crypto';
import { createRequire } from 'node:module';
import type { Decorator } from 'wechatpay-axios-plugin';
import type { Clock } from '#platform/clock.ts';
import type { WechatSettings } from '#platform/payment-settings.ts';
import { type Headers, ProviderUnclear } from '../payment-port.ts';

/** WeChat Pay understood the request and says no; nothing was done. */
export class WechatRefused extends Error {
  override name = 'WechatRefused';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Whether WeChat Pay said no with one of these codes. */
export const isCode = (error: unknown, ...codes: string[]): boolean =>
  error instanceof WechatRefused && codes.includes(error.code);

/** What WeChat Pay sends encrypted: AEAD_AES_256_GCM, the tag at the end. */
export interface EncryptedResource {
  ciphertext: string;
  associated_data?: string;
  nonce: string;
}

/** @throws Error when the key is another or a byte was changed */
export function openResource(key: string, { ciphertext, associated_data, nonce }: EncryptedResource): string {
  const bytes = Buffer.from(ciphertext, 'base64');
  // The key's length decides: 32 bytes for every merchant, 16 in the published vector of a notice.
  const cipher = createDecipheriv(Buffer.byteLength(key) === 16 ? 'aes-128-gcm' : 'aes-256-gcm', key, nonce);
  cipher.setAuthTag(bytes.subarray(-16));
  cipher.setAAD(Buffer.from(associated_data ?? ''));
  return Buffer.concat([cipher.update(bytes.subarray(0, -16)), cipher.final()]).toString('utf8');
}

/** Whether a signature is that of `time`, `nonce` and `body`, a line each, as bytes. */
export const signedBy = (key: KeyObject, time: string, nonce: string, body: string, signature: string): boolean =>
  verify('RSA-SHA256', Buffer.from(`${time}\n${nonce}\n${body}\n`), key, Buffer.from(signature, 'base64'));

/** Codes that say nothing of the matter: the same is asked again. */
const tryAgain = new Set([
  'SYSTEM_ERROR',
  'SYSTEMERROR',
  'BANK_ERROR',
  'FREQUENCY_LIMITED',
  'FREQUENCY_LIMIT_EXCEED',
  'RATELIMIT_EXCEEDED',
  'SIGN_ERROR',
]);

// A county without WeChat Pay need not have it in memory.
const loadSdk = () =>
  createRequire(import.meta.url)('wechatpay-axios-plugin') as typeof import('wechatpay-axios-plugin');

type Http = ReturnType<typeof Decorator.jsonBased>;

const CERTIFICATES_FOR = 12 * 3_600_000;
const REFRESH_AT_MOST = 60_000;

/** Whatever is asked of WeChat Pay and heard from it: signed, verified, and its failures told apart. */
export class WechatClient {
  readonly settings: WechatSettings;
  readonly #clock: Clock;
  #keys: ReadonlyMap<string, KeyObject>;
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #http: Http | undefined;

  constructor(settings: WechatSettings, clock: Clock) {
    this.settings = settings;
    this.#clock = clock;
    const { platformKey } = settings;
    this.#keys = new Map(platformKey ? [[platformKey.id, createPublicKey(platformKey.key)]] : []);
  }

  /**
   * One request.
   *
   * @param path with its query, from `/v3` on
   * @param serial of the platform's key with which fields of the body are encrypted
   * @throws WechatRefused when WeChat Pay says no; ProviderUnclear when nothing is known
   */
  async request<T>(method: 'GET' | 'POST', path: string, body?: object, serial?: string): Promise<T> {
    const http = await this.#connection();
    const named = serial ?? this.settings.platformKey?.id;
    try {
      const answer = await http.request({
        method,
        url: path,
        data: body,
        headers: named ? { 'Wechatpay-Serial': named } : {},
      });
      return answer.data as T;
    } catch (error) {
      return this.#explain(error as HttpFailure);
    }
  }

  /** A file whose address a request has answered; it bears no signature, so its hash must have come with the address. */
  async download(address: string): Promise<Buffer> {
    const http = await this.#connection();
    const { pathname, search } = new URL(address);
    try {
      const answer = await http.request({
        method: 'GET',
        url: `${pathname}${search}`,
        responseType: 'arraybuffer',
        transformResponse: [],
      });
      return Buffer.from(answer.data as ArrayBuffer);
    } catch (error) {
      return this.#explain(error as HttpFailure);
    }
  }

  /** Whether what came is signed by WeChat Pay. Asks for new certificates when it names one that is not known. */
  async isSigned(headers: Headers, raw: string): Promise<boolean> {
    const said = (name: string) => (typeof headers[name] === 'string' ? headers[name] : '');
    const serial = said('wechatpay-serial');
    const key = this.#keys.get(serial) ?? (await this.#refreshed()).get(serial);
    if (!key) return false;
    return signedBy(key, said('wechatpay-timestamp'), said('wechatpay-nonce'), raw, said('wechatpay-signature'));
  }

  /** Encrypts names of people for WeChat Pay alone. @returns the text, and which key opens it */
  async seal(text: string): Promise<{ serial: string; sealed: string }> {
    await this.#connection();
    const [serial, key] = [...this.#keys][0] as [string, KeyObject];
    const options = { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };
    return { serial, sealed: publicEncrypt(options, Buffer.from(text)).toString('base64') };
  }

  /** What WeChat's own script wants signed by the merchant: a line for each. */
  sign(...lines: readonly string[]): string {
    return loadSdk().Rsa.sign(`${lines.join('\n')}\n`, this.settings.privateKey);
  }

  async #connection(): Promise<Http> {
    if (!this.settings.platformKey && this.#clock.now().getTime() - this.#fetchedAt > CERTIFICATES_FOR) {
      await this.#fetchCertificates();
    }
    this.#http ??= this.#connect(Object.fromEntries(this.#keys));
    return this.#http;
  }

  #connect(certs: Record<string, KeyObject | undefined>): Http {
    const { mchid, serial, privateKey, baseUrl, timeoutMs } = this.settings;
    const config = { mchid, serial, privateKey, certs, baseURL: `${baseUrl}/`, timeout: timeoutMs };
    return loadSdk().Decorator.jsonBased(config as unknown as Parameters<typeof Decorator.jsonBased>[0]);
  }

  async #refreshed(): Promise<ReadonlyMap<string, KeyObject>> {
    const since = this.#clock.now().getTime() - this.#fetchedAt;
    // Whoever sends notices with made-up serials must not make us ask each time.
    if (!this.settings.platformKey && since > REFRESH_AT_MOST) await this.#fetchCertificates();
    return this.#keys;
  }

  /** The platform's certificates, each encrypted for us; believed only when one of them has signed the answer. */
  async #fetchCertificates(): Promise<void> {
    this.#fetchedAt = this.#clock.now().getTime();
    try {
      const http = this.#connect({ none: undefined });
      const answer = await http.request({ method: 'GET', url: '/v3/certificates', transformResponse: [] });
      const raw = String(answer.data);
      const { data } = JSON.parse(raw) as { data: { serial_no: string; encrypt_certificate: EncryptedResource }[] };
      const keys = new Map(
        data.map(({ serial_no, encrypt_certificate }) => {
          const pem = openResource(this.settings.apiV3Key, encrypt_certificate);
          return [serial_no, new X509Certificate(pem).publicKey] as const;
        }),
      );
      const said = (name: string) => String(answer.headers[name] ?? '');
      const key = keys.get(said('wechatpay-serial'));
      const parts = [said('wechatpay-timestamp'), said('wechatpay-nonce'), raw, said('wechatpay-signature')] as const;
      if (!key || !signedBy(key, ...parts)) throw new ProviderUnclear('the answer with the certificates is forged');
      this.#keys = keys;
      this.#http = undefined;
    } catch (error) {
      this.#fetchedAt = Number.NEGATIVE_INFINITY;
      if (error instanceof ProviderUnclear) throw error;
      this.#explain(error as HttpFailure);
    }
  }

  #explain({ response, code, message }: HttpFailure): never {
    // An answer without a true signature is forged, whatever it says.
    if (code?.startsWith('EV3_RES_')) {
      if (code === 'EV3_RES_HEADER_PLATFORM_SERIAL') this.#fetchedAt = Number.NEGATIVE_INFINITY;
      throw new ProviderUnclear(`WeChat Pay: ${message}`);
    }
    const said = wordsOf(response?.data);
    if (!response || !said.code || response.status >= 500 || tryAgain.has(said.code)) {
      throw new ProviderUnclear(`WeChat Pay: ${said.code ?? code ?? ''} ${said.message ?? message}`);
    }
    throw new WechatRefused(said.code, said.message ?? said.code);
  }
}

interface HttpFailure {
  response?: { status: number; data?: unknown };
  code?: string;
  message: string;
}

function wordsOf(data: unknown): { code?: string; message?: string } {
  try {
    const text = Buffer.isBuffer(data) || data instanceof ArrayBuffer ? Buffer.from(data as Buffer).toString() : data;
    const said = typeof text === 'string' ? JSON.parse(text) : text;
    return said && typeof said === 'object' ? said : {};
  } catch {
    return {};
  }
}
