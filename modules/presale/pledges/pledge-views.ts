import { sql } from 'kysely';
import { skusById } from '#catalog';
import { parcelHeads } from '#fulfilment';
import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import type { County } from '#platform/ids.ts';
import { regionNames } from '#registry';
import { openContact, ordersRecalled, type PromisedOrder, promisedOrders } from '#trade';
import { newsTold } from '../news/news.queries.ts';
import { endOf } from '../projects/project-end.ts';
import { projectsRead, sendersOf } from '../projects/project-rights.ts';
import { projectById } from '../projects/projects.queries.ts';
import { refuse } from '../refuse.ts';
import type { DeliveryState } from './delivery-states.ts';
import { type PledgeFields, pledgeById } from './pledges.queries.ts';

interface PageOf {
  page?: number;
  size?: number;
}

/** Orders whose money came and was not given back. */
const stands = (order: PromisedOrder | undefined): boolean =>
  order !== undefined && !['placed', 'cancelled', 'refunded'].includes(order.state);

/** A person's pledges over all counties, the newest first. */
export async function myPledges(at: Context, by: Actor, { page = 1, size = 20 }: PageOf) {
  const own = at.db.selectFrom('presale.pledge').where('person', '=', by.person);
  const { total } = await own.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const rows = await own
    .selectAll()
    .orderBy('at', 'desc')
    .orderBy('id')
    .limit(size)
    .offset((page - 1) * size)
    .execute();
  return { rows: await pledgeViews(at, by, rows), total: Number(total), page, size };
}

/** One pledge for its backer, or for those who work on its project. @throws Refusal `pledge-not-found` */
export async function pledgeView(at: Context, by: Actor, county: County, id: string) {
  const row = await pledgeById(at.db, county, id);
  if (!row) throw refuse('pledge-not-found');
  if (row.person !== by.person) {
    const project = await projectById(at.db, county, row.project);
    const read = await projectsRead(at.db, by, county);
    if (!project || (read !== 'all' && !read.includes(project.org))) throw refuse('pledge-not-found');
  }
  const [view] = await pledgeViews(at, by, [row]);
  return view as NonNullable<typeof view>;
}

/** What was pledged to a project, in the order it came. @throws Refusal `project-not-found` */
export async function projectPledges(
  at: Context,
  by: Actor,
  of: PageOf & { county: County; id: string; delivery?: DeliveryState; tier?: string },
) {
  const { county, id, delivery, tier, page = 1, size = 20 } = of;
  const project = await projectById(at.db, county, id);
  const read = await projectsRead(at.db, by, county);
  if (!project || (read !== 'all' && !read.includes(project.org))) throw refuse('project-not-found');
  const found = at.db
    .selectFrom('presale.pledge')
    .where('county', '=', county)
    .where('project', '=', id)
    .$if(delivery !== undefined, (e) => e.where('delivery', '=', delivery as DeliveryState))
    .$if(tier !== undefined, (e) => e.where('tier', '=', tier as string));
  const { total } = await found.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const rows = await found
    .selectAll()
    .orderBy('at')
    .orderBy('id')
    .limit(size)
    .offset((page - 1) * size)
    .execute();
  return { rows: await pledgeViews(at, by, rows), total: Number(total), page, size };
}

/** What is owed past the promised day, the longest overdue first. */
export async function overduePledges(at: Context, by: Actor, county: County, { page = 1, size = 20 }: PageOf) {
  const read = await projectsRead(at.db, by, county);
  const today = dayOf(at.clock.now());
  const found = at.db
    .selectFrom('presale.pledge as p')
    .innerJoin('presale.project as j', (join) =>
      join.onRef('j.county', '=', 'p.county').onRef('j.id', '=', 'p.project'),
    )
    .where('p.county', '=', county)
    .where('p.delivery', 'in', ['owed', 'packed'])
    .where('j.deliver_by', '<', today)
    .where(sql<boolean>`(${read === 'all'} or j.org = any(${(read === 'all' ? [] : read) as string[]}::uuid[]))`);
  const { total } = await found.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const rows = await found
    .selectAll('p')
    .orderBy('j.deliver_by')
    .orderBy('p.at')
    .orderBy('p.id')
    .limit(size)
    .offset((page - 1) * size)
    .execute();
  return { rows: await pledgeViews(at, by, rows), total: Number(total), page, size };
}

