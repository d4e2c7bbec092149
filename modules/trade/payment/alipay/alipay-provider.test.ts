import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { projectFolder } from '#platform/config.ts';
import { newId } from '#platform/ids.ts';
import { AlipayEmulator } from '../../../../test/emulators/alipay.ts';
import { zip } from '../../../../test/emulators/zip.ts';
import { refusalOf } from '../../../../test/fixtures-trade.ts';
import { type PaymentMethod, ProviderUnclear } from '../payment-port.ts';
import { shortId } from '../provider-names.ts';
import { AlipayClient } from './alipay-client.ts';
import { alipayProvider } from './alipay-provider.ts';
import { unzip } from './unzip.ts';

let now = new Date('2026-09-17T06:00:00Z');
const passTime = (ms: number) => {
  now = new Date(now.getTime() + ms);
};
const emulator = await AlipayEmulator.start({ after }, { now: () => now });
const around = {
  noticeUrl: 'https://shop.example.cn/api/payment-notices/alipay',
  publicUrl: 'https://shop.example.cn',
};
const make = (over: Parameters<AlipayEmulator['settings']>[0] = {}) => alipayProvider(emulator.settings(over), around);
const provider = make();

async function start(method: PaymentMethod = 'wap', fen = 10_000, by = provider) {
  const payment = newId();
  const started = await by.start({
    ...{ payment, checkout: 'c1', method, amountFen: fen, orders: [], description: '山货订单 260917-0001 🍎核桃' },
    ...{ expiresAt: new Date(now.getTime() + 900_000), clientIp: null, openid: null },
  });
  assert.ok(started.kind === 'redirect');
  return { payment, number: shortId(payment), url: started.url };
}
async function paid(fen = 10_000, by = provider) {
  const one = await start('wap', fen, by);
  emulator.open(one.url);
  emulator.pay(one.number);
  emulator.notices.lose();
  return one;
}
const read = (sent: { raw: string; headers: Record<string, string> }) =>
  provider.readNotice(sent.raw, sent.headers, now);
const isUnclear = (error: unknown) => error instanceof ProviderUnclear;
const whyOf = (answer: { outcome: string; why?: string }) => {
  assert.equal(answer.outcome, 'refused');
  return answer.why ?? '';
};

test('start: a signed address for phone and for a large screen, without a request', async () => {
  const before = emulator.requests.length;
  for (const [method, name] of [
    ['wap', 'alipay.trade.wap.pay'],
    ['page', 'alipay.trade.page.pay'],
  ] as const) {
    const { url, number } = await start(method);
    const { searchParams } = new URL(url);
    assert.equal(searchParams.get('method'), name);
    assert.equal(searchParams.get('return_url'), 'https://shop.example.cn/pay/c1');
    assert.match(
      searchParams.get('biz_content') ?? '',
      /"total_amount":"100.00".*"subject":"山货订单 260917-0001 核桃"/,
    );
    assert.equal(emulator.open(url), number, 'its signature holds');
    assert.throws(() => emulator.open(url.replace('100.00', '1.00')), /验签出错/);
  }
  assert.equal(emulator.requests.length, before);
});

test('query and close follow a payment through its life', async () => {
  const one = await start();
  assert.deepEqual(await provider.query(one.payment), { outcome: 'unknown' }, 'the buyer has not come yet');
  assert.equal(await provider.close(one.payment), true);
  emulator.open(one.url);
  assert.deepEqual(await provider.query(one.payment), { outcome: 'unknown' });
  assert.equal(await provider.close(one.payment), true);
  assert.equal(await provider.close(one.payment), true, 'closed before');
  assert.deepEqual(await provider.query(one.payment), { outcome: 'failure' });
  const won = await paid();
  const answer = await provider.query(won.payment);
  assert.deepEqual([answer.outcome, 'amountFen' in answer && answer.amountFen], ['success', 10_000]);
  assert.equal(await provider.close(won.payment), false, 'paid before it was closed');
  const late = await start();
  emulator.open(late.url);
  passTime(900_000);
  assert.deepEqual(await provider.query(late.payment), { outcome: 'failure' }, 'its time is over');
});

// The line that goes dead is tried once more by the client itself, so a lost answer is lost twice.
test('an answer that is lost, silent, forged, unsigned or no answer leaves everything unclear', async () => {
  const { payment } = await paid();
  const faults = [
    'answer-lost',
    'forged',
    'unsigned',
    { code: 'ACQ.SYSTEM_ERROR' },
    { code: 'aop.ACQ.SYSTEM_ERROR' },
  ] as const;
  for (const fault of faults) {
    emulator.faults.next('alipay.trade.query', fault, ...(fault === 'answer-lost' ? [fault] : []));
    await assert.rejects(provider.query(payment), isUnclear, JSON.stringify(fault));
  }
  emulator.faults.next('alipay.trade.query', 'silent');
  await assert.rejects(make({ timeoutMs: 50 }).query(payment), isUnclear);
  await assert.rejects(make({ appId: '2021999999999999' }).query(payment), /invalid-signature/);
  assert.equal((await provider.query(payment)).outcome, 'success');
});

