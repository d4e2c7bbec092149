import {
  constants,
  createCipheriv,
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
  randomBytes,
  randomUUID,
  sign,
  verify,
} from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '#platform/clock.ts';
import type { WechatSettings } from '#platform/payment-settings.ts';
import { selfSigned } from './certificate.ts';
import { type Fault, Faults, Notices, type SentNotice } from './faults.ts';

const DAY = 86_400_000;
const RETRIES = [15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10_800, 10_800, 10_800, 21_600, 21_600];
const SHARE_CAP_BP = 3000;
const RATE_BP = 60;

/** The documented codes, by their HTTP status. */
const statusOf: Record<string, number> = {
  PARAM_ERROR: 400,
  INVALID_REQUEST: 400,
  ORDERPAID: 400,
  ORDER_CLOSED: 400,
  NOT_SHARE_ORDER: 400,
  ALREADY_EXISTS: 400,
  NO_STATEMENT_EXIST: 400,
  SIGN_ERROR: 401,
  NO_AUTH: 403,
  NOT_ENOUGH: 403,
  RULE_LIMIT: 403,
  OUT_TRADE_NO_USED: 403,
  ORDER_NOT_EXIST: 404,
  RESOURCE_NOT_EXISTS: 404,
  NOT_FOUND: 404,
  FREQUENCY_LIMITED: 429,
  SYSTEM_ERROR: 500,
};

class Refused extends Error {
  readonly code: string;
  readonly detail: object | undefined;
  constructor(code: string, message: string, detail?: object) {
    super(message);
    this.code = code;
    this.detail = detail;
  }
}

interface Trade {
  number: string;
  combine: string | null;
  method: string;
  total: number;
  description: string;
  openid: string | null;
  sharing: boolean;
  expiresAt: Date;
  state: 'NOTPAY' | 'SUCCESS' | 'CLOSED' | 'REFUND';
  transaction: string;
  paidAt: Date | null;
  /** frozen money of a paid order with sharing; thaws after 30 days or when it is let go */
  finished: boolean;
  shared: number;
  refunded: number;
  fee: number;
  notifyUrl: string;
  asked: string;
}
interface Refund {
  number: string;
  id: string;
  trade: Trade;
  fen: number;
  status: 'PROCESSING' | 'SUCCESS' | 'ABNORMAL' | 'CLOSED';
  at: Date;
  doneAt: Date | null;
  notifyUrl: string | null;
}
interface ShareReceiver {
  type: string;
  account: string;
  amount: number;
  description: string;
  result: 'PENDING' | 'SUCCESS' | 'CLOSED';
  fail_reason?: string;
}
interface Share {
  number: string;
  id: string;
  trade: Trade;
  state: 'PROCESSING' | 'FINISHED';
  receivers: ShareReceiver[];
  finish: boolean;
}
interface Back {
  number: string;
  share: Share;
  account: string;
  fen: number;
  result: 'PROCESSING' | 'SUCCESS' | 'FAILED';
  fail_reason?: string;
}
interface Transfer {
  number: string;
  id: string;
  fen: number;
  openid: string;
  name: string | null;
  state:
    | 'ACCEPTED'
    | 'PROCESSING'
    | 'WAIT_USER_CONFIRM'
    | 'TRANSFERING'
    | 'SUCCESS'
    | 'FAIL'
    | 'CANCELING'
    | 'CANCELLED';
  failReason?: string;
  notifyUrl: string | undefined;
  asked: string;
}

// biome-ignore lint/suspicious/noExplicitAny: what a client sends may be anything; each handler checks what it takes
type Body = any;

/**
 * WeChat Pay's API v3 as far as the house uses it: a server on loopback with its own keys and certificate, real
 * signatures and encryption, the documented codes and states. Tests play the buyer, the bank and the calendar.
 */
export class WechatEmulator {
  readonly mchid = '1900009191';
  readonly appid = 'wxd678efh567hg6787';
  readonly apiV3Key = randomBytes(16).toString('hex');
  readonly appSecret = randomBytes(16).toString('hex');
  readonly faults = new Faults();
  readonly notices: Notices;
  /** what the merchant's own account holds, besides what is frozen */
  balance = 0;
  /** every request that was understood, as `METHOD path` */
  readonly requests: string[] = [];
  readonly receivers = new Map<string, { type: string; name: string | null }>();
  readonly #clock: Clock;
  readonly #merchant = generateKeyPairSync('rsa', { modulusLength: 2048 });
  readonly #platform = generateKeyPairSync('rsa', { modulusLength: 2048 });
  readonly #certificate = selfSigned(this.#platform.privateKey, 'Emulator of a payment platform');
  readonly #publicKeyId = `PUB_KEY_ID_0${this.mchid}2026091700000000000000`;
  readonly #merchantSerial = randomBytes(20).toString('hex').toUpperCase();
  readonly #trades = new Map<string, Trade>();
  readonly #combined = new Map<string, Trade[]>();
  readonly #refunds = new Map<string, Refund>();
  readonly #shares = new Map<string, Share>();
  readonly #backs = new Map<string, Back>();
  readonly #transfers = new Map<string, Transfer>();
  readonly #files = new Map<string, Buffer>();
  readonly #codes = new Map<string, { openid: string; until: number; used: boolean }>();
  readonly #server: Server;
  #number = 0;

  private constructor(clock: Clock, server: Server) {
    this.#clock = clock;
    this.#server = server;
    this.notices = new Notices(
      () => clock.now(),
      RETRIES,
      ({ status }) => status === 200 || status === 204,
    );
  }

