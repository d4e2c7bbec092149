import { type RawBuilder, sql } from 'kysely';
import { bytesArray, instantArray, plainArray, textArray } from '#platform/database/arrays.ts';
import { type Db, onceName, transact } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { stockChanged } from '../events.ts';
import type { Draft } from './place-batch.ts';

/**
 * Writes a batch. Of one county, all of it is one call of the database; of several, one transaction that takes their
 * stock in ascending order of counties, as everybody does who locks stock of several.
 *
 * @throws Error with code SH409 when stock or a key is no longer as it was read, 23514 when a limit would be passed
 */
export async function writeDrafts(db: Db, now: Date, drafts: readonly Draft[]): Promise<void> {
  const counties = [...new Set(drafts.flatMap((draft) => draft.orders.map((order) => order.county)))];
  const [only, ...more] = counties.sort((a, b) => a - b) as [County, ...County[]];
  if (more.length === 0) {
    await sql`select ${openCheckouts(now, drafts)}, ${placeOrders(only, now, drafts)}`.execute(db);
    return;
  }
  await transact(db, async (tx) => {
    await sql`select ${openCheckouts(now, drafts)}`.execute(tx);
    for (const county of counties) await sql`select ${placeOrders(county, now, drafts)}`.execute(tx);
  });
}

function openCheckouts(now: Date, drafts: readonly Draft[]): RawBuilder<unknown> {
  const keyed = drafts
    .flatMap(({ ask, answer }) => (ask.key ? [{ ...ask.key, answer }] : []))
    // In one order, so that two batches with the same keys do not wait for each other in a ring.
    .sort((a, b) => (onceName(a) < onceName(b) ? -1 : 1));
  const ordered = drafts.flatMap(({ ask }) => ask.lines.map((line) => ({ ...line, person: ask.by.person })));
  return sql`trade.open_checkouts(${now}::timestamptz,
      ${textArray(keyed.map((k) => k.scope))}::text[], ${textArray(keyed.map((k) => k.key))}::text[],
      ${textArray(keyed.map((k) => k.hash))}::text[], ${JSON.stringify(keyed.map((k) => k.answer))}::jsonb,
      ${plainArray(drafts.map((d) => d.answer.id))}::uuid[], ${textArray(drafts.map((d) => d.ask.by.person))}::text[],
      ${plainArray(drafts.map((d) => d.answer.totalFen))}::bigint[],
      ${textArray(drafts.map((d) => `{${d.orders.map((o) => o.county)}}`))}::text[],
      ${textArray(drafts.map((d) => `{${d.orders.map((o) => o.id)}}`))}::text[],
      ${instantArray(drafts.map((d) => d.answer.expiresAt))}::timestamptz[],
      ${textArray(ordered.map((l) => l.person))}::text[], ${plainArray(ordered.map((l) => l.county))}::int[],
      ${plainArray(ordered.map((l) => l.sku))}::uuid[])`;
}

/** The orders that the drafts have in one county. */
function placeOrders(county: County, now: Date, drafts: readonly Draft[]): RawBuilder<unknown> {
  const orders = drafts.flatMap((draft) =>
    draft.orders.filter((order) => order.county === county).map((order) => ({ ...order, draft })),
  );
  const lines = orders.flatMap((order) =>
    order.lines.map((line, i) => ({ ...line, id: order.lineIds[i] as string, order: order.id, position: i + 1 })),
  );
  const chosen = orders.flatMap((order) => order.chosen);
  const steps = new Map<string, { sku: string; lot: string; packs: number }>();
  for (const { sku, lot, packs } of chosen) {
    const step = steps.get(sku + lot);
    if (step) step.packs += packs;
    else steps.set(sku + lot, { sku, lot, packs });
  }
  const taken = [...steps.values()];
  const discounts = lines.flatMap((line) => line.discounts.map((d, i) => ({ ...d, line: line.id, position: i + 1 })));
  const claims = orders.flatMap((order) => order.claims.map((claim) => ({ ...claim, order: order.id })));
  const changed = stockChanged(
    county,
    lines.map((line) => line.sku.product),
  );
  return sql`trade.place_orders(${county}::int, ${now}::timestamptz,
      ${plainArray(taken.map((t) => t.sku))}::uuid[], ${plainArray(taken.map((t) => t.lot))}::uuid[],
      ${plainArray(taken.map((t) => t.packs))}::int[],
      ${plainArray(orders.map((o) => o.id))}::uuid[], ${textArray(orders.map((o) => o.number))}::text[],
      ${plainArray(orders.map((o) => o.draft.answer.id))}::uuid[],
      ${textArray(orders.map((o) => o.draft.ask.by.person))}::text[],
      ${plainArray(orders.map((o) => o.goodsFen))}::bigint[], ${plainArray(orders.map((o) => o.freightFen))}::bigint[],
      ${plainArray(orders.map((o) => o.grams))}::bigint[],
      ${textArray(orders.map((o) => o.draft.address.region))}::text[],
      ${bytesArray(orders.map((o) => o.draft.address.contact))}::bytea[],
      ${textArray(orders.map((o) => o.draft.ask.note?.trim() || null))}::text[],
      ${plainArray(lines.map((l) => l.id))}::uuid[], ${plainArray(lines.map((l) => l.order))}::uuid[],
      ${plainArray(lines.map((l) => l.position))}::int[],
      ${plainArray(lines.map((l) => l.sku.org))}::uuid[], ${plainArray(lines.map((l) => l.sku.product))}::uuid[],
      ${plainArray(lines.map((l) => l.sku.id))}::uuid[], ${textArray(lines.map((l) => l.sku.nameZh))}::text[],
      ${textArray(lines.map((l) => l.sku.skuNameZh))}::text[], ${textArray(lines.map((l) => l.sku.category))}::text[],
      ${textArray(lines.map((l) => l.sku.origin))}::text[], ${plainArray(lines.map((l) => l.packs))}::int[],
      ${plainArray(lines.map((l) => l.sku.netGrams))}::int[], ${plainArray(lines.map((l) => l.unitFen))}::bigint[],
      ${plainArray(lines.map((l) => l.discountFen))}::bigint[], ${plainArray(lines.map((l) => l.goodsFen))}::bigint[],
      ${plainArray(lines.map((l) => l.freightFen))}::bigint[],
      ${plainArray(chosen.map((c) => c.line))}::uuid[], ${plainArray(chosen.map((c) => c.lot))}::uuid[],
      ${plainArray(chosen.map((c) => c.sku))}::uuid[], ${plainArray(chosen.map((c) => c.packs))}::int[],
      ${plainArray(discounts.map((d) => d.line))}::uuid[], ${plainArray(discounts.map((d) => d.position))}::int[],
      ${textArray(discounts.map((d) => d.kind))}::text[], ${plainArray(discounts.map((d) => d.rule))}::uuid[],
      ${textArray(discounts.map((d) => d.name))}::text[], ${plainArray(discounts.map((d) => d.fen))}::bigint[],
      ${textArray(discounts.map((d) => d.bearer))}::text[],
      ${plainArray(claims.map((c) => c.order))}::uuid[], ${plainArray(claims.map((c) => c.subject))}::uuid[],
      ${textArray(claims.map((c) => c.holder))}::text[], ${plainArray(claims.map((c) => c.most))}::int[],
      ${plainArray(claims.map((c) => c.n))}::int[],
      ${newId()}::uuid, ${JSON.stringify(changed.payload)}::jsonb)`;
}
