import { type Actor, scopeIn } from '#platform/actor.ts';
import { type Tx, withScope } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import { lockPlot, type PlotTerm, plotsById } from './plots.queries.ts';

/** Who writes plots and their work: those who look after the region they lie in. */
export const writers = ['keeper', 'cadre', 'operator'] as const;
export const readers = [...writers, 'auditor'] as const;

/** The region prefix whose plots somebody may read or write. @throws Refusal `not-allowed` */
export function plotScope(by: Actor, county: County, roles: readonly (typeof readers)[number][]): string {
  const scope = scopeIn(by, county, roles);
  if (scope === null) throw refusePlatform('not-allowed');
  return scope;
}

/**
 * A plot that somebody may write, locked, as it is said to be now; from here on the transaction sees the county.
 *
 * @throws Refusal `plot-not-found`
 */
export async function plotToWrite(tx: Tx, by: Actor, county: County, id: string): Promise<PlotTerm> {
  await withScope(tx, plotScope(by, county, writers));
  if (!(await plotsById(tx, county, [id])).has(id)) throw refuse('plot-not-found');
  await withScope(tx, String(county));
  await lockPlot(tx, county, id);
  return (await plotsById(tx, county, [id])).get(id) as PlotTerm;
}
