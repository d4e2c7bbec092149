import { sql } from 'kysely';
import { skusById } from '#catalog';
import { system } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { type Subscriber, tell } from '#platform/outbox.ts';
import { findRecall, lotsOfRecall, moveRecall, recalledAmong } from '#trace';
import type { LotRecalled, RecallLifted } from '#trace/events';
import { stockChanged } from '../events.ts';
import { packsHit } from './recall-lines.queries.ts';
import { dropMessages, queueMessages } from './tell-buyers.ts';

/**
 * A lot was called back: its stock is sold no more, and every order that has packs of it is written down as it is found.
 * Orders that have not left are held; with those that have, the buyer reads of it from now on. In one transaction, so
 * that a recall is stopped and told of whole or not at all.
 */
export const stopRecalled = (at: Context): Subscriber<LotRecalled> => ({
  name: 'trade.stop-recalled',
  type: 'trace.lot-recalled',
  async apply(tx, { county, payload: { recall: id } }) {
    const recall = await findRecall(tx, county, id);
    if (recall?.state !== 'declared') return;
    const now = at.clock.now();
    const lots = await lotsOfRecall(tx, county, id);
    const skus = await stateOfStock(tx, county, lots, 'recalled', dayOf(now));
    // Only now: whoever reserved packs before the stock was stopped is done, and nobody comes after.
    await sql`
      insert into trade.recall_line
        (county, recall, line, lot, sku, "order", person, org, packs, unshipped, found, state, told_at)
      select ${county}, ${id}::uuid, line, lot, sku, "order", person, org, packs,
             ${recall.unshipped}, found, case found when 'gone' then 'told' else 'held' end, ${now}
        from (${packsHit(county, lots)}) hit
      on conflict do nothing`.execute(tx);
    const said = { by: system.person, at: now };
    await moveRecall(tx, county, id, 'stopped', said);
    await moveRecall(tx, county, id, 'informed', said);
    if (at.sms?.templates.recall) await queueMessages(tx, county, id, now);
    await tell(tx, stockChanged(county, await productsOf(tx, county, skus)));
  },
});

/** A recall was a mistake: its lots are sold again, and what was held goes its way. */
export const liftRecalled = (at: Context): Subscriber<RecallLifted> => ({
  name: 'trade.lift-recalled',
  type: 'trace.recall-lifted',
  async apply(tx, { county, payload: { recall: id } }) {
    const now = at.clock.now();
    const lots = await lotsOfRecall(tx, county, id);
    // Another recall may have some of them.
    const still = await recalledAmong(tx, county, lots);
    const free = lots.filter((lot) => !still.has(lot));
    const skus = await stateOfStock(tx, county, free, 'on_sale', dayOf(now));
    await sql`
      update trade.recall_line set state = 'lifted', decided_by = ${system.person}, decided_at = ${now}
       where county = ${county} and recall = ${id}::uuid and state in ('held', 'told')`.execute(tx);
    await dropMessages(tx, county, id, now);
    await tell(tx, stockChanged(county, await productsOf(tx, county, skus)));
  },
});

/** @returns the SKUs whose stock changed */
async function stateOfStock(
  tx: Tx,
  county: County,
  lots: readonly string[],
  to: 'recalled' | 'on_sale',
  today: string,
): Promise<string[]> {
  const { rows } = await sql<{ sku: string }>`
    update trade.stock s
       set state = case when ${to} = 'on_sale' and s.expires_on <= ${today}::date then 'stopped' else ${to} end
     where s.county = ${county} and s.lot = any(${lots as string[]}::uuid[])
       and (s.state = 'recalled') <> (${to} = 'recalled')
    returning s.sku`.execute(tx);
  return [...new Set(rows.map((row) => row.sku))];
}

async function productsOf(tx: Tx, county: County, skus: readonly string[]): Promise<string[]> {
  return [...(await skusById(tx, county, skus)).values()].map((sku) => sku.product);
}
