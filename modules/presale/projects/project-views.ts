import { skusById } from '#catalog';
import { type Actor, overCounty, scopeIn } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type Db, scoped } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { householdBrief, organisationsById, personNames, regionNames } from '#registry';
import { promisedOrders, promiseMoney, takenOf } from '#trade';
import { deliveryCounts } from '../pledges/pledges.queries.ts';
import { refuse } from '../refuse.ts';
import { isOfOrganiser, projectsRead } from './project-rights.ts';
import { isPublic, type ProjectState, publicProjectStates } from './project-states.ts';
import { type ProjectFields, projectById, sharersOf, tiersOf } from './projects.queries.ts';
import { partsOfTier } from './tier-parts.ts';

interface PageOf {
  page?: number;
  size?: number;
  state?: ProjectState;
}

/** Projects that anybody may see: those that are open first, then the newest. */
export async function publicProjects(at: Context, county: County, query: PageOf) {
  const states = query.state ? [query.state] : publicProjectStates;
  return pageOf(at, county, { ...query, states, orgs: 'all' });
}

/** A county's projects in all states, for those who work on them. */
export async function projectFiles(at: Context, by: Actor, county: County, query: PageOf & { org?: string }) {
  const read = await projectsRead(at.db, by, county);
  const { org } = query;
  const orgs = org === undefined ? read : read === 'all' || read.includes(org) ? [org] : [];
  return pageOf(at, county, { ...query, states: query.state ? [query.state] : null, orgs });
}

async function pageOf(
  at: Context,
  county: County,
  query: PageOf & { states: readonly ProjectState[] | null; orgs: 'all' | readonly string[] },
) {
  const { page = 1, size = 20, states, orgs } = query;
  if (orgs !== 'all' && orgs.length === 0) return { rows: [], total: 0, page, size };
  const found = at.db
    .selectFrom('presale.project')
    .where('county', '=', county)
    .$if(states !== null, (e) => e.where('state', 'in', states as ProjectState[]))
    .$if(orgs !== 'all', (e) => e.where('org', 'in', orgs as string[]));
  const { total } = await found.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const rows = await found
    .selectAll()
    .orderBy((e) => e('state', '=', 'open'), 'desc')
    .orderBy('at', 'desc')
    .orderBy('id')
    .limit(size)
    .offset((page - 1) * size)
    .execute();
  return { rows: await headsOf(at.db, county, rows), total: Number(total), page, size };
}

/** What every view of a project says of it; whose it is, as a number only. */
async function headsOf(db: Db, county: County, rows: readonly ProjectFields[]) {
  const ids = rows.map((row) => row.id);
  const orgs = await organisationsById(
    db,
    county,
    rows.map((row) => row.org),
  );
  const skus = await skusById(
    db,
    county,
    rows.map((row) => row.sku),
  );
  const money = await promiseMoney(db, county, ids);
  const sharers = await scoped(db, String(county), (tx) => sharersOf(tx, county, ids));
  return rows.map((row) => ({
    ...{ county, id: row.id, number: row.number, org: row.org, orgName: orgs.get(row.org)?.name ?? '' },
    ...{ titleZh: row.title_zh, titleEn: row.title_en, pictureBase: skus.get(row.sku)?.pictureBase ?? null },
    ...{ goalFen: row.goal_fen, raisedFen: row.raised_fen ?? money.get(row.id)?.paidFen ?? 0 },
    backers: row.backers ?? money.get(row.id)?.backers ?? 0,
    households: sharers.filter((one) => one.project === row.id).length,
    ...{ opensOn: row.opens_on, endsOn: row.ends_on, deliverBy: row.deliver_by, state: row.state },
  }));
}

async function wholeOf(db: Db, row: ProjectFields) {
  const { county, id } = row;
  const [head] = await headsOf(db, county, [row]);
  const tiers = await tiersOf(db, county, [id]);
  const skus = await skusById(db, county, [row.sku, ...tiers.flatMap((tier) => tier.sku ?? [])]);
  const taken = await takenOf(
    db,
    county,
    tiers.map((tier) => tier.id),
  );
  const sharers = await scoped(db, String(county), (tx) => sharersOf(tx, county, [id]));
  const villages = [...new Set(sharers.map((one) => one.village))].sort();
  const names = await regionNames(db, villages);
  return {
    ...(head as NonNullable<typeof head>),
    product: skus.get(row.sku)?.product ?? row.sku,
    ...{ storyZh: row.story_zh, storyEn: row.story_en, fundBp: row.fund_bp },
    villages: villages.map((village) => ({ village, name: names.get(village)?.fullName ?? village })),
    tiers: tiers.map((tier) => {
      const sku = skus.get(tier.sku ?? '');
      return {
        ...{ id: tier.id, nameZh: tier.name_zh, nameEn: tier.name_en, priceFen: tier.price_fen, places: tier.places },
        ...{ left: Math.max(0, tier.places - (taken.get(tier.id) ?? 0)), limit: tier.per_backer },
        owed: sku
          ? {
              ...{ sku: sku.id, product: sku.product, packs: tier.packs ?? 0, nameZh: sku.nameZh, nameEn: sku.nameEn },
              ...{ skuNameZh: sku.skuNameZh, skuNameEn: sku.skuNameEn, pictureBase: sku.pictureBase },
            }
          : null,
        parts: partsOfTier(tier, row.fund_bp),
      };
    }),
    ...{ openedAt: row.opened_at, decidedAt: row.decided_at },
  };
}

