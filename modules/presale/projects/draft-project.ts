import { skusById } from '#catalog';
import type { Actor } from '#platform/actor.ts';
import { addDays, dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { nextNumber, type OnceKey, once, type Tx, withScope } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { householdBrief, householdNow, organisationsById, requireCounty, requireHonest } from '#registry';
import { soldByWeight } from '#trade';
import { refuse } from '../refuse.ts';
import { requireWriter } from './project-rights.ts';
import { projectFile } from './project-views.ts';
import { insertProjectMove, lockProject, requireProjectMove } from './projects.queries.ts';
import { partsOfTier } from './tier-parts.ts';

/** A project as it is written; what each field is stands in the contract. */
export interface ProjectWords {
  org: string;
  sku: string;
  titleZh: string;
  titleEn: string;
  storyZh: string;
  storyEn: string;
  goalFen: Fen;
  /** YYYY-MM-DD, as the other days */
  opensOn: string;
  endsOn: string;
  deliverBy: string;
  fundBp: number;
  households: readonly { household: string; bp: number }[];
  tiers: readonly {
    nameZh: string;
    nameEn: string;
    priceFen: Fen;
    costFen: Fen;
    owed: { sku: string; packs: number } | null;
    places: number;
    limit: number;
  }[];
}

/** A project that is open for longer keeps its backers' money for too long; many platforms allow no more. */
const LONGEST_DAYS = 90;

/**
 * Drafts a project. Nobody sees it before an operator has opened it.
 *
 * @throws Refusal `county-not-open` | `not-allowed` | `organiser-unfit` | `operator-dishonest` | `project-sku-unfit` |
 *   `project-days-backwards` | `project-too-long` | `shares-not-whole` | `project-household-twice` |
 *   `household-not-found` | `tier-sku-unfit` | `tier-costs-too-high`
 */
export async function draftProject(
  at: Context,
  by: Actor,
  input: ProjectWords & { county: County },
  key: OnceKey | null,
) {
  const { county } = input;
  const id = await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    await requireCounty(tx, county);
    requireWriter(by, county, input.org);
    const sharers = await requireFit(tx, at, county, input);
    const id = newId();
    const number = `ZC${dayOf(now).slice(0, 4)}${String(await nextNumber(tx, county, 'project')).padStart(4, '0')}`;
    await tx
      .insertInto('presale.project')
      .values({ ...{ county, id, number, state: 'draft', drafted_by: by.person, at: now }, ...columnsOf(input) })
      .execute();
    await writeParts(tx, county, id, input, sharers);
    await insertProjectMove(tx, { county, id }, null, 'draft', { words: '', by: by.person, at: now });
    return id;
  });
  return projectFile(at, by, county, id);
}

/**
 * Writes a draft anew. Once it is submitted it stands as it is: what was looked at is what is opened.
 *
 * @throws Refusal `project-not-found` | `project-move-not-allowed`; else as `draftProject`
 */
export async function changeProject(
  at: Context,
  by: Actor,
  input: ProjectWords & { county: County; id: string },
  key: OnceKey | null,
) {
  const { county, id } = input;
  await once(at.db, key, async (tx) => {
    const row = await lockProject(tx, county, id);
    requireWriter(by, county, row.org);
    requireWriter(by, county, input.org);
    requireProjectMove(row, 'submitted');
    const sharers = await requireFit(tx, at, county, input);
    await tx
      .updateTable('presale.project')
      // Whoever wrote it last is its writer, and cannot open it.
      .set({ ...columnsOf(input), drafted_by: by.person })
      .where('county', '=', county)
      .where('id', '=', id)
      .execute();
    await tx.deleteFrom('presale.tier').where('county', '=', county).where('project', '=', id).execute();
    await tx.deleteFrom('presale.project_household').where('county', '=', county).where('project', '=', id).execute();
    await writeParts(tx, county, id, input, sharers);
    return null;
  });
  return projectFile(at, by, county, id);
}

