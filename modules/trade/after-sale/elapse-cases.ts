import { system } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type Tx, transact } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { accept } from './answer-case.ts';
import { movesOfCase, openStates } from './case-states.ts';
import { caseDeadlines } from './case-terms.ts';
import { type LockedCase, lockForAct, type Mover, moveCase, moveFor } from './move-case.ts';
import { arrive } from './take-return.ts';

/**
 * Cases on which somebody's time has run out go the way the terms say; cases whose refund the provider has done are
 * closed, and so are those whose order was cancelled under them. Looks for what is due, so nothing is lost when nobody
 * looked for a while; each case in a transaction of its own, so that one that fails holds up no other.
 *
 * @returns how many moved
 * @throws Error after all were tried, when one could not be moved
 */
export async function elapseCases(at: Context, signal?: AbortSignal): Promise<number> {
  const now = at.clock.now();
  let moved = 0;
  const failures: unknown[] = [];
  for (const { county, id } of [...(await due(at, now)), ...(await settled(at)), ...(await orphaned(at))]) {
    if (signal?.aborted) break;
    try {
      if (await transact(at.db, (tx) => elapse(tx, now, county, id))) moved++;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} cases could not be moved`);
  return moved;
}

const byTime: Mover = { party: 'time', by: null };

async function elapse(tx: Tx, now: Date, county: County, id: string): Promise<boolean> {
  const of = await lockForAct(tx, county, id);
  const { order, found } = of;
  if (found.state === 'refunded') return closeIfBack(tx, now, of);
  if (order.state === 'refunded') return closeOrphan(tx, now, of);
  const act = found.due_at && found.due_at <= now ? caseDeadlines[found.state]?.act : null;
  if (act === 'accept') await accept(tx, now, system, of, byTime, true);
  else if (act === 'arrive') await arrive(tx, now, system, of, byTime);
  else if (act === 'lapse' || act === 'stall') await moveCase(tx, now, of, moveFor(found, act, 'time'), byTime);
  else return false;
  return true;
}

async function closeIfBack(tx: Tx, now: Date, of: LockedCase): Promise<boolean> {
  const { county, refund } = of.found;
  const done = await tx
    .selectFrom('trade.refund')
    .select('state')
    .where('county', '=', county)
    .where('id', '=', refund)
    .executeTakeFirst();
  if (done?.state !== 'done') return false;
  await moveCase(tx, now, of, moveFor(of.found, 'paid-back', 'time'), byTime);
  return true;
}

/** The order was cancelled and its money went back whole: there is nothing left to ask for. */
async function closeOrphan(tx: Tx, now: Date, of: LockedCase): Promise<boolean> {
  const move = movesOfCase(of.found.kind, of.found.state, 'time').find((m) => m.to === 'closed' && m.act !== 'receive');
  if (!move) return false;
  await moveCase(tx, now, of, move, { ...byTime, note: '订单已整单退款' });
  return true;
}

// Goods that were sent again arrive with their parcel, which the floor above knows of.
const due = (at: Context, now: Date) =>
  at.db
    .selectFrom('trade.after_sale_case')
    .select(['county', 'id'])
    .where('due_at', '<=', now)
    .where('state', 'not in', ['resent', 'disputed'])
    .orderBy('due_at')
    .limit(500)
    .execute();

const settled = (at: Context) =>
  at.db
    .selectFrom('trade.after_sale_case as c')
    .innerJoin('trade.refund as r', (join) => join.onRef('r.county', '=', 'c.county').onRef('r.id', '=', 'c.refund'))
    .select(['c.county', 'c.id'])
    .where('c.state', '=', 'refunded')
    .where('r.state', '=', 'done')
    .limit(500)
    .execute();

const orphaned = (at: Context) =>
  at.db
    .selectFrom('trade.after_sale_case as c')
    .innerJoin('trade.order as o', (join) => join.onRef('o.county', '=', 'c.county').onRef('o.id', '=', 'c.order'))
    .select(['c.county', 'c.id'])
    .where(
      'c.state',
      'in',
      openStates.filter((state) => state !== 'resent' && state !== 'resending'),
    )
    .where('o.state', '=', 'refunded')
    .limit(500)
    .execute();
