import type { Static } from 'typebox';
import { type Actor, scopeIn } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { scoped, type Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import {
  cropsByCode,
  householdBrief,
  householdFiles,
  householdsOfPerson,
  organisationsById,
  personNames,
  regionNames,
} from '#registry';
import { refuse } from '../refuse.ts';
import { plotScope, readers } from './plot-rights.ts';
import type { Plot, PlotDetail, Work } from './plots.contract.ts';
import {
  lastWorkOf,
  type PlotFilter,
  type PlotTerm,
  plotPage,
  plotsById,
  spraysOn,
  termsOf,
  type WorkRow,
  worksOf,
} from './plots.queries.ts';
import { sprayAgainst } from './spray-interval.ts';

type View = Static<typeof Plot>;
type Detail = Static<typeof PlotDetail>;
type WorkView = Static<typeof Work>;

/** A page of the plots that the reader's region shows. */
export async function plotList(
  at: Context,
  by: Actor,
  county: County,
  query: Omit<PlotFilter, 'households' | 'page' | 'size'> & { household?: string; page?: number; size?: number },
) {
  const { page = 1, size = 20, household, ...filter } = query;
  return scoped(at.db, plotScope(by, county, readers), async (tx) => {
    const files = household === undefined ? {} : { households: await householdFiles(tx, county, household) };
    const today = dayOf(at.clock.now());
    const { rows, total } = await plotPage(tx, county, today, { ...filter, ...files, page, size });
    return { rows: await plotViews(at, tx, county, rows), total, page, size };
  });
}

/** One plot with its versions and work, for those who look after its region. @throws Refusal `plot-not-found` */
export async function plotDetail(at: Context, by: Actor, county: County, id: string): Promise<Detail> {
  return scoped(at.db, plotScope(by, county, readers), async (tx) => {
    const [detail] = await details(at, tx, county, [id]);
    if (!detail) throw refuse('plot-not-found');
    return detail;
  });
}

/** The plots of the households a person belongs to. */
export async function ownPlots(at: Context, by: Actor): Promise<Detail[]> {
  const found: Detail[] = [];
  for (const { county, files } of await householdsOfPerson(at.db, by.person)) {
    found.push(
      ...(await scoped(at.db, String(county), async (tx) => {
        const filter = { households: files, page: 1, size: 100 };
        const { rows } = await plotPage(tx, county, dayOf(at.clock.now()), filter);
        return details(
          at,
          tx,
          county,
          rows.map((row) => row.plot),
        );
      })),
    );
  }
  return found;
}

/** Whether somebody may see a plot: who looks after its region, and the people of its household. */
export async function maySeePlot(at: Context, by: Actor, county: County, id: string): Promise<boolean> {
  const find = (scope: string) => scoped(at.db, scope, async (tx) => (await plotsById(tx, county, [id])).get(id));
  const scope = scopeIn(by, county, readers);
  if (scope !== null && (await find(scope))) return true;
  const own = await householdsOfPerson(at.db, by.person, county);
  const plot = own.length > 0 ? await find(String(county)) : undefined;
  return own.some((one) => plot?.household && one.files.includes(plot.household));
}

/** A plot that was just written, for whoever wrote it. */
export function plotView(at: Context, county: County, id: string): Promise<View> {
  return scoped(at.db, String(county), async (tx) => {
    const [view] = await plotViews(at, tx, county, [(await plotsById(tx, county, [id])).get(id) as PlotTerm]);
    return view as View;
  });
}

async function plotViews(at: Context, tx: Tx, county: County, rows: readonly PlotTerm[]): Promise<View[]> {
  if (rows.length === 0) return [];
  const today = dayOf(at.clock.now());
  const ids = rows.map((row) => row.plot);
  const owners = rows.flatMap((row) => row.household ?? []);
  const heads = await householdBrief(tx, at.sealer, county, owners);
  const cooperatives = rows.flatMap((row) => row.org ?? []);
  const orgs = cooperatives.length > 0 ? await organisationsById(tx, county, cooperatives) : new Map();
  const places = await regionNames(
    tx,
    rows.map((row) => row.village),
  );
  const crops = await cropsByCode(tx);
  const sprays = Map.groupBy(await spraysOn(tx, county, ids), (spray) => spray.plot);
  const last = await lastWorkOf(tx, county, ids);
  return rows.map((row) => {
    const head = heads.get(row.household ?? '');
    const against = sprayAgainst(sprays.get(row.plot) ?? [], today);
    return {
      ...{
        id: row.plot,
        number: row.number,
        household: row.household,
        householdCode: head?.code ?? null,
        org: row.org,
      },
      ownerName: head?.headMasked ?? orgs.get(row.org ?? '')?.name ?? '',
      village: row.village,
      villageName: places.get(row.village)?.name ?? row.village,
      ...{ version: row.version, name: row.name, crop: row.crop, cropName: crops.get(row.crop)?.nameZh ?? row.crop },
      ...{ areaCentimu: row.area_centimu, trees: row.trees, yieldGrams: row.yield_grams },
      ...{ boundary: row.boundary, boundaryCentimu: row.boundary_centimu, from: row.from_day, to: row.to_day },
      blocked: against && { product: against.product, onDay: against.onDay, freeOn: against.freeOn },
      lastWork: last.get(row.plot) ?? null,
    };
  });
}

/** Work as people read it, in the order given. */
export async function workViews(tx: Tx, county: County, rows: readonly WorkRow[]): Promise<WorkView[]> {
  if (rows.length === 0) return [];
  const people = await personNames(
    tx,
    rows.flatMap((row) => [row.by_person, row.strike_by ?? row.by_person]),
  );
  const photos = await tx
    .selectFrom('trace.plot_photo')
    .select(['id', 'work', 'width', 'height'])
    .where('county', '=', county)
    .where(
      'work',
      'in',
      rows.map((row) => row.id),
    )
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    ...{ id: row.id, kind: row.kind, onDay: row.on_day, grams: row.grams, millilitres: row.millilitres },
    ...{ product: row.product, intervalDays: row.interval_days, freeOn: row.free_on, note: row.note },
    ...{ purchase: row.evidence, purchaseNumber: row.purchase_number, at: row.at },
    struck:
      row.strike_at === null
        ? null
        : { reason: row.strike_reason ?? '', byName: people.get(row.strike_by ?? '') ?? '', at: row.strike_at },
    photos: photos.filter((one) => one.work === row.id).map(({ id, width, height }) => ({ id, width, height })),
    byName: people.get(row.by_person) ?? '',
  }));
}

