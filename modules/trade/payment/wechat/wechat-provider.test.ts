import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, sign, verify, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { projectFolder } from '#platform/config.ts';
import { newId } from '#platform/ids.ts';
import { WechatEmulator } from '../../../../test/emulators/wechat.ts';
import { refusalOf } from '../../../../test/fixtures-trade.ts';
import { type PaymentMethod, type PaymentOrder, ProviderUnclear, type Started } from '../payment-port.ts';
import { partName, shortId } from '../provider-names.ts';
import { openResource, signedBy } from './wechat-client.ts';
import { wechatProvider } from './wechat-provider.ts';

let now = new Date('2026-09-17T06:00:00Z');
const clock = { now: () => now };
const passTime = (ms: number) => {
  now = new Date(now.getTime() + ms);
};
const DAY = 86_400_000;
const emulator = await WechatEmulator.start({ after }, clock);
const begun = new Map<string, readonly PaymentOrder[]>();
const make = (over: Parameters<WechatEmulator['settings']>[0] = {}) =>
  wechatProvider(emulator.settings(over), {
    clock,
    noticeUrl: 'https://shop.example.cn/api/payment-notices/wechat',
    publicUrl: 'https://shop.example.cn',
    ordersOf: async (payment) => begun.get(payment) ?? [],
  });
const provider = make();

const order = (county: number, fen: number): PaymentOrder => ({ county, order: newId(), number: '260917-0001', fen });
const single = () => [order(621221, 10_000)];
const several = () => [order(500242, 3_300), order(621221, 6_700)];

/** Begins a payment; with the provider given or the common one. */
async function start(orders: readonly PaymentOrder[], method: PaymentMethod = 'native', by = provider) {
  const payment = newId();
  begun.set(payment, orders);
  const input = {
    ...{
      payment,
      checkout: newId(),
      method,
      orders,
      description: '山货订单 260917-0001 🍎核桃',
      openid: 'oUpF8uMuAJO',
    },
    ...{ expiresAt: new Date(now.getTime() + 900_000), clientIp: '203.0.113.9' },
    amountFen: orders.reduce((sum, one) => sum + one.fen, 0),
  };
  const again = () => by.start(input);
  return { payment, number: shortId(payment), orders, total: input.amountFen, started: await again(), again };
}
async function paid(orders: readonly PaymentOrder[] = single()) {
  const one = await start(orders);
  emulator.pay(one.number);
  emulator.notices.lose();
  return one;
}
const read = (sent: { raw: string; headers: Record<string, string> }, by = provider, at = now) =>
  by.readNotice(sent.raw, sent.headers, at);
const isUnclear = (error: unknown) => error instanceof ProviderUnclear;

test('start: each method gives the buyer what it takes, alone and combined', async () => {
  for (const orders of [single(), several()]) {
    const kinds: [PaymentMethod, Started['kind'], RegExp][] = [
      ['jsapi', 'jsapi', /prepay_id=wx17/],
      ['h5', 'redirect', /http:\/\/127/],
      ['native', 'qr', /weixin:/],
    ];
    for (const [method, kind, text] of kinds) {
      const { started, again } = await start(
        orders.map((one) => ({ ...one, order: newId() })),
        method,
      );
      assert.equal(started.kind, kind);
      assert.match(JSON.stringify(started), text);
      assert.equal((await again()).kind, kind, 'the same number again is the same payment');
    }
  }
});

test('start: what WeChat’s own script gets is signed by the merchant', async () => {
  const { started } = await start(single(), 'jsapi');
  assert.ok(started.kind === 'jsapi');
  const { appId, timeStamp, nonceStr, package: pack, paySign, signType } = started.fields;
  const key = createPublicKey(emulator.settings().privateKey);
  const lines = Buffer.from(`${appId}\n${timeStamp}\n${nonceStr}\n${pack}\n`);
  assert.equal(signType, 'RSA');
  assert.ok(verify('RSA-SHA256', lines, key, Buffer.from(paySign as string, 'base64')));
});

