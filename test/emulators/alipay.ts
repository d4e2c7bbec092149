import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign, verify } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '#platform/clock.ts';
import type { AlipaySettings } from '#platform/payment-settings.ts';
import { Faults, Notices, type SentNotice } from './faults.ts';
import { gbk, zip } from './zip.ts';

const DAY = 86_400_000;
const RETRIES = [240, 600, 600, 3600, 7200, 21_600, 54_000];
const SHARE_CAP_BP = 3000;
const RATE_BP = 60;

class Refused extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

interface Trade {
  number: string;
  tradeNo: string;
  fen: number;
  subject: string;
  status: 'WAIT_BUYER_PAY' | 'TRADE_CLOSED' | 'TRADE_SUCCESS' | 'TRADE_FINISHED';
  expiresAt: Date;
  paidAt: Date | null;
  fee: number;
  frozen: boolean;
  shared: number;
  refunded: number;
  notifyUrl: string;
}
interface Refund {
  name: string;
  trade: Trade;
  fen: number;
  done: boolean;
  at: Date;
}
interface Part {
  account: string;
  fen: number;
  state: 'PROCESSING' | 'SUCCESS' | 'FAIL';
  why?: string;
}
interface Settle {
  name: string;
  trade: Trade;
  parts: Part[];
  finish: boolean;
}
interface Transfer {
  number: string;
  orderId: string;
  fen: number;
  status: 'DEALING' | 'SUCCESS' | 'FAIL' | 'REFUND';
  why?: string;
}

// biome-ignore lint/suspicious/noExplicitAny: what a client sends may be anything; each handler checks what it takes
type Biz = any;
type Fields = Record<string, string>;

const signText = (fields: Readonly<Fields>, ...without: string[]) =>
  Object.keys(fields)
    .filter((name) => fields[name] && !without.includes(name))
    .sort()
    .map((name) => `${name}=${fields[name]}`)
    .join('&');
const rsa2 = (text: string, key: KeyObject) => sign('RSA-SHA256', Buffer.from(text), key).toString('base64');
const yuan = (fen: number) => (fen / 100).toFixed(2);

/**
 * Alipay's gateway as far as the house uses it: a server on loopback with its own keys, RSA2 signatures on requests,
 * answers and notices, the documented codes and states. Tests play the buyer and the calendar.
 */
export class AlipayEmulator {
  readonly appId = '2021000122671080';
  readonly sellerId = '2088621956109999';
  readonly faults = new Faults();
  readonly notices: Notices;
  /** what the merchant's account holds, besides what is frozen */
  balance = 0;
  /** the methods that were asked for and understood */
  readonly requests: string[] = [];
  readonly receivers = new Set<string>();
  /** refunds stay under way until a test ends them */
  slowRefunds = false;
  readonly #clock: Clock;
  readonly #app = generateKeyPairSync('rsa', { modulusLength: 2048 });
  readonly #alipay = generateKeyPairSync('rsa', { modulusLength: 2048 });
  readonly #trades = new Map<string, Trade>();
  readonly #refunds = new Map<string, Refund>();
  readonly #settles = new Map<string, Settle>();
  readonly #transfers = new Map<string, Transfer>();
  readonly #files = new Map<string, Buffer>();
  readonly #server: Server;
  #number = 0;

  private constructor(clock: Clock, server: Server) {
    this.#clock = clock;
    this.#server = server;
    this.notices = new Notices(
      () => clock.now(),
      RETRIES,
      ({ body }) => body === 'success',
    );
  }

