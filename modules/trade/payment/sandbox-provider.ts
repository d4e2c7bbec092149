import { randomBytes, timingSafeEqual } from 'node:crypto';
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { newId } from '#platform/ids.ts';
import type { Sealer } from '#platform/secrets.ts';
import { refuse } from '../refuse.ts';
import type { Headers, PaymentNotice, PaymentProvider } from './payment-port.ts';
import { sandboxPayouts, sandboxSharing } from './sandbox-payouts.ts';

const Body = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 64 }),
  payment: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }),
  amountFen: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  outcome: Type.Union([Type.Literal('success'), Type.Literal('failure')]),
  number: Type.String({ maxLength: 64 }),
  at: Type.String({ maxLength: 40 }),
});
const body = Compile(Body);

const TIME = 'sandbox-timestamp';
const NONCE = 'sandbox-nonce';
const SIGNATURE = 'sandbox-signature';

/**
 * The sandbox behind the payment port: no money, but notices that are signed like a real provider's (over time, nonce
 * and the raw body, a line each) and come through the same door.
 */
export function sandboxProvider(sealer: Sealer): PaymentProvider {
  return {
    name: 'sandbox',
    sandbox: true,
    methods: ['sandbox'],
    async start() {
      return { kind: 'page' };
    },
    async readNotice(raw, headers): Promise<PaymentNotice> {
      const given = Buffer.from(one(headers, SIGNATURE), 'base64url');
      const right = signatureOf(sealer, one(headers, TIME), one(headers, NONCE), raw);
      if (given.length !== right.length || !timingSafeEqual(given, right)) throw refuse('notice-forged');
      const notice = parse(raw);
      return {
        kind: 'payment',
        id: notice.id,
        payment: notice.payment,
        amountFen: notice.amountFen,
        outcome: notice.outcome,
        providerNumber: notice.number,
      };
    },
    replies: null,
    // The buyer's button is all there is: what it has not said is not known, and what it says later still counts.
    async query() {
      return { outcome: 'unknown' };
    },
    async close() {
      return true;
    },
    // Nothing was ever taken, so giving it back cannot fail, however often it is asked for.
    async refund() {
      return { outcome: 'done' };
    },
    async queryRefund() {
      return { outcome: 'done' };
    },
    async bill() {
      return [];
    },
    sharing: sandboxSharing(),
    payouts: sandboxPayouts(),
  };
}

/** A notice as the sandbox sends it: raw body and signed headers. */
export function sandboxNotice(
  sealer: Sealer,
  notice: { payment: string; amountFen: number; outcome: 'success' | 'failure'; at: Date; id?: string },
): { raw: string; headers: Record<string, string> } {
  const content: Static<typeof Body> = {
    id: notice.id ?? newId(),
    payment: notice.payment,
    amountFen: notice.amountFen,
    outcome: notice.outcome,
    // One number per payment, however many notices speak of it.
    number: `SB${notice.payment.replaceAll('-', '').toUpperCase()}`,
    at: notice.at.toISOString(),
  };
  const raw = JSON.stringify(content);
  const time = String(Math.floor(notice.at.getTime() / 1000));
  const nonce = randomBytes(12).toString('hex');
  return {
    raw,
    headers: {
      'content-type': 'application/json',
      [TIME]: time,
      [NONCE]: nonce,
      [SIGNATURE]: signatureOf(sealer, time, nonce, raw).toString('base64url'),
    },
  };
}

const signatureOf = (sealer: Sealer, time: string, nonce: string, raw: string): Buffer =>
  sealer.sign('sandbox-notice', `${time}\n${nonce}\n${raw}\n`);

function one(headers: Headers, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}

function parse(raw: string): Static<typeof Body> {
  try {
    const content: unknown = JSON.parse(raw);
    if (body.Check(content)) return content;
  } catch {
    // Not even JSON: the same answer as for JSON that says nothing we know.
  }
  throw refuse('notice-broken');
}