test('start: refusals and silence in words for the buyer', async () => {
  const rows: [Parameters<typeof emulator.faults.next>[1], string][] = [
    [{ code: 'PARAM_ERROR', message: '参数错误' }, 'payment-provider-refused'],
    [{ code: 'NO_AUTH', message: '商户无权限' }, 'payment-provider-refused'],
    [{ code: 'ORDERPAID' }, 'checkout-paid'],
    [{ code: 'FREQUENCY_LIMITED' }, 'payment-provider-busy'],
    [{ code: 'SYSTEM_ERROR' }, 'payment-provider-busy'],
    [{ code: 'SIGN_ERROR' }, 'payment-provider-busy'],
    ['answer-lost', 'payment-provider-busy'],
    ['forged', 'payment-provider-busy'],
    ['unsigned', 'payment-provider-busy'],
  ];
  for (const [fault, code] of rows) {
    emulator.faults.next('POST /v3/pay/transactions/native', fault);
    assert.equal((await refusalOf(start(single()))).code, code, JSON.stringify(fault));
  }
  emulator.faults.next('POST /v3/pay', 'silent');
  assert.equal((await refusalOf(start(single(), 'native', make({ timeoutMs: 50 })))).code, 'payment-provider-busy');
});

test('a merchant whose key is another is told so by a signature error, and nothing is known', async () => {
  const wrong = make({ serial: 'FFFF' });
  await assert.rejects(wrong.query(newId()), /SIGN_ERROR/);
  await assert.rejects(wrong.query(newId()), isUnclear);
});

test('query and close follow a payment through its life', async () => {
  for (const orders of [single(), several()]) {
    assert.deepEqual(await provider.query(newId()), { outcome: 'unknown' }, 'never begun');
    const open = await start(orders);
    assert.deepEqual(await provider.query(open.payment), { outcome: 'unknown' });
    assert.equal(await provider.close(open.payment), true);
    assert.equal(await provider.close(open.payment), true, 'closed before');
    assert.deepEqual(await provider.query(open.payment), { outcome: 'failure' });

    const won = await paid(orders.map((one) => ({ ...one, order: newId() })));
    const answer = await provider.query(won.payment);
    assert.ok(answer.outcome === 'success');
    assert.equal(answer.amountFen, 10_000);
    assert.equal(answer.providerNumber?.split(',').length, orders.length);
    assert.equal(await provider.close(won.payment), false, 'paid before it was closed');
  }
  const late = await start(single());
  passTime(900_000);
  assert.deepEqual(await provider.query(late.payment), { outcome: 'failure' }, 'its time is over');
});

test('an answer that is lost, silent, forged or unsigned leaves everything unclear', async () => {
  const { payment } = await paid();
  for (const fault of [
    'answer-lost',
    'forged',
    'unsigned',
    { code: 'SYSTEM_ERROR' },
    { code: 'FREQUENCY_LIMITED' },
  ] as const) {
    emulator.faults.next('GET /v3/pay', fault);
    await assert.rejects(provider.query(payment), isUnclear, JSON.stringify(fault));
  }
  emulator.faults.next('GET /v3/pay', 'silent');
  await assert.rejects(make({ timeoutMs: 50 }).query(payment), isUnclear);
  assert.equal((await provider.query(payment)).outcome, 'success');
});

test('platform certificates: fetched, opened and believed; an unknown serial asks for them once', async () => {
  const byCertificates = make({ mode: 'certificates' });
  const { payment } = await paid();
  assert.equal((await byCertificates.query(payment)).outcome, 'success');
  assert.equal((await byCertificates.query(payment)).outcome, 'success');
  assert.equal(emulator.requests.filter((line) => line === 'GET /v3/certificates').length, 1);
  emulator.faults.next('GET /v3/certificates', 'forged');
  await assert.rejects(make({ mode: 'certificates' }).query(payment), isUnclear);
  const wrongKey = make({ mode: 'certificates', apiV3Key: 'x'.repeat(32) });
  await assert.rejects(wrongKey.query(payment));
});

