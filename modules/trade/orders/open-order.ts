import { dayOf } from '#platform/clock.ts';
import { nextNumber, type Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Fen, Grams } from '#platform/money.ts';
import type { LineFields } from './orders.queries.ts';

/** An order that asks for money and brings nothing by itself: not to be packed, and without freight. */
export interface OrderToOpen {
  county: County;
  person: string;
  /** until when it can be paid */
  expiresAt: Date;
  /** null where nothing is ever sent, as the contact */
  shipRegion: string | null;
  contact: Buffer | null;
  note: string | null;
  /** the order whose balance it is */
  balanceOf?: string;
  /** what it is a promise for */
  promise?: string;
  lines: readonly (Pick<LineFields, 'org' | 'product' | 'sku' | 'name' | 'sku_name' | 'category' | 'origin'> & {
    fen: Fen;
    grams: Grams;
  })[];
}

/**
 * Opens one such order under a checkout of its own, paid like any other. Its lines count one pack each that is never
 * packed.
 */
export async function openOrder(
  tx: Tx,
  now: Date,
  of: OrderToOpen,
): Promise<{ checkout: string; order: string; number: string; lines: string[] }> {
  const { county } = of;
  const [checkout, order] = [newId(), newId()];
  const fen = of.lines.reduce((sum, line) => sum + line.fen, 0);
  const day = dayOf(now).slice(2).replaceAll('-', '');
  const number = `${day}-${String(await nextNumber(tx, county, `order ${day}`)).padStart(4, '0')}`;
  await tx
    .insertInto('trade.checkout')
    .values({
      id: checkout,
      person: of.person,
      state: 'open',
      total_fen: fen,
      counties: [county],
      orders: [order],
      created_at: now,
      expires_at: of.expiresAt,
    })
    .execute();
  await tx
    .insertInto('trade.order')
    .values({
      county,
      id: order,
      number,
      checkout,
      person: of.person,
      state: 'placed',
      goods_fen: fen,
      freight_fen: 0,
      total_fen: fen,
      grams: of.lines.reduce((sum, line) => sum + line.grams, 0),
      ship_region: of.shipRegion,
      contact_sealed: of.contact,
      buyer_note: of.note,
      placed_at: now,
      balance_of: of.balanceOf ?? null,
      promise: of.promise ?? null,
    })
    .execute();
  const lines = of.lines.map(() => newId());
  await tx
    .insertInto('trade.order_line')
    .values(
      of.lines.map(({ fen: unit, grams, ...line }, i) => ({
        county,
        id: lines[i] as string,
        order,
        position: i + 1,
        ...line,
        packs: 1,
        dropped_packs: 1,
        pack_grams: grams,
        unit_fen: unit,
        goods_fen: unit,
        freight_fen: 0,
      })),
    )
    .execute();
  return { checkout, order, number, lines };
}
