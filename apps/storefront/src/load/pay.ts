import type { Answers } from '../../contracts.ts';

type Checkout = Pick<Answers['trade']['checkout'], 'state' | 'expiresAt'>;
type Sight = Pick<Answers['trade']['paySight'], 'payment' | 'late' | 'transfer' | 'cash'>;
export type PayWay = Answers['trade']['paySight']['ways'][number];

/** What the payment page shows. */
export type PayPage =
  /** choose how to pay */
  | 'due'
  /** the last try came to nothing; choose again */
  | 'failed'
  /** bank transfer: what to write */
  | 'transfer'
  /** cash: which code to tell */
  | 'cash'
  /** a code to scan with the payment app */
  | 'qr'
  /** on to the payment app */
  | 'go'
  /** WeChat's own script asks for the password */
  | 'script'
  | 'waiting'
  | 'unclear'
  | 'paid'
  /** paid after its time, and the packs were still there */
  | 'paid-late'
  | 'closed'
  /** the money came too late and is on its way back, or is back */
  | 'returning'
  | 'returned';

/** After this many looks the page stops waiting and says what it knows. */
const patience = 8;

/** Seconds until the next look: two at first, then longer and longer, so that a slow provider is not asked by everybody. */
export const nextLook = (looks: number): number => Math.min(30, Math.round(2 * 1.5 ** Math.max(0, looks - 1)));

/** What a provider answered when the payment began, as far as a page can show it. */
export function goOf(
  go: unknown,
): { kind: 'qr' | 'redirect'; url: string } | { kind: 'jsapi'; fields: Record<string, string> } | null {
  if (typeof go !== 'object' || go === null || !('kind' in go)) return null;
  if (go.kind === 'jsapi' && 'fields' in go && typeof go.fields === 'object' && go.fields !== null) {
    return { kind: 'jsapi', fields: go.fields as Record<string, string> };
  }
  if (go.kind === 'redirect' && 'url' in go && typeof go.url === 'string' && /^https:\/\//.test(go.url)) {
    return { kind: 'redirect', url: go.url };
  }
  return go.kind === 'qr' ? { kind: 'qr', url: '' } : null;
}

/**
 * @param looks how often the page has looked since the buyer said to have paid; 0 when it was only opened
 * @param choosing the buyer wants another way to pay
 */
export function payPage(checkout: Checkout, sight: Sight, looks: number, now: Date, choosing = false): PayPage {
  const { payment } = sight;
  if (checkout.state === 'paid') return sight.late ? 'paid-late' : 'paid';
  if (payment?.state === 'refunding') return 'returning';
  if (payment?.state === 'refunded') return 'returned';
  const over = checkout.state === 'closed' || new Date(checkout.expiresAt) <= now;
  if (payment?.state === 'paid') return looks < patience ? 'waiting' : 'unclear';
  if (over) return 'closed';
  if (payment?.state === 'closed') return 'failed';
  if (payment?.state !== 'pending' || choosing) return 'due';
  if (sight.transfer) return 'transfer';
  if (sight.cash) return 'cash';
  if (looks > 0) return looks < patience ? 'waiting' : 'unclear';
  const go = goOf(payment.go);
  if (go?.kind === 'jsapi') return 'script';
  return go?.kind === 'qr' ? 'qr' : go?.kind === 'redirect' ? 'go' : 'due';
}

/**
 * Ways a page can offer. Inside WeChat only its own script pays, and that needs to know who opened the page; outside of
 * it there is no such script.
 */
export const offered = (ways: readonly PayWay[], inWechat: boolean): PayWay[] =>
  ways.filter((way) => (way.provider === 'wechat' && inWechat ? way.method === 'jsapi' : way.method !== 'jsapi'));

/** Whether a page is shown by WeChat's own browser, which can pay by its script; a mini program's web view cannot. */
export const isWechat = (agent: string | null): boolean =>
  /MicroMessenger\//.test(agent ?? '') && !/miniProgram|wxwork/i.test(agent ?? '');

/** Of several ways the one that is chosen before the buyer has. */
export const firstWay = (
  ways: readonly PayWay[],
  last: { provider: string; method: string } | null,
): PayWay | undefined => ways.find((way) => way.provider === last?.provider && way.method === last.method) ?? ways[0];

/** Whole minutes and seconds that are left, never less than nothing. */
export function timeLeft(
  until: string | Date,
  now: Date,
): { days: number; hours: number; minutes: number; seconds: number } {
  const left = Math.max(0, Math.floor((new Date(until).getTime() - now.getTime()) / 1000));
  return {
    days: Math.floor(left / 86_400),
    hours: Math.floor((left % 86_400) / 3600),
    minutes: Math.floor((left % 3600) / 60),
    seconds: left % 60,
  };
}
