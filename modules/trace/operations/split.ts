import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';
import { operate } from './operate.ts';
import { operationView } from './operation-views.ts';

/**
 * Divides grams of one raw lot into several lots of the same goods, each with its certificate if the one had it.
 *
 * @throws Refusal those of operate
 */
export async function split(
  at: Context,
  by: Actor,
  input: { county: County; lot: string; grams: readonly Grams[]; note?: string },
  key: OnceKey | null,
) {
  const { county, lot, grams } = input;
  return once(at.db, key, async (tx) => {
    const done = await operate(tx, by, at.clock.now(), {
      ...{ county, kind: 'split', lossGrams: 0, ...(input.note === undefined ? {} : { note: input.note }) },
      inputs: [{ lot, grams: grams.reduce((sum, one) => sum + one, 0) }],
      outputs: grams.map((one) => ({ grams: one })),
    });
    return operationView(tx, by, county, done.operation);
  });
}
