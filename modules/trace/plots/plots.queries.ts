import { sql } from 'kysely';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';
import { householdFiles } from '#registry';
import type { Boundary } from './boundary-layout.ts';
import { type Spray, sprayAgainst } from './spray-interval.ts';
import type { WorkKind } from './work-kinds.ts';

/** A plot as one of its versions says it, with the last day that version stood for. */
export interface PlotTerm {
  plot: string;
  number: string;
  household: string | null;
  org: string | null;
  version: number;
  village: string;
  name: string;
  crop: string;
  area_centimu: number;
  trees: number;
  boundary: Boundary | null;
  boundary_centimu: number | null;
  yield_grams: Grams;
  from_day: string;
  to_day: string | null;
}

const LATEST = sql`not exists (
  select from trace.plot_version n where n.county = t.county and n.plot = t.plot and n.version = t.version + 1)`;
const UNSTRUCK = sql`not exists (select from trace.plot_strike k where k.county = w.county and k.work = w.id)`;

/** Plots as they are said to be now, by id, as far as the scope shows them. */
export async function plotsById(tx: Tx, county: County, ids: readonly string[]): Promise<Map<string, PlotTerm>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<PlotTerm>`
    select t.* from trace.plot_term t
     where t.county = ${county} and t.plot = any(${ids as string[]}::uuid[]) and ${LATEST} order by t.plot`.execute(tx);
  return new Map(rows.map((row) => [row.plot, row]));
}

/** All versions of a plot, the newest first. */
export async function termsOf(tx: Tx, county: County, plot: string): Promise<PlotTerm[]> {
  const { rows } = await sql<PlotTerm>`
    select t.* from trace.plot_term t where t.county = ${county} and t.plot = ${plot} order by t.version desc`.execute(
    tx,
  );
  return rows;
}

export interface PlotFilter {
  /** 9 or 12 digits */
  village?: string;
  crop?: string;
  /** files of one household */
  households?: readonly string[];
  org?: string;
  state?: 'worked' | 'blocked' | 'ended';
  q?: string;
  page: number;
  size: number;
}

/** One page of the plots the scope shows, by village and number. @param today YYYY-MM-DD */
export async function plotPage(
  tx: Tx,
  county: County,
  today: string,
  { village, crop, households, org, state, q, page, size }: PlotFilter,
): Promise<{ rows: PlotTerm[]; total: number }> {
  const part = q?.trim();
  const worked = sql`(t.to_day is null or t.to_day >= ${today}::date)`;
  const states = {
    worked,
    ended: sql`t.to_day < ${today}::date`,
    blocked: sql`${worked} and exists (select from trace.plot_work w
      where w.county = t.county and w.plot = t.plot and w.on_day <= ${today}::date and w.free_on > ${today}::date
        and ${UNSTRUCK})`,
  };
  const where = sql.join(
    [
      sql`t.county = ${county}`,
      LATEST,
      ...(village === undefined ? [] : [sql`starts_with(t.village, ${village})`]),
      ...(crop === undefined ? [] : [sql`t.crop = ${crop}`]),
      ...(households === undefined ? [] : [sql`t.household = any(${households as string[]}::uuid[])`]),
      ...(org === undefined ? [] : [sql`t.org = ${org}`]),
      ...(state === undefined ? [] : [states[state]]),
      ...(part ? [sql`(strpos(t.number, ${part.toUpperCase()}) > 0 or strpos(t.name, ${part}) > 0)`] : []),
    ],
    sql` and `,
  );
  const counted = await sql<{ total: number }>`select count(*) as total from trace.plot_term t where ${where}`.execute(
    tx,
  );
  const { rows } = await sql<PlotTerm>`
    select t.* from trace.plot_term t where ${where}
     order by t.village, t.number limit ${size} offset ${(page - 1) * size}`.execute(tx);
  return { rows, total: counted.rows[0]?.total ?? 0 };
}

/** What a household grew on a day: its plots and those of files merged into it. @param tx scoped over the county */
export async function plotsOn(tx: Tx, county: County, household: string, day: string): Promise<PlotTerm[]> {
  const files = await householdFiles(tx, county, household);
  const { rows } = await sql<PlotTerm>`
    select t.* from trace.plot_term t
     where t.county = ${county} and t.household = any(${files}::uuid[]) and t.from_day <= ${day}::date
       and (t.to_day is null or t.to_day >= ${day}::date)
     order by t.number`.execute(tx);
  return rows;
}