test('refund: pending, then done; the same name again is the same refund', async () => {
  const { payment, total, number } = await paid();
  const refund = (name: string, fen: number) =>
    provider.refund({ refund: name, payment, order: null, fen, totalFen: total, reason: '买家取消' });
  assert.deepEqual(await refund('r-1', 4_000), { outcome: 'pending' });
  assert.deepEqual(await refund('r-1', 4_000), { outcome: 'pending' });
  assert.deepEqual(await provider.queryRefund('r-1', payment, null), { outcome: 'pending' });
  emulator.endRefunds();
  assert.deepEqual(await provider.queryRefund('r-1', payment, null), { outcome: 'done' });
  assert.match(whyOf(await refund('r-2', 6_001)), /累计退款金额/);
  emulator.faults.next('POST /v3/refund', 'answer-lost');
  await assert.rejects(refund('r-3', 6_000), isUnclear);
  assert.deepEqual(await refund('r-3', 6_000), { outcome: 'pending' });
  emulator.endRefunds('CLOSED');
  assert.match(whyOf(await provider.queryRefund('r-3', payment, null)), /CLOSED/);
  assert.deepEqual(await refund('r-3-1', 6_000), { outcome: 'pending' });
  emulator.endRefunds('ABNORMAL');
  const abnormal = await provider.queryRefund('r-3-1', payment, null);
  assert.ok(abnormal.outcome === 'refused' && abnormal.open);
  assert.match(whyOf(await provider.queryRefund('r-9', payment, null)), /RESOURCE_NOT_EXISTS/);
  assert.equal(emulator.refundsOf(number).length, 3);
});
const whyOf = (answer: { outcome: string; why?: string }) => {
  assert.equal(answer.outcome, 'refused');
  return answer.why ?? '';
};

test('refund of combined orders: one of them, or the whole', async () => {
  const { payment, orders, total, number } = await paid(several());
  const [first, second] = orders as [PaymentOrder, PaymentOrder];
  const base = { payment, totalFen: total, reason: '退' };
  assert.equal((await provider.refund({ ...base, refund: 'c-1', order: first.order, fen: 1_000 })).outcome, 'pending');
  assert.equal(emulator.refundsOf(partName(payment, 0))[0]?.fen, 1_000);
  assert.equal((await provider.refund({ ...base, refund: 'c-2', order: newId(), fen: 1 })).outcome, 'refused');
  const whole = await paid([first, second].map((one) => ({ ...one, order: newId() })));
  const all = { ...base, payment: whole.payment, refund: 'w-1', order: null, fen: total };
  assert.deepEqual(await provider.refund(all), { outcome: 'pending' });
  emulator.endRefunds();
  assert.deepEqual(await provider.refund(all), { outcome: 'done' });
  assert.deepEqual(await provider.queryRefund('w-1', whole.payment, null), { outcome: 'done' });
  assert.deepEqual(
    emulator.refundsOf(whole.number).map((one) => one.fen),
    [3_300, 6_700],
  );
  assert.equal(emulator.refundsOf(number).length, 1);
});

test('notices: what is believed, and what is not', async () => {
  const { payment, number } = await paid();
  const sent = emulator.paymentNotice(number);
  const notice = await read(sent);
  assert.ok(notice.kind === 'payment');
  assert.deepEqual([notice.payment, notice.amountFen, notice.outcome], [payment, 10_000, 'success']);
  const repeat = await read(emulator.paymentNotice(number));
  assert.equal(repeat.id, notice.id, 'a repeat has another signature and the same id');

  const content = { mchid: emulator.mchid, appid: emulator.appid, out_trade_no: number, trade_state: 'SUCCESS' };
  const refused: [string, { raw: string; headers: Record<string, string> }, string, Date?][] = [
    ['by another key', emulator.forge(sent), 'notice-forged'],
    ['without headers', { raw: sent.raw, headers: {} }, 'notice-forged'],
    ['a space more', { ...sent, raw: `${sent.raw} ` }, 'notice-forged'],
    ['another time', { ...sent, headers: { ...sent.headers, 'wechatpay-timestamp': '1' } }, 'notice-forged'],
    ['replayed after six minutes', sent, 'notice-forged', new Date(now.getTime() + 360_000)],
    ['of the future', sent, 'notice-forged', new Date(now.getTime() - 360_000)],
    [
      'of an unknown key',
      { ...sent, headers: { ...sent.headers, 'wechatpay-serial': 'PUB_KEY_ID_0' } },
      'notice-forged',
    ],
    ['encrypted for another merchant', emulator.noticeOf(content, { key: 'k'.repeat(32) }), 'notice-forged'],
    ['of another merchant', emulator.noticeOf({ ...content, mchid: '1900000000' }), 'notice-forged'],
    ['of another app', emulator.noticeOf({ ...content, appid: 'wx0000000000000000' }), 'notice-forged'],
    ['without an amount', emulator.noticeOf(content), 'notice-broken'],
    ['with an amount in words', emulator.noticeOf({ ...content, amount: { total: '100' } }), 'notice-broken'],
  ];
  for (const [name, one, code, at] of refused)
    assert.equal((await refusalOf(read(one, provider, at))).code, code, name);
  const window = await read(sent, provider, new Date(now.getTime() + 299_000));
  assert.equal(window.kind, 'payment');

  const others: object[] = [
    { mchid: emulator.mchid, out_order_no: 'P20260917', order_id: '30080', receiver: { amount: 1 } },
    { ...content, out_trade_no: 'not-one-of-ours', amount: { total: 1 } },
    { mch_id: emulator.mchid, out_bill_no: 'b', state: 'WAIT_USER_CONFIRM' },
  ];
  for (const other of others) assert.equal((await read(emulator.noticeOf(other))).kind, 'other');
});

