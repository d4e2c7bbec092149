import { type SelectQueryBuilder, sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import type { DB } from '#platform/database/tables.ts';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { readsAllCases, sellersServed } from './case-parties.ts';
import type { CaseKind, CaseState } from './case-states.ts';
import { caseRows } from './case-views.ts';

interface Asked {
  page?: number;
  size?: number;
  state?: CaseState;
  kind?: CaseKind;
  /** only those still open, or only those over time */
  show?: 'open' | 'late';
  /** part of the case's or the order's number */
  q?: string;
}

/** A buyer's cases over all counties, the newest first. */
export async function myCases(db: Db, by: Actor, query: { page?: number; size?: number }) {
  const { page = 1, size = 20 } = query;
  const own = db.selectFrom('trade.after_sale_case').where('person', '=', by.person);
  const { total } = await own.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const rows = await own
    .selectAll()
    .orderBy('opened_at', 'desc')
    .orderBy('id', 'desc')
    .limit(size)
    .offset((page - 1) * size)
    .execute();
  return { rows: await caseRows(db, rows), total: Number(total), page, size };
}

/**
 * A county's cases for its staff: what is due first comes first, what waits for nobody last. Staff of an organisation
 * see the cases of its goods.
 */
export async function countyCases(db: Db, by: Actor, county: County, now: Date, query: Asked) {
  const { page = 1, size = 20 } = query;
  const orgs = readsAllCases(by, county) ? null : await sellersServed(db, by, county);
  if (orgs?.length === 0) return { rows: [], total: 0, late: 0, page, size };
  const mine = db
    .selectFrom('trade.after_sale_case as c')
    .where('c.county', '=', county)
    .$if(orgs !== null, (e) => e.where('c.org', 'in', orgs as string[]));
  const found = filtered(mine, now, query);
  const { total } = await found.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const { late } = await filtered(mine, now, { show: 'late' })
    .select((e) => e.fn.countAll<number>().as('late'))
    .executeTakeFirstOrThrow();
  const rows = await found
    .selectAll('c')
    .orderBy(sql`c.due_at asc nulls last`)
    .orderBy('c.opened_at', 'desc')
    .orderBy('c.id')
    .limit(size)
    .offset((page - 1) * size)
    .execute();
  return { rows: await caseRows(db, rows), total: Number(total), late: Number(late), page, size };
}

function filtered(
  of: SelectQueryBuilder<DB & { c: DB['trade.after_sale_case'] }, 'c', object>,
  now: Date,
  { state, kind, show, q }: Asked,
) {
  const like = `%${(q?.trim() ?? '').replace(/[%_\\]/g, '\\$&')}%`;
  return of
    .$if(state !== undefined, (e) => e.where('c.state', '=', state as CaseState))
    .$if(kind !== undefined, (e) => e.where('c.kind', '=', kind as CaseKind))
    .$if(show === 'open', (e) => e.where('c.due_at', 'is not', null))
    .$if(show === 'late', (e) => e.where('c.due_at', '<=', now))
    .$if(!!q?.trim(), (e) =>
      e.where(
        sql<boolean>`(c.number like ${like} or exists (select from trade."order" o
          where o.county = c.county and o.id = c."order" and o.number like ${like}))`,
      ),
    );
}
