import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';
import type { Basis } from '../certificates/basis-kinds.ts';
import { refuse } from '../refuse.ts';
import { operate } from './operate.ts';
import { operationView } from './operation-views.ts';

/**
 * Sorts grams of one raw lot into lots of different grades. What households were paid follows the grams: what a better
 * grade is worth more is nobody's until it is sold.
 *
 * @throws Refusal `grades-repeat` | those of operate
 */
export async function grade(
  at: Context,
  by: Actor,
  input: {
    county: County;
    lot: string;
    outputs: readonly { grade: string; grams: Grams }[];
    lossGrams: Grams;
    note?: string;
    basis?: readonly Basis[];
  },
  key: OnceKey | null,
) {
  const { county, lot, lossGrams } = input;
  return once(at.db, key, async (tx) => {
    const outputs = input.outputs.map((one) => ({ ...one, grade: one.grade.trim() }));
    if (new Set(outputs.map((one) => one.grade)).size < outputs.length) throw refuse('grades-repeat');
    const grams = outputs.reduce((sum, one) => sum + one.grams, lossGrams);
    const done = await operate(tx, by, at.clock.now(), {
      ...{ ...input, county, kind: 'grade', outputs, lossGrams },
      inputs: [{ lot, grams }],
    });
    return operationView(tx, by, county, done.operation);
  });
}
