import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import { addDays, startOfDay } from '#platform/clock.ts';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { orgsServed } from './order-readers.ts';
import { orderRows } from './order-rows.ts';
import type { OrderState } from './order-states.ts';

/** A buyer's orders over all counties, the newest first. */
export async function myOrders(db: Db, by: Actor, query: { page?: number; size?: number; state?: OrderState }) {
  const { page = 1, size = 20, state } = query;
  const own = db
    .selectFrom('trade.order')
    .where('person', '=', by.person)
    .$if(state !== undefined, (e) => e.where('state', '=', state as OrderState));
  const { total } = await own.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const rows = await own
    .selectAll()
    .orderBy('placed_at', 'desc')
    .orderBy('number')
    .limit(size)
    .offset((page - 1) * size)
    .execute();
  return { rows: await orderRows(db, rows), total: Number(total), page, size };
}

/**
 * A county's orders for its staff, the newest first; staff of an organisation see those with its goods in them.
 *
 * @param query.state those that are paid wait to be packed; a pledge has nothing to pack, and is found where projects are
 * @param query.q part of an order's number or of a product's name
 * @param query.from first day of placing, `to` the last
 */
export async function countyOrders(
  db: Db,
  by: Actor,
  county: County,
  query: {
    page?: number;
    size?: number;
    state?: OrderState;
    q?: string;
    from?: string;
    to?: string;
    promised?: boolean;
  },
) {
  const { page = 1, size = 20, state, from, to, promised } = query;
  const orgs = await orgsServed(db, by, county);
  const q = query.q?.trim();
  if (orgs !== 'all' && orgs.length === 0) return { rows: [], total: 0, page, size };
  const like = `%${(q ?? '').replace(/[%_\\]/g, '\\$&')}%`;
  const found = db
    .selectFrom('trade.order as o')
    .where('o.county', '=', county)
    .$if(state !== undefined, (e) => e.where('o.state', '=', state as OrderState))
    .$if(state === 'paid', (e) => e.where('o.promise', 'is', null))
    .$if(from !== undefined, (e) => e.where('o.placed_at', '>=', startOfDay(from as string)))
    .$if(to !== undefined, (e) => e.where('o.placed_at', '<', startOfDay(addDays(to as string, 1))))
    .$if(promised !== undefined, (e) => e.where('o.promise', promised ? 'is not' : 'is', null))
    .$if(orgs !== 'all', (e) =>
      e.where(
        sql<boolean>`exists (select from trade.order_line l where l.county = o.county and l."order" = o.id
          and l.org = any(${orgs as string[]}::uuid[]))`,
      ),
    )
    .$if(!!q, (e) =>
      e.where(
        sql<boolean>`(o.number like ${like} or exists (select from trade.order_line l
          where l.county = o.county and l."order" = o.id and l.name like ${like}))`,
      ),
    );
  const { total } = await found.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const rows = await found
    .selectAll()
    .orderBy('o.placed_at', 'desc')
    .orderBy('o.id', 'desc')
    .limit(size)
    .offset((page - 1) * size)
    .execute();
  return { rows: await orderRows(db, rows), total: Number(total), page, size };
}
