import { randomBytes } from 'node:crypto';
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { addDays, startOfDay } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import type { Db } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { proportion } from '#platform/money.ts';
import { type Sealer, sameSignature } from '#platform/secrets.ts';
import { refuse } from '../refuse.ts';
import type { BillRow, Headers, PaymentNotice, PaymentProvider } from './payment-port.ts';
import { refundOfName } from './provider-names.ts';
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
export function sandboxProvider({ sealer, db, clock }: Pick<Context, 'sealer' | 'db' | 'clock'>): PaymentProvider {
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
      if (!sameSignature(given, right)) throw refuse('notice-forged');
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
    async refund({ refund, payment, fen }) {
      const ours = refundOfName(refund)?.id ?? refund;
      await noteDeed(db, { kind: 'refund', ours, payment, fen, at: clock.now() });
      return { outcome: 'done' };
    },
    async queryRefund() {
      return { outcome: 'done' };
    },
    bill: (day) => billOf(db, day),
    sharing: sandboxSharing(),
    payouts: sandboxPayouts(),
  };
}

/** What the sandbox takes of a payment, in hundredths of a percent: as much as real providers do. */
const FEE_BP = 60;

/**
 * The sandbox remembers what it did, as a provider would: once for each of our names. Its bill is made of this and of
 * nothing else, so that comparing it with our books compares two things.
 */
export async function noteDeed(
  db: Db,
  deed: { kind: 'payment' | 'refund'; ours: string; payment: string; fen: number; at: Date },
): Promise<void> {
  const fee = proportion(deed.fen, FEE_BP, 10_000);
  await db
    .insertInto('trade.sandbox_deed')
    .values({ ...deed, fee_fen: deed.kind === 'payment' ? fee : 0 - fee })
    .onConflict((c) => c.columns(['kind', 'ours']).doNothing())
    .execute();
}

async function billOf(db: Db, day: string): Promise<BillRow[]> {
  const rows = await db
    .selectFrom('trade.sandbox_deed')
    .selectAll()
    .where('at', '>=', startOfDay(day))
    .where('at', '<', startOfDay(addDays(day, 1)))
    .orderBy('at')
    .orderBy('ours')
    .execute();
  return rows.map((row) => ({
    kind: row.kind,
    number: numberOf(row.kind, row.ours),
    ours: row.ours,
    payment: row.payment,
    fen: row.fen,
    feeFen: row.fee_fen,
    at: row.at,
  }));
}

/** The sandbox's own number: one per payment or refund, however often it speaks of it. */
const numberOf = (kind: 'payment' | 'refund', ours: string): string =>
  `${kind === 'payment' ? 'SB' : 'SR'}${ours.replaceAll('-', '').toUpperCase()}`;

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
    number: numberOf('payment', notice.payment),
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