  /** Listens on loopback until the test (or file) is over. */
  static async start(t: { after(fn: () => Promise<unknown>): void }, clock: Clock): Promise<WechatEmulator> {
    const server = createServer();
    const emulator = new WechatEmulator(clock, server);
    server.on('request', (request, response) => emulator.#take(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    return emulator;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What the merchant has been given, in public key mode or with certificates to be fetched. */
  settings(over: Partial<WechatSettings> & { mode?: 'public-key' | 'certificates' } = {}): WechatSettings {
    const { mode = 'public-key', ...rest } = over;
    const key = createPublicKey(this.#platform.privateKey).export({ type: 'spki', format: 'pem' }) as string;
    return {
      baseUrl: this.url,
      ...{ appid: this.appid, mchid: this.mchid, serial: this.#merchantSerial, apiV3Key: this.apiV3Key },
      privateKey: this.#merchant.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      platformKey: mode === 'public-key' ? { id: this.#publicKeyId, key } : null,
      signIn: { secret: this.appSecret, openUrl: 'https://open.weixin.qq.com', apiUrl: this.url },
      ...{ sharing: true, transferScene: '1009', timeoutMs: 2000 },
      ...rest,
    };
  }

  // --- what tests do: the buyer, the bank, the calendar ---

  /**
   * A buyer's WeChat opens where the shop sends it (网页授权), as the documentation has it: the code is good for five
   * minutes and once.
   *
   * @returns where WeChat sends the browser back to
   */
  authorize(address: string, openid: string): URL {
    const { origin, pathname, searchParams, hash } = new URL(address);
    const asked = Object.fromEntries(searchParams);
    const well =
      `${origin}${pathname}${hash}` === 'https://open.weixin.qq.com/connect/oauth2/authorize#wechat_redirect' &&
      [...searchParams.keys()].join() === 'appid,redirect_uri,response_type,scope,state' &&
      asked.appid === this.appid &&
      asked.response_type === 'code' &&
      asked.scope === 'snsapi_base' &&
      /^[a-zA-Z0-9]{1,128}$/.test(asked.state ?? '');
    if (!well) throw new Error(`WeChat does not open ${address}`);
    const code = randomBytes(16).toString('hex');
    this.#codes.set(code, { openid, until: this.#clock.now().getTime() + 300_000, used: false });
    const back = new URL(asked.redirect_uri ?? '');
    back.searchParams.set('code', code);
    back.searchParams.set('state', asked.state ?? '');
    return back;
  }

  #openidFor(asked: URLSearchParams): object {
    const found = this.#codes.get(asked.get('code') ?? '');
    if (asked.get('appid') !== this.appid) return { errcode: 40013, errmsg: 'invalid appid' };
    if (asked.get('secret') !== this.appSecret) return { errcode: 40125, errmsg: 'invalid appsecret' };
    if (asked.get('grant_type') !== 'authorization_code') return { errcode: 40002, errmsg: 'invalid grant_type' };
    if (!found) return { errcode: 40029, errmsg: 'invalid code' };
    if (found.used) return { errcode: 40163, errmsg: 'code been used' };
    if (found.until < this.#clock.now().getTime()) return { errcode: 42003, errmsg: 'code expired' };
    found.used = true;
    return { access_token: 'token', expires_in: 7200, openid: found.openid, scope: 'snsapi_base' };
  }

  /** The buyer pays what stands under this number, alone or combined; a notice is due. */
  pay(number: string): void {
    const trades = this.#tradesOf(number);
    for (const trade of trades) {
      if (trade.state !== 'NOTPAY') throw new Error(`${trade.number} is ${trade.state}`);
      if (trade.expiresAt <= this.#clock.now()) throw new Error(`${trade.number} has expired`);
      Object.assign(trade, { state: 'SUCCESS', paidAt: this.#clock.now() });
      // Half up, as the fee is charged.
      trade.fee = Math.floor((trade.total * RATE_BP + 5000) / 10_000);
      if (!trade.sharing) this.balance += trade.total - trade.fee;
    }
    this.notices.add(() => this.paymentNotice(number));
  }

  isOpen(number: string): boolean {
    return this.#tradesOf(number).every((trade) => trade.state === 'NOTPAY' && trade.expiresAt > this.#clock.now());
  }

  /** Every refund that is under way ends so, and a notice is due. */
  endRefunds(status: 'SUCCESS' | 'ABNORMAL' | 'CLOSED' = 'SUCCESS'): number {
    const open = [...this.#refunds.values()].filter((refund) => refund.status === 'PROCESSING');
    for (const refund of open) {
      Object.assign(refund, { status, doneAt: this.#clock.now() });
      // The money of one that is closed is the merchant's again.
      if (status === 'CLOSED') {
        refund.trade.refunded -= refund.fen;
        this.balance += refund.fen;
      }
      const type = `REFUND.${status}`;
      if (refund.notifyUrl) this.notices.add(() => this.#sealedNotice(type, 'refund', this.#refundContent(refund)));
    }
    return open.length;
  }

  /** Every share that is under way ends; those to the named accounts fail and their money returns. */
  endShares(failing: Record<string, string> = {}): number {
    const open = [...this.#shares.values()].filter((share) => share.state === 'PROCESSING');
    for (const share of open) {
      for (const receiver of share.receivers) {
        const why = failing[receiver.account];
        receiver.result = why ? 'CLOSED' : 'SUCCESS';
        if (why) {
          receiver.fail_reason = why;
          share.trade.shared -= receiver.amount;
        }
      }
      share.state = 'FINISHED';
      if (share.finish) this.#letGo(share.trade);
    }
    return open.length;
  }

  endBacks(result: 'SUCCESS' | 'FAILED' = 'SUCCESS', fail_reason = 'BALANCE_NOT_ENOUGH'): number {
    const open = [...this.#backs.values()].filter((back) => back.result === 'PROCESSING');
    for (const back of open) {
      back.result = result;
      if (result === 'FAILED') back.fail_reason = fail_reason;
      else this.balance += back.fen;
    }
    return open.length;
  }

  /** The next step of a transfer's life, as WeChat Pay, its receiver or its bank takes it. */
  moveTransfer(number: string, state: Transfer['state'], failReason?: string): void {
    const transfer = this.#transfers.get(number);
    if (!transfer) throw new Error(`no transfer ${number}`);
    const from: Record<string, Transfer['state'][]> = {
      WAIT_USER_CONFIRM: ['ACCEPTED', 'PROCESSING'],
      TRANSFERING: ['WAIT_USER_CONFIRM'],
      SUCCESS: ['TRANSFERING', 'WAIT_USER_CONFIRM'],
      FAIL: ['ACCEPTED', 'PROCESSING', 'WAIT_USER_CONFIRM', 'TRANSFERING'],
      CANCELLED: ['CANCELING'],
    };
    if (!from[state]?.includes(transfer.state))
      throw new Error(`a transfer that is ${transfer.state} never is ${state}`);
    transfer.state = state;
    if (failReason) transfer.failReason = failReason;
    if (state === 'FAIL' || state === 'CANCELLED') this.balance += transfer.fen;
    if (state === 'SUCCESS' || state === 'FAIL' || state === 'CANCELLED') {
      const content = () => ({
        ...{ mch_id: this.mchid, out_bill_no: transfer.number, transfer_bill_no: transfer.id, state: transfer.state },
        ...{ transfer_amount: transfer.fen, openid: transfer.openid, fail_reason: transfer.failReason },
      });
      if (transfer.notifyUrl) {
        this.notices.add(() => this.#sealedNotice('MCHTRANSFER.BILL.FINISHED', 'mch_payment', content()));
      }
    }
  }

  /** The name a transfer was made out to, as it was after decryption. */
  nameOf(transfer: string): string | null {
    return this.#transfers.get(transfer)?.name ?? null;
  }

  refundsOf(number: string): Refund[] {
    return [...this.#refunds.values()].filter(
      (refund) => refund.trade.number === number || refund.trade.combine === number,
    );
  }

  paymentNotice(number: string): SentNotice {
    const combined = this.#combined.get(number);
    const content = combined ? this.#combinedContent(number, combined) : this.#tradeContent(this.#trade(number));
    return this.#sealedNotice('TRANSACTION.SUCCESS', 'transaction', content, `payment ${number}`);
  }

  /** A notice of any content, signed as WeChat Pay signs. */
  noticeOf(content: object, over: { key?: string; time?: Date } = {}): SentNotice {
    return this.#sealedNotice('TRANSACTION.SUCCESS', 'transaction', content, randomUUID(), over);
  }

  /** The same notice by somebody who has not WeChat Pay's key. */
  forge({ raw, headers }: SentNotice): SentNotice {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    return { raw, headers: { ...headers, ...this.#signed(raw, this.#clock.now(), privateKey) } };
  }

  // --- notices ---

  #sealedNotice(
    type: string,
    original: string,
    content: object,
    of = JSON.stringify(content),
    { key = this.apiV3Key, time = this.#clock.now() }: { key?: string; time?: Date } = {},
  ): SentNotice {
    // A repeat bears the same id, and a nonce and signature of its own.
    const id = `EV-${createHash('sha256').update(`${type} ${of}`).digest('hex').slice(0, 32)}`;
    const raw = JSON.stringify({
      ...{ id, create_time: this.#time(time), resource_type: 'encrypt-resource', event_type: type, summary: '通知' },
      resource: { original_type: original, ...this.#seal(content, original, key) },
    });
    return { raw, headers: { 'content-type': 'application/json', ...this.#signed(raw, time) } };
  }

  #seal(content: object | string, about: string, key = this.apiV3Key) {
    const nonce = randomBytes(6).toString('hex');
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(about));
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    const bytes = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return {
      algorithm: 'AEAD_AES_256_GCM',
      ciphertext: bytes.toString('base64'),
      associated_data: about,
      nonce,
    };
  }

  #signed(body: string, time: Date, key: KeyObject = this.#platform.privateKey, serial = this.#publicKeyId) {
    const timestamp = String(Math.floor(time.getTime() / 1000));
    const nonce = randomBytes(16).toString('hex');
    const signature = sign('RSA-SHA256', Buffer.from(`${timestamp}\n${nonce}\n${body}\n`), key).toString('base64');
    return {
      'wechatpay-timestamp': timestamp,
      'wechatpay-nonce': nonce,
      'wechatpay-signature': signature,
      'wechatpay-serial': serial,
    };
  }

  // --- the server ---

  #take(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const asked = `${request.method} ${request.url}`;
      const fault = this.faults.take(asked);
      if (fault === 'silent') return;
      let answer: { status: number; body: string; file?: Buffer };
      if (request.url?.startsWith('/sns/oauth2/access_token?')) {
        // Another house at WeChat: not signed, and its refusals are answers like any other.
        const said = this.#openidFor(new URL(request.url, this.url).searchParams);
        response.writeHead(200, { 'content-type': 'text/plain' }).end(JSON.stringify(said));
        return;
      }
      try {
        this.#checkSignature(request, text);
        if (fault && typeof fault === 'object') throw new Refused(fault.code, fault.message ?? fault.code);
        this.requests.push(asked);
        answer = this.#answer(request.method as string, request.url as string, checkedBody(text));
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        const { code, message, detail } = error;
        answer = { status: statusOf[code] ?? 400, body: JSON.stringify({ code, message, detail }) };
      }
      if (fault === 'answer-lost') request.socket.destroy();
      else this.#write(request, response, answer, fault);
    });
  }

  #write(
    request: IncomingMessage,
    response: ServerResponse,
    { status, body, file }: { status: number; body: string; file?: Buffer },
    fault: Fault | null,
  ): void {
    if (file) {
      response.writeHead(200, { 'content-type': 'text/plain' }).end(file);
      return;
    }
    const key = fault === 'forged' ? generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey : undefined;
    // Whoever names the public key is answered with it, all others with the certificate.
    const serial =
      request.headers['wechatpay-serial'] === this.#publicKeyId ? this.#publicKeyId : this.#certificate.serial;
    // Answers are measured by the machine's clock, as the requests are.
    const headers = fault === 'unsigned' ? {} : this.#signed(body, new Date(), key, serial);
    response.writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'request-id': randomUUID(),
      ...headers,
    });
    response.end(status === 204 ? undefined : body);
  }

  #checkSignature(request: IncomingMessage, body: string): void {
    const header = request.headers.authorization ?? '';
    const said = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(header)?.[1] ?? '';
    const message = `${request.method}\n${request.url}\n${said('timestamp')}\n${said('nonce_str')}\n${body}\n`;
    const well =
      header.startsWith('WECHATPAY2-SHA256-RSA2048 ') &&
      said('mchid') === this.mchid &&
      said('serial_no') === this.#merchantSerial &&
      Math.abs(Date.now() / 1000 - Number(said('timestamp'))) <= 300 &&
      verify('RSA-SHA256', Buffer.from(message), this.#merchant.publicKey, Buffer.from(said('signature'), 'base64'));
    if (well) return;
    throw new Refused('SIGN_ERROR', '签名错误，请检查后再试', {
      field: 'signature',
      location: 'authorization',
      detail: { issue: 'sign not match' },
      sign_information: {
        method: request.method,
        url: request.url,
        sign_message_length: message.length,
        truncated_sign_message: message.slice(0, 60),
      },
    });
  }

  #answer(method: string, url: string, body: Body): { status: number; body: string; file?: Buffer } {
    const { pathname, searchParams } = new URL(url, this.url);
    const done = (content: object, status = 200) => ({ status, body: JSON.stringify(content) });
    const none = { status: 204, body: '' };
    const [, , ...parts] = pathname.split('/');
    const route = `${method} ${parts.join('/')}`;
    const last = parts.at(-1) ?? '';
    if (route === 'GET certificates') return done(this.#certificates());
    if (/^POST pay\/transactions\/(jsapi|h5|native)$/.test(route)) return done(this.#begin(last, body));
    if (/^POST combine-transactions\/(jsapi|h5|native)$/.test(route)) return done(this.#beginCombined(last, body));
    if (/^POST (pay|combine)\S*out-trade-no\/[^/]+\/close$/.test(route)) {
      this.#close(parts.at(-2) as string, pathname.includes('combine'));
      return none;
    }
    if (route.startsWith('GET pay/transactions/out-trade-no/')) return done(this.#tradeContent(this.#trade(last)));
    if (route.startsWith('GET combine-transactions/out-trade-no/')) {
      const combined = this.#combined.get(last);
      if (!combined) throw new Refused('ORDER_NOT_EXIST', '订单不存在');
      return done(this.#combinedContent(last, combined));
    }
    if (route === 'POST refund/domestic/refunds') return done(this.#refund(body));
    if (route.startsWith('GET refund/domestic/refunds/')) {
      const refund = this.#refunds.get(last);
      if (!refund) throw new Refused('RESOURCE_NOT_EXISTS', '退款单不存在');
      return done(this.#refundContent(refund));
    }
    if (route === 'GET bill/tradebill') return done(this.#bill(searchParams.get('bill_date') ?? ''));
    if (route === 'GET billdownload/file') {
      const file = this.#files.get(searchParams.get('token') ?? '');
      if (!file) throw new Refused('PARAM_ERROR', '下载地址已失效');
      return { status: 200, body: '', file };
    }
    if (route === 'POST profitsharing/receivers/add') return done(this.#addReceiver(body));
    if (route === 'POST profitsharing/receivers/delete') {
      this.receivers.delete(body.account);
      return done({ type: body.type, account: body.account });
    }
    if (route === 'POST profitsharing/orders') return done(this.#share(body));
    if (route === 'POST profitsharing/orders/unfreeze') return done(this.#unfreeze(body));
    if (route.startsWith('GET profitsharing/orders/')) {
      const share = this.#shares.get(last);
      if (!share || share.trade.transaction !== searchParams.get('transaction_id')) {
        throw new Refused('RESOURCE_NOT_EXISTS', '分账单不存在');
      }
      return done(shareContent(share));
    }
    if (/^GET profitsharing\/transactions\/[^/]+\/amounts$/.test(route)) {
      const trade = this.#byTransaction(parts.at(-2) as string);
      return done({ transaction_id: trade.transaction, unsplit_amount: this.#frozen(trade) });
    }
    if (route === 'POST profitsharing/return-orders') return done(this.#giveBack(body));
    if (route.startsWith('GET profitsharing/return-orders/')) {
      const back = this.#backs.get(last);
      if (!back) throw new Refused('RESOURCE_NOT_EXISTS', '回退单不存在');
      return done(backContent(back));
    }
    if (route === 'POST fund-app/mch-transfer/transfer-bills') return done(this.#transfer(body));
    if (route.startsWith('GET fund-app/mch-transfer/transfer-bills/out-bill-no/'))
      return done(transferContent(this.#transferNo(last)));
    if (/^POST fund-app\/mch-transfer\/transfer-bills\/out-bill-no\/[^/]+\/cancel$/.test(route)) {
      const transfer = this.#transferNo(parts.at(-2) as string);
      if (!['ACCEPTED', 'PROCESSING', 'WAIT_USER_CONFIRM'].includes(transfer.state)) {
        throw new Refused('INVALID_REQUEST', '当前状态不可撤销');
      }
      transfer.state = 'CANCELING';
      return done(transferContent(transfer));
    }
    throw new Refused('INVALID_REQUEST', `没有这个接口 ${route}`);
  }

  #certificates(): object {
    const { pem, serial } = this.#certificate;
    return {
      data: [
        {
          serial_no: serial,
          effective_time: '2020-01-01T00:00:00+08:00',
          expire_time: '2099-01-01T00:00:00+08:00',
          encrypt_certificate: this.#seal(pem, 'certificate'),
        },
      ],
    };
  }

  // --- payments ---

  #begin(method: string, body: Body): object {
    this.#checkStart(method, body, body.appid, body.mchid);
    const asked = JSON.stringify(body);
    const known = this.#trades.get(body.out_trade_no);
    if (known) this.#checkAgain(known, asked);
    else {
      this.#open(method, asked, {
        ...{ number: body.out_trade_no, total: body.amount?.total, description: body.description, combine: null },
        ...{ settle: body.settle_info, openid: body.payer?.openid, expires: body.time_expire, notify: body.notify_url },
      });
    }
    return this.#toPayWith(method, body.out_trade_no);
  }

  #beginCombined(method: string, body: Body): object {
    this.#checkStart(method, { ...body, payer: body.combine_payer_info }, body.combine_appid, body.combine_mchid);
    const subs: Body[] = body.sub_orders ?? [];
    if (subs.length < 2 || subs.length > 50) throw new Refused('PARAM_ERROR', '子单为 2 到 50 个');
    const asked = JSON.stringify(body);
    const known = this.#combined.get(body.combine_out_trade_no);
    if (known) for (const trade of known) this.#checkAgain(trade, asked);
    else {
      for (const sub of subs) {
        if (sub.mchid !== this.mchid) throw new Refused('NO_AUTH', '子单商户号不对');
        if (this.#trades.has(sub.out_trade_no)) throw new Refused('OUT_TRADE_NO_USED', '商户订单号重复');
      }
      const trades = subs.map((sub) =>
        this.#open(method, asked, {
          ...{ number: sub.out_trade_no, total: sub.amount?.total_amount, description: sub.description },
          ...{ settle: sub.settle_info, openid: body.combine_payer_info?.openid, combine: body.combine_out_trade_no },
          ...{ expires: body.time_expire, notify: body.notify_url },
        }),
      );
      this.#combined.set(body.combine_out_trade_no, trades);
    }
    return this.#toPayWith(method, body.combine_out_trade_no);
  }

  #checkStart(method: string, body: Body, appid: string, mchid: string): void {
    if (appid !== this.appid || mchid !== this.mchid) throw new Refused('PARAM_ERROR', 'appid 和 mchid 不匹配');
    if (method === 'jsapi' && !body.payer?.openid) throw new Refused('PARAM_ERROR', '缺少 openid');
    if (method === 'h5' && !body.scene_info?.payer_client_ip) throw new Refused('PARAM_ERROR', '缺少 payer_client_ip');
    if (!/^https:\/\/[^?]+$/.test(body.notify_url ?? ''))
      throw new Refused('PARAM_ERROR', 'notify_url 须为 https 且不带参数');
  }

  #checkAgain(trade: Trade, asked: string): void {
    if (trade.state === 'SUCCESS' || trade.state === 'REFUND') throw new Refused('ORDERPAID', '该订单已支付');
    if (trade.state === 'CLOSED') throw new Refused('ORDER_CLOSED', '该订单已关闭');
    if (trade.asked !== asked) throw new Refused('INVALID_REQUEST', '请求重入时，参数与首次请求时不一致');
  }

  #open(
    method: string,
    asked: string,
    input: {
      number: string;
      total: number;
      description: string;
      combine: string | null;
      settle: { profit_sharing?: boolean } | undefined;
      openid: string | undefined;
      expires: string;
      notify: string;
    },
  ): Trade {
    const { number, total, description, combine } = input;
    if (!/^[\w|*-]{6,32}$/.test(number ?? '')) throw new Refused('PARAM_ERROR', '商户订单号格式不对');
    if (!Number.isSafeInteger(total) || total <= 0) throw new Refused('PARAM_ERROR', '金额须为正整数，单位分');
    if (!description || Buffer.byteLength(description) > 127)
      throw new Refused('PARAM_ERROR', '商品描述为 1 到 127 字节');
    const expiresAt = new Date(input.expires);
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/.test(input.expires ?? ''))
      throw new Refused('PARAM_ERROR', '时间格式不对');
    const trade: Trade = {
      ...{ number, combine, method, total, description, expiresAt, asked, openid: input.openid ?? null },
      ...{ sharing: input.settle?.profit_sharing === true, state: 'NOTPAY', paidAt: null, finished: false },
      ...{ shared: 0, refunded: 0, fee: 0, notifyUrl: input.notify, transaction: `42000026${this.#next()}` },
    };
    this.#trades.set(number, trade);
    return trade;
  }

  #toPayWith(method: string, number: string): object {
    if (method === 'h5') return { h5_url: `${this.url}/h5?prepay_id=wx${number}` };
    if (method === 'native') return { code_url: `weixin://wxpay/bizpayurl?pr=${number}` };
    return { prepay_id: `wx17${number}` };
  }

  #close(number: string, combined: boolean): void {
    const trades = combined ? this.#combined.get(number) : [this.#trade(number)];
    if (!trades) throw new Refused('ORDER_NOT_EXIST', '订单不存在');
    if (trades.some((trade) => trade.state === 'SUCCESS' || trade.state === 'REFUND'))
      throw new Refused('ORDERPAID', '该订单已支付');
    if (trades.every((trade) => trade.state === 'CLOSED')) throw new Refused('ORDER_CLOSED', '该订单已关闭');
    for (const trade of trades) trade.state = 'CLOSED';
  }

  #trade(number: string): Trade {
    const trade = this.#trades.get(number);
    if (!trade) throw new Refused('ORDER_NOT_EXIST', '订单不存在');
    return trade;
  }

  #tradesOf(number: string): Trade[] {
    return this.#combined.get(number) ?? [this.#trade(number)];
  }

  #byTransaction(id: string): Trade {
    const trade = [...this.#trades.values()].find((one) => one.transaction === id && one.paidAt);
    if (!trade) throw new Refused('RESOURCE_NOT_EXISTS', '微信支付订单号不存在');
    return trade;
  }

  #stateOf(trade: Trade): Trade['state'] {
    return trade.state === 'NOTPAY' && trade.expiresAt <= this.#clock.now() ? 'CLOSED' : trade.state;
  }

  #tradeContent(trade: Trade): object {
    return {
      ...{ appid: this.appid, mchid: this.mchid, out_trade_no: trade.number, trade_type: trade.method.toUpperCase() },
      trade_state: this.#stateOf(trade),
      trade_state_desc: '',
      transaction_id: trade.paidAt ? trade.transaction : undefined,
      success_time: trade.paidAt ? this.#time(trade.paidAt) : undefined,
      payer: trade.openid ? { openid: trade.openid } : undefined,
      amount: { total: trade.total, payer_total: trade.total, currency: 'CNY', payer_currency: 'CNY' },
    };
  }

  #combinedContent(number: string, trades: Trade[]): object {
    return {
      ...{ combine_appid: this.appid, combine_mchid: this.mchid, combine_out_trade_no: number },
      sub_orders: trades.map((trade) => ({
        ...{ mchid: this.mchid, trade_type: trade.method.toUpperCase(), trade_state: this.#stateOf(trade) },
        ...{ out_trade_no: trade.number, transaction_id: trade.paidAt ? trade.transaction : undefined },
        success_time: trade.paidAt ? this.#time(trade.paidAt) : undefined,
        amount: { total_amount: trade.total, payer_amount: trade.total, currency: 'CNY', payer_currency: 'CNY' },
      })),
    };
  }

  // --- refunds ---

  #refund(body: Body): object {
    const known = this.#refunds.get(body.out_refund_no);
    if (known) {
      if (known.fen !== body.amount?.refund) throw new Refused('INVALID_REQUEST', '同一退款单号，金额与首次不一致');
      return this.#refundContent(known);
    }
    const trade = this.#trade(body.out_trade_no);
    const fen = body.amount?.refund;
    if (trade.state !== 'SUCCESS' && trade.state !== 'REFUND') throw new Refused('INVALID_REQUEST', '订单未支付');
    if (body.amount.total !== trade.total) throw new Refused('INVALID_REQUEST', '订单金额或退款金额与之前请求不一致');
    if (!Number.isSafeInteger(fen) || fen <= 0) throw new Refused('PARAM_ERROR', '退款金额须为正整数');
    if (trade.refunded + fen > trade.total) throw new Refused('INVALID_REQUEST', '累计退款金额大于支付金额');
    if (!/^[\w|*@-]{1,64}$/.test(body.out_refund_no ?? '')) throw new Refused('PARAM_ERROR', '商户退款单号格式不对');
    // Before sharing it comes from the frozen money, afterwards the merchant pays.
    if (!this.#isFrozen(trade)) {
      if (this.balance < fen) throw new Refused('NOT_ENOUGH', '基本账户余额不足，请充值后重新发起');
      this.balance -= fen;
    }
    trade.refunded += fen;
    trade.state = 'REFUND';
    const refund: Refund = {
      ...{ number: body.out_refund_no, id: `503000${this.#next()}`, trade, fen, status: 'PROCESSING' },
      ...{ at: this.#clock.now(), doneAt: null, notifyUrl: body.notify_url ?? null },
    };
    this.#refunds.set(refund.number, refund);
    return this.#refundContent(refund);
  }

  #refundContent(refund: Refund): object {
    return {
      ...{
        mchid: this.mchid,
        refund_id: refund.id,
        out_refund_no: refund.number,
        transaction_id: refund.trade.transaction,
      },
      ...{ out_trade_no: refund.trade.number, status: refund.status, refund_status: refund.status },
      create_time: this.#time(refund.at),
      success_time: refund.status === 'SUCCESS' && refund.doneAt ? this.#time(refund.doneAt) : undefined,
      amount: {
        total: refund.trade.total,
        refund: refund.fen,
        payer_total: refund.trade.total,
        payer_refund: refund.fen,
      },
    };
  }

  // --- profit sharing ---

  #isFrozen(trade: Trade): boolean {
    if (!trade.sharing || trade.finished || !trade.paidAt) return false;
    // 30 days after the payment what is left goes to the merchant by itself.
    if (this.#clock.now().getTime() - trade.paidAt.getTime() < 30 * DAY) return true;
    this.#letGo(trade);
    return false;
  }

  #frozen(trade: Trade): number {
    return this.#isFrozen(trade) ? Math.max(0, trade.total - trade.fee - trade.shared - trade.refunded) : 0;
  }

  #letGo(trade: Trade): void {
    if (trade.finished) return;
    this.balance += Math.max(0, trade.total - trade.fee - trade.shared - trade.refunded);
    trade.finished = true;
  }

  #addReceiver(body: Body): object {
    if (body.type === 'MERCHANT_ID' && !body.name) throw new Refused('PARAM_ERROR', '商户类型的接收方必须传名称');
    this.receivers.set(body.account, { type: body.type, name: body.name ? this.#decrypt(body.name) : null });
    return { type: body.type, account: body.account, name: body.name, relation_type: body.relation_type };
  }

  #share(body: Body): object {
    const known = this.#shares.get(body.out_order_no);
    if (known) return shareContent(known);
    const trade = this.#byTransaction(body.transaction_id);
    if (!trade.sharing) throw new Refused('NOT_SHARE_ORDER', '非分账订单不支持分账');
    const receivers: Body[] = body.receivers ?? [];
    if (receivers.length < 1 || receivers.length > 50) throw new Refused('PARAM_ERROR', '接收方为 1 到 50 个');
    for (const receiver of receivers) {
      const added = this.receivers.get(receiver.account);
      if (added?.type !== receiver.type) throw new Refused('INVALID_REQUEST', `接收方 ${receiver.account} 未添加`);
      if (receiver.name && added?.name && this.#decrypt(receiver.name) !== added.name)
        throw new Refused('INVALID_REQUEST', '接收方姓名不符');
      if (!Number.isSafeInteger(receiver.amount) || receiver.amount <= 0)
        throw new Refused('PARAM_ERROR', '分账金额须为正整数');
    }
    const sum = receivers.reduce((fen, receiver) => fen + receiver.amount, 0);
    if (sum > this.#frozen(trade)) throw new Refused('NOT_ENOUGH', '分账金额不足');
    // Counted over the whole order, whatever number of requests.
    if ((trade.shared + sum) * 10_000 > trade.total * SHARE_CAP_BP) throw new Refused('RULE_LIMIT', '超过最大分账比例');
    trade.shared += sum;
    const share: Share = {
      ...{ number: body.out_order_no, id: `3008${this.#next()}`, trade, state: 'PROCESSING' },
      receivers: receivers.map(({ type, account, amount, description }) => ({
        ...{ type, account, amount, description },
        result: 'PENDING',
      })),
      finish: body.unfreeze_unsplit === true,
    };
    this.#shares.set(share.number, share);
    return shareContent(share);
  }

  #unfreeze(body: Body): object {
    const known = this.#shares.get(body.out_order_no);
    if (known) return shareContent(known);
    const trade = this.#byTransaction(body.transaction_id);
    if (!trade.sharing) throw new Refused('NOT_SHARE_ORDER', '非分账订单不支持分账');
    const left = this.#frozen(trade);
    if (left === 0) throw new Refused('NOT_ENOUGH', '没有可解冻的金额');
    const own: ShareReceiver = {
      ...{ type: 'MERCHANT_ID', account: this.mchid, amount: left, description: body.description, result: 'PENDING' },
    };
    const share: Share = {
      ...{
        number: body.out_order_no,
        id: `3008${this.#next()}`,
        trade,
        state: 'PROCESSING',
        receivers: [own],
        finish: true,
      },
    };
    this.#shares.set(share.number, share);
    return shareContent(share);
  }

  #giveBack(body: Body): object {
    const known = this.#backs.get(body.out_return_no);
    if (known) return backContent(known);
    const share = this.#shares.get(body.out_order_no);
    if (!share) throw new Refused('RESOURCE_NOT_EXISTS', '分账单不存在');
    const got = share.receivers.find((receiver) => receiver.account === body.return_mchid);
    if (got?.type !== 'MERCHANT_ID') throw new Refused('INVALID_REQUEST', '只支持从商户回退');
    const before = [...this.#backs.values()]
      .filter((back) => back.share === share && back.account === body.return_mchid && back.result !== 'FAILED')
      .reduce((fen, back) => fen + back.fen, 0);
    if (got.result !== 'SUCCESS' || before + body.amount > got.amount)
      throw new Refused('NOT_ENOUGH', '可回退金额不足');
    const back: Back = {
      ...{ number: body.out_return_no, share, account: body.return_mchid, fen: body.amount, result: 'PROCESSING' },
    };
    this.#backs.set(back.number, back);
    return backContent(back);
  }

  // --- transfers ---

  #transfer(body: Body): object {
    const asked = JSON.stringify({ ...body, user_name: undefined });
    const known = this.#transfers.get(body.out_bill_no);
    if (known) {
      if (known.asked !== asked) throw new Refused('PARAM_ERROR', '商户单号重复且参数不一致');
      return transferContent(known);
    }
    if (!/^[0-9a-zA-Z]{1,32}$/.test(body.out_bill_no ?? '')) throw new Refused('PARAM_ERROR', '商户单号格式不对');
    if (!Number.isSafeInteger(body.transfer_amount) || body.transfer_amount < 30)
      throw new Refused('PARAM_ERROR', '最少 0.3 元');
    if (body.transfer_amount >= 200_000 && !body.user_name) throw new Refused('PARAM_ERROR', '2000 元起须传姓名');
    if (!body.transfer_scene_report_infos?.length) throw new Refused('PARAM_ERROR', '缺少场景报备信息');
    if (this.balance < body.transfer_amount) throw new Refused('NOT_ENOUGH', '运营账户余额不足');
    this.balance -= body.transfer_amount;
    const transfer: Transfer = {
      ...{ number: body.out_bill_no, id: `1330${this.#next()}`, fen: body.transfer_amount, openid: body.openid, asked },
      ...{ name: body.user_name ? this.#decrypt(body.user_name) : null, state: 'ACCEPTED', notifyUrl: body.notify_url },
    };
    this.#transfers.set(transfer.number, transfer);
    return transferContent(transfer);
  }

  #transferNo(number: string): Transfer {
    const transfer = this.#transfers.get(number);
    if (!transfer) throw new Refused('NOT_FOUND', '记录不存在');
    return transfer;
  }

  #decrypt(sealed: string): string {
    try {
      const options = { key: this.#platform.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };
      return privateDecrypt(options, Buffer.from(sealed, 'base64')).toString('utf8');
    } catch {
      throw new Refused('PARAM_ERROR', '敏感信息解密失败');
    }
  }

  // --- bills ---

  #bill(day: string): object {
    const on = (at: Date | null) => at !== null && this.#time(at).startsWith(day);
    const rows: string[][] = [];
    for (const trade of this.#trades.values()) if (on(trade.paidAt)) rows.push(this.#billRow(trade, null));
    for (const refund of this.#refunds.values()) if (on(refund.at)) rows.push(this.#billRow(refund.trade, refund));
    if (rows.length === 0) throw new Refused('NO_STATEMENT_EXIST', '账单不存在');
    const lines = [billTitles.join(','), ...rows.map((row) => row.map((cell) => `\`${cell}`).join(','))];
    lines.push(
      '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额',
      `\`${rows.length},\`0,\`0,\`0,\`0,\`0,\`0`,
      '',
    );
    const file = Buffer.from(`\uFEFF${lines.join('\r\n')}`);
    const token = randomUUID();
    this.#files.set(token, file);
    const hash_value = createHash('sha1').update(file).digest('hex');
    return { hash_type: 'SHA1', hash_value, download_url: `${this.url}/v3/billdownload/file?token=${token}` };
  }

  #billRow(trade: Trade, refund: Refund | null): string[] {
    const yuan = (fen: number) => (fen / 100).toFixed(2);
    const fee = refund ? -Math.floor((refund.fen * RATE_BP + 5000) / 10_000) : trade.fee;
    const at = (refund ? refund.at : trade.paidAt) as Date;
    return [
      ...[
        this.#time(at).slice(0, 19).replace('T', ' '),
        this.appid,
        this.mchid,
        '0',
        '',
        trade.transaction,
        trade.number,
      ],
      ...[trade.openid ?? '', trade.method.toUpperCase(), refund ? 'REFUND' : 'SUCCESS', 'OTHERS', 'CNY'],
      ...[refund ? '0.00' : yuan(trade.total), '0.00', refund?.id ?? '0', refund?.number ?? '0'],
      ...[refund ? yuan(refund.fen) : '0.00', '0.00', refund ? 'ORIGINAL' : '', refund ? refund.status : ''],
      ...[trade.description.replaceAll(',', ' '), '', (fee / 100).toFixed(5), '0.60%', yuan(refund ? 0 : trade.total)],
      ...[yuan(refund?.fen ?? 0), ''],
    ];
  }

  #time(at: Date): string {
    return `${new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;
  }

  #next(): string {
    this.#number++;
    return String(this.#number).padStart(20, '0');
  }
}

const billTitles = [
  ...['交易时间', '公众账号ID', '商户号', '特约商户号', '设备号', '微信订单号', '商户订单号', '用户标识', '交易类型'],
  ...['交易状态', '付款银行', '货币种类', '应结订单金额', '代金券金额', '微信退款单号', '商户退款单号', '退款金额'],
  ...[
    '充值券退款金额',
    '退款类型',
    '退款状态',
    '商品名称',
    '商户数据包',
    '手续费',
    '费率',
    '订单金额',
    '申请退款金额',
    '费率备注',
  ],
];

const shareContent = (share: Share) => ({
  ...{ transaction_id: share.trade.transaction, out_order_no: share.number, order_id: share.id, state: share.state },
  receivers: share.receivers,
});
const backContent = (back: Back) => ({
  ...{ out_order_no: back.share.number, out_return_no: back.number, return_mchid: back.account, amount: back.fen },
  ...{ result: back.result, fail_reason: back.fail_reason },
});
const transferContent = (transfer: Transfer) => ({
  ...{
    out_bill_no: transfer.number,
    transfer_bill_no: transfer.id,
    state: transfer.state,
    fail_reason: transfer.failReason,
  },
  package_info: transfer.state === 'WAIT_USER_CONFIRM' ? `affffddafdfafddffda${transfer.number}` : undefined,
});

/** What the documents forbid in any body: no JSON, a null, a character of four bytes. */
function checkedBody(text: string): Body {
  if (text === '') return {};
  let body: Body;
  try {
    body = JSON.parse(text);
  } catch {
    throw new Refused('PARAM_ERROR', '请求不是 JSON');
  }
  const hasNull = (value: unknown): boolean =>
    value === null || (typeof value === 'object' && Object.values(value as object).some(hasNull));
  if (hasNull(body)) throw new Refused('PARAM_ERROR', 'JSON 中不能有 null');
  if (/[\u{10000}-\u{10FFFF}]/u.test(text)) throw new Refused('PARAM_ERROR', '只支持 1 到 3 字节的 UTF-8 字符');
  return body;
}
