import { skusById } from '#catalog';
import { type Actor, membershipsIn } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import { Refusal } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { requireCounty } from '#registry';
import { cancelOrder, placePromise } from '#trade';
import { endOf } from '../projects/project-end.ts';
import { isPublic } from '../projects/project-states.ts';
import { projectById, tiersOf } from '../projects/projects.queries.ts';
import { partsOfTier } from '../projects/tier-parts.ts';
import { refuse } from '../refuse.ts';
import { pledgeView } from './pledge-views.ts';
import { pledgeById } from './pledges.queries.ts';

/**
 * Backs a project: an order that is to be paid as any other, for so many of a tier, which are kept for the backer until
 * the checkout's time is over.
 *
 * @throws Refusal `county-not-open` | `project-not-found` | `project-not-begun` | `project-ended` |
 *   `pledge-own-project` | `tier-not-found` | `address-needed` | `address-not-found` | `tier-limit` | `tier-sold-out`
 */
export async function backProject(
  at: Context,
  by: Actor,
  input: { county: County; id: string; tier: string; n: number; address?: string; note?: string },
  key: OnceKey | null,
) {
  const { county, n } = input;
  const id = await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    await requireCounty(tx, county);
    const project = await projectById(tx, county, input.id);
    if (!project || !isPublic(project)) {
      throw refuse('project-not-found');
    }
    if (project.state !== 'open' || now >= endOf(project)) throw refuse('project-ended');
    if (dayOf(now) < project.opens_on) throw refuse('project-not-begun', { day: project.opens_on });
    // Who has the money at the end cannot be who makes sure that the goal is reached.
    if (membershipsIn(by, county).some((m) => m.org === project.org)) throw refuse('pledge-own-project');
    const tier = (await tiersOf(tx, county, [project.id])).find((one) => one.id === input.tier);
    if (!tier) throw refuse('tier-not-found');
    // What sends nothing needs no address, and none is kept, even if one was given.
    const address = tier.sku === null ? null : input.address;
    if (address === undefined) throw refuse('address-needed');
    const sku = (await skusById(tx, county, [tier.sku ?? project.sku])).get(tier.sku ?? project.sku);
    if (!sku) throw new Error(`project ${project.number}: its SKU is not there`);
    const parts = partsOfTier(tier, project.fund_bp, n);
    const { person } = by;
    const placed = await placePromise(tx, now, {
      ...{ county, promise: project.id, person, address, note: input.note?.trim() || null },
      line: {
        ...{ org: project.org, product: sku.product, sku: sku.id, category: sku.category, origin: sku.origin },
        ...{ name: project.title_zh, sku_name: `众筹 ${tier.name_zh}${n > 1 ? ` ×${n}` : ''}` },
      },
      fen: tier.price_fen * n,
      parts: { merchantFen: parts.costFen, fundFen: parts.fundFen, householdFen: parts.householdFen },
      claims: [
        { subject: tier.id, holder: '', most: tier.places, n },
        { subject: tier.id, holder: person, most: tier.per_backer, n },
      ],
    });
    // It was ended while this was on its way.
    if (!placed) throw refuse('project-ended');
    if ('short' in placed) {
      const { short, left } = placed;
      if (short.holder) throw refuse('tier-limit', { tier: tier.name_zh, most: tier.per_backer, left });
      throw refuse('tier-sold-out', { tier: tier.name_zh, left });
    }
    await tx
      .insertInto('presale.pledge')
      .values({
        ...{ county, id: placed.order, project: project.id, tier: tier.id, n, fen: tier.price_fen * n, person },
        ...{ line: placed.line, at: now },
      })
      .execute();
    return placed.order;
  });
  return pledgeView(at, by, county, id);
}

/**
 * A backer takes a pledge back while the project is open: paid, its money goes back the way it came; unpaid, its
 * checkout ends. Its place is free again.
 *
 * @throws Refusal `pledge-not-found` | `project-ended` | `promise-over` | `pledge-not-paid`
 */
export async function returnPledge(
  at: Context,
  by: Actor,
  input: { county: County; id: string; reason: string },
  key: OnceKey | null,
) {
  const { county, id } = input;
  const row = await pledgeById(at.db, county, id);
  if (row?.person !== by.person) throw refuse('pledge-not-found');
  const project = await projectById(at.db, county, row.project);
  if (project?.state !== 'open' || at.clock.now() >= endOf(project)) throw refuse('project-ended');
  await cancelOrder(at, by, input, key).catch((error: unknown) => {
    throw error instanceof Refusal && error.code === 'order-move-not-allowed' ? refuse('pledge-not-paid') : error;
  });
  return pledgeView(at, by, county, id);
}