async function pledgeViews(at: Context, by: Actor, rows: readonly PledgeFields[]) {
  const views = new Map<string, Awaited<ReturnType<typeof viewsIn>>[number]>();
  for (const [county, own] of Map.groupBy(rows, (row) => row.county)) {
    for (const view of await viewsIn(at, by, county, own)) views.set(view.id, view);
  }
  return rows.flatMap((row) => views.get(row.id) ?? []);
}

async function viewsIn(at: Context, by: Actor, county: County, rows: readonly PledgeFields[]) {
  const { db } = at;
  const now = at.clock.now();
  const ids = (of: (row: PledgeFields) => string | null) => [...new Set(rows.flatMap((row) => of(row) ?? []))];
  const orders = await promisedOrders(
    db,
    county,
    rows.map((row) => row.id),
  );
  const projects = new Map(
    (
      await db
        .selectFrom('presale.project')
        .selectAll()
        .where('county', '=', county)
        .where(
          'id',
          'in',
          ids((row) => row.project),
        )
        .execute()
    ).map((project) => [project.id, project]),
  );
  const tiers = new Map(
    (
      await db
        .selectFrom('presale.tier')
        .selectAll()
        .where('county', '=', county)
        .where(
          'id',
          'in',
          ids((row) => row.tier),
        )
        .execute()
    ).map((tier) => [tier.id, tier]),
  );
  const skus = await skusById(
    db,
    county,
    [...projects.values()].map((project) => project.sku),
  );
  const parcels = await parcelHeads(
    db,
    county,
    ids((row) => row.parcel),
  );
  const regions = await regionNames(
    db,
    [...orders.values()].flatMap((order) => order.shipRegion ?? []),
  );
  const recalled = await ordersRecalled(db, rows);
  const told = await newsTold(db, county, [...projects.keys()]);
  const senders = await sendersOf(db, by, county);
  return rows.flatMap((row) => {
    const [order, project, tier] = [orders.get(row.id), projects.get(row.project), tiers.get(row.tier)];
    if (!order || !project || !tier) return [];
    const parcel = parcels.get(row.parcel ?? '');
    const sends = senders === 'all' || senders.includes(project.org);
    const underWay = row.delivery !== null && row.delivery !== 'received';
    const whole = row.person === by.person || (sends && underWay);
    return [
      {
        ...{ county, id: row.id, project: project.id, projectNumber: project.number, titleZh: project.title_zh },
        ...{ titleEn: project.title_en, pictureBase: skus.get(project.sku)?.pictureBase ?? null },
        ...{ projectState: project.state, endsOn: project.ends_on, deliverBy: project.deliver_by },
        ...{ tier: tier.id, tierNameZh: tier.name_zh, tierNameEn: tier.name_en, n: row.n, fen: row.fen },
        ...{ order: order.id, orderNumber: order.number, orderState: order.state, checkout: order.checkout },
        ...{ expiresAt: order.expiresAt, delivery: row.delivery, goods: tier.sku !== null },
        parcel: parcel
          ? { id: parcel.id, carrier: parcel.carrier, waybill: parcel.waybill, sentAt: parcel.sentAt }
          : null,
        thanks: row.thanks,
        overdue: (row.delivery === 'owed' || row.delivery === 'packed') && project.deliver_by < dayOf(now),
        returnable: project.state === 'open' && now < endOf(project) && (stands(order) || order.state === 'placed'),
        ...{ news: told.get(project.id)?.news ?? 0, newsAt: told.get(project.id)?.newsAt ?? null },
        recalled: recalled.has(row.id),
        ...{ pledgedAt: row.at, paidAt: order.paidAt },
        contact: whole && order.contact ? openContact(at.sealer, order.contact) : null,
        note: whole ? order.note : null,
        shipRegionName: order.shipRegion && (regions.get(order.shipRegion)?.fullName ?? order.shipRegion),
      },
    ];
  });
}
