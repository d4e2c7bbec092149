import { sql } from 'kysely';
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
      from unnest(${keyed.map((k) => k.scope)}::text[], ${keyed.map((k) => k.key)}::text[],
             ${keyed.map((k) => k.hash)}::text[], ${keyed.map((k) => JSON.stringify(k.answer))}::jsonb[])
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
      from unnest(${drafts.map((d) => d.answer.id)}::uuid[], ${drafts.map((d) => d.ask.by.person)}::text[],
             ${drafts.map((d) => d.answer.totalFen)}::bigint[],
             ${drafts.map((d) => `{${d.orders.map((o) => o.county)}}`)}::text[],
             ${drafts.map((d) => `{${d.orders.map((o) => o.id)}}`)}::text[],
             ${drafts.map((d) => d.answer.expiresAt)}::timestamptz[])
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
      ${taken.map((t) => t.sku)}::uuid[], ${taken.map((t) => t.lot)}::uuid[], ${taken.map((t) => t.packs)}::int[],
      ${orders.map((o) => o.id)}::uuid[], ${orders.map((o) => o.number)}::text[],
      ${orders.map((o) => o.draft.answer.id)}::uuid[], ${orders.map((o) => o.draft.ask.by.person)}::text[],
      ${orders.map((o) => o.goodsFen)}::bigint[], ${orders.map((o) => o.freightFen)}::bigint[],
      ${orders.map((o) => o.grams)}::bigint[], ${orders.map((o) => o.draft.address.region)}::text[],
      ${orders.map((o) => o.draft.address.contact)}::bytea[],
      ${orders.map((o) => o.draft.ask.note?.trim() || null)}::text[],
      ${lines.map((l) => l.id)}::uuid[], ${lines.map((l) => l.order)}::uuid[], ${lines.map((l) => l.position)}::int[],
      ${lines.map((l) => l.sku.org)}::uuid[], ${lines.map((l) => l.sku.product)}::uuid[],
      ${lines.map((l) => l.sku.id)}::uuid[], ${lines.map((l) => l.sku.nameZh)}::text[],
      ${lines.map((l) => l.sku.skuNameZh)}::text[], ${lines.map((l) => l.sku.category)}::text[],
      ${lines.map((l) => l.sku.origin)}::text[], ${lines.map((l) => l.packs)}::int[],
      ${lines.map((l) => l.sku.netGrams)}::int[], ${lines.map((l) => l.unitFen)}::bigint[],
      ${lines.map((l) => l.discountFen)}::bigint[], ${lines.map((l) => l.goodsFen)}::bigint[],
      ${lines.map((l) => l.freightFen)}::bigint[],
      ${chosen.map((c) => c.line)}::uuid[], ${chosen.map((c) => c.lot)}::uuid[], ${chosen.map((c) => c.sku)}::uuid[],
      ${chosen.map((c) => c.packs)}::int[],
      ${discounts.map((d) => d.line)}::uuid[], ${discounts.map((d) => d.position)}::int[],
      ${discounts.map((d) => d.kind)}::text[], ${discounts.map((d) => d.rule)}::uuid[],
      ${discounts.map((d) => d.name)}::text[], ${discounts.map((d) => d.fen)}::bigint[],
      ${discounts.map((d) => d.bearer)}::text[],
      ${claims.map((c) => c.order)}::uuid[], ${claims.map((c) => c.subject)}::uuid[],
      ${claims.map((c) => c.holder)}::text[], ${claims.map((c) => c.most)}::int[],
      ${claims.map((c) => c.n)}::int[])`.execute(tx);
}

/** What was ordered leaves its buyers' carts. */
export async function dropFromCarts(tx: Tx, drafts: readonly Draft[]): Promise<void> {
  const lines = drafts.flatMap(({ ask }) => ask.lines.map((line) => ({ ...line, person: ask.by.person })));
  await sql`
    delete from trade.cart_line l
     using trade.cart c,
           unnest(${lines.map((l) => l.person)}::text[], ${lines.map((l) => l.county)}::int[],
             ${lines.map((l) => l.sku)}::uuid[]) o (person, county, sku)
     where c.person = o.person and l.cart = c.id and l.county = o.county and l.sku = o.sku`.execute(tx);
}
