import assert from 'node:assert/strict';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import type { Module } from '#platform/module.ts';
import { applyOnce, relay, type Subscriber } from '#platform/outbox.ts';
import { backProject } from '../modules/presale/pledges/back-project.ts';
import { draftProject, type ProjectWords } from '../modules/presale/projects/draft-project.ts';
import { openProject, submitProject } from '../modules/presale/projects/move-project.ts';
import { addTestAddress, payTest, type TestGoods } from './fixtures-trade.ts';

/** Who plays in a project, as openTestCounty gives them. */
export interface ProjectPeople {
  county: number;
  cooperative: string;
  merchant: Actor;
  operator: Actor;
  household: string;
}

/**
 * What a project says unless told otherwise: ¥1,000 wanted within ten days, 5 % to the fund, two packs owed for ¥100 of
 * which ¥40 are costs, and thanks for ¥20.
 */
export const testProject = (
  people: ProjectPeople,
  goods: TestGoods,
  over: Partial<ProjectWords> = {},
): ProjectWords => ({
  ...{ org: people.cooperative, sku: goods.sku, titleZh: '修一座核桃烘干房', titleEn: 'A drying house for walnuts' },
  ...{ storyZh: '秋雨多，核桃晒不干。', storyEn: '', goalFen: 100_000 },
  ...{ opensOn: '2026-09-17', endsOn: '2026-09-26', deliverBy: '2026-11-30', fundBp: 500 },
  households: [{ household: people.household, bp: 10_000 }],
  tiers: [
    {
      ...{ nameZh: '核桃两袋', nameEn: 'Two packs', priceFen: 10_000, costFen: 4_000 },
      ...{ owed: { sku: goods.sku, packs: 2 }, places: 20, limit: 20 },
    },
    { nameZh: '致谢', nameEn: 'Thanks', priceFen: 2_000, costFen: 0, owed: null, places: 100, limit: 5 },
  ],
  ...over,
});

/** A project that backers can pledge to, through the acts. @returns its file */
export async function openTestProject(
  at: Context,
  people: ProjectPeople,
  goods: TestGoods,
  over: Partial<ProjectWords> = {},
) {
  const { county, merchant, operator } = people;
  const { id } = await draftProject(at, merchant, { county, ...testProject(people, goods, over) }, null);
  await submitProject(at, merchant, { county, id }, null);
  return openProject(at, operator, { county, id }, null);
}

export type TestProject = Awaited<ReturnType<typeof openTestProject>>;

/** A pledge of n of a tier by its position, paid unless told otherwise. */
export async function pledgeTest(
  at: Context,
  by: Actor,
  project: TestProject,
  { tier = 0, n = 1, pay = true }: { tier?: number; n?: number; pay?: boolean } = {},
) {
  const { county, id } = project;
  const chosen = project.tiers[tier];
  const address = chosen?.owed ? await addTestAddress(at, by) : undefined;
  const pledge = await backProject(at, by, { county, id, tier: chosen?.id ?? '', n, address }, null);
  if (pay) await payTest(at, by, pledge.checkout);
  return pledge;
}

/** Carries what waits in the outbox to some modules, until nothing is left. */
export async function carryEvents(at: Context, modules: readonly Module[]): Promise<void> {
  const subscribers = modules.flatMap((module) => module.subscribers?.(at) ?? []) as Subscriber[];
  for (;;) {
    const deliveries: { subscriber: string; event: Parameters<Subscriber['apply']>[1] }[] = [];
    const taken = await relay(at.db, subscribers, async (_, some) => {
      deliveries.push(...some);
    });
    for (const { subscriber, event } of deliveries) {
      const known = subscribers.find((one) => one.name === subscriber);
      assert.ok(known);
      await applyOnce(at.db, known, event);
    }
    if (taken === 0) return;
  }
}
