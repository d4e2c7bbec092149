import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Tx } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { tell } from '#platform/outbox.ts';
import { stockChanged } from '../events.ts';
import { allocationsOf, linesOf } from '../orders/orders.queries.ts';
import { moveStock } from '../stock/move-stock.ts';
import { openShelf } from '../stock/shelf.ts';
import { lockOpenLots } from '../stock/stock.queries.ts';
import { linesOfCases, linesSentAgain } from './cases.queries.ts';
import type { LockedCase } from './move-case.ts';

/**
 * Reserves a case's packs anew, oldest expiry first, as lines of the same order that name what they replace. Neither
 * goods nor freight are charged for them, and nothing is held or settled: the line they replace was paid for both.
 *
 * @returns false when the packs are not there; nothing is reserved then
 */
export async function reserveAgain(tx: Tx, now: Date, by: Actor, { order, found }: LockedCase): Promise<boolean> {
  const { county } = order;
  const asked = await linesOfCases(tx, county, [found.id]);
  const bought = await linesOf(tx, county, [order.id]);
  const wanted = asked.flatMap(({ line, packs }) => {
    const of = bought.find((b) => b.id === line);
    return of ? [{ of, packs, id: newId() }] : [];
  });
  const lots = await lockOpenLots(
    tx,
    county,
    wanted.map(({ of }) => of.sku),
    dayOf(now),
  );
  const { chosen, short } = openShelf(lots).take(wanted.map(({ of, packs, id }) => ({ line: id, sku: of.sku, packs })));
  if (short.length > 0) return false;
  const { last } = await tx
    .selectFrom('trade.order_line')
    .select((e) => e.fn.max('position').as('last'))
    .where('county', '=', county)
    .where('order', '=', order.id)
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('trade.order_line')
    .values(
      wanted.map(({ of, packs, id }, i) => ({
        county,
        id,
        order: order.id,
        position: Number(last) + i + 1,
        org: of.org,
        product: of.product,
        sku: of.sku,
        name: of.name,
        sku_name: of.sku_name,
        category: of.category,
        origin: of.origin,
        packs,
        pack_grams: of.pack_grams,
        unit_fen: of.unit_fen,
        goods_fen: 0,
        freight_fen: 0,
        replaces: of.id,
        after_sale: found.id,
      })),
    )
    .execute();
  await tx
    .insertInto('trade.allocation')
    .values(chosen.map((c) => ({ county, ...c, state: 'reserved' as const })))
    .execute();
  await moveStock(tx, {
    county,
    kind: 'reserved',
    steps: chosen.map((c) => ({ sku: c.sku, lot: c.lot, onHand: 0, reserved: c.packs })),
    evidence: { kind: 'case', id: found.id },
    by: by.person,
    at: now,
    locked: true,
  });
  await tell(
    tx,
    stockChanged(
      county,
      wanted.map(({ of }) => of.product),
    ),
  );
  return true;
}

/** What was reserved to be sent again for a case and never packed is free; its lines stay on record without packs. */
export async function dropReserved(tx: Tx, now: Date, by: Actor, { order, found }: LockedCase): Promise<void> {
  const { county } = order;
  const lines = await linesSentAgain(tx, county, found.id);
  const reserved = (
    await allocationsOf(
      tx,
      county,
      lines.map((line) => line.id),
    )
  ).filter((a) => a.state === 'reserved');
  if (reserved.length === 0) return;
  await moveStock(tx, {
    county,
    kind: 'reserved',
    steps: reserved.map((a) => ({ sku: a.sku, lot: a.lot, onHand: 0, reserved: -a.packs })),
    evidence: { kind: 'case', id: found.id },
    by: by.person,
    at: now,
  });
  const dropped = lines.filter((line) => reserved.some((a) => a.line === line.id));
  for (const line of dropped) {
    await tx
      .updateTable('trade.allocation')
      .set({ state: 'released' })
      .where('county', '=', county)
      .where('line', '=', line.id)
      .execute();
    await tx
      .updateTable('trade.order_line')
      .set({ dropped_packs: line.packs })
      .where('county', '=', county)
      .where('id', '=', line.id)
      .execute();
  }
  await tell(
    tx,
    stockChanged(
      county,
      dropped.map((line) => line.product),
    ),
  );
}
