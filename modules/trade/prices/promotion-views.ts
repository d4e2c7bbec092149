import { sql } from 'kysely';
import { skusById } from '#catalog';
import { type Actor, sellersRead } from '#platform/actor.ts';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { organisationsById } from '#registry';
import { refuse } from '../refuse.ts';
import type { Bearer } from './price-facts.ts';
import { nameOf } from './price-order.ts';

/** What something cost whom, on how many orders. */
export interface DiscountCost {
  bearer: Bearer;
  fen: Fen;
  orders: number;
}

/**
 * What discounts cost and who bore them: sums over the lines of orders that are paid and not given back whole.
 *
 * @param by what a discount's rule leads to: a promotion is its own, a coupon leads to its template
 */
export async function discountCosts(
  db: Db,
  county: County,
  by: 'promotion' | 'coupon_template',
  ids: readonly string[],
): Promise<Map<string, DiscountCost[]>> {
  const { rows } = await sql<DiscountCost & { id: string }>`
    select r.id, d.bearer, sum(d.fen) as fen, count(distinct l."order")::int as orders
      from ${
        by === 'promotion'
          ? sql`unnest(${ids}::uuid[]) r (id) join trade.line_discount d on d.county = ${county}::int and d.rule = r.id`
          : sql`(select template as id, id as coupon from trade.coupon
                  where county = ${county}::int and template = any(${ids}::uuid[])) r
                join trade.line_discount d on d.county = ${county}::int and d.rule = r.coupon`
      }
      join trade.order_line l on l.county = ${county}::int and l.id = d.line
      join trade."order" o on o.county = ${county}::int and o.id = l."order"
     where o.paid_at is not null and o.state not in ('cancelled', 'refunded')
     group by r.id, d.bearer
     order by r.id, d.bearer`.execute(db);
  return Map.groupBy(
    rows.map((row) => ({ ...row, fen: Number(row.fen) })),
    (row) => row.id,
  );
}

/** One promotion as its makers see it. @throws Refusal `promotion-not-found` */
export async function promotionView(db: Db, now: Date, county: County, id: string) {
  const rows = await db
    .selectFrom('trade.promotion')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', id)
    .execute();
  const view = (await views(db, now, county, rows))[0];
  if (!view) throw refuse('promotion-not-found');
  return view;
}

/** Promotions of a county, the newest first; sellers see those of their own goods and those for all goods. */
export async function promotionPage(
  db: Db,
  now: Date,
  by: Actor,
  county: County,
  query: { page?: number; size?: number; state?: 'coming' | 'running' | 'over' },
) {
  const { page = 1, size = 20, state } = query;
  const orgs = sellersRead(by, county);
  let found = db.selectFrom('trade.promotion').where('county', '=', county);
  if (orgs !== 'all') {
    found = found.where((e) => e.or([e('org', 'is', null), ...(orgs.length > 0 ? [e('org', 'in', orgs)] : [])]));
  }
  if (state === 'over') found = found.where((e) => e.or([e('ended_at', 'is not', null), e('ends_at', '<=', now)]));
  else if (state) {
    found = found
      .where('ended_at', 'is', null)
      .where('ends_at', '>', now)
      .where('starts_at', state === 'running' ? '<=' : '>', now);
  }
  const { total } = await found.select((e) => e.fn.countAll().as('total')).executeTakeFirstOrThrow();
  const rows = await found
    .selectAll()
    .orderBy('starts_at', 'desc')
    .orderBy('id', 'desc')
    .limit(size)
    .offset((page - 1) * size)
    .execute();
  return { rows: await views(db, now, county, rows), total: Number(total), page, size };
}

type PromotionRow = Awaited<ReturnType<typeof rowsOf>>[number];
const rowsOf = (db: Db) => db.selectFrom('trade.promotion').selectAll().execute();

async function views(db: Db, now: Date, county: County, rows: readonly PromotionRow[]) {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const lines = await db
    .selectFrom('trade.promotion_line as l')
    .leftJoin('trade.quota as q', (join) =>
      join.onRef('q.county', '=', 'l.county').onRef('q.subject', '=', 'l.id').on('q.holder', '=', ''),
    )
    .select(['l.promotion', 'l.sku', 'l.packs', 'l.price_fen', 'l.pieces', 'l.buyer_packs', 'q.used'])
    .where('l.county', '=', county)
    .where('l.promotion', 'in', ids)
    .orderBy('l.id')
    .execute();
  const steps = await db
    .selectFrom('trade.promotion_step')
    .select(['promotion', 'from_fen as fromFen', 'off_fen as offFen'])
    .where('county', '=', county)
    .where('promotion', 'in', ids)
    .orderBy('from_fen')
    .execute();
  const skus = await skusById(
    db,
    county,
    lines.map((line) => line.sku),
  );
  const orgs = await organisationsById(
    db,
    county,
    rows.flatMap((row) => row.org ?? []),
  );
  const costs = await discountCosts(db, county, 'promotion', ids);
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    name: row.name,
    nameEn: row.name_en,
    bearer: row.bearer,
    org: row.org,
    orgName: row.org ? (orgs.get(row.org)?.name ?? null) : null,
    state: stateOf(row, now),
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    endedAt: row.ended_at,
    priceFen: row.price_fen,
    pieces: row.pieces,
    buyerPieces: row.buyer_pieces,
    category: row.category,
    products: row.products,
    onReduced: row.on_reduced,
    repeats: row.repeats,
    steps: steps.filter((step) => step.promotion === row.id).map(({ fromFen, offFen }) => ({ fromFen, offFen })),
    lines: lines
      .filter((line) => line.promotion === row.id)
      .map((line) => {
        const sku = skus.get(line.sku);
        return {
          sku: line.sku,
          product: sku?.product ?? line.sku,
          name: nameOf(sku),
          packs: line.packs,
          listFen: sku?.priceFen ?? 0,
          priceFen: line.price_fen,
          pieces: line.pieces,
          usedPieces: line.used ?? 0,
          buyerPacks: line.buyer_packs,
        };
      }),
    cost: (costs.get(row.id) ?? []).map(({ bearer, fen, orders }) => ({ bearer, fen, orders })),
  }));
}

function stateOf(
  row: Pick<PromotionRow, 'starts_at' | 'ends_at' | 'ended_at'>,
  now: Date,
): 'coming' | 'running' | 'over' {
  if (row.ended_at || row.ends_at <= now) return 'over';
  return row.starts_at <= now ? 'running' : 'coming';
}
