import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { nextNumber, type OnceKey, once, type Tx, withScope } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { householdBrief, householdNow, organisationsById, villageInCounty } from '#registry';
import { refuse } from '../refuse.ts';
import { checkPlot, type PlotContent } from './check-plot.ts';
import { plotScope, writers } from './plot-rights.ts';
import { plotView } from './plot-views.ts';

/**
 * Registers a plot of a household or of a cooperative, in a village of the writer's region.
 *
 * @throws Refusal `plot-owner-wrong` | `household-not-found` | `plot-cooperative-unknown` | `plot-village-outside`, and
 *   those of checkPlot
 */
export async function addPlot(
  at: Context,
  by: Actor,
  input: { county: County; household?: string; org?: string; village?: string } & PlotContent,
  key: OnceKey | null,
) {
  const { county, household, org } = input;
  const { id, warnings } = await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const scope = plotScope(by, county, writers);
    await withScope(tx, scope);
    if ((household === undefined) === (org === undefined)) throw refuse('plot-owner-wrong');
    const owner = household === undefined ? await cooperative(tx, county, org as string) : null;
    const standing = household === undefined ? undefined : await householdNow(tx, county, household);
    const brief = standing && (await householdBrief(tx, at.sealer, county, [standing.id])).get(standing.id);
    if (household !== undefined && !brief) throw refuse('household-not-found');
    const village = input.village ?? brief?.village ?? owner?.region ?? '';
    if (!village.startsWith(scope)) throw refuse('plot-village-outside');
    await villageInCounty(tx, county, village);
    await withScope(tx, String(county));
    const { row, warnings } = await checkPlot(tx, { county, village, today: dayOf(now) }, input);
    const said = { county, village, by_person: by.person, at: now };
    const id = newId();
    const number = `D${String(await nextNumber(tx, county, 'plot')).padStart(5, '0')}`;
    await tx
      .insertInto('trace.plot')
      .values({ ...said, id, number, household: brief?.id ?? null, org: owner?.id ?? null })
      .execute();
    await tx
      .insertInto('trace.plot_version')
      .values({ ...said, ...row, plot: id, version: 1, reason: null })
      .execute();
    return { id, warnings };
  });
  return { ...(await plotView(at, county, id)), warnings };
}

async function cooperative(tx: Tx, county: County, id: string) {
  const found = (await organisationsById(tx, county, [id])).get(id);
  if (found?.kind !== 'cooperative') throw refuse('plot-cooperative-unknown');
  return found;
}
