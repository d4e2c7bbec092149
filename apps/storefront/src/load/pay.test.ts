import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PaymentState } from '#trade/contract';
import { type PaySight, paySight } from './pay.ts';

const now = new Date('2026-11-22T10:00:00Z');
const later = '2026-11-22T10:20:00Z';
const before = '2026-11-22T09:59:00Z';
const payment = (state: PaymentState) => ({ id: 'p', provider: 'sandbox', state, sandbox: true });

const rows: [string, Parameters<typeof paySight>[0], number, PaySight][] = [
  ['nothing started', { state: 'open', payment: null, expiresAt: later }, 0, 'due'],
  ['started in another window', { state: 'open', payment: payment('pending'), expiresAt: later }, 0, 'due'],
  ['too late', { state: 'open', payment: null, expiresAt: before }, 0, 'closed'],
  ['just started', { state: 'open', payment: payment('pending'), expiresAt: later }, 1, 'waiting'],
  ['paid, the notice not applied yet', { state: 'open', payment: payment('paid'), expiresAt: before }, 3, 'waiting'],
  ['no answer for long', { state: 'open', payment: payment('pending'), expiresAt: later }, 10, 'unclear'],
  ['refused by the provider', { state: 'open', payment: payment('closed'), expiresAt: later }, 1, 'failed'],
  ['paid', { state: 'paid', payment: payment('paid'), expiresAt: before }, 4, 'paid'],
  ['expired', { state: 'closed', payment: null, expiresAt: before }, 0, 'closed'],
];

for (const [name, checkout, looks, sight] of rows)
  test(`payment page: ${name} → ${sight}`, () => assert.equal(paySight(checkout, looks, now), sight));