test('notices of combined orders, refunds and transfers', async () => {
  const { payment, orders, number, total } = await paid(several());
  const whole = await read(emulator.paymentNotice(number));
  assert.ok(whole.kind === 'payment');
  assert.deepEqual([whole.payment, whole.amountFen, whole.outcome], [payment, 10_000, 'success']);
  const input = { payment, totalFen: total, reason: '退', order: orders[1]?.order as string };
  for (const [status, outcome] of [
    ['SUCCESS', 'done'],
    ['CLOSED', 'refused'],
    ['ABNORMAL', 'refused'],
  ] as const) {
    await provider.refund({ ...input, refund: `n-${status}`, fen: 700 });
    emulator.endRefunds(status);
    await emulator.notices.send(async (sent) => {
      const notice = await read(sent);
      assert.ok(notice.kind === 'refund');
      assert.deepEqual([notice.refund, notice.fen, notice.outcome], [`n-${status}`, 700, outcome]);
      return { status: 204, body: '' };
    });
  }
});

test('sharing: added, shared within the cap, asked for, given back', async () => {
  const sharing = provider.sharing;
  assert.ok(sharing);
  const { payment, orders } = await paid(several());
  const [first, second] = orders as [PaymentOrder, PaymentOrder];
  const of = { payment, county: second.county, order: second.order };
  const cooperative = { account: '1900000109', type: 'organisation', name: '成县山里红合作社' } as const;
  const farmer = { account: 'oFarmer1', type: 'person', name: '张建明' } as const;
  const share = (fens: [number, number], over: object = {}) =>
    sharing.share({
      ...{ ...of, sharing: newId(), finish: false },
      receivers: [
        { ...cooperative, fen: fens[0], why: '货款' },
        { ...farmer, fen: fens[1], why: '农户增收' },
      ],
      ...over,
    });
  assert.match(whyOf(await share([1, 1])), /未添加/);
  await sharing.addReceiver(cooperative);
  await sharing.addReceiver(farmer);
  assert.equal(emulator.receivers.get('oFarmer1')?.name, '张建明', 'the name arrives as it was, and only there');
  assert.equal(await sharing.unshared(of), 6_700 - 40, 'the fee is never shared');
  assert.match(whyOf(await share([2_000, 11])), /RULE_LIMIT/, '30 % of 67.00 yuan are 20.10');
  const made = newId();
  const before = await share([1_500, 500], { sharing: made });
  assert.deepEqual(
    [before.outcome, 'parts' in before && before.parts.map((part) => part.outcome)],
    ['pending', ['pending', 'pending']],
  );
  assert.deepEqual(await share([1_500, 500], { sharing: made }), before, 'the same name again is the same share');
  assert.match(
    whyOf(await share([11, 0].map((fen) => fen || 1) as [number, number])),
    /RULE_LIMIT/,
    'counted over the order',
  );
  emulator.endShares({ oFarmer1: 'PAYER_ACCOUNT_ABNORMAL' });
  const after = await sharing.query({ ...of, sharing: made });
  assert.deepEqual('parts' in after && after.parts, [
    { account: '1900000109', fen: 1_500, outcome: 'success', why: null },
    { account: 'oFarmer1', fen: 500, outcome: 'closed', why: 'PAYER_ACCOUNT_ABNORMAL' },
  ]);
  const back = { ...of, sharing: made, back: newId(), account: '1900000109', fen: 700, why: '退款' };
  assert.deepEqual(await sharing.giveBack(back), { outcome: 'pending' });
  emulator.endBacks();
  assert.deepEqual(await sharing.queryBack(back), { outcome: 'done' });
  assert.match(whyOf(await sharing.giveBack({ ...back, back: newId(), fen: 801 })), /NOT_ENOUGH/);
  assert.equal((await sharing.giveBack({ ...back, back: newId(), account: 'oFarmer1', fen: 1 })).outcome, 'refused');
  const letGo = await sharing.unfreeze({ ...of, sharing: newId(), why: '分账完成' });
  assert.deepEqual([letGo.outcome, 'parts' in letGo && letGo.parts], ['pending', []]);
  emulator.endShares();
  assert.equal(await sharing.unshared(of), 0);
  assert.equal(await sharing.unshared({ payment, county: first.county, order: first.order }), 3_300 - 20);
});