/** A project as anybody may read it. @throws Refusal `project-not-found`, also for one that was never opened */
export async function publicProject(at: Context, county: County, id: string) {
  const row = await projectById(at.db, county, id);
  if (!row || !isPublic(row)) throw refuse('project-not-found');
  return wholeOf(at.db, row);
}

/** A project whole, for those who work on it. @throws Refusal `project-not-found` */
export async function projectFile(at: Context, by: Actor, county: County, id: string) {
  const row = await projectById(at.db, county, id);
  const read = await projectsRead(at.db, by, county);
  if (!row || (read !== 'all' && !read.includes(row.org))) throw refuse('project-not-found');
  const moves = await at.db
    .selectFrom('presale.project_move')
    .selectAll()
    .where('county', '=', county)
    .where('project', '=', id)
    .orderBy('at')
    .orderBy('id')
    .execute();
  const names = await personNames(
    at.db,
    moves.map((move) => move.by_person),
  );
  return {
    ...(await wholeOf(at.db, row)),
    sku: row.sku,
    ours: isOfOrganiser(by, county, row.org) || overCounty(by, county, ['operator']),
    mine: row.drafted_by === by.person || row.submitted_by === by.person,
    shares: await sharesFor(at, by, row),
    parts: await partsSoFar(at.db, row),
    owed: await deliveryCounts(at.db, county, id),
    moves: moves.map((move) => ({
      ...{ to: move.to_state as ProjectState, words: move.words, at: move.at },
      byName: names.get(move.by_person) ?? '',
    })),
  };
}

/** The shares as far as somebody may see households: the organiser all of its own, a cadre those of their villages. */
async function sharesFor(at: Context, by: Actor, row: ProjectFields) {
  const { county, id } = row;
  const whole = isOfOrganiser(by, county, row.org) || overCounty(by, county, ['operator', 'auditor', 'platform']);
  const scope = whole ? String(county) : scopeIn(by, county, ['cadre', 'keeper']);
  if (scope === null) return [];
  return scoped(at.db, scope, async (tx) => {
    const sharers = await sharersOf(tx, county, [id]);
    const briefs = await householdBrief(
      tx,
      at.sealer,
      county,
      sharers.map((one) => one.household),
    );
    const names = await regionNames(
      tx,
      sharers.map((one) => one.village),
    );
    return sharers.map(({ household, village, bp }) => ({
      ...{ household, householdCode: briefs.get(household)?.code ?? '', village, bp },
      villageName: names.get(village)?.name ?? village,
    }));
  });
}

/** What each part has of what is paid and not given back. */
async function partsSoFar(db: Db, row: ProjectFields) {
  const tiers = new Map((await tiersOf(db, row.county, [row.id])).map((tier) => [tier.id, tier]));
  const sum = { costFen: 0, fundFen: 0, householdFen: 0 };
  for (const { tier: id, n } of await paidPledges(db, row.county, row.id)) {
    const tier = tiers.get(id);
    if (!tier) continue;
    const parts = partsOfTier(tier, row.fund_bp, n);
    sum.costFen += parts.costFen;
    sum.fundFen += parts.fundFen;
    sum.householdFen += parts.householdFen;
  }
  return sum;
}

async function paidPledges(db: Db, county: County, project: string) {
  const pledges = await db
    .selectFrom('presale.pledge')
    .select(['id', 'tier', 'n'])
    .where('county', '=', county)
    .where('project', '=', project)
    .execute();
  const orders = await promisedOrders(
    db,
    county,
    pledges.map((one) => one.id),
  );
  return pledges.filter((one) => {
    const state = orders.get(one.id)?.state;
    return state !== undefined && !['placed', 'cancelled', 'refunded'].includes(state);
  });
}
