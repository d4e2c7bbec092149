import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { findRecall, lotFacts } from '#trace';
import { orderForReader } from '../orders/order-readers.ts';
import { refuse } from '../refuse.ts';

/** The buyer has read that goods of an order are recalled. @throws Refusal `order-not-found` */
export async function readNotice(at: Context, by: Actor, input: { county: County; id: string }): Promise<void> {
  const { county, id } = input;
  const { reading } = await orderForReader(at.db, by, county, id);
  if (reading !== 'buyer') throw refuse('order-not-found');
  await at.db
    .updateTable('trade.recall_line')
    .set({ seen_at: at.clock.now() })
    .where('county', '=', county)
    .where('order', '=', id)
    .where('seen_at', 'is', null)
    .execute();
}

/** What recalls say to the buyer of an order, the newest first: which packs, why, what to do, what becomes of it. */
export async function noticesOf(db: Db, county: County, order: string) {
  const lines = await db
    .selectFrom('trade.recall_line')
    .selectAll()
    .where('county', '=', county)
    .where('order', '=', order)
    .orderBy('told_at', 'desc')
    .orderBy('recall')
    .execute();
  const lots = await lotFacts(
    db,
    county,
    lines.map((line) => line.lot),
  );
  const notices = [];
  for (const [id, own] of Map.groupBy(lines, (line) => line.recall)) {
    const recall = await findRecall(db, county, id);
    if (!recall) continue;
    notices.push({
      recall: id,
      number: recall.number,
      reason: recall.reason,
      advice: recall.advice,
      lifted: recall.state === 'lifted',
      toldAt: own[0]?.told_at as Date,
      seenAt: own[0]?.seen_at ?? null,
      packs: own.map((one) => ({
        ...{ line: one.line, lot: one.lot, lotNumber: lots.get(one.lot)?.number ?? '', packs: one.packs },
        ...{ found: one.found, state: one.state },
      })),
    });
  }
  return notices;
}

/** Those of some orders that have recalled goods in them, in recalls that stand. */
export async function ordersRecalled(db: Db, orders: readonly { county: County; id: string }[]): Promise<Set<string>> {
  const recalled = new Set<string>();
  for (const [county, own] of Map.groupBy(orders, (order) => order.county)) {
    const rows = await db
      .selectFrom('trade.recall_line')
      .select('order')
      .distinct()
      .where('county', '=', county)
      .where(
        'order',
        'in',
        own.map((order) => order.id),
      )
      .where('state', '<>', 'lifted')
      .execute();
    for (const row of rows) recalled.add(row.order);
  }
  return recalled;
}
