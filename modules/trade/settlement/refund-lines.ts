import type { AccountName, TransferInput } from '#ledger';
import { transfer } from '#ledger';
import type { Actor } from '#platform/actor.ts';
import type { Tx } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { type Fen, yuan } from '#platform/money.ts';
import { tell } from '#platform/outbox.ts';
import type { LinesRefunded, OrderRefunded } from '../events.ts';
import { moveOrder, refuseMove } from '../orders/move-order.ts';
import { type LineFields, linesOf, type OrderFields } from '../orders/orders.queries.ts';
import { refuse } from '../refuse.ts';
import { type Borne, borneBy } from './hold-all.queries.ts';
import { accountsFor, holdOf } from './hold-all.ts';
import { insertRefund } from './refund-lines.queries.ts';
import { type RefundedLine, refundedOf } from './refunded.queries.ts';
import { borneBack, type LineBack, type Reversal, reverseParts } from './reverse-parts.ts';
import { settlementPartsOf } from './settlement-parts.ts';

export interface RefundInput {
  /** what the buyer gets back of which line, in fen; each line once */
  lines: readonly { line: string; goodsFen: Fen; freightFen: Fen }[];
  reason: string;
  /** the fact it rests on: a case, a cancellation */
  evidence: { kind: string; id: string };
}

/** A line's reversal, with whom of those who bear its discount get how much back. */
interface Back extends LineBack {
  bearers: readonly { bearer: Borne['bearer']; fen: Fen }[];
}

/**
 * Money of an order's lines goes back to its buyer, some or all of it. Each part gives its proportion: what is held is
 * released and the rest held anew; what was posted comes back from its owner's account, which may fall below nothing
 * and is then the owner's debt. Discounts that county or platform bore go back to them in the same proportion. Writes
 * the refund down for the job that asks the provider. When nothing of the order is left, the order becomes refunded.
 *
 * The caller has the order locked and does what becomes of its goods. Posts, so it comes last in the transaction.
 *
 * @throws Refusal `order-move-not-allowed` when the order has no money | `line-not-found` | `refund-empty` |
 *   `refund-too-large` with what can still be given back of a line
 */
export async function refundLines(
  tx: Tx,
  now: Date,
  by: Actor,
  order: OrderFields,
  input: RefundInput,
): Promise<{ refund: string; fen: Fen }> {
  const { county } = order;
  if (order.paid_at === null || order.payment === null || order.state === 'cancelled' || order.state === 'refunded') {
    throw refuseMove(order.state, 'refunded');
  }
  const lines = await linesOf(tx, county, [order.id]);
  const lineIds = lines.map((line) => line.id);
  const before = await refundedOf(tx, county, lineIds);
  requireLeft(lines, before, input.lines);
  const fen = input.lines.reduce((sum, line) => sum + line.goodsFen + line.freightFen, 0);
  if (fen === 0) throw refuse('refund-empty');
  const left = order.total_fen - [...before.values()].reduce((sum, line) => sum + line.goodsFen + line.freightFen, 0);
  const whole = fen === left;

  const { provider } = await tx
    .selectFrom('trade.payment')
    .select('provider')
    .where('id', '=', order.payment)
    .executeTakeFirstOrThrow();
  const borne = await borneBy(
    tx,
    county,
    lines.filter((line) => line.discount_fen > 0),
  );
  const backs = backOf(lines, before, borne, input.lines, whole);
  const parts = await settlementPartsOf(tx, county, [order.id]);
  const reversals = reverseParts(parts, backs);

  if (whole) await moveOrder(tx, now, by, { county, order: order.id, to: 'refunded', reason: input.reason });
  const refund = newId();
  const posting = await reversalPosting(tx, by, order, input, { provider, backs, reversals, fen });
  const settled = parts.some((part) => part.state === 'posted');
  await insertRefund(tx, county, {
    id: refund,
    order: order.id,
    payment: order.payment,
    fen,
    reason: input.reason,
    by: by.person,
    at: now,
    lines: backs.map(({ bearers: _, ...back }) => ({ ...back, settled })),
    reversals: posting.reversals,
  });
  const refunded: LinesRefunded = {
    type: 'trade.lines-refunded',
    county,
    payload: { order: order.id, refund, settled, lines: backs.map((back) => eventLine(back, reversals)) },
  };
  await tell(tx, refunded);
  if (whole) {
    const event: OrderRefunded = { type: 'trade.order-refunded', county, payload: { order: order.id } };
    await tell(tx, event);
  }
  await transfer(tx, county, posting.transfers, now);
  return { refund, fen };
}

/** All that is left of an order, line by line. */
export async function restOf(tx: Tx, order: OrderFields): Promise<RefundInput['lines']> {
  const lines = await linesOf(tx, order.county, [order.id]);
  const before = await refundedOf(
    tx,
    order.county,
    lines.map((line) => line.id),
  );
  return lines.map((line) => ({ line: line.id, ...leftOf(line, before.get(line.id)) }));
}

const leftOf = (line: LineFields, before: RefundedLine | undefined) => ({
  goodsFen: line.goods_fen - (before?.goodsFen ?? 0),
  freightFen: line.freight_fen - (before?.freightFen ?? 0),
});