test('sharing: what is frozen thaws after 30 days; a payment begun without is never shared', async () => {
  const sharing = provider.sharing;
  assert.ok(sharing);
  const { payment, orders } = await paid();
  const of = { payment, county: 621221, order: orders[0]?.order as string };
  passTime(30 * DAY - 1_000);
  assert.equal(await sharing.unshared(of), 9_940);
  passTime(1_000);
  assert.equal(await sharing.unshared(of), 0);
  const late = await sharing.share({
    ...{ ...of, sharing: newId(), finish: true },
    receivers: [{ account: 'oFarmer1', type: 'person', name: null, fen: 100, why: '迟' }],
  });
  assert.match(whyOf(late), /NOT_ENOUGH/);
  const without = make({ sharing: false });
  assert.equal(without.sharing, null);
  const plain = await start(single(), 'native', without);
  emulator.pay(plain.number);
  const refused = await sharing.unfreeze({
    payment: plain.payment,
    county: 621221,
    order: '',
    sharing: newId(),
    why: '-',
  });
  assert.match(whyOf(refused), /NOT_SHARE_ORDER/);
});

test('transfers: accepted, confirmed, paid; failed, cancelled, unknown; never paid twice', async () => {
  const payouts = provider.payouts;
  assert.ok(payouts);
  emulator.balance = 1_000_000;
  const pay = (payout: string, fen = 300_000, name: string | null = '刘桂花') =>
    payouts.pay({ payout, openid: 'oFarmer2', name, fen, remark: '核桃收购款 🌰' });
  assert.deepEqual(await payouts.query(newId()), { outcome: 'unknown' });
  const one = newId();
  emulator.faults.next('POST /v3/fund-app', 'answer-lost');
  await assert.rejects(pay(one), isUnclear);
  assert.deepEqual(await pay(one), { outcome: 'accepted' });
  assert.equal(emulator.balance, 700_000, 'asked twice, paid once');
  assert.equal(emulator.nameOf(shortId(one)), '刘桂花');
  emulator.moveTransfer(shortId(one), 'WAIT_USER_CONFIRM');
  const waiting = await payouts.query(one);
  assert.ok(waiting.outcome === 'waiting-confirm' && waiting.confirm);
  emulator.moveTransfer(shortId(one), 'SUCCESS');
  assert.equal((await payouts.query(one)).outcome, 'paid');
  assert.equal((await payouts.cancel(one)).outcome, 'paid', 'too late to take it back');
  const [sent] = [emulator.notices.waiting.at(-1)?.make()];
  const notice = await read(sent as { raw: string; headers: Record<string, string> });
  assert.deepEqual(
    [notice.kind, 'payout' in notice && notice.payout, 'outcome' in notice && notice.outcome],
    ['payout', one, 'paid'],
  );

  const two = newId();
  await pay(two);
  emulator.moveTransfer(shortId(two), 'FAIL', 'ACCOUNT_FROZEN');
  assert.deepEqual(await payouts.query(two), { outcome: 'failed', why: 'ACCOUNT_FROZEN' });
  const three = newId();
  await pay(three);
  emulator.moveTransfer(shortId(three), 'WAIT_USER_CONFIRM');
  assert.deepEqual(await payouts.cancel(three), { outcome: 'accepted' });
  emulator.moveTransfer(shortId(three), 'CANCELLED');
  assert.equal((await payouts.query(three)).outcome, 'failed');
  assert.match(String((await pay(newId(), 300_000, null)).outcome), /failed/, '2,000 yuan want a name');
  assert.match(String((await pay(newId(), 29)).outcome), /failed/);
  assert.equal((await pay(newId(), 900_000)).outcome, 'failed', 'more than there is');
});

