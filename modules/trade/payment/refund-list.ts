import { sql } from 'kysely';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { RefundState } from './refund-states.ts';

/**
 * A county's refunds: those that are not through first, then the newest.
 *
 * @param query.q part of an order's number
 */
export async function refundPage(
  db: Db,
  county: County,
  query: { page?: number; size?: number; state?: RefundState; q?: string },
) {
  const { page = 1, size = 20, state } = query;
  const q = query.q?.trim();
  const found = db
    .selectFrom('trade.refund as r')
    .innerJoin('trade.order as o', (join) => join.onRef('o.county', '=', 'r.county').onRef('o.id', '=', 'r.order'))
    .where('r.county', '=', county)
    .$if(state !== undefined, (e) => e.where('r.state', '=', state as RefundState))
    .$if(!!q, (e) => e.where('o.number', 'like', `%${(q ?? '').replace(/[%_\\]/g, '\\$&')}%`));
  const { total } = await found.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const rows = await found
    .innerJoin('trade.payment as p', 'p.id', 'r.payment')
    .leftJoin('trade.after_sale_case as c', (join) =>
      join.onRef('c.county', '=', 'r.county').onRef('c.refund', '=', 'r.id'),
    )
    .select(['r.id', 'r.order', 'o.number as orderNumber', 'c.id as case', 'c.number as caseNumber', 'p.provider'])
    .select(['r.fen', 'r.state', 'r.reason', 'r.why as refused', 'r.asked_at as askedAt', 'r.done_at as doneAt'])
    .orderBy(sql`r.state = 'done'`)
    .orderBy('r.asked_at', 'desc')
    .orderBy('r.id')
    .limit(size)
    .offset((page - 1) * size)
    .execute();
  return { rows, total: Number(total), page, size };
}