function requireLeft(
  lines: readonly LineFields[],
  before: ReadonlyMap<string, RefundedLine>,
  asked: RefundInput['lines'],
): void {
  for (const [i, one] of asked.entries()) {
    const line = lines.find(({ id }) => id === one.line);
    if (!line || asked.findIndex((other) => other.line === one.line) !== i) {
      throw refuse('line-not-found', { line: one.line });
    }
    if (one.goodsFen < 0 || one.freightFen < 0) throw new RangeError('refund: amounts must not be negative');
    const left = leftOf(line, before.get(line.id));
    if (one.goodsFen > left.goodsFen || one.freightFen > left.freightFen) {
      const amounts = { goods: yuan(left.goodsFen), freight: yuan(left.freightFen) };
      throw refuse('refund-too-large', { line: line.id, name: line.name, ...amounts, ...left });
    }
  }
}

/** The lines asked for, with what goes back to those who bear their discounts. */
function backOf(
  lines: readonly LineFields[],
  before: ReadonlyMap<string, RefundedLine>,
  borne: readonly Borne[],
  asked: RefundInput['lines'],
  whole: boolean,
): Back[] {
  return lines.flatMap((line) => {
    const one = asked.find((back) => back.line === line.id);
    // With the last fen of an order also go those lines for which the buyer paid nothing.
    if (!one && !(whole && line.goods_fen === 0)) return [];
    const { goodsFen, freightFen } = one ?? { goodsFen: 0, freightFen: 0 };
    const past = before.get(line.id);
    const bearers = borne
      .filter((share) => share.line === line.id)
      .map(({ bearer, fen }) => ({
        bearer,
        fen:
          line.goods_fen > 0
            ? borneBack({ goodsFen: line.goods_fen, borneFen: fen }, past?.goodsFen ?? 0, goodsFen)
            : whole
              ? fen
              : 0,
      }));
    const borneFen = bearers.reduce((sum, { fen }) => sum + fen, 0);
    return [{ line: line.id, goodsFen, freightFen, borneFen, bearers }];
  });
}

function eventLine({ line, goodsFen, freightFen }: Back, reversals: readonly Reversal[]) {
  const household = reversals.find(({ part }) => part.line === line && part.part === 'household');
  return { line, goodsFen, freightFen, householdFen: household?.fen ?? 0 };
}

/** Releases, takes back, pays out, holds the rest anew: in this order, as the account of orders may never overdraw. */
async function reversalPosting(
  tx: Tx,
  by: Actor,
  order: OrderFields,
  input: RefundInput,
  of: { provider: string; backs: readonly Back[]; reversals: readonly Reversal[]; fen: Fen },
) {
  const { provider, backs, reversals, fen } = of;
  const bearers = backs.flatMap((back) => back.bearers).filter((one) => one.fen > 0);
  const account = await accountsFor(tx, order.county, [
    { kind: 'provider_clearing', owner: provider },
    ...bearers.map(({ bearer }) => ({ kind: 'promotion' as const, owner: bearer })),
    ...reversals.map(({ part }) => (part.state === 'held' ? ownerOf(part) : giverOf(part))),
  ]);
  const received = account('orders_received', 'county');
  const said = { evidenceKind: input.evidence.kind, evidence: input.evidence.id, by: by.person };
  const moved = (debit: string, credit: string, amountFen: Fen, reason: string): TransferInput => ({
    ...said,
    id: newId(),
    kind: 'single',
    debit,
    credit,
    amountFen,
    reason,
  });
  const ended = reversals.map(({ part, fen: back }): TransferInput => {
    if (part.state === 'held') {
      return { ...said, id: newId(), kind: 'void', pending: part.hold, reason: 'order-part' };
    }
    const giver = giverOf(part);
    return moved(account(giver.kind, giver.owner), received, back, 'order-part-back');
  });
  const rests = reversals.map(({ part, fen: back }) => {
    const rest = part.state === 'held' ? part.fen - back : 0;
    return rest > 0 ? { ...part, fen: rest, hold: newId() } : null;
  });
  return {
    transfers: [
      ...ended,
      moved(received, account('provider_clearing', provider), fen, 'order-refunded'),
      ...bearers.map((one) => moved(received, account('promotion', one.bearer), one.fen, 'discount-borne-back')),
      ...rests.flatMap((part) => {
        if (!part) return [];
        const owner = ownerOf(part);
        return [holdOf(part, received, account(owner.kind, owner.owner), by.person)];
      }),
    ],
    reversals: reversals.map(({ part, fen: back }, i) => ({
      part,
      fen: back,
      transfer: (ended[i] as TransferInput).id,
      rest: rests[i] ?? null,
    })),
  };
}

/** The account that a part is owed to. */
function ownerOf({ part, org }: Reversal['part']): AccountName {
  if (part === 'household') return { kind: 'shop_share', owner: 'county' };
  return { kind: part, owner: org ?? (part === 'platform' ? 'platform' : 'county') };
}

/**
 * The account that a posted part comes back from. The households' has gone on to them and is not asked back: they sold
 * their produce, whatever became of the parcel. The county lays it out on an account that shows how much that is.
 */
const giverOf = (part: Reversal['part']): AccountName =>
  part.part === 'household' ? { kind: 'share_back', owner: 'county' } : ownerOf(part);
