import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';
import type { Basis } from '../certificates/basis-kinds.ts';
import { lockLots } from '../lots/lots.queries.ts';
import { refuse } from '../refuse.ts';
import { operate } from './operate.ts';
import { operationView } from './operation-views.ts';

/**
 * Pours raw lots of one crop and owner together; lots of different grades only under a grade that is named.
 *
 * @throws Refusal `mix-needs-two` | `grade-needed` | those of operate
 */
export async function mix(
  at: Context,
  by: Actor,
  input: {
    county: County;
    inputs: readonly { lot: string; grams: Grams }[];
    lossGrams: Grams;
    grade?: string;
    note?: string;
    basis?: readonly Basis[];
  },
  key: OnceKey | null,
) {
  const { county, inputs, lossGrams } = input;
  return once(at.db, key, async (tx) => {
    const ids = new Set(inputs.map((one) => one.lot));
    if (ids.size < 2) throw refuse('mix-needs-two');
    const grades = new Set([...(await lockLots(tx, county, [...ids])).values()].map((lot) => lot.grade));
    const named = input.grade?.trim();
    if (grades.size > 1 && !named) throw refuse('grade-needed');
    const grams = inputs.reduce((sum, one) => sum + one.grams, -lossGrams);
    if (grams <= 0) throw refuse('grams-not-closed', { input: grams + lossGrams, output: 0, loss: lossGrams });
    const done = await operate(tx, by, at.clock.now(), {
      ...{ ...input, kind: 'mix' },
      outputs: [{ grams, ...(named ? { grade: named } : {}) }],
    });
    return operationView(tx, by, county, done.operation);
  });
}
