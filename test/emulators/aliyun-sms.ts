import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SmsSettings } from '#platform/sms/sms-settings.ts';
import { Faults } from './faults.ts';

const KEY = { id: 'LTAI5tEmulator01', secret: 'EmulatorSecret0123456789' };
const CLOCK_SKEW_MS = 15 * 60_000;

/** Alibaba Cloud's message service as its documentation describes SendSms: who asks proves it, and each request counts once. */
export class AliyunSms {
  readonly faults = new Faults();
  /** what phones received, in order */
  readonly sent: { phone: string; template: string; words: Record<string, string> }[] = [];
  readonly #nonces = new Set<string>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<AliyunSms> {
    const server = createServer();
    const self = new AliyunSms(server);
    server.on('request', (request, response) => {
      const answer = self.#answer(request);
      if (answer === null) return;
      response.writeHead(answer.Code === 'OK' ? 200 : 400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ RequestId: 'emulated', Message: answer.Code, ...answer }));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return self;
  }

  settings(over: Partial<SmsSettings> = {}): SmsSettings {
    const { port } = this.#server.address() as AddressInfo;
    return {
      baseUrl: `http://127.0.0.1:${port}`,
      ...{ accessKeyId: KEY.id, accessKeySecret: KEY.secret, signName: '山货' },
      templates: { code: 'SMS_100001', recall: 'SMS_100002' },
      timeoutMs: 1000,
      ...over,
    };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  /** @returns null: never answered */
  #answer(request: IncomingMessage): { Code: string; BizId?: string } | null {
    const url = new URL(request.url ?? '/', 'http://emulator');
    const given = this.#refuse(request, url);
    if (given) return { Code: given };
    const fault = this.faults.take(`${request.method} SendSms`);
    if (fault === 'silent') return null;
    if (typeof fault === 'object' && fault !== null) return { Code: fault.code };
    const query = url.searchParams;
    this.sent.push({
      phone: query.get('PhoneNumbers') ?? '',
      template: query.get('TemplateCode') ?? '',
      words: JSON.parse(query.get('TemplateParam') ?? '{}') as Record<string, string>,
    });
    return fault === 'answer-lost' ? null : { Code: 'OK', BizId: `9006197${this.sent.length}^0` };
  }

  #refuse({ method, headers }: IncomingMessage, url: URL): string | null {
    if (method !== 'POST' || url.pathname !== '/' || headers['x-acs-action'] !== 'SendSms')
      return 'InvalidAction.NotFound';
    if (headers['x-acs-version'] !== '2017-05-25') return 'InvalidVersion';
    const at = Date.parse(String(headers['x-acs-date']));
    if (!(Math.abs(Date.now() - at) < CLOCK_SKEW_MS)) return 'InvalidTimeStamp.Expired';
    const nonce = String(headers['x-acs-signature-nonce']);
    if (this.#nonces.has(nonce)) return 'SignatureNonceUsed';
    this.#nonces.add(nonce);
    const [, id, names = '', signature] =
      /^ACS3-HMAC-SHA256 Credential=(\w+),SignedHeaders=([a-z0-9;-]+),Signature=([0-9a-f]{64})$/.exec(
        headers.authorization ?? '',
      ) ?? [];
    if (id !== KEY.id) return 'InvalidAccessKeyId.NotFound';
    const signed = names.split(';');
    if (!['host', 'x-acs-action', 'x-acs-date', 'x-acs-signature-nonce'].every((name) => signed.includes(name))) {
      return 'IncompleteSignature';
    }
    const hash = (text: string) => createHash('sha256').update(text).digest('hex');
    // The query came sorted and written as it was signed.
    const canonical = `POST\n/\n${url.search.slice(1)}\n${signed.map((name) => `${name}:${headers[name]}\n`).join('')}\n${names}\n${hash('')}`;
    const right = createHmac('sha256', KEY.secret)
      .update(`ACS3-HMAC-SHA256\n${hash(canonical)}`)
      .digest('hex');
    if (signature !== right) return 'SignatureDoesNotMatch';
    if (url.searchParams.get('SignName') !== '山货') return 'isv.SMS_SIGNATURE_ILLEGAL';
    if (!/^1\d{10}$/.test(url.searchParams.get('PhoneNumbers') ?? '')) return 'isv.MOBILE_NUMBER_ILLEGAL';
    return /^SMS_10000[12]$/.test(url.searchParams.get('TemplateCode') ?? '') ? null : 'isv.SMS_TEMPLATE_ILLEGAL';
  }
}