test('the bill of a day: its rows, its hash, a day without one', async () => {
  const { payment, number, orders, total } = await paid(several());
  const day = new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, 10);
  await provider.refund({
    refund: 'bill-1',
    payment,
    order: orders[0]?.order ?? null,
    fen: 300,
    totalFen: total,
    reason: '退',
  });
  const rows = await provider.bill(day);
  const own = rows.filter((row) => row.payment === payment);
  assert.deepEqual(
    own.map((row) => [row.kind, row.ours, row.fen, row.feeFen]),
    [
      ['payment', partName(payment, 0), 3_300, 20],
      ['payment', partName(payment, 1), 6_700, 40],
      ['refund', 'bill-1', 300, -2],
    ],
  );
  assert.deepEqual(own[0]?.at, now);
  assert.ok(number);
  assert.deepEqual(await provider.bill('2020-01-01'), []);
  emulator.faults.next('GET /v3/bill/tradebill', { code: 'SYSTEM_ERROR' });
  await assert.rejects(provider.bill(day), isUnclear);
});

// ---------- the published vectors ----------

const vectorFile = `${projectFolder}../shared/data/payment-vectors/wechatpay-v3.json`;
const vectors = existsSync(vectorFile) ? JSON.parse(readFileSync(vectorFile, 'utf8')) : null;
const skip = vectors ? false : `${vectorFile} is not there`;

test('vector: the signature of a request', { skip }, () => {
  const { testingKeyPem, message, signatureBase64 } = vectors.requestSignature;
  const key = createPrivateKey(testingKeyPem.replaceAll('TESTING KEY', 'PRIVATE KEY'));
  assert.equal(sign('RSA-SHA256', Buffer.from(message), key).toString('base64'), signatureBase64);
});

test('vector: a notice is signed, and opens', { skip }, () => {
  const { headers, body, platformCertificatePem, apiV3Key, resourcePlaintext } = vectors.notification;
  const { publicKey } = new X509Certificate(platformCertificatePem);
  const said = (name: string) => headers[`Wechatpay-${name}`] as string;
  assert.ok(signedBy(publicKey, said('Timestamp'), said('Nonce'), body, said('Signature')));
  assert.ok(!signedBy(publicKey, said('Timestamp'), said('Nonce'), `${body} `, said('Signature')));
  const opened = openResource(apiV3Key, JSON.parse(body).resource);
  const wanted = typeof resourcePlaintext === 'string' ? JSON.parse(resourcePlaintext) : resourcePlaintext;
  assert.deepEqual(JSON.parse(opened), wanted);
});

test('vector: AEAD_AES_256_GCM', { skip }, () => {
  for (const { apiV3Key, associatedData, nonce, plaintext, ciphertextBase64 } of vectors.aeadAes256Gcm) {
    const sealed = { ciphertext: ciphertextBase64, associated_data: associatedData, nonce };
    assert.equal(openResource(apiV3Key, sealed), plaintext);
    assert.throws(() => openResource(apiV3Key, { ...sealed, associated_data: 'another' }));
  }
});

test('vector: a whole answer with certificates', { skip }, () => {
  const { apiV3Key, body } = vectors.certificatesResponse;
  for (const { serial_no, encrypt_certificate } of body.data) {
    const certificate = new X509Certificate(openResource(apiV3Key, encrypt_certificate));
    assert.equal(certificate.serialNumber, serial_no);
  }
});
