import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import { checkPlot, type PlotContent } from './check-plot.ts';
import { plotToWrite } from './plot-rights.ts';
import { plotView } from './plot-views.ts';
import type { PlotTerm } from './plots.queries.ts';

/**
 * Says anew what a plot is: the version before ends where this one begins, and both stand.
 *
 * @param input.version the version that was looked at; another one meanwhile is not written over
 * @throws Refusal `plot-not-found` | `plot-ended` | `plot-changed`, and those of checkPlot
 */
export async function changePlot(
  at: Context,
  by: Actor,
  input: { county: County; id: string; version: number; reason: string } & PlotContent,
  key: OnceKey | null,
) {
  const { county, id } = input;
  const warnings = await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const plot = await plotToWrite(tx, by, county, id);
    refuseEnded(plot);
    if (plot.version !== input.version) throw refuse('plot-changed');
    const { village } = plot;
    const of = { county, village, plot: id, today: dayOf(now), notBefore: plot.from_day };
    const { row, warnings } = await checkPlot(tx, of, input);
    await tx
      .insertInto('trace.plot_version')
      .values({
        ...{ county, plot: id, version: plot.version + 1, village, ...row },
        ...{ reason: input.reason.trim(), by_person: by.person, at: now },
      })
      .execute();
    return warnings;
  });
  return { ...(await plotView(at, county, id)), warnings };
}

/**
 * A plot is given up: nobody works it from the day after. What was done and sold stays.
 *
 * @param input.on its last day
 * @throws Refusal `plot-not-found` | `plot-ended` | `plot-day-wrong`
 */
export async function endPlot(
  at: Context,
  by: Actor,
  input: { county: County; id: string; on: string; reason: string },
  key: OnceKey | null,
) {
  const { county, id, on } = input;
  await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const plot = await plotToWrite(tx, by, county, id);
    refuseEnded(plot);
    const today = dayOf(now);
    if (on < plot.from_day || on > today) throw refuse('plot-day-wrong', { from: plot.from_day, to: today });
    await tx
      .insertInto('trace.plot_end')
      .values({
        ...{ county, plot: id, village: plot.village, on_day: on, reason: input.reason.trim() },
        ...{ by_person: by.person, at: now },
      })
      .execute();
    return id;
  });
  return plotView(at, county, id);
}

/** Of the newest version only an end can be known. */
function refuseEnded(plot: PlotTerm): void {
  if (plot.to_day !== null) throw refuse('plot-ended', { day: plot.to_day });
}
