import type { Fen } from '#platform/money.ts';
import {
  type PayoutAnswer,
  type Payouts,
  ProviderUnclear,
  type RefundAnswer,
  type SharePart,
  type Sharing,
  type SharingAnswer,
} from './payment-port.ts';

/**
 * Payouts of the sandbox: no money, the same answers as a real provider. How an account ends decides what becomes of
 * its payments, so that every case can be tried by hand:
 * `-fail` fails, `-late` is said to fail and paid when asked after, `-slow` is paid when asked after, `-confirm` waits
 * for its receiver, `-lost` is paid but its answer is lost, everything else is paid at once. What it knows it forgets when the program ends; asked again it knows it anew.
 */
export function sandboxPayouts(): Payouts {
  const known = new Map<string, PayoutAnswer>();
  const say = (payout: string, answer: PayoutAnswer): PayoutAnswer => {
    known.set(payout, answer);
    return answer;
  };
  const paid = (payout: string): PayoutAnswer => ({ outcome: 'paid', providerNumber: numberOf('SP', payout) });
  return {
    async pay({ payout, openid }) {
      const before = known.get(payout);
      if (before) return before;
      if (openid.endsWith('-fail')) return say(payout, { outcome: 'failed', why: '收款账户异常' });
      if (openid.endsWith('-late')) {
        say(payout, paid(payout));
        return { outcome: 'failed', why: '渠道系统异常' };
      }
      if (openid.endsWith('-slow')) {
        say(payout, paid(payout));
        return { outcome: 'accepted' };
      }
      if (openid.endsWith('-confirm')) {
        return say(payout, { outcome: 'waiting-confirm', confirm: `sandbox-confirm-${payout}` });
      }
      say(payout, paid(payout));
      if (openid.endsWith('-lost')) throw new ProviderUnclear('the answer was lost');
      return paid(payout);
    },
    async query(payout) {
      return known.get(payout) ?? { outcome: 'unknown' };
    },
    async cancel(payout) {
      const before = known.get(payout);
      if (before?.outcome !== 'waiting-confirm') return before ?? { outcome: 'unknown' };
      return say(payout, { outcome: 'failed', why: '已撤回' });
    },
  };
}

/**
 * Sharing in the sandbox, within the limits that are usual at WeChat Pay. How a merchant number ends decides: `9999` is
 * refused by the provider's list, `8888` gets nothing, `7777` is answered when asked after, `6666` gives nothing back.
 */
export function sandboxSharing(): Sharing {
  const known = new Map<string, SharePart[]>();
  return {
    maxBp: 3000,
    frozenDays: 30,
    async addReceiver({ account }) {
      if (account.endsWith('9999')) throw new Error('账户名称与商户号不符');
    },
    async removeReceiver() {},
    async share({ sharing, receivers }): Promise<SharingAnswer> {
      const parts =
        known.get(sharing) ??
        receivers.map(
          ({ account, fen }): SharePart =>
            account.endsWith('8888')
              ? { account, fen, outcome: 'closed', why: '接收方账户异常' }
              : { account, fen, outcome: 'success', why: null },
        );
      known.set(sharing, parts);
      const late = receivers.some(({ account }) => account.endsWith('7777'));
      return late
        ? { outcome: 'pending', parts: parts.map((part) => ({ ...part, outcome: 'pending', why: null })) }
        : { outcome: 'finished', parts };
    },
    async query({ sharing }) {
      const parts = known.get(sharing);
      return parts ? { outcome: 'finished', parts } : { outcome: 'refused', why: '没有这次分账', again: true };
    },
    async unfreeze({ sharing }) {
      known.set(sharing, []);
      return { outcome: 'finished', parts: [] };
    },
    // Nothing is really frozen here: the house's own count of the cap is what limits it.
    async unshared(): Promise<Fen> {
      return Number.MAX_SAFE_INTEGER;
    },
    async giveBack({ account }): Promise<RefundAnswer> {
      return account.endsWith('6666') ? { outcome: 'refused', why: '接收方余额不足' } : { outcome: 'done' };
    },
    async queryBack() {
      return { outcome: 'done' };
    },
  };
}

const numberOf = (prefix: string, id: string) => `${prefix}${id.replaceAll('-', '').toUpperCase()}`;