test('refund: done at once or later; the same name again is the same refund', async () => {
  const { payment, number } = await paid();
  const refund = (name: string, fen: number) =>
    provider.refund({ refund: name, payment, order: null, fen, totalFen: 10_000, reason: '买家取消' });
  emulator.faults.next('alipay.trade.refund', 'answer-lost', 'answer-lost');
  await assert.rejects(refund('r-1', 4_000), isUnclear);
  assert.deepEqual(await refund('r-1', 4_000), { outcome: 'done' });
  emulator.slowRefunds = true;
  assert.deepEqual(await refund('r-2', 1_000), { outcome: 'pending' });
  assert.deepEqual(await refund('r-2', 1_000), { outcome: 'pending' });
  emulator.endRefunds();
  emulator.slowRefunds = false;
  assert.deepEqual(await provider.queryRefund('r-2', payment, null), { outcome: 'done' });
  assert.match(whyOf(await refund('r-2', 999)), /REFUND_AMT/);
  assert.match(whyOf(await refund('r-3', 5_001)), /REFUND_AMT/);
  assert.equal(emulator.refundsOf(number).length, 2);
  const plain = make({ sharing: false });
  const spent = await paid(10_000, plain);
  emulator.balance = 0;
  const short = { refund: 'r-4', payment: spent.payment, order: null, fen: 1, totalFen: 10_000, reason: '退' };
  assert.match(whyOf(await plain.refund(short)), /SELLER_BALANCE_NOT_ENOUGH/);
});

test('notices: what is believed, and what is not', async () => {
  const { payment, number } = await paid();
  const sent = emulator.paymentNotice(number);
  const notice = await read(sent);
  assert.ok(notice.kind === 'payment');
  assert.deepEqual([notice.payment, notice.amountFen, notice.outcome], [payment, 10_000, 'success']);
  passTime(1_000);
  assert.equal(
    (await read(emulator.paymentNotice(number))).id,
    notice.id,
    'a repeat has another signature and the same id',
  );
  const changed = (from: string, to: string) => ({ ...sent, raw: sent.raw.replace(from, to) });
  const refused: [string, { raw: string; headers: Record<string, string> }, string][] = [
    ['by another key', emulator.forge(sent), 'notice-forged'],
    ['another amount', changed('total_amount=100.00', 'total_amount=1.00'), 'notice-forged'],
    ['no signature', changed('&sign=', '&nosign='), 'notice-forged'],
    ['a weaker signature named', changed('sign_type=RSA2', 'sign_type=RSA'), 'notice-forged'],
    ['empty', { ...sent, raw: '' }, 'notice-forged'],
    ['of another app', emulator.paymentNotice(number, { app_id: '2021000000000000' }), 'notice-forged'],
    ['of another seller', emulator.paymentNotice(number, { seller_id: '2088000000000000' }), 'notice-forged'],
    ['an amount in words', emulator.paymentNotice(number, { total_amount: 'all' }), 'notice-broken'],
    ['without a number', emulator.paymentNotice(number, { notify_id: '' }), 'notice-broken'],
  ];
  for (const [name, one, code] of refused) assert.equal((await refusalOf(read(one))).code, code, name);
  const closed = await read(emulator.paymentNotice(number, { trade_status: 'TRADE_CLOSED' }));
  assert.ok(closed.kind === 'payment' && closed.outcome === 'failure');
  const others: Record<string, string>[] = [
    { gmt_refund: '2026-09-17 14:00:00' },
    { out_trade_no: 'another' },
    { trade_status: 'WAIT_BUYER_PAY' },
  ];
  for (const over of others) {
    assert.equal((await read(emulator.paymentNotice(number, over))).kind, 'other');
  }
});