/** Sprays on plots that were not struck, the oldest first. @param tx scoped like the plots */
export async function spraysOn(tx: Tx, county: County, plots: readonly string[]): Promise<Spray[]> {
  if (plots.length === 0) return [];
  const { rows } = await sql<Spray>`
    select w.plot, p.number as "plotNumber", w.product, w.on_day as "onDay", w.free_on as "freeOn"
      from trace.plot_work w join trace.plot p on p.county = w.county and p.id = w.plot
     where w.county = ${county} and w.plot = any(${plots as string[]}::uuid[]) and w.kind = 'spray' and ${UNSTRUCK}
     order by w.on_day, w.id`.execute(tx);
  return rows;
}

/**
 * What the plots of households are expected to give in a year, by household (the file that stands for it now) and crop,
 * in grams: of each plot what was said of it last in that year.
 *
 * @param tx scoped over the county
 * @param year four digits
 */
export async function plotYields(
  tx: Tx,
  county: County,
  households: readonly string[],
  year: string,
): Promise<Map<string, Map<string, Grams>>> {
  const yields = new Map<string, Map<string, Grams>>();
  if (households.length === 0) return yields;
  const { rows } = await sql<{ household: string; crop: string; grams: number }>`
    select said.household, said.crop, sum(said.yield_grams)::bigint as grams
      from (select distinct on (t.plot, t.crop) coalesce(h.into_household, t.household) as household, t.crop, t.yield_grams
              from trace.plot_term t
              left join registry.household_pointer h on h.county = t.county and h.household = t.household
             where t.county = ${county} and coalesce(h.into_household, t.household) = any(${households as string[]}::uuid[])
               and t.from_day <= ${`${year}-12-31`}::date
               and (t.to_day is null or t.to_day >= greatest(t.from_day, ${`${year}-01-01`}::date))
             order by t.plot, t.crop, t.version desc) said
     group by said.household, said.crop order by said.household, said.crop`.execute(tx);
  for (const { household, crop, grams } of rows) {
    const crops = yields.get(household) ?? new Map<string, Grams>();
    crops.set(crop, grams);
    yields.set(household, crops);
  }
  return yields;
}

/** A plot as a keeper chooses it at the scale. */
export interface PlotChoice {
  id: string;
  number: string;
  name: string;
  /** what stands against a harvest today */
  blocked: { product: string; freeOn: string } | null;
}

/**
 * The plots that households work on a day, by household (the file that stands for it now) and crop, with what stands
 * against a harvest on that day.
 *
 * @param tx scoped over the county
 */
export async function plotChoices(
  tx: Tx,
  county: County,
  households: readonly string[],
  day: string,
): Promise<Map<string, Map<string, PlotChoice[]>>> {
  const choices = new Map<string, Map<string, PlotChoice[]>>();
  if (households.length === 0) return choices;
  const { rows } = await sql<PlotTerm & { household: string }>`
    select t.plot, t.number, t.name, t.crop, coalesce(h.into_household, t.household) as household
      from trace.plot_term t
      left join registry.household_pointer h on h.county = t.county and h.household = t.household
     where t.county = ${county} and coalesce(h.into_household, t.household) = any(${households as string[]}::uuid[])
       and t.from_day <= ${day}::date and (t.to_day is null or t.to_day >= ${day}::date)
     order by t.number`.execute(tx);
  const ids = rows.map((row) => row.plot);
  const sprays = Map.groupBy(await spraysOn(tx, county, ids), (spray) => spray.plot);
  for (const { plot, number, name, crop, household } of rows) {
    const against = sprayAgainst(sprays.get(plot) ?? [], day);
    const blocked = against && { product: against.product, freeOn: against.freeOn };
    const crops = choices.get(household) ?? new Map<string, PlotChoice[]>();
    crops.set(crop, [...(crops.get(crop) ?? []), { id: plot, number, name, blocked }]);
    choices.set(household, crops);
  }
  return choices;
}

/** Households whose plots or work on them changed since then, under the ids they stand under now. */
export async function householdsOfPlotsSince(tx: Tx, county: County, since: Date): Promise<string[]> {
  const { rows } = await sql<{ household: string }>`
    select distinct coalesce(h.into_household, p.household) as household
      from (select plot from trace.plot_version where county = ${county} and at >= ${since}
            union select plot from trace.plot_end where county = ${county} and at >= ${since}
            union select plot from trace.plot_work where county = ${county} and at >= ${since}
            union select plot from trace.plot_strike where county = ${county} and at >= ${since}) c
      join trace.plot p on p.county = ${county} and p.id = c.plot and p.household is not null
      left join registry.household_pointer h on h.county = ${county} and h.household = p.household
     order by 1`.execute(tx);
  return rows.map((row) => row.household);
}

