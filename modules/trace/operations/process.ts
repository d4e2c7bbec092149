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
import { isPlausible, type ProcessName, processes } from './process-kinds.ts';

/**
 * Makes another produce of raw lots (walnuts → oil). All that was paid for what went in is what comes out cost; the
 * grams that do not come out are the loss.
 *
 * @param input.grams of the produce that came out
 * @throws Refusal `process-other-crop` | `yield-implausible` | those of operate
 */
export async function process(
  at: Context,
  by: Actor,
  input: {
    county: County;
    process: ProcessName;
    inputs: readonly { lot: string; grams: Grams }[];
    grams: Grams;
    grade: string;
    note?: string;
    basis?: readonly Basis[];
  },
  key: OnceKey | null,
) {
  const { county, inputs, grams } = input;
  const way = processes[input.process];
  return once(at.db, key, async (tx) => {
    const lots = await lockLots(
      tx,
      county,
      inputs.map((one) => one.lot),
    );
    const other = [...lots.values()].find((lot) => lot.crop !== way.from);
    if (other) throw refuse('process-other-crop', { lot: other.number });
    const gramsIn = inputs.reduce((sum, one) => sum + one.grams, 0);
    if (!isPlausible(way, gramsIn, grams)) {
      const [least, most] = way.yieldBp.map((bp) => Math.floor((gramsIn * bp) / 10_000));
      throw refuse('yield-implausible', { least, most });
    }
    const done = await operate(tx, by, at.clock.now(), {
      ...{ ...input, kind: 'process', lossGrams: gramsIn - grams },
      outputs: [{ grams, crop: way.to, grade: input.grade.trim() }],
    });
    return operationView(tx, by, county, done.operation);
  });
}
