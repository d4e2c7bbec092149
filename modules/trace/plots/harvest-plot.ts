import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';
import { cropsByCode } from '#registry';
import { refuse } from '../refuse.ts';
import type { YieldRoom } from '../yields/yield-room.ts';
import { boughtOffPlot, type PlotTerm, plotsOn, spraysOn } from './plots.queries.ts';
import { type Spray, sprayAgainst } from './spray-interval.ts';

/** Off which plot produce comes, and what stands against its harvest. */
export interface Harvest {
  /** null: the household has none of the crop, or several and none was named */
  plot: PlotTerm | null;
  against: Spray | null;
}

/**
 * Where a household's produce can have come from: the plot that was named, else its only one of the crop. Where none is
 * named and there are several, all of them must be free, for nobody said which it was.
 *
 * @param tx scoped over the county
 * @param of.day of the harvest
 * @throws Refusal `plot-not-of-household` | `plot-other-crop`
 */
export async function harvestFrom(
  tx: Tx,
  of: { county: County; household: string; crop: string; day: string; plot?: string },
): Promise<Harvest> {
  const { county, household, crop, day, plot } = of;
  const grown = await plotsOn(tx, county, household, day);
  const ofCrop = grown.filter((one) => one.crop === crop);
  const named = grown.find((one) => one.plot === plot);
  if (plot !== undefined && !named) throw refuse('plot-not-of-household');
  if (named && named.crop !== crop) {
    throw refuse('plot-other-crop', { plot: named.number, crop: (await cropsByCode(tx)).get(crop)?.nameZh ?? crop });
  }
  const off = named ? [named] : ofCrop;
  const sprays = await spraysOn(
    tx,
    county,
    off.map((one) => one.plot),
  );
  return { plot: off.length === 1 ? (off[0] as PlotTerm) : null, against: sprayAgainst(sprays, day) };
}

/**
 * Holds a note to what its plot can give: its part of the household's room for the crop in the year.
 *
 * @throws Refusal `grams-above-plot`
 */
export async function requirePlotRoom(
  tx: Tx,
  of: { county: County; plot: PlotTerm; room: YieldRoom; year: string; grams: Grams },
): Promise<void> {
  const { county, plot, room, year, grams } = of;
  // What the county confirmed for the household, it confirmed for its plots in the same proportion.
  const most = Math.floor((room.mostGrams * plot.yield_grams) / Math.max(1, room.limitGrams));
  const bought = await boughtOffPlot(tx, county, plot.plot, year);
  if (bought + grams <= most) return;
  const kg = (of: Grams) => of / 1000;
  const detail = { plot: plot.number, bought: kg(bought), limit: kg(plot.yield_grams) };
  throw refuse('grams-above-plot', { ...detail, left: kg(Math.max(0, most - bought)) });
}

/** A refusal's words of what stands against a harvest. */
export const sprayDetail = (spray: Spray) => ({
  plot: spray.plotNumber,
  product: spray.product,
  day: spray.freeOn,
});
