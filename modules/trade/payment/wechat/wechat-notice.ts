import { refuse } from '../../refuse.ts';
import type { Headers, Notice } from '../payment-port.ts';
import { uuidOfName } from '../provider-names.ts';
import { type EncryptedResource, openResource, type WechatClient } from './wechat-client.ts';

const WINDOW_S = 300;

/** All that we look at in what WeChat Pay tells; which of it is there says what it is about. */
interface Content {
  mchid?: string;
  appid?: string;
  combine_mchid?: string;
  out_trade_no?: string;
  combine_out_trade_no?: string;
  transaction_id?: string;
  trade_state?: string;
  amount?: { total?: number; refund?: number };
  sub_orders?: { trade_state: string; transaction_id: string; amount: { total_amount: number } }[];
  out_refund_no?: string;
  refund_status?: string;
  out_bill_no?: string;
  state?: string;
  fail_reason?: string;
}

/**
 * A notice of WeChat Pay: signature over the raw body, not older than five minutes when it came, opened with the
 * merchant's key. What it is about is read from its content, since shares are told under the name of payments.
 *
 * @throws Refusal `notice-forged` | `notice-broken`
 */
export async function readWechatNotice(
  client: WechatClient,
  raw: string,
  headers: Headers,
  receivedAt: Date,
): Promise<Notice> {
  const time = Number(headers['wechatpay-timestamp']);
  if (!(Math.abs(receivedAt.getTime() / 1000 - time) <= WINDOW_S)) throw refuse('notice-forged');
  if (!(await client.isSigned(headers, raw))) throw refuse('notice-forged');
  const body = parsed<{ id?: string; resource?: EncryptedResource }>(raw);
  if (typeof body.id !== 'string' || !body.resource?.ciphertext) throw refuse('notice-broken');
  const content = parsed<Content>(opened(client, body.resource));
  const { appid, mchid } = client.settings;
  if ((content.mchid ?? content.combine_mchid ?? mchid) !== mchid) throw refuse('notice-forged');
  if (content.trade_state && content.out_trade_no && content.appid !== appid) throw refuse('notice-forged');
  return meaning(body.id, content);
}

// Encrypted for another merchant: signed by WeChat Pay, and yet no notice of ours.
function opened(client: WechatClient, resource: EncryptedResource): string {
  try {
    return openResource(client.settings.apiV3Key, resource);
  } catch {
    throw refuse('notice-forged');
  }
}

function parsed<T extends object>(text: string): T {
  try {
    const content: unknown = JSON.parse(text);
    if (content && typeof content === 'object') return content as T;
  } catch {
    // The same answer as for JSON that says nothing.
  }
  throw refuse('notice-broken');
}

function meaning(id: string, content: Content): Notice {
  if (content.out_refund_no && content.refund_status) {
    const done = content.refund_status === 'SUCCESS';
    return {
      kind: 'refund',
      id,
      refund: content.out_refund_no,
      fen: whole(content.amount?.refund),
      outcome: done ? 'done' : 'refused',
      why: done ? null : content.refund_status,
    };
  }
  if (content.out_bill_no && content.state) {
    if (content.state !== 'SUCCESS' && content.state !== 'FAIL' && content.state !== 'CANCELLED')
      return { kind: 'other', id };
    const paid = content.state === 'SUCCESS';
    const why = paid ? null : (content.fail_reason ?? content.state);
    return {
      kind: 'payout',
      id,
      payout: uuidOfName(content.out_bill_no) ?? content.out_bill_no,
      outcome: paid ? 'paid' : 'failed',
      why,
    };
  }
  if (content.sub_orders) return ofCombined(id, content, content.sub_orders);
  if (!content.trade_state) return { kind: 'other', id };
  const payment = uuidOfName(content.out_trade_no ?? '');
  if (!payment) return { kind: 'other', id };
  return {
    kind: 'payment',
    id,
    payment,
    amountFen: whole(content.amount?.total),
    outcome: came(content.trade_state) ? 'success' : 'failure',
    providerNumber: content.transaction_id ?? null,
  };
}

function ofCombined(id: string, content: Content, parts: NonNullable<Content['sub_orders']>): Notice {
  const payment = uuidOfName(content.combine_out_trade_no ?? '');
  if (!payment) return { kind: 'other', id };
  return {
    kind: 'payment',
    id,
    payment,
    amountFen: parts.reduce((sum, part) => sum + whole(part.amount?.total_amount), 0),
    outcome: parts.every((part) => came(part.trade_state)) ? 'success' : 'failure',
    providerNumber: parts.map((part) => part.transaction_id).join(','),
  };
}

// A payment of which something was given back since has come all the same.
const came = (state: string) => state === 'SUCCESS' || state === 'REFUND';

function whole(fen: number | undefined): number {
  if (!Number.isSafeInteger(fen)) throw refuse('notice-broken');
  return fen as number;
}
