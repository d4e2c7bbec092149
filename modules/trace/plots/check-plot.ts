import { sql } from 'kysely';
import { addDays } from '#platform/clock.ts';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';
import { coordinatesNear, cropsByCode } from '#registry';
import { refuse } from '../refuse.ts';
import {
  areaDiffers,
  type Boundary,
  centimuOf,
  distance,
  FARTHEST_M,
  faultOf,
  type Position,
} from './boundary-layout.ts';
import type { plotWarnings } from './plots.contract.ts';
import { WORK_DAYS_BACK } from './work-kinds.ts';

/** What somebody says of a plot. */
export interface PlotContent {
  name: string;
  crop: string;
  /** hundredths of a mu */
  areaCentimu: number;
  trees: number;
  /** expected in a season */
  yieldGrams: Grams;
  boundary?: Boundary | null;
  /** YYYY-MM-DD; today when left out */
  from?: string;
}

/** From the village's other plots; a village of the mountains reaches a few kilometres. */
const FAR_FROM_OTHERS_M = 15_000;

/**
 * Whether a plot can be as somebody says: land or trees, a crop that grows and no more of it than it gives, a boundary
 * that is one and lies in the county.
 *
 * @returns the row's own columns, and what does not look right although it is written
 * @throws Refusal `plot-empty` | `plot-crop-unknown` | `plot-yield-above-crop` | `plot-day-wrong` | `boundary-open` |
 *   `boundary-crosses` | `boundary-empty` | `boundary-far`
 */
export async function checkPlot(
  tx: Tx,
  of: { county: County; village: string; plot?: string; today: string; notBefore?: string },
  said: PlotContent,
): Promise<{ row: PlotColumns; warnings: (typeof plotWarnings)[number][] }> {
  const { areaCentimu, trees, yieldGrams, boundary = null } = said;
  if (areaCentimu === 0 && trees === 0) throw refuse('plot-empty');
  const crop = (await cropsByCode(tx)).get(said.crop);
  if (!crop || (crop.gramsPerMu === null && crop.gramsPerTree === null)) {
    throw refuse('plot-crop-unknown', { crop: crop?.nameZh ?? said.crop });
  }
  const byLand = Math.floor((areaCentimu * (crop.gramsPerMu ?? 0)) / 100);
  const most = Math.max(byLand, trees * (crop.gramsPerTree ?? 0));
  // Or a plot that was made up would let anything be sold: the crop's own bound stands above what is expected.
  if (yieldGrams > most) throw refuse('plot-yield-above-crop', { most: most / 1000 });
  const from = said.from ?? of.today;
  const notBefore = of.notBefore ?? addDays(of.today, -WORK_DAYS_BACK);
  if (from > of.today || from < notBefore) throw refuse('plot-day-wrong', { from: notBefore, to: of.today });
  const drawn = boundary && (await checkBoundary(tx, of, boundary));
  const warnings: (typeof plotWarnings)[number][] = [];
  if (drawn && areaDiffers(areaCentimu, drawn.centimu)) warnings.push('area-differs');
  if (drawn?.farFromOthers) warnings.push('boundary-far-from-others');
  return {
    row: {
      ...{ name: said.name.trim(), crop: crop.code, area_centimu: areaCentimu, trees, yield_grams: yieldGrams },
      boundary: boundary && JSON.stringify(boundary),
      ...{ boundary_centimu: drawn ? drawn.centimu : null, from_day: from },
    },
    warnings,
  };
}

/** Columns of a version that come from what was said. */
interface PlotColumns {
  name: string;
  crop: string;
  area_centimu: number;
  trees: number;
  boundary: string | null;
  boundary_centimu: number | null;
  yield_grams: Grams;
  from_day: string;
}

async function checkBoundary(
  tx: Tx,
  of: { county: County; village: string; plot?: string },
  boundary: Boundary,
): Promise<{ centimu: number; farFromOthers: boolean }> {
  const fault = faultOf(boundary);
  if (fault) throw refuse(fault);
  const corner = boundary.coordinates[0][0] as Position;
  const seat = await coordinatesNear(tx, of.village);
  const metres = seat ? distance(corner, [seat.longitude, seat.latitude]) : 0;
  if (metres > FARTHEST_M) throw refuse('boundary-far', { km: Math.round(metres / 1000) });
  const { rows } = await sql<{ corner: Position }>`
    select t.boundary #> '{coordinates,0,0}' as corner from trace.plot_term t
     where t.county = ${of.county} and t.village = ${of.village} and t.boundary is not null
       and t.to_day is null and t.plot is distinct from ${of.plot ?? null}::uuid
     order by t.plot limit 50`.execute(tx);
  const farFromOthers = rows.length > 0 && rows.every((row) => distance(corner, row.corner) > FAR_FROM_OTHERS_M);
  return { centimu: centimuOf(boundary), farFromOthers };
}