async function details(at: Context, tx: Tx, county: County, ids: readonly string[]): Promise<Detail[]> {
  const latest = await plotsById(tx, county, ids);
  const plots = await plotViews(
    at,
    tx,
    county,
    ids.flatMap((id) => latest.get(id) ?? []),
  );
  const works = Map.groupBy(await worksOf(tx, county, ids), (row) => row.plot);
  const crops = await cropsByCode(tx);
  const found: Detail[] = [];
  for (const plot of plots) {
    const said = await tx
      .selectFrom('trace.plot_version')
      .select(['version', 'reason', 'by_person', 'at'])
      .where('county', '=', county)
      .where('plot', '=', plot.id)
      .execute();
    const end = await tx
      .selectFrom('trace.plot_end')
      .select(['on_day', 'reason', 'by_person'])
      .where('county', '=', county)
      .where('plot', '=', plot.id)
      .executeTakeFirst();
    const people = await personNames(tx, [...said.map((one) => one.by_person), ...(end ? [end.by_person] : [])]);
    const versions = (await termsOf(tx, county, plot.id)).map((term) => {
      const by = said.find((one) => one.version === term.version) as (typeof said)[number];
      return {
        ...{ version: term.version, name: term.name, crop: term.crop, areaCentimu: term.area_centimu },
        ...{ cropName: crops.get(term.crop)?.nameZh ?? term.crop, trees: term.trees, yieldGrams: term.yield_grams },
        ...{ boundaryCentimu: term.boundary_centimu, from: term.from_day, to: term.to_day },
        ...{ reason: by.reason, byName: people.get(by.by_person) ?? '', at: by.at },
      };
    });
    found.push({
      plot,
      versions,
      works: await workViews(tx, county, works.get(plot.id) ?? []),
      ended: end ? { on: end.on_day, reason: end.reason, byName: people.get(end.by_person) ?? '' } : null,
    });
  }
  return found;
}
