import type { PlainKey, Translate } from '../../i18n/index.tsx';
import { zh } from '../../i18n/zh.ts';
import type { Tone } from '../../parts/StatusTag.tsx';

/** A word for a code that comes from the server, or the code itself where we have none. */
export function wordOf(t: Translate, group: 'provider' | 'method' | 'pays.outcome' | 'refund', code: string): string {
  const key = {
    provider: `provider.${code}`,
    method: `method.${code}`,
    'pays.outcome': `pays.outcome.${code}`,
    refund: `refund.${code}`,
  }[group];
  return key in zh ? t(key as PlainKey) : code;
}

export const providers = ['sandbox', 'wechat', 'alipay', 'bank', 'station'] as const;

export const paymentTones: Readonly<Record<string, Tone>> = {
  pending: 'wait',
  paid: 'good',
  closed: 'quiet',
  refunding: 'go',
  refunded: 'quiet',
};
export const outcomeTones: Readonly<Record<string, Tone>> = {
  paid: 'good',
  'paid-late': 'gold',
  returned: 'stop',
  'paid-twice': 'stop',
  'wrong-amount': 'stop',
  'payment-unknown': 'stop',
  'refund-refused': 'stop',
  'refund-done': 'good',
  waiting: 'wait',
};
export const caseTones: Readonly<Record<string, Tone>> = {
  open: 'stop',
  explained: 'wait',
  corrected: 'go',
  closed: 'quiet',
};
