import { type Actor, membershipsIn } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { nextNumber, type OnceKey, once, scoped } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { requireCounty } from '#registry';
import { refuse } from '../refuse.ts';
import { deviceLetters } from './device-letters.ts';
import { type DeviceRow, deviceViews, findDevice } from './devices.queries.ts';

/**
 * A keeper's or cadre's device may work without a signal: it gets the letters that stand before its numbers, and a key
 * that opens what it seals should its PIN be forgotten.
 *
 * @param input.station the keeper's own; without one the device only reads
 * @throws Refusal `county-not-open` | `station-not-yours`
 */
export async function registerDevice(
  at: Context,
  by: Actor,
  input: { county: County; station?: string; name: string },
  key: OnceKey | null,
) {
  const { county, station } = input;
  // The key itself is never kept: it is made from the id again.
  const id = await once(at.db, key, async (tx) => {
    await requireCounty(tx, county);
    if (station && !membershipsIn(by, county, ['keeper']).some((m) => m.org === station)) {
      throw refuse('station-not-yours');
    }
    const id = newId();
    await tx
      .insertInto('trace.device')
      .values({
        ...{ county, id, station: station ?? null, person: by.person, name: input.name.trim() },
        letters: deviceLetters(await nextNumber(tx, county, 'device')),
        created_at: at.clock.now(),
      })
      .execute();
    return id;
  });
  return deviceWithKey(at, county, (await findDevice(at.db, county, id)) as DeviceRow);
}

/**
 * The key of a device whose PIN is forgotten, for the person it is registered to.
 *
 * @throws Refusal `device-unknown` | `device-revoked`
 */
export async function recoverDevice(at: Context, by: Actor, input: { county: County; id: string }) {
  const { county, id } = input;
  const device = await findDevice(at.db, county, id);
  if (device?.person !== by.person) throw refuse('device-unknown');
  if (device.revoked_at) throw refuse('device-revoked');
  await at.db
    .updateTable('trace.device')
    .set({ recovered_at: at.clock.now() })
    .where('county', '=', county)
    .where('id', '=', id)
    .execute();
  return deviceWithKey(at, county, device);
}

function deviceWithKey(at: Context, county: County, row: DeviceRow) {
  return scoped(at.db, String(county), async (tx) => {
    const [device] = await deviceViews(tx, county, [row]);
    const recoveryKey = at.sealer.sign('device-recovery', `${county} ${row.id}`).toString('base64');
    return { device: device as NonNullable<typeof device>, recoveryKey };
  });
}
