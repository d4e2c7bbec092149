import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';
import { organisationsById } from '#registry';
import { lockLots } from '../lots/lots.queries.ts';
import { refuse } from '../refuse.ts';
import { operate } from './operate.ts';
import { operationView } from './operation-views.ts';

/**
 * Sends grams of a raw lot to another station or to the seller's own place. They are a lot of their own on the way,
 * which nobody can use until whoever weighs it at the other end has received it.
 *
 * @param input.to the organisation where it goes
 * @throws Refusal `place-unknown` | `place-same` | those of operate
 */
export async function move(
  at: Context,
  by: Actor,
  input: { county: County; lot: string; grams: Grams; to: string; note?: string },
  key: OnceKey | null,
) {
  const { county, lot, grams, to } = input;
  return once(at.db, key, async (tx) => {
    const place = (await organisationsById(tx, county, [to])).get(to);
    if (place?.state !== 'active' || !['station', 'cooperative', 'merchant'].includes(place.kind)) {
      throw refuse('place-unknown');
    }
    const from = (await lockLots(tx, county, [lot])).get(lot);
    if (from?.station === to) throw refuse('place-same');
    const done = await operate(tx, by, at.clock.now(), {
      ...{ county, kind: 'move', lossGrams: 0, ...(input.note === undefined ? {} : { note: input.note }) },
      inputs: [{ lot, grams }],
      outputs: [{ grams, station: to, inTransit: true }],
    });
    return operationView(tx, by, county, done.operation);
  });
}
