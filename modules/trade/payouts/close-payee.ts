import { type Actor, membershipsIn, overCounty } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, withScope } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import { payeeMoves } from './payout-states.ts';

/**
 * Closes an account for good: nothing that is not yet on its way is paid to it any more. A merchant number is then
 * removed at its provider by the job that keeps receivers in step.
 *
 * @throws Refusal `payee-not-found` | `not-allowed` | `payee-closed`
 */
export async function closePayee(
  at: Context,
  by: Actor,
  input: { county: County; id: string },
  key: OnceKey | null,
): Promise<void> {
  const { county, id } = input;
  await once(at.db, key, async (tx) => {
    await withScope(tx, String(county));
    const payee = await tx
      .selectFrom('trade.payee')
      .select(['owner_kind', 'owner', 'village', 'kind', 'state'])
      .where('county', '=', county)
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (!payee) throw refuse('payee-not-found');
    const over = membershipsIn(by, county, ['operator', 'keeper', 'merchant']);
    const own =
      payee.owner_kind === 'organisation'
        ? over.some((m) => m.org === payee.owner)
        : over.some((m) => m.role === 'keeper' && payee.village?.startsWith(m.region));
    if (!own && !overCounty(by, county, ['operator'])) throw refusePlatform('not-allowed');
    const to = payee.kind === 'merchant' && payee.state !== 'refused' ? 'closing' : 'closed';
    if (!payeeMoves.allows(payee.state, to)) throw refuse('payee-closed');
    const now = at.clock.now();
    await tx
      .updateTable('trade.payee')
      .set({
        ...{ state: to, closed_by: by.person, closed_at: now },
        ...(to === 'closing' ? { attempts: 0, next_at: now } : { next_at: null }),
      })
      .where('county', '=', county)
      .where('id', '=', id)
      .execute();
  });
}
