import { sql } from 'kysely';
import type { Static } from 'typebox';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Growing } from './plots.contract.ts';
import type { WorkKind } from './work-kinds.ts';

type View = Static<typeof Growing>;

/** What was done so many days before a harvest belongs to it: a year, for trees are worked from harvest to harvest. */
const SEASON_DAYS = 365;

interface Row {
  lot: string;
  plots: number;
  recorded_bp: number;
  kind: WorkKind | null;
  product: string | null;
  times: number;
  from: string;
  to: string;
  interval_days: number | null;
  waited_days: number | null;
  kept: boolean | null;
}

/**
 * How lots were grown, as anyone may know it: how many plots they came off, what was done there in the year before the
 * harvest, and how long was waited after each spray. Never whose; a note that names no plot counts with all its
 * household had of the crop, for all of them were free. Lots whose notes have no plots are missing from the answer.
 *
 * @param tx scoped over the county
 */
export async function growingOf(tx: Tx, county: County, lots: readonly string[]): Promise<Map<string, View>> {
  if (lots.length === 0) return new Map();
  const { rows } = await sql<Row>`
    with note as (
      select s.lot, s.grams, p.id, p.plot, p.crop, p.harvested_on, coalesce(h.into_household, p.household) as household
        from trace.lot_source s
        join trace.purchase p on p.county = s.county and p.id = s.purchase
        left join registry.household_pointer h on h.county = p.county and h.household = p.household
       where s.county = ${county} and s.lot = any(${lots as string[]}::uuid[]) and p.harvested_on is not null
    ), off as (
      select n.lot, n.id, n.plot, n.harvested_on from note n where n.plot is not null
      union
      select n.lot, n.id, t.plot, n.harvested_on
        from note n
        join trace.plot_term t on t.county = ${county} and t.crop = n.crop and t.from_day <= n.harvested_on
         and (t.to_day is null or t.to_day >= n.harvested_on)
        left join registry.household_pointer h on h.county = t.county and h.household = t.household
       where n.plot is null and coalesce(h.into_household, t.household) = n.household
    ), lot as (
      select o.lot, count(distinct o.plot)::int as plots,
             (select coalesce(sum(n.grams), 0) from note n where n.lot = o.lot
                and exists (select from off x where x.lot = n.lot and x.id = n.id)) as recorded,
             (select sum(s.grams) from trace.lot_source s where s.county = ${county} and s.lot = o.lot) as grams
        from off o group by o.lot
    ), work as (
      select distinct on (o.lot, w.id) o.lot, w.id, w.kind, w.product, w.on_day, w.interval_days,
             o.harvested_on - w.on_day as waited
        from off o
        join trace.plot_work w on w.county = ${county} and w.plot = o.plot
         and w.on_day between o.harvested_on - ${SEASON_DAYS}::int and o.harvested_on
       where not exists (select from trace.plot_strike k where k.county = w.county and k.work = w.id)
       order by o.lot, w.id, waited
    )
    select l.lot, l.plots, floor(l.recorded * 10000 / l.grams)::int as recorded_bp, w.kind, w.product,
           count(w.id)::int as times, min(w.on_day) as "from", max(w.on_day) as "to",
           max(w.interval_days) as interval_days, min(w.waited) filter (where w.product is not null) as waited_days,
           bool_and(w.waited >= w.interval_days) as kept
      from lot l left join work w on w.lot = l.lot
     group by l.lot, l.plots, l.recorded, l.grams, w.kind, w.product
     order by l.lot, min(w.on_day), w.kind, w.product`.execute(tx);
  const english = await englishNames(
    tx,
    county,
    rows.flatMap((row) => row.product ?? []),
  );
  return new Map(
    [...Map.groupBy(rows, (row) => row.lot)].map(([lot, of]) => [lot, viewOf(of, (name) => english.get(name) ?? name)]),
  );
}

function viewOf(rows: readonly Row[], inEnglish: (product: string) => string): View {
  const [first] = rows as [Row];
  const done = rows.filter((row) => row.kind !== null);
  const kinds = [...Map.groupBy(done, (row) => row.kind as WorkKind)].map(([kind, of]) => ({
    ...{ kind, times: of.reduce((sum, row) => sum + row.times, 0) },
    from: of.map((row) => row.from).sort()[0] as string,
    to: of
      .map((row) => row.to)
      .sort()
      .at(-1) as string,
  }));
  const sprays = done.flatMap((row) =>
    row.product === null
      ? []
      : [
          {
            ...{ product: row.product, productEn: inEnglish(row.product), times: row.times, lastOn: row.to },
            ...{ intervalDays: row.interval_days ?? 0, waitedDays: row.waited_days ?? 0, kept: row.kept === true },
          },
        ],
  );
  return { plots: first.plots, recordedBp: first.recorded_bp, kinds, sprays };
}

/** What products are called in English by the county's table. */
async function englishNames(tx: Tx, county: County, products: readonly string[]): Promise<Map<string, string>> {
  if (products.length === 0) return new Map();
  const rows = await tx
    .selectFrom('trace.pesticide_rule')
    .select(['product', 'name_en'])
    .where('county', '=', county)
    .where('product', 'in', [...new Set(products)])
    .orderBy('at')
    .orderBy('id')
    .execute();
  return new Map(rows.map((row) => [row.product, row.name_en]));
}
