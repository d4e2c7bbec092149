import type { Static } from 'typebox';
import { type Actor, overCounty } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type Tx, transact } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { personNames, staffInRoles } from '#registry';
import { isOperator } from '../lots/lot-rights.ts';
import type { CountySubscription } from './epcis.contract.ts';
import { epcisRoutes } from './epcis.contract.ts';
import type { JsonObject } from './names.ts';
import type { Schedule } from './subscription-schedule.ts';
import { type SubscriptionState, subscriptionState } from './subscription-states.ts';

type View = Static<typeof CountySubscription>;

/**
 * The subscriptions of a county for screens, over all queries: those that run or are paused first, then the newest. Who
 * answers for the county or audits it sees all, everybody else their own.
 *
 * @param input.state `failing`: running, and the last message was not taken
 */
export async function countySubscriptions(
  at: Context,
  by: Actor,
  input: { county: County; page?: number; size?: number; state?: SubscriptionState | 'failing' },
) {
  const { county, page = 1, size = 20, state } = input;
  return transact(at.db, async (tx) => {
    const fits = tx
      .selectFrom('trace.epcis_subscription as s')
      .where('s.county', '=', county)
      .$if(!overCounty(by, county, ['operator', 'platform', 'auditor']), (q) => q.where('s.by_person', '=', by.person))
      .$if(state === 'ended', (q) => q.where('s.ended_at', 'is not', null))
      .$if(state !== undefined && state !== 'ended', (q) => q.where('s.ended_at', 'is', null))
      .$if(state === 'paused', (q) => q.where('s.paused_at', 'is not', null))
      .$if(state === 'running' || state === 'failing', (q) => q.where('s.paused_at', 'is', null))
      .$if(state === 'failing', (q) => q.where('s.failures', '>', 0));
    const rows = await fits
      .leftJoin('trace.epcis_query as q', (join) =>
        join.onRef('q.county', '=', 's.county').onRef('q.name', '=', 's.query'),
      )
      .selectAll('s')
      .select('q.query as asked')
      .orderBy((e) => e('s.ended_at', 'is not', null))
      .orderBy('s.created_at', 'desc')
      .orderBy('s.id')
      .limit(size)
      .offset((page - 1) * size)
      .execute();
    const { n } = await fits.select((e) => e.fn.countAll<number>().as('n')).executeTakeFirstOrThrow();
    const moves = await lastMoves(
      tx,
      county,
      rows.map((row) => row.id),
    );
    const people = await personNames(tx, [
      ...rows.map((row) => row.by_person),
      ...[...moves.values()].map((move) => move.by_person),
    ]);
    const staff = await staffInRoles(tx, county, epcisRoutes.epcisSubscribe.who);
    const views = rows.map((row): View => {
      const move = moves.get(row.id);
      const orgs = staff.filter((one) => one.person === row.by_person).map((one) => one.orgName);
      const stands = subscriptionState(row);
      return {
        ...{ id: row.id, queryName: row.query, query: (row.asked as JsonObject | null) ?? null },
        ...{ dest: row.dest, signed: row.token_sealed !== null, reportIfEmpty: row.report_if_empty },
        schedule: row.schedule as Schedule | null,
        ...{ byName: people.get(row.by_person) ?? '', byOrgs: [...new Set(orgs)], createdAt: row.created_at },
        state: stands,
        ...{ lastNotifiedAt: row.last_notified_at, failures: row.failures, lastFailure: row.why },
        nextAt: stands === 'running' ? row.next_at : null,
        ...{ endedAt: row.ended_at, endedBecause: row.ended_because as View['endedBecause'] },
        lastMove: move
          ? { at: move.at, byName: people.get(move.by_person) ?? '', byCounty: move.by_county, why: move.why }
          : null,
        mayChange: isOperator(by, county) || row.by_person === by.person,
      };
    });
    return { rows: views, total: Number(n), page, size };
  });
}

/** Who paused, resumed or ended each of these last. */
async function lastMoves(tx: Tx, county: County, subscriptions: readonly string[]) {
  if (subscriptions.length === 0) return new Map<string, never>();
  const rows = await tx
    .selectFrom('trace.epcis_subscription_move')
    .selectAll()
    .where('county', '=', county)
    .where('subscription', 'in', subscriptions)
    .orderBy('at')
    .orderBy('id')
    .execute();
  return new Map(rows.map((row) => [row.subscription, row]));
}
