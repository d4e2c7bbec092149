import type { Actor } from '#platform/actor.ts';
import { addDays, dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, scoped, type Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';
import { cropsByCode, householdNow } from '#registry';
import { isOperator } from '../lots/lot-rights.ts';
import { lockSeller } from '../purchases/write-note.ts';
import { refuse } from '../refuse.ts';
import { checkSpray } from './check-spray.ts';
import { insertStrike } from './harvest-entries.ts';
import { plotToWrite } from './plot-rights.ts';
import { workViews } from './plot-views.ts';
import { boughtWithin, type PlotTerm, termsOf, type WorkRow, worksOf } from './plots.queries.ts';
import { freeAfter } from './spray-interval.ts';
import { WORK_DAYS_BACK, type WorkKind } from './work-kinds.ts';

interface Said {
  kind: WorkKind;
  /** YYYY-MM-DD */
  onDay: string;
  /** used, or harvested */
  grams?: Grams;
  millilitres?: number;
  /** active ingredient, of a spray */
  product?: string;
  /** as the label says */
  intervalDays?: number;
  note?: string;
}

/**
 * Writes down what was done on a plot, also days later. A spray must be one the county's table allows on the crop, with
 * the table's safe interval or a longer one; until that has passed nothing off the plot is bought into a lot. One that
 * is written after its harvest was bought says which lots it went into.
 *
 * @throws Refusal `plot-not-found` | `plot-day-wrong` | `only-of-sprays` | `product-needed` | `dose-needed` |
 *   `interval-needed`, and those of checkSpray
 */
export async function recordWork(
  at: Context,
  by: Actor,
  input: { county: County; id: string } & Said,
  key: OnceKey | null,
) {
  const { county, id: plot, kind, onDay } = input;
  const id = await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const found = await plotToWrite(tx, by, county, plot);
    await lockOwner(tx, county, found);
    const day = dayOf(now);
    const terms = await termsOf(tx, county, plot);
    const from = [addDays(day, -WORK_DAYS_BACK), terms.at(-1)?.from_day ?? day].sort()[1] as string;
    const to = [day, found.to_day ?? day].sort()[0] as string;
    if (onDay < from || onDay > to) throw refuse('plot-day-wrong', { from, to });
    const term = terms.find((one) => one.from_day <= onDay) ?? found;
    const spray = kind === 'spray' ? await sprayOf(tx, county, term.crop, input) : nothingSprayed(input);
    const work = newId();
    await tx
      .insertInto('trace.plot_work')
      .values({
        ...{ county, id: work, plot, village: found.village, kind, on_day: onDay, ...spray },
        ...{ grams: input.grams ?? null, millilitres: input.millilitres ?? null, note: input.note?.trim() || null },
        ...{ evidence_kind: null, evidence: null, by_person: by.person, at: now },
      })
      .execute();
    return work;
  });
  return scoped(at.db, String(county), async (tx) => {
    const [row] = await worksOf(tx, county, [plot], id);
    const [view] = await workViews(tx, county, [row as WorkRow]);
    return { ...(view as NonNullable<typeof view>), tooLate: await tooLate(tx, county, row as WorkRow) };
  });
}

/** A harvest is weighed against the sprays there are: whoever writes either waits for the other. */
async function lockOwner(tx: Tx, county: County, { household }: PlotTerm): Promise<void> {
  if (household === null) return;
  await lockSeller(tx, county, (await householdNow(tx, county, household))?.id ?? household);
}

async function sprayOf(tx: Tx, county: County, crop: string, said: Said) {
  const product = said.product?.trim();
  const { intervalDays, onDay } = said;
  if (!product) throw refuse('product-needed');
  if (said.grams === undefined && said.millilitres === undefined) throw refuse('dose-needed');
  if (intervalDays === undefined) throw refuse('interval-needed');
  const cropName = (await cropsByCode(tx)).get(crop)?.nameZh ?? crop;
  await checkSpray(tx, { county, product, crop, cropName, intervalDays });
  return { product, interval_days: intervalDays, free_on: freeAfter(onDay, intervalDays) };
}

function nothingSprayed({ product, intervalDays }: Said) {
  if (product !== undefined || intervalDays !== undefined) throw refuse('only-of-sprays');
  return { product: null, interval_days: null, free_on: null };
}

async function tooLate(tx: Tx, county: County, row: WorkRow) {
  if (row.free_on === null) return [];
  const terms = await termsOf(tx, county, row.plot);
  const term = terms.find((one) => one.from_day <= row.on_day);
  if (!term?.household) return [];
  const household = (await householdNow(tx, county, term.household))?.id ?? term.household;
  return boughtWithin(tx, county, {
    ...{ plot: row.plot, household, crop: term.crop, from: row.on_day, before: row.free_on },
  });
}

/**
 * Strikes an entry that was wrong; both stay to be read. A spray is struck by the county only, or a keeper could strike
 * what stands in his way at the scale.
 *
 * @throws Refusal `plot-not-found` | `work-not-found` | `work-struck` | `work-bought` | `spray-struck-by-county`
 */
export async function strikeWork(
  at: Context,
  by: Actor,
  input: { county: County; id: string; work: string; reason: string },
  key: OnceKey | null,
) {
  const { county, id: plot, work } = input;
  await once(at.db, key, async (tx) => {
    const found = await plotToWrite(tx, by, county, plot);
    await lockOwner(tx, county, found);
    const [row] = await worksOf(tx, county, [plot], work);
    if (!row) throw refuse('work-not-found');
    if (row.strike_at !== null) throw refuse('work-struck');
    if (row.evidence !== null) throw refuse('work-bought');
    if (row.kind === 'spray' && !isOperator(by, county)) throw refuse('spray-struck-by-county');
    const { village } = found;
    await insertStrike(tx, { county, work, plot, village, reason: input.reason, by: by.person, at: at.clock.now() });
    return work;
  });
  return scoped(at.db, String(county), async (tx) => {
    const [view] = await workViews(tx, county, await worksOf(tx, county, [plot], work));
    return view as NonNullable<typeof view>;
  });
}
