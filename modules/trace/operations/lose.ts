import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';
import { lockLots } from '../lots/lots.queries.ts';
import { refuse } from '../refuse.ts';
import { operate } from './operate.ts';
import { operationView } from './operation-views.ts';

/**
 * Declares grams of a lot lost, as it lies there: spoiled, eaten by mice, destroyed after a recall. Of a packed lot
 * whole packs, while they are not in stock.
 *
 * @throws Refusal `loss-not-whole-packs` | those of operate
 */
export async function lose(
  at: Context,
  by: Actor,
  input: { county: County; lot: string; grams: Grams; reason: string },
  key: OnceKey | null,
) {
  const { county, grams, reason } = input;
  return once(at.db, key, async (tx) => {
    const lot = (await lockLots(tx, county, [input.lot])).get(input.lot);
    if (lot?.pack_grams && grams % lot.pack_grams !== 0) {
      throw refuse('loss-not-whole-packs', { grams: lot.pack_grams });
    }
    const done = await operate(tx, by, at.clock.now(), {
      ...{ county, kind: 'lose', inputs: [{ lot: input.lot, grams }], outputs: [], lossGrams: grams, note: reason },
    });
    return operationView(tx, by, county, done.operation);
  });
}
