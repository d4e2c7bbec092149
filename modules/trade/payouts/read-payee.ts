import { type Actor, membershipsIn } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { scoped } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { noteReading } from '#registry';
import { refuse } from '../refuse.ts';

/**
 * Opens a household's account to somebody who says why, as when a payment came back; the reading is written down. The
 * accounts of organisations are opened to nobody: whoever doubts one writes it down anew.
 *
 * @throws Refusal `not-allowed` | `payee-not-found`, also outside the caller's region
 */
export async function readPayee(
  at: Context,
  by: Actor,
  input: { county: County; id: string; reason: string },
): Promise<{ account: string; holder: string }> {
  const { county, id } = input;
  const member = membershipsIn(by, county, ['operator', 'keeper', 'auditor']).sort(
    (a, b) => a.region.length - b.region.length,
  )[0];
  if (!member) throw refusePlatform('not-allowed');
  const scope = member.region.length > 6 ? member.region : String(county);
  return scoped(at.db, scope, async (tx) => {
    const payee = await tx
      .selectFrom('trade.payee')
      .select(['owner', 'account_sealed', 'holder_sealed'])
      .where('county', '=', county)
      .where('id', '=', id)
      .where('owner_kind', '=', 'household')
      .executeTakeFirst();
    if (!payee) throw refuse('payee-not-found');
    await noteReading(tx, {
      ...{ county, household: payee.owner, person: by.person, role: member.role },
      ...{ fields: ['account'], reason: input.reason, at: at.clock.now() },
    });
    return { account: at.sealer.open(payee.account_sealed), holder: at.sealer.open(payee.holder_sealed) };
  });
}
