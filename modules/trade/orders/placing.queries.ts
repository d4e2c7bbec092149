import { sql } from 'kysely';
import { bytesArray, instantArray, plainArray, textArray } from '#platform/database/arrays.ts';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Draft } from './place-batch.ts';
import { askKey } from './placing-facts.ts';

/**
 * Stores the idempotency keys of a batch with the answers they will give for ever.
 *
 * @throws Error with code SH409 when somebody else has placed under one of them since they were read
 */
export async function claimKeys(tx: Tx, now: Date, drafts: readonly Draft[]): Promise<void> {
  const keyed = drafts
    .flatMap(({ ask, answer }) => (ask.key ? [{ ...ask.key, answer }] : []))
    // In one order, so that two batches with the same keys do not wait for each other in a ring.
    .sort((a, b) => (askKey(a) < askKey(b) ? -1 : 1));
  if (keyed.length === 0) return;
  const claimed = await sql`
    insert into platform.idempotency (scope, key, input_hash, answer, created_at)
    select k.scope, k.key, k.hash, k.answer, ${now}::timestamptz
      from unnest(${textArray(keyed.map((k) => k.scope))}::text[], ${textArray(keyed.map((k) => k.key))}::text[],
             ${textArray(keyed.map((k) => k.hash))}::text[], ${textArray(keyed.map((k) => JSON.stringify(k.answer)))}::jsonb[])
        k (scope, key, hash, answer)
    on conflict (scope, key) do nothing`.execute(tx);
  if (claimed.numAffectedRows !== BigInt(keyed.length)) {
    throw Object.assign(new Error('a key was used since it was looked for'), { code: 'SH409' });
  }
}

export async function insertCheckouts(tx: Tx, now: Date, drafts: readonly Draft[]): Promise<void> {
  // Arrays of arrays must be of one length in PostgreSQL; so counties and orders travel as texts.
  await sql`
    insert into trade.checkout (id, person, state, total_fen, counties, orders, created_at, expires_at)
    select c.id, c.person, 'open', c.total, c.counties::int[], c.orders::uuid[], ${now}::timestamptz, c.expires_at
      from unnest(${plainArray(drafts.map((d) => d.answer.id))}::uuid[], ${textArray(drafts.map((d) => d.ask.by.person))}::text[],
             ${plainArray(drafts.map((d) => d.answer.totalFen))}::bigint[],
             ${textArray(drafts.map((d) => `{${d.orders.map((o) => o.county)}}`))}::text[],
             ${textArray(drafts.map((d) => `{${d.orders.map((o) => o.id)}}`))}::text[],
             ${instantArray(drafts.map((d) => d.answer.expiresAt))}::timestamptz[])
        c (id, person, total, counties, orders, expires_at)`.execute(tx);
}

/** Writes the orders that the drafts have in one county: one call of `trade.place_orders` for all of them. */
export async function placeOrders(tx: Tx, county: County, now: Date, drafts: readonly Draft[]): Promise<void> {
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
  await sql`
    select trade.place_orders(${county}::int, ${now}::timestamptz,
      ${plainArray(taken.map((t) => t.sku))}::uuid[], ${plainArray(taken.map((t) => t.lot))}::uuid[], ${plainArray(taken.map((t) => t.packs))}::int[],
      ${plainArray(orders.map((o) => o.id))}::uuid[], ${textArray(orders.map((o) => o.number))}::text[],
      ${plainArray(orders.map((o) => o.draft.answer.id))}::uuid[], ${textArray(orders.map((o) => o.draft.ask.by.person))}::text[],
      ${plainArray(orders.map((o) => o.goodsFen))}::bigint[], ${plainArray(orders.map((o) => o.freightFen))}::bigint[],
      ${plainArray(orders.map((o) => o.grams))}::bigint[], ${textArray(orders.map((o) => o.draft.address.region))}::text[],
      ${bytesArray(orders.map((o) => o.draft.address.contact))}::bytea[],
      ${textArray(orders.map((o) => o.draft.ask.note?.trim() || null))}::text[],
      ${plainArray(lines.map((l) => l.id))}::uuid[], ${plainArray(lines.map((l) => l.order))}::uuid[], ${plainArray(lines.map((l) => l.position))}::int[],
      ${plainArray(lines.map((l) => l.sku.org))}::uuid[], ${plainArray(lines.map((l) => l.sku.product))}::uuid[],
      ${plainArray(lines.map((l) => l.sku.id))}::uuid[], ${textArray(lines.map((l) => l.sku.nameZh))}::text[],
      ${textArray(lines.map((l) => l.sku.skuNameZh))}::text[], ${textArray(lines.map((l) => l.sku.category))}::text[],
      ${textArray(lines.map((l) => l.sku.origin))}::text[], ${plainArray(lines.map((l) => l.packs))}::int[],
      ${plainArray(lines.map((l) => l.sku.netGrams))}::int[], ${plainArray(lines.map((l) => l.unitFen))}::bigint[],
      ${plainArray(lines.map((l) => l.discountFen))}::bigint[], ${plainArray(lines.map((l) => l.goodsFen))}::bigint[],
      ${plainArray(lines.map((l) => l.freightFen))}::bigint[],
      ${plainArray(chosen.map((c) => c.line))}::uuid[], ${plainArray(chosen.map((c) => c.lot))}::uuid[], ${plainArray(chosen.map((c) => c.sku))}::uuid[],
      ${plainArray(chosen.map((c) => c.packs))}::int[],
      ${plainArray(discounts.map((d) => d.line))}::uuid[], ${plainArray(discounts.map((d) => d.position))}::int[],
      ${textArray(discounts.map((d) => d.kind))}::text[], ${plainArray(discounts.map((d) => d.rule))}::uuid[],
      ${textArray(discounts.map((d) => d.name))}::text[], ${plainArray(discounts.map((d) => d.fen))}::bigint[],
      ${textArray(discounts.map((d) => d.bearer))}::text[],
      ${plainArray(claims.map((c) => c.order))}::uuid[], ${plainArray(claims.map((c) => c.subject))}::uuid[],
      ${textArray(claims.map((c) => c.holder))}::text[], ${plainArray(claims.map((c) => c.most))}::int[],
      ${plainArray(claims.map((c) => c.n))}::int[])`.execute(tx);
}

/** What was ordered leaves its buyers' carts. */
export async function dropFromCarts(tx: Tx, drafts: readonly Draft[]): Promise<void> {
  const lines = drafts.flatMap(({ ask }) => ask.lines.map((line) => ({ ...line, person: ask.by.person })));
  await sql`
    delete from trade.cart_line l
     using trade.cart c,
           unnest(${textArray(lines.map((l) => l.person))}::text[], ${plainArray(lines.map((l) => l.county))}::int[],
             ${plainArray(lines.map((l) => l.sku))}::uuid[]) o (person, county, sku)
     where c.person = o.person and l.cart = c.id and l.county = o.county and l.sku = o.sku`.execute(tx);
}
