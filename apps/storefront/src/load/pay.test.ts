import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstWay, goOf, isWechat, nextLook, offered, type PayPage, payPage, timeLeft } from './pay.ts';

const now = new Date('2026-11-22T10:00:00Z');
const later = '2026-11-22T10:20:00Z';
const before = '2026-11-22T09:59:00Z';
type Sight = Parameters<typeof payPage>[1];
const sight = (state: string | null, over: Partial<Sight> = {}, go: unknown = null): Sight =>
  ({
    payment: state && {
      ...{ id: 'p', provider: 'wechat', method: 'native', sandbox: false, state, startedAt: before, go },
      ...{ returnedFen: 0, returned: false },
    },
    ...{ late: false, transfer: null, cash: null },
    ...over,
  }) as Sight;
const open = { state: 'open' as const, expiresAt: later };
const over = { state: 'closed' as const, expiresAt: before };
const paid = { state: 'paid' as const, expiresAt: before };
const transfer = {
  transfer: { bankName: '', accountName: '', accountNumber: '', code: '', payerName: null, arrivedFen: 0 },
};
const cash = { cash: { code: '', stations: [] } };

const rows: [string, Parameters<typeof payPage>, PayPage][] = [
  ['nothing started', [open, sight(null), 0, now], 'due'],
  ['started in another window, nothing to show', [open, sight('pending'), 0, now], 'due'],
  ['too late by the clock', [{ ...open, expiresAt: before }, sight(null), 0, now], 'closed'],
  ['a code to scan', [open, sight('pending', {}, { kind: 'qr', text: 'weixin://x' }), 0, now], 'qr'],
  ['on to the provider', [open, sight('pending', {}, { kind: 'redirect', url: 'https://pay.example' }), 0, now], 'go'],
  ['an address that is none', [open, sight('pending', {}, { kind: 'redirect', url: 'javascript:1' }), 0, now], 'due'],
  ['by transfer', [open, sight('pending', transfer), 3, now], 'transfer'],
  ['in cash', [open, sight('pending', cash), 0, now], 'cash'],
  ['another way wanted', [open, sight('pending', transfer), 0, now, true], 'due'],
  ['came back from the provider', [open, sight('pending'), 1, now], 'waiting'],
  ['paid, the notice not applied yet', [open, sight('paid'), 3, now], 'waiting'],
  ['no answer for long', [open, sight('pending'), 8, now], 'unclear'],
  ['refused by the provider', [open, sight('closed'), 1, now], 'failed'],
  ['paid', [paid, sight('paid'), 4, now], 'paid'],
  ['paid late', [paid, sight('paid', { late: true }), 4, now], 'paid-late'],
  ['expired', [over, sight(null), 0, now], 'closed'],
  ['expired with a closed payment', [over, sight('closed'), 0, now], 'closed'],
  ['too late, on its way back', [over, sight('refunding'), 2, now], 'returning'],
  ['too late, back', [over, sight('refunded'), 0, now], 'returned'],
];
for (const [name, given, page] of rows)
  test(`payment page: ${name} → ${page}`, () => assert.equal(payPage(...given), page));

test('looks come farther and farther apart, and at least every half minute', () => {
  assert.deepEqual([1, 2, 3, 4, 5, 6, 7, 8, 20].map(nextLook), [2, 3, 5, 7, 10, 15, 23, 30, 30]);
});

test('what a provider answered is shown only when it can be', () => {
  for (const go of [null, 'x', {}, { kind: 'page' }, { kind: 'redirect', url: 'http://plain' }])
    assert.equal(goOf(go), null);
});

test('ways: the last one chosen is chosen again; WeChat’s own script is offered inside WeChat only', () => {
  const all = [
    { provider: 'wechat', method: 'jsapi' as const, sandbox: false },
    { provider: 'wechat', method: 'h5' as const, sandbox: false },
    { provider: 'bank', method: 'transfer' as const, sandbox: false },
  ];
  const ways = offered(all, false);
  assert.deepEqual(
    offered(all, true).map((way) => way.method),
    ['jsapi', 'transfer'],
  );
  const phone = 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126 Mobile Safari/537.36';
  assert.deepEqual(
    [null, phone, `${phone} MicroMessenger/8.0.50`, `${phone} MicroMessenger/8.0.50 miniProgram/wx1`].map(isWechat),
    [false, false, true, false],
  );
  assert.equal(ways.length, 2);
  assert.equal(firstWay(ways, null)?.method, 'h5');
  assert.equal(firstWay(ways, { provider: 'bank', method: 'transfer' })?.method, 'transfer');
  assert.equal(firstWay(ways, { provider: 'gone', method: 'x' })?.method, 'h5');
});

test('time left is counted down to nothing and no further', () => {
  assert.deepEqual(timeLeft('2026-11-22T10:14:20Z', now), { days: 0, hours: 0, minutes: 14, seconds: 20 });
  assert.deepEqual(timeLeft('2026-11-25T11:00:00Z', now), { days: 3, hours: 1, minutes: 0, seconds: 0 });
  assert.deepEqual(timeLeft(before, now), { days: 0, hours: 0, minutes: 0, seconds: 0 });
});
