import { type Actor, system } from '#platform/actor.ts';
import { daysFrom } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, type Tx, transact } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { noteCaseReceived } from '#trade';
import { refuse } from '../refuse.ts';
import { parcelOfCase } from './parcels.queries.ts';
import { RECEIVED_AFTER_DAYS } from './receive-order.ts';

/**
 * The buyer has what was sent again, and the case is closed.
 *
 * @throws Refusal `case-not-found` | `case-move-not-allowed` | `parcel-not-found`
 */
export async function receiveCase(
  at: Context,
  by: Actor,
  input: { county: County; id: string },
  key: OnceKey | null,
): Promise<void> {
  await once(at.db, key, (tx) => receive(tx, at.clock.now(), by, input.county, input.id, 'buyer'));
}

/**
 * What was sent again long ago and of which nothing was heard has been received, each in its own transaction.
 *
 * @returns how many
 * @throws Error after all were tried, when one could not be received
 */
export async function receiveCasesLate(at: Context, signal?: AbortSignal): Promise<number> {
  const now = at.clock.now();
  const due = await at.db
    .selectFrom('fulfilment.parcel')
    .select(['county', 'after_sale'])
    .where('state', '=', 'sent')
    .where('after_sale', 'is not', null)
    .where('sent_at', '<=', daysFrom(now, -RECEIVED_AFTER_DAYS))
    .orderBy('sent_at')
    .limit(1000)
    .execute();
  let received = 0;
  const failures: unknown[] = [];
  for (const { county, after_sale } of due) {
    if (signal?.aborted) break;
    try {
      await transact(at.db, (tx) => receive(tx, now, system, county, after_sale as string, 'time'));
      received++;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} parcels could not be received`);
  return received;
}

async function receive(
  tx: Tx,
  now: Date,
  by: Actor,
  county: County,
  id: string,
  party: 'buyer' | 'time',
): Promise<void> {
  await noteCaseReceived(tx, now, by, { county, case: id, party });
  const parcel = await parcelOfCase(tx, county, id);
  if (!parcel) throw refuse('parcel-not-found');
  await tx
    .updateTable('fulfilment.parcel')
    .set({ state: 'received', received_by: by.person, received_at: now })
    .where('county', '=', county)
    .where('id', '=', parcel.id)
    .where('state', '=', 'sent')
    .execute();
}
