import { sql } from 'kysely';
import { type Actor, system } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, transact } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import { agreementView } from './agreement-views.ts';
import { lockAgreement, moveAgreement, requireAlive } from './agreements.queries.ts';
import { requireMaker } from './draft-agreement.ts';

/**
 * The organisation or the county ends an agreement; facts of before stay under it. One that is disputed waits for the
 * county's decision first, so that nobody gets rid of a complaint by ending what it is about.
 *
 * @throws Refusal `agreement-not-found` | `not-allowed` | `agreement-over` | `agreement-dispute-open`
 */
export async function endAgreement(
  at: Context,
  by: Actor,
  input: { county: County; id: string; reason: string },
  key: OnceKey | null,
) {
  const { county, id, reason } = input;
  await once(at.db, key, async (tx) => {
    const row = await lockAgreement(tx, county, id);
    requireMaker(by, county, row.org);
    requireAlive(row);
    if (row.state === 'disputed') throw refuse('agreement-dispute-open');
    await moveAgreement(tx, row, 'ended', { words: reason, by: by.person, at: at.clock.now() });
    return id;
  });
  return agreementView(at, by, county, id);
}

/** Marks agreements whose every version is over as expired. What posts asks the term itself and does not wait for this. */
export async function expireAgreements(at: Context, signal?: AbortSignal): Promise<number> {
  const now = at.clock.now();
  const { rows } = await sql<{ county: County; id: string }>`
    select a.county, a.id from benefit.agreement a
     where a.state in ('draft', 'half_signed', 'in_force')
       and not exists (
         select from benefit.agreement_version v
          where v.county = a.county and v.agreement = a.id and v.ends_on >= ${dayOf(now)})
     order by a.county, a.id limit 10000`.execute(at.db);
  let expired = 0;
  for (const { county, id } of rows) {
    if (signal?.aborted) break;
    await transact(at.db, async (tx) => {
      const row = await lockAgreement(tx, county, id);
      if (row.over_at || row.state === 'disputed') return;
      await moveAgreement(tx, row, 'expired', { words: '', by: system.person, at: now });
      expired++;
    });
  }
  return expired;
}