  /** Listens on loopback until the test (or file) is over. */
  static async start(t: { after(fn: () => Promise<unknown>): void }, clock: Clock): Promise<AlipayEmulator> {
    const server = createServer();
    const emulator = new AlipayEmulator(clock, server);
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

  settings(over: Partial<AlipaySettings> = {}): AlipaySettings {
    return {
      ...{
        gateway: `${this.url}/gateway.do`,
        appId: this.appId,
        sellerId: this.sellerId,
        sharing: true,
        timeoutMs: 2000,
      },
      privateKey: this.#app.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      alipayPublicKey: this.#alipay.publicKey.export({ type: 'spki', format: 'pem' }) as string,
      ...over,
    };
  }

  // --- what tests do ---

  /** The buyer opens the address the shop sent them to: only now is there a trade. */
  open(address: string): string {
    const fields = Object.fromEntries(new URL(address).searchParams);
    this.#checkSignature(fields);
    const biz = JSON.parse(fields.biz_content ?? '{}');
    const number: string = biz.out_trade_no;
    const known = this.#trades.get(number);
    if (known && known.fen !== fenOf(biz.total_amount)) throw new Refused('ACQ.CONTEXT_INCONSISTENT', '交易信息被篡改');
    if (known) return number;
    if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(biz.time_expire))
      throw new Refused('ACQ.INVALID_PARAMETER', 'time_expire');
    this.#trades.set(number, {
      ...{ number, tradeNo: `20260917220014${this.#next()}`, fen: fenOf(biz.total_amount), subject: biz.subject },
      ...{ status: 'WAIT_BUYER_PAY', expiresAt: new Date(`${biz.time_expire.replace(' ', 'T')}+08:00`), paidAt: null },
      ...{ fee: 0, frozen: biz.extend_params?.royalty_freeze === 'true', shared: 0, refunded: 0 },
      notifyUrl: fields.notify_url ?? '',
    });
    return number;
  }

  /** The buyer pays; a notice is due. */
  pay(number: string): void {
    const trade = this.#trade(number);
    if (this.#statusOf(trade) !== 'WAIT_BUYER_PAY') throw new Error(`${number} is ${this.#statusOf(trade)}`);
    Object.assign(trade, { status: 'TRADE_SUCCESS', paidAt: this.#clock.now() });
    trade.fee = Math.floor((trade.fen * RATE_BP + 5000) / 10_000);
    if (!trade.frozen) this.balance += trade.fen - trade.fee;
    this.notices.add(() => this.paymentNotice(number));
  }

  isOpen(number: string): boolean {
    const trade = this.#trades.get(number);
    return trade !== undefined && this.#statusOf(trade) === 'WAIT_BUYER_PAY';
  }

  endRefunds(): number {
    const open = [...this.#refunds.values()].filter((refund) => !refund.done);
    for (const refund of open) refund.done = true;
    return open.length;
  }

  endShares(failing: Record<string, string> = {}): void {
    for (const settle of this.#settles.values()) {
      for (const part of settle.parts.filter(({ state }) => state === 'PROCESSING')) {
        part.state = failing[part.account] ? 'FAIL' : 'SUCCESS';
        if (!failing[part.account]) continue;
        part.why = failing[part.account] as string;
        settle.trade.shared -= part.fen;
      }
      if (settle.finish) this.#letGo(settle.trade);
    }
  }

  endTransfer(number: string, status: Transfer['status'], why?: string): void {
    const transfer = this.#transfers.get(number);
    if (!transfer) throw new Error(`no transfer ${number}`);
    transfer.status = status;
    if (why) transfer.why = why;
    if (status !== 'SUCCESS' && status !== 'DEALING') this.balance += transfer.fen;
  }

  refundsOf(number: string): Refund[] {
    return [...this.#refunds.values()].filter((refund) => refund.trade.number === number);
  }

  paymentNotice(number: string, over: Fields = {}): SentNotice {
    const trade = this.#trade(number);
    return this.noticeOf({
      ...{
        notify_type: 'trade_status_sync',
        trade_no: trade.tradeNo,
        out_trade_no: number,
        total_amount: yuan(trade.fen),
      },
      ...{
        trade_status: trade.status,
        subject: trade.subject,
        buyer_id: '2088102534368455',
        receipt_amount: yuan(trade.fen),
      },
      gmt_payment: trade.paidAt ? this.#time(trade.paidAt) : '',
      notify_id: createHash('md5').update(`${number} ${trade.status}`).digest('hex'),
      ...over,
    });
  }

  /** A notice of any content, signed as Alipay signs. */
  noticeOf(content: Fields, key: KeyObject = this.#alipay.privateKey): SentNotice {
    const fields: Fields = {
      ...{ charset: 'utf-8', version: '1.0', app_id: this.appId, seller_id: this.sellerId, auth_app_id: this.appId },
      ...{ notify_time: this.#time(this.#clock.now()), notify_id: randomUUID(), ...content },
    };
    for (const name of Object.keys(fields)) if (fields[name] === '') delete fields[name];
    const signature = rsa2(signText(fields, 'sign', 'sign_type'), key);
    const raw = new URLSearchParams({ ...fields, sign: signature, sign_type: 'RSA2' }).toString();
    return { raw, headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' } };
  }

  /** The same by somebody who has not Alipay's key. */
  forge({ raw }: SentNotice): SentNotice {
    const { sign: _, sign_type: __, ...fields } = Object.fromEntries(new URLSearchParams(raw));
    return this.noticeOf(fields, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
  }

  // --- the server ---

  #take(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url as string, this.url);
      if (pathname === '/bill') {
        const file = this.#files.get(searchParams.get('token') ?? '');
        response.writeHead(file ? 200 : 404, { 'content-type': 'application/octet-stream' }).end(file);
        return;
      }
      const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
      const fields: Fields = { ...Object.fromEntries(searchParams), ...Object.fromEntries(form) };
      const method = fields.method ?? '';
      const fault = this.faults.take(method);
      if (fault === 'silent') return;
      const answer = this.#answer(fields, fault && typeof fault === 'object' ? fault : null);
      if (fault === 'answer-lost') {
        request.socket.destroy();
        return;
      }
      const text = JSON.stringify(answer);
      const key =
        fault === 'forged' ? generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey : this.#alipay.privateKey;
      const signature = fault === 'unsigned' ? '' : `,"sign":"${rsa2(text, key)}"`;
      response.writeHead(200, { 'content-type': 'text/html;charset=utf-8' });
      response.end(`{"${method.replaceAll('.', '_')}_response":${text}${signature}}`);
    });
  }

  #answer(fields: Fields, fault: { code: string; message?: string } | null): object {
    try {
      this.#checkSignature(fields);
      if (fault) throw new Refused(fault.code, fault.message ?? fault.code);
      this.requests.push(fields.method ?? '');
      const content = this.#act(fields.method ?? '', JSON.parse(fields.biz_content ?? '{}'));
      return { code: '10000', msg: 'Success', ...content };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      // 40002: the request; 40004: the matter; 20000: the platform itself.
      const code = error.code.startsWith('isv.') ? '40002' : error.code.startsWith('aop.') ? '20000' : '40004';
      return { code, msg: 'Business Failed', sub_code: error.code, sub_msg: error.message };
    }
  }

  #checkSignature(fields: Fields): void {
    const text = Buffer.from(signText(fields, 'sign'));
    const well =
      fields.app_id === this.appId &&
      fields.sign_type === 'RSA2' &&
      verify('RSA-SHA256', text, this.#app.publicKey, Buffer.from(fields.sign ?? '', 'base64'));
    if (!well) throw new Refused('isv.invalid-signature', '验签出错，建议检查签名字符串或签名私钥与应用公钥是否匹配');
  }

  #act(method: string, biz: Biz): object {
    switch (method) {
      case 'alipay.trade.query': {
        const trade = this.#trade(biz.out_trade_no);
        return { ...named(trade), trade_status: this.#statusOf(trade), total_amount: yuan(trade.fen) };
      }
      case 'alipay.trade.close': {
        const trade = this.#trade(biz.out_trade_no);
        if (this.#statusOf(trade) !== 'WAIT_BUYER_PAY') throw new Refused('ACQ.TRADE_STATUS_ERROR', '交易状态不合法');
        trade.status = 'TRADE_CLOSED';
        return named(trade);
      }
      case 'alipay.trade.refund':
        return this.#refund(biz);
      case 'alipay.trade.fastpay.refund.query': {
        const trade = this.#trade(biz.out_trade_no);
        const refund = this.#refunds.get(`${trade.number} ${biz.out_request_no}`);
        // One that is not known is answered well, and empty.
        if (!refund) return {};
        return {
          ...named(trade),
          ...{
            out_request_no: refund.name,
            refund_amount: yuan(refund.fen),
            refund_status: refund.done ? 'REFUND_SUCCESS' : undefined,
          },
        };
      }
      case 'alipay.trade.royalty.relation.bind':
        for (const { account } of biz.receiver_list) this.receivers.add(account);
        return { result_code: 'SUCCESS' };
      case 'alipay.trade.royalty.relation.unbind':
        for (const { account } of biz.receiver_list) this.receivers.delete(account);
        return { result_code: 'SUCCESS' };
      case 'alipay.trade.order.settle':
        return this.#settle(biz);
      case 'alipay.trade.order.settle.query': {
        const settle = this.#settles.get(biz.out_request_no);
        if (!settle) throw new Refused('ACQ.TRADE_SETTLE_NOT_EXIST', '分账请求不存在');
        return {
          out_request_no: settle.name,
          royalty_detail_list: settle.parts.map((part) => ({
            ...{ operation_type: 'transfer', trans_in: part.account, amount: yuan(part.fen), state: part.state },
            error_desc: part.why,
          })),
        };
      }
      case 'alipay.trade.order.onsettle.query':
        return { unsettled_amount: yuan(this.#frozen(this.#byTradeNo(biz.trade_no))) };
      case 'alipay.fund.trans.uni.transfer':
        return this.#transfer(biz);
      case 'alipay.fund.trans.common.query': {
        const transfer = this.#transfers.get(biz.out_biz_no);
        if (!transfer) throw new Refused('ORDER_NOT_EXIST', '转账订单不存在');
        return transferContent(transfer);
      }
      case 'alipay.data.dataservice.bill.downloadurl.query':
        return this.#bill(biz.bill_date);
      default:
        throw new Refused('isv.invalid-method', `不存在的方法名 ${method}`);
    }
  }

  #trade(number: string): Trade {
    const trade = this.#trades.get(number);
    if (!trade) throw new Refused('ACQ.TRADE_NOT_EXIST', '交易不存在');
    return trade;
  }

  #byTradeNo(tradeNo: string): Trade {
    const trade = [...this.#trades.values()].find((one) => one.tradeNo === tradeNo);
    if (!trade) throw new Refused('ACQ.TRADE_NOT_EXIST', '交易不存在');
    return trade;
  }

  #statusOf(trade: Trade): Trade['status'] {
    return trade.status === 'WAIT_BUYER_PAY' && trade.expiresAt <= this.#clock.now() ? 'TRADE_CLOSED' : trade.status;
  }

  #refund(biz: Biz): object {
    const trade = this.#trade(biz.out_trade_no);
    const key = `${trade.number} ${biz.out_request_no}`;
    const known = this.#refunds.get(key);
    const fen = fenOf(biz.refund_amount);
    if (known) {
      if (known.fen !== fen) throw new Refused('ACQ.REFUND_AMT_NOT_EQUAL_TOTAL', '退款金额与首次不一致');
      return { ...named(trade), fund_change: 'N', refund_fee: yuan(trade.refunded) };
    }
    if (!trade.paidAt) throw new Refused('ACQ.TRADE_STATUS_ERROR', '交易状态不合法');
    if (fen <= 0 || trade.refunded + fen > trade.fen)
      throw new Refused('ACQ.REFUND_AMT_NOT_EQUAL_TOTAL', '退款金额超限');
    if (!this.#isFrozen(trade)) {
      if (this.balance < fen) throw new Refused('ACQ.SELLER_BALANCE_NOT_ENOUGH', '卖家余额不足');
      this.balance -= fen;
    }
    trade.refunded += fen;
    if (trade.refunded === trade.fen) trade.status = 'TRADE_CLOSED';
    const refund: Refund = { name: biz.out_request_no, trade, fen, done: !this.slowRefunds, at: this.#clock.now() };
    this.#refunds.set(key, refund);
    this.notices.add(() =>
      this.paymentNotice(trade.number, {
        ...{ gmt_refund: this.#time(refund.at), refund_fee: yuan(trade.refunded), out_biz_no: refund.name },
        notify_id: createHash('md5').update(key).digest('hex'),
      }),
    );
    return { ...named(trade), fund_change: refund.done ? 'Y' : 'N', refund_fee: yuan(trade.refunded) };
  }

  #isFrozen(trade: Trade): boolean {
    if (!trade.frozen || !trade.paidAt) return false;
    if (this.#clock.now().getTime() - trade.paidAt.getTime() < 30 * DAY) return true;
    this.#letGo(trade);
    return false;
  }

  #frozen(trade: Trade): number {
    return this.#isFrozen(trade) ? Math.max(0, trade.fen - trade.fee - trade.shared - trade.refunded) : 0;
  }

  #letGo(trade: Trade): void {
    if (!trade.frozen) return;
    this.balance += Math.max(0, trade.fen - trade.fee - trade.shared - trade.refunded);
    trade.frozen = false;
  }

  #settle(biz: Biz): object {
    const known = this.#settles.get(biz.out_request_no);
    if (known) return named(known.trade);
    const trade = this.#byTradeNo(biz.trade_no);
    const asked: Biz[] = biz.royalty_parameters ?? [];
    if (asked.length > 50) throw new Refused('ACQ.INVALID_PARAMETER', '分账接收方超过 50 个');
    const parts = asked.map(
      ({ trans_in, amount }): Part => ({ account: trans_in, fen: fenOf(String(amount)), state: 'PROCESSING' }),
    );
    const sum = parts.reduce((fen, part) => fen + part.fen, 0);
    for (const { account } of parts) {
      if (!this.receivers.has(account)) throw new Refused('ACQ.ROYALTY_RECEIVER_INVALID', '分账收入方未绑定');
    }
    if (asked.length === 0 && this.#frozen(trade) === 0)
      throw new Refused('ACQ.TRADE_SETTLE_ERROR', '没有可解冻的金额');
    if (sum > this.#frozen(trade)) throw new Refused('ACQ.ALLOC_AMOUNT_VALIDATE_ERROR', '分账金额超过可分账金额');
    if ((trade.shared + sum) * 10_000 > trade.fen * SHARE_CAP_BP) {
      throw new Refused('ACQ.ROYALTY_AMOUNT_EXCEED', '分账金额超过最大可分账金额');
    }
    trade.shared += sum;
    const finish = biz.extend_params?.royalty_finish === 'true';
    this.#settles.set(biz.out_request_no, { name: biz.out_request_no, trade, parts, finish });
    return named(trade);
  }

  #transfer(biz: Biz): object {
    const known = this.#transfers.get(biz.out_biz_no);
    if (known) return transferContent(known);
    const fen = fenOf(biz.trans_amount);
    if (fen < 10) throw new Refused('INVALID_PARAMETER', '金额最低 0.1 元');
    if (!biz.payee_info?.identity) throw new Refused('PAYEE_NOT_EXIST', '收款账号不存在');
    if (this.balance < fen) throw new Refused('PAYER_BALANCE_NOT_ENOUGH', '付款方余额不足');
    this.balance -= fen;
    const transfer: Transfer = {
      number: biz.out_biz_no,
      orderId: `20260917110070${this.#next()}`,
      fen,
      status: 'DEALING',
    };
    this.#transfers.set(transfer.number, transfer);
    return transferContent(transfer);
  }

  #bill(day: string): object {
    const on = (at: Date | null) => at !== null && this.#time(at).startsWith(day);
    const payments = [...this.#trades.values()].filter((trade) => on(trade.paidAt));
    const refunds = [...this.#refunds.values()].filter((refund) => on(refund.at));
    if (payments.length + refunds.length === 0) throw new Refused('isp.bill_not_exist', '账单不存在');
    const line = (trade: Trade, refund: Refund | null) => {
      const fen = refund ? -refund.fen : trade.fen;
      const fee = Math.floor((Math.abs(fen) * RATE_BP + 5000) / 10_000) * (refund ? 1 : -1);
      const at = this.#time((refund ? refund.at : trade.paidAt) as Date);
      return [
        ...[
          trade.tradeNo,
          trade.number,
          refund ? '退款' : '交易',
          trade.subject.replaceAll(',', ' '),
          at,
          at,
          '',
          '',
          '',
          '买家',
        ],
        ...[
          yuan(fen),
          yuan(fen),
          '0.00',
          '0.00',
          '0.00',
          '0.00',
          '',
          '0.00',
          '0.00',
          refund?.name ?? '',
          yuan(fee),
          '0.00',
          '',
        ],
      ]
        .map((cell) => `${cell}\t`)
        .join(',');
    };
    const text = [
      '#支付宝业务明细查询',
      `#账号：[${this.sellerId}]`,
      '#-----------------------------------------业务明细列表----------------------------------------',
      billTitles.join(','),
      ...payments.map((trade) => line(trade, null)),
      ...refunds.map((refund) => line(refund.trade, refund)),
      '#-----------------------------------------业务明细列表结束------------------------------------',
      `#交易合计：${payments.length}笔`,
      '',
    ].join('\r\n');
    const token = randomUUID();
    const name = `${this.sellerId}_${day.replaceAll('-', '')}`;
    this.#files.set(
      token,
      zip([
        [`${name}_业务明细(汇总).csv`, gbk('#汇总')],
        [`${name}_业务明细.csv`, gbk(text)],
      ]),
    );
    return { bill_download_url: `${this.url}/bill?token=${token}` };
  }

  #time(at: Date): string {
    return new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
  }

  #next(): string {
    this.#number++;
    return String(this.#number).padStart(14, '0');
  }
}

const named = (trade: Trade) => ({ trade_no: trade.tradeNo, out_trade_no: trade.number });
const transferContent = (transfer: Transfer) => ({
  ...{ out_biz_no: transfer.number, order_id: transfer.orderId, status: transfer.status, fail_reason: transfer.why },
});

const billTitles = [
  ...[
    '支付宝交易号',
    '商户订单号',
    '业务类型',
    '商品名称',
    '创建时间',
    '完成时间',
    '门店编号',
    '门店名称',
    '操作员',
    '对方账户',
  ],
  ...[
    '订单金额（元）',
    '商家实收（元）',
    '支付宝红包（元）',
    '集分宝（元）',
    '支付宝优惠（元）',
    '商家优惠（元）',
    '券名称',
  ],
  ...['券核销金额（元）', '商家红包消费金额（元）', '退款批次号/请求号', '服务费（元）', '分润（元）', '备注'],
];

function fenOf(text: string): number {
  if (!/^\d+(\.\d{1,2})?$/.test(text)) throw new Refused('ACQ.INVALID_PARAMETER', `金额 ${text} 不对`);
  const [whole, part = ''] = text.split('.');
  return Number(whole) * 100 + Number(part.padEnd(2, '0'));
}
