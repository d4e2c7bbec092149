import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, scoped } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { isOperator } from '../lots/lot-rights.ts';
import { refuse } from '../refuse.ts';
import { deviceViews, findDevice } from './devices.queries.ts';

/**
 * A device is lost or given up: what it writes from now on is refused; what it wrote before still arrives, for the
 * county to look at.
 *
 * @throws Refusal `device-unknown` for whoever is neither its person nor the operator | `device-revoked` already
 */
export async function revokeDevice(
  at: Context,
  by: Actor,
  input: { county: County; id: string; reason: string },
  key: OnceKey | null,
) {
  const { county, id, reason } = input;
  await once(at.db, key, async (tx) => {
    const device = await findDevice(tx, county, id);
    if (!device || (device.person !== by.person && !isOperator(by, county))) throw refuse('device-unknown');
    const revoked = await tx
      .updateTable('trace.device')
      .set({ revoked_at: at.clock.now(), revoked_by: by.person, revoked_why: reason.trim() })
      .where('county', '=', county)
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    if (revoked.numUpdatedRows === 0n) throw refuse('device-revoked');
  });
  return scoped(at.db, String(county), async (tx) => {
    const found = await findDevice(tx, county, id);
    const [device] = await deviceViews(tx, county, found ? [found] : []);
    return device as NonNullable<typeof device>;
  });
}