test('royalty: bound, shared within the cap, ended; what is left is let go', async () => {
  const sharing = provider.sharing;
  assert.ok(sharing);
  const { payment } = await paid();
  const of = { payment, county: 621221, order: newId() };
  const farmer = { account: '2088102534360001', type: 'person', name: '张建明' } as const;
  const share = (fen: number, sharingId = newId()) =>
    sharing.share({ ...of, sharing: sharingId, finish: false, receivers: [{ ...farmer, fen, why: '农户增收' }] });
  assert.match(whyOf(await share(1)), /ROYALTY_RECEIVER_INVALID/);
  await sharing.addReceiver(farmer);
  assert.equal(await sharing.unshared(of), 9_940);
  assert.match(whyOf(await share(3_001)), /EXCEED/);
  const made = newId();
  assert.equal((await share(3_000, made)).outcome, 'pending');
  assert.equal((await share(3_000, made)).outcome, 'pending', 'the same name again is the same share');
  assert.match(whyOf(await share(1)), /EXCEED/);
  emulator.endShares({ [farmer.account]: '收款账户异常' });
  const ended = await sharing.query({ ...of, sharing: made });
  assert.deepEqual('parts' in ended && ended.parts, [
    { account: farmer.account, fen: 3_000, outcome: 'closed', why: '收款账户异常' },
  ]);
  assert.equal((await share(500)).outcome, 'pending');
  emulator.endShares();
  await sharing.unfreeze({ ...of, sharing: newId(), why: '分账完成' });
  emulator.endShares();
  assert.equal(await sharing.unshared(of), 0);
  assert.equal(
    (await sharing.giveBack({ ...of, sharing: made, back: newId(), account: '1', fen: 1, why: '' })).outcome,
    'refused',
  );
  await sharing.removeReceiver(farmer);
  assert.equal(emulator.receivers.size, 0);
});

test('transfers: accepted, paid, failed, sent back, unknown; never paid twice', async () => {
  const payouts = provider.payouts;
  assert.ok(payouts);
  emulator.balance = 1_000_000;
  const pay = (payout: string, fen = 300_000) =>
    payouts.pay({ payout, openid: '13912345678', name: '刘桂花', fen, remark: '核桃收购款' });
  assert.deepEqual(await payouts.query(newId()), { outcome: 'unknown' });
  const one = newId();
  emulator.faults.next('alipay.fund.trans.uni.transfer', 'answer-lost', 'answer-lost');
  await assert.rejects(pay(one), isUnclear);
  assert.deepEqual(await pay(one), { outcome: 'accepted' });
  assert.equal(emulator.balance, 700_000, 'asked twice, paid once');
  emulator.endTransfer(shortId(one), 'SUCCESS');
  assert.equal((await payouts.query(one)).outcome, 'paid');
  assert.equal((await payouts.cancel(one)).outcome, 'paid');
  const two = newId();
  await pay(two);
  emulator.endTransfer(shortId(two), 'REFUND', '收款方账户已注销');
  assert.deepEqual(await payouts.query(two), { outcome: 'failed', why: '收款方账户已注销' });
  assert.match(JSON.stringify(await pay(newId(), 5_000_000)), /PAYER_BALANCE_NOT_ENOUGH/);
});

test('the bill of a day: zipped, in GBK, fees and refunds', async () => {
  const { payment, number } = await paid(6_700);
  const day = new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, 10);
  await provider.refund({ refund: 'bill-1', payment, order: null, fen: 300, totalFen: 6_700, reason: '退' });
  const rows = (await provider.bill(day)).filter((row) => row.payment === payment);
  assert.deepEqual(
    rows.map((row) => [row.kind, row.ours, row.fen, row.feeFen]),
    [
      ['payment', number, 6_700, 40],
      ['refund', 'bill-1', 300, -2],
    ],
  );
  assert.deepEqual(rows[0]?.at, now);
  assert.deepEqual(await provider.bill('2020-01-01'), []);
});

test('zip archives: what they hold, and what is none', () => {
  const files = [
    ['a.csv', Buffer.from('a'.repeat(100_000))],
    ['b.csv', Buffer.alloc(0)],
  ] as const;
  const made = zip(files);
  assert.deepEqual(
    [...unzip(made)].map(([name, content]) => [String(name), content.length]),
    [
      ['a.csv', 100_000],
      ['b.csv', 0],
    ],
  );
  assert.throws(() => [...unzip(Buffer.from('no zip'))], RangeError);
  const lying = Buffer.from(made);
  lying.writeUInt32LE(5, lying.indexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 24);
  assert.throws(() => [...unzip(lying)]);
});

const vectorFile = `${projectFolder}../shared/data/payment-vectors/alipay-notify.json`;
const vectors = existsSync(vectorFile) ? JSON.parse(readFileSync(vectorFile, 'utf8')) : null;

test('vector: a published notice is verified', { skip: vectors ? false : `${vectorFile} is not there` }, () => {
  const { alipayPublicKeyBase64, postData } = vectors.notify;
  const client = new AlipayClient({ ...emulator.settings(), alipayPublicKey: alipayPublicKeyBase64 });
  const fields = Object.fromEntries(
    Object.entries(postData).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
  assert.equal(client.isSigned(fields), true);
  assert.equal(client.isSigned({ ...fields, total_amount: '0.01' }), false);
});
