import { sql } from 'kysely';
import { type Actor, overCounty, sellsFor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, type Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { tell } from '#platform/outbox.ts';
import { stockChanged } from '../events.ts';
import { linesOf, lockOrder, orderById } from '../orders/orders.queries.ts';
import { refuse } from '../refuse.ts';
import { lockStock, moveStock } from '../stock/move-stock.ts';
import { openShelf } from '../stock/shelf.ts';
import { openLots } from '../stock/stock.queries.ts';
import { heldLines, type RecallLineFields, settleLines } from './recall-lines.queries.ts';
import { settleHeld } from './settle-recalled.ts';

/**
 * The seller, or the operator, decides what becomes of recalled packs that are held: the money goes back, or the order
 * gets as many packs of other lots. Only what was not packed yet can be replaced; what a project owes its backer comes
 * out of its parcel and is owed again, whatever is decided.
 *
 * @throws Refusal `order-not-found` | `recall-nothing-held` | `recall-packed-already` | `stock-short`
 */
export async function decideRecalled(
  at: Context,
  by: Actor,
  input: { county: County; order: string; decision: 'refund' | 'replace' },
  key: OnceKey | null,
): Promise<{ order: string; settled: number }> {
  const { county, order, decision } = input;
  return once(at.db, key, async (tx) => {
    const head = await orderById(tx, county, order);
    if (!head) throw refuse('order-not-found');
    const own = sellsFor(by, county);
    const may = (line: RecallLineFields) => overCounty(by, county, ['operator']) || own.includes(line.org);
    const settled = (await heldLines(tx, county, order)).filter(may).length;
    if (settled === 0) throw refuse('recall-nothing-held');
    const now = at.clock.now();
    if (decision === 'replace' && head.promise === null) await replaceHeld(tx, now, by, county, order, may);
    else if (!(await settleHeld(tx, now, by, county, order, may))) throw refuse('recall-nothing-held');
    return { order, settled };
  });
}

async function replaceHeld(
  tx: Tx,
  now: Date,
  by: Actor,
  county: County,
  order: string,
  may: (line: RecallLineFields) => boolean,
): Promise<void> {
  await lockOrder(tx, county, order);
  const held = (await heldLines(tx, county, order)).filter(may);
  if (held.length === 0) throw refuse('recall-nothing-held');
  const reserved = await tx
    .selectFrom('trade.allocation')
    .select(['line', 'lot', 'sku', 'packs'])
    .where('county', '=', county)
    .where(
      'line',
      'in',
      held.map((one) => one.line),
    )
    .where('state', '=', 'reserved')
    .execute();
  const pairs = [...new Map(held.map((one) => [`${one.line} ${one.lot}`, one])).values()];
  const wanted = pairs.map((one) => reserved.find((a) => a.line === one.line && a.lot === one.lot));
  if (wanted.some((a) => a === undefined)) throw refuse('recall-packed-already');
  const from = wanted as (typeof reserved)[number][];

  const skus = [...new Set(from.map((a) => a.sku))];
  const day = dayOf(now);
  await lockStock(tx, county, [...(await openLots(tx, county, skus, day)), ...from]);
  const shelf = openShelf(await openLots(tx, county, skus, day));
  const { chosen, short } = shelf.take(from);
  const lines = await linesOf(tx, county, [order]);
  const [missing] = short;
  if (missing) {
    const name = lines.find((line) => line.sku === missing.sku)?.name ?? '';
    throw refuse('stock-short', { name, available: missing.available });
  }
  await moveStock(tx, {
    ...{ county, kind: 'reserved', evidence: { kind: 'order', id: order }, by: by.person, at: now, locked: true },
    steps: [
      ...from.map((a) => ({ sku: a.sku, lot: a.lot, onHand: 0, reserved: -a.packs })),
      ...chosen.map((a) => ({ sku: a.sku, lot: a.lot, onHand: 0, reserved: a.packs })),
    ],
  });
  await sql`
    update trade.allocation a set state = 'released'
      from unnest(${from.map((a) => a.line)}::uuid[], ${from.map((a) => a.lot)}::uuid[]) as f (line, lot)
     where a.county = ${county} and a.line = f.line and a.lot = f.lot`.execute(tx);
  for (const { line, lot, sku, packs } of chosen) {
    await sql`
      insert into trade.allocation (county, line, lot, sku, packs, state)
      values (${county}, ${line}, ${lot}, ${sku}, ${packs}, 'reserved')
      on conflict (county, line, lot) do update set state = 'reserved',
        packs = excluded.packs + case when allocation.state = 'reserved' then allocation.packs else 0 end`.execute(tx);
  }
  await settleLines(tx, county, pairs, 'replaced', { by: by.person, at: now });
  await tell(
    tx,
    stockChanged(
      county,
      lines.map((line) => line.product),
    ),
  );
}