/** Whether it can be carried out as written. @returns the households as they stand now, with their villages */
async function requireFit(tx: Tx, at: Context, county: County, input: ProjectWords) {
  const org = (await organisationsById(tx, county, [input.org])).get(input.org);
  if (org?.state !== 'active' || !['merchant', 'cooperative'].includes(org.kind)) throw refuse('organiser-unfit');
  await requireHonest(tx, county, input.org, at.clock.now());
  const skuIds = [input.sku, ...input.tiers.flatMap((tier) => tier.owed?.sku ?? [])];
  const skus = await skusById(tx, county, skuIds);
  if (skus.get(input.sku)?.org !== input.org) throw refuse('project-sku-unfit');
  if (input.endsOn < input.opensOn || input.deliverBy <= input.endsOn) throw refuse('project-days-backwards');
  if (addDays(input.opensOn, LONGEST_DAYS - 1) < input.endsOn) throw refuse('project-too-long', { days: LONGEST_DAYS });
  const sharers = await requireSharers(tx, at, county, input.households);
  const byWeight = await soldByWeight(tx, county, skuIds);
  for (const tier of input.tiers) {
    const { owed } = tier;
    if (owed && (skus.get(owed.sku)?.org !== input.org || byWeight.has(owed.sku))) {
      throw refuse('tier-sku-unfit', { tier: tier.nameZh });
    }
    const parts = partsOfTier({ price_fen: tier.priceFen, cost_fen: tier.costFen }, input.fundBp);
    if (parts.householdFen <= 0) throw refuse('tier-costs-too-high', { tier: tier.nameZh });
  }
  return sharers;
}

async function requireSharers(tx: Tx, at: Context, county: County, households: ProjectWords['households']) {
  const sum = households.reduce((all, one) => all + one.bp, 0);
  if (sum !== 10_000) throw refuse('shares-not-whole', { percent: sum / 100 });
  await withScope(tx, String(county));
  const now = new Map<string, number>();
  for (const { household, bp } of households) {
    const found = await householdNow(tx, county, household);
    if (found?.state !== 'active') throw refuse('household-not-found');
    // A file that was merged into another is that household.
    if (now.has(found.id)) {
      const code = (await householdBrief(tx, at.sealer, county, [found.id])).get(found.id)?.code ?? '';
      throw refuse('project-household-twice', { household: code });
    }
    now.set(found.id, bp);
  }
  const briefs = await householdBrief(tx, at.sealer, county, now.keys());
  return [...now].map(([household, bp]) => {
    const village = briefs.get(household)?.village;
    if (!village) throw refuse('household-not-found');
    return { household, village, bp };
  });
}

const columnsOf = (of: ProjectWords) => ({
  ...{ org: of.org, sku: of.sku, title_zh: of.titleZh.trim(), title_en: of.titleEn.trim() },
  ...{ story_zh: of.storyZh.trim(), story_en: of.storyEn.trim(), goal_fen: of.goalFen, opens_on: of.opensOn },
  ...{ ends_on: of.endsOn, deliver_by: of.deliverBy, fund_bp: of.fundBp },
});

async function writeParts(
  tx: Tx,
  county: County,
  project: string,
  { tiers }: ProjectWords,
  sharers: readonly { household: string; village: string; bp: number }[],
): Promise<void> {
  await tx
    .insertInto('presale.tier')
    .values(
      tiers.map((tier, i) => ({
        ...{ county, id: newId(), project, position: i + 1, name_zh: tier.nameZh.trim(), name_en: tier.nameEn.trim() },
        ...{ price_fen: tier.priceFen, cost_fen: tier.costFen, places: tier.places, per_backer: tier.limit },
        ...{ sku: tier.owed?.sku ?? null, packs: tier.owed?.packs ?? null },
      })),
    )
    .execute();
  await tx
    .insertInto('presale.project_household')
    .values(sharers.map((one) => ({ county, project, ...one })))
    .execute();
}
