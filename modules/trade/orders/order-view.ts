import { skusById } from '#catalog';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import type { County } from '#platform/ids.ts';
import { organisationsById, regionNames } from '#registry';
import { lotFacts } from '#trace';
import { maskContact, openContact } from '../addresses/contact.ts';
import { soldByWeight } from '../after-sale/weigh-lines.ts';
import { noticesOf } from '../recalls/read-notice.ts';
import { refuse } from '../refuse.ts';
import { type PartOfOrder, settlementPartsOf } from '../settlement/settlement-parts.ts';
import { ruleNames } from '../settlement/settlement-rules.queries.ts';
import { orderForReader, orgsServed, type Reading } from './order-readers.ts';
import { inEnglish, orderRows } from './order-rows.ts';
import type { OrderState } from './order-states.ts';
import { allocationsOf, discountsOf, linesOf, orderById } from './orders.queries.ts';

/** While an order is in these states somebody has to find its receiver. */
const underWay: readonly OrderState[] = ['paid', 'packed', 'sent', 'received'];

/**
 * One order whole, for its buyer or for staff of its county. The contact is whole for the buyer, and for those who
 * pack and send it as long as it is under way; for all others it is masked and what the buyer noted is left out. Staff also see who gets what of the money,
 * each organisation its own part.
 *
 * @throws Refusal `order-not-found`
 */
export async function orderView(at: Context, by: Actor, county: County, id: string) {
  const { db } = at;
  const { reading } = await orderForReader(db, by, county, id);
  const order = await orderById(db, county, id);
  if (!order) throw refuse('order-not-found');
  const [row] = await orderRows(db, [order]);
  if (!row) throw refuse('order-not-found');
  const lines = await linesOf(db, county, [id]);
  const discounts = await discountsOf(
    db,
    county,
    lines.map((line) => line.id),
  );
  const allocations = (
    await allocationsOf(
      db,
      county,
      lines.map((line) => line.id),
    )
  ).filter((a) => a.state !== 'released');
  const lots = await lotFacts(
    db,
    county,
    allocations.map((a) => a.lot),
  );
  const parts = await partsFor(at, by, county, id, reading);
  const orgs = await organisationsById(db, county, [
    ...lines.map((line) => line.org),
    ...parts.flatMap((part) => part.org ?? []),
  ]);
  const origins = await regionNames(
    db,
    lines.map((line) => line.origin),
  );
  const skus = await skusById(
    db,
    county,
    lines.map((line) => line.sku),
  );
  const rules = await ruleNames(
    db,
    county,
    parts.flatMap((part) => part.rule ?? []),
  );
  const byWeight = await soldByWeight(
    db,
    county,
    lines.map((line) => line.sku),
  );
  const moves = await db
    .selectFrom('trade.order_move')
    .select(['from_state as from', 'to_state as to', 'reason', 'at'])
    .where('county', '=', county)
    .where('order', '=', id)
    .orderBy('at')
    .orderBy('id')
    .execute();
  const { expires_at } = await db
    .selectFrom('trade.checkout')
    .select('expires_at')
    .where('id', '=', order.checkout)
    .executeTakeFirstOrThrow();
  const whole = reading === 'buyer' || (reading === 'handler' && underWay.includes(order.state));
  const contact = order.contact_sealed && openContact(at.sealer, order.contact_sealed);
  return {
    ...row,
    contact: contact && { ...(whole ? contact : maskContact(contact)), regionName: row.shipRegionName ?? '' },
    // People write phones and doors into it.
    buyerNote: whole ? order.buyer_note : null,
    recalls: await noticesOf(db, county, id),
    expiresAt: expires_at,
    sentAt: order.sent_at,
    receivedAt: order.received_at,
    closedAt: order.closed_at,
    lines: lines.map((line) => ({
      id: line.id,
      product: line.product,
      sku: line.sku,
      org: line.org,
      orgName: orgs.get(line.org)?.name ?? '',
      name: line.name,
      skuName: line.sku_name,
      ...inEnglish(line, skus.get(line.sku)),
      pictureBase: skus.get(line.sku)?.pictureBase ?? null,
      origin: line.origin,
      originName: origins.get(line.origin)?.fullName ?? line.origin,
      packs: line.packs,
      droppedPacks: line.dropped_packs,
      packGrams: line.pack_grams,
      byWeight: byWeight.has(line.sku),
      unitFen: line.unit_fen,
      discountFen: line.discount_fen,
      discounts: discounts.get(line.id) ?? [],
      goodsFen: line.goods_fen,
      freightFen: line.freight_fen,
      lots: allocations
        .filter((a) => a.line === line.id)
        .map((a) => ({ lot: a.lot, lotNumber: lots.get(a.lot)?.number ?? '', packs: a.packs })),
    })),
    moves: [
      { from: null, to: 'placed' as OrderState, reason: null, at: order.placed_at },
      ...moves.map((move) => ({ ...move, to: move.to as OrderState })),
    ],
    parts: parts.map((part) => ({
      part: part.part,
      line: part.line,
      orgName: part.org ? (orgs.get(part.org)?.name ?? null) : null,
      fen: part.fen,
      backFen: part.backFen,
      state: part.state,
      hold: part.hold,
      ruleName: rules.get(part.rule ?? '') ?? null,
    })),
  };
}

async function partsFor(
  at: Context,
  by: Actor,
  county: County,
  order: string,
  reading: Reading,
): Promise<PartOfOrder[]> {
  if (reading === 'buyer') return [];
  const orgs = await orgsServed(at.db, by, county);
  const parts = await settlementPartsOf(at.db, county, [order]);
  return orgs === 'all' ? parts : parts.filter((part) => part.org !== null && orgs.includes(part.org));
}