/** What was bought off a plot in a calendar year and not taken back, in grams. @param tx scoped over the county */
export async function boughtOffPlot(tx: Tx, county: County, plot: string, year: string): Promise<Grams> {
  const { rows } = await sql<{ grams: number }>`
    select coalesce(sum(p.grams), 0)::bigint as grams from trace.purchase p
     where p.county = ${county} and p.plot = ${plot} and p.day between ${`${year}-01-01`} and ${`${year}-12-31`}
       and p.reverses is null
       and not exists (select from trace.purchase r where r.county = p.county and r.reverses = p.id)`.execute(tx);
  return rows[0]?.grams ?? 0;
}

export interface WorkRow {
  id: string;
  plot: string;
  village: string;
  kind: WorkKind;
  on_day: string;
  grams: Grams | null;
  millilitres: number | null;
  product: string | null;
  interval_days: number | null;
  free_on: string | null;
  note: string | null;
  evidence: string | null;
  purchase_number: string | null;
  by_person: string;
  at: Date;
  strike_reason: string | null;
  strike_by: string | null;
  strike_at: Date | null;
}

/** Work on plots, the newest day first; struck entries are among it. */
export async function worksOf(tx: Tx, county: County, plots: readonly string[], only?: string): Promise<WorkRow[]> {
  if (plots.length === 0) return [];
  const { rows } = await sql<WorkRow>`
    select w.*, b.number as purchase_number, k.reason as strike_reason, k.by_person as strike_by, k.at as strike_at
      from trace.plot_work w
      left join trace.plot_strike k on k.county = w.county and k.work = w.id
      left join trace.purchase b on b.county = w.county and b.id = w.evidence
     where w.county = ${county} and w.plot = any(${plots as string[]}::uuid[])
       and ${only === undefined ? sql`true` : sql`w.id = ${only}`}
     order by w.on_day desc, w.id desc`.execute(tx);
  return rows;
}

/** The last thing done on each plot that was not struck. */
export async function lastWorkOf(
  tx: Tx,
  county: County,
  plots: readonly string[],
): Promise<Map<string, { kind: WorkKind; onDay: string }>> {
  if (plots.length === 0) return new Map();
  const { rows } = await sql<{ plot: string; kind: WorkKind; onDay: string }>`
    select distinct on (w.plot) w.plot, w.kind, w.on_day as "onDay" from trace.plot_work w
     where w.county = ${county} and w.plot = any(${plots as string[]}::uuid[]) and ${UNSTRUCK}
     order by w.plot, w.on_day desc, w.id desc`.execute(tx);
  return new Map(rows.map(({ plot, ...last }) => [plot, last]));
}

/** Notes of a plot's crop that were harvested in an interval: off the plot, or off one that was not named. */
export async function boughtWithin(
  tx: Tx,
  county: County,
  of: { plot: string; household: string; crop: string; from: string; before: string },
): Promise<{ purchaseNumber: string; lot: string; lotNumber: string; harvestedOn: string }[]> {
  const files = await householdFiles(tx, county, of.household);
  const { rows } = await sql<{ purchaseNumber: string; lot: string; lotNumber: string; harvestedOn: string }>`
    select p.number as "purchaseNumber", p.lot, l.number as "lotNumber", p.harvested_on as "harvestedOn"
      from trace.purchase p join trace.lot l on l.county = p.county and l.id = p.lot
     where p.county = ${county} and p.household = any(${files}::uuid[]) and p.crop = ${of.crop}
       and p.harvested_on >= ${of.from}::date and p.harvested_on < ${of.before}::date
       and (p.plot is null or p.plot = ${of.plot}) and p.reverses is null
       and not exists (select from trace.purchase r where r.county = p.county and r.reverses = p.id)
     order by p.number`.execute(tx);
  return rows;
}

/** One act on a plot at a time. The row is the lock. */
export async function lockPlot(tx: Tx, county: County, plot: string): Promise<void> {
  await sql`select id from trace.plot where county = ${county} and id = ${plot} for update`.execute(tx);
}
