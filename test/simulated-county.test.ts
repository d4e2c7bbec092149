import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { scoped } from '#platform/db.ts';
import { modules } from '../apps/server/modules.ts';
import { payables } from '../modules/trade/payouts/payables.ts';
import { openTwoHouses } from './fixtures-house.ts';
import { dice, loadOf } from './mixed-load.ts';
import { helpSteps, projectSteps, tradeSteps, withFamilies } from './simulated-county.ts';
import { incomeByEveryPath } from './simulated-income.ts';
import { openTimedWorld, settle, type TimedWorld } from './timed-load.ts';

// The same choices in every run, so that a red run speaks of what was changed; other first seeds, more and longer ones
// look further.
const SEED = Number(process.env.SIMULATION_SEED ?? 1);
const SEEDS = Number(process.env.SIMULATION_SEEDS ?? 20);
const STEPS = Number(process.env.SIMULATION_STEPS ?? 60);

test('years of two counties under all mechanisms: every path to a figure gives the same', async (t) => {
  // One world in which one seed follows the other: what a later one meets is what the earlier ones left.
  const world = await withFamilies(await openTimedWorld(t, openTwoHouses), {
    ...{ group: 2, workers: 2, packs: 60, projectDays: 25 },
  });
  const { work } = loadOf(world, { ...helpSteps, ...projectSteps, ...tradeSteps });
  let sums: Record<string, number> = {};
  let owed = 0;
  for (let seed = SEED; seed < SEED + SEEDS; seed++) {
    await t.test(`seed ${seed}`, async () => {
      await work(dice(seed), (done) => done < STEPS);
      await settle(world);
      for (const invariant of modules.flatMap((module) => module.invariants ?? [])) {
        assert.deepEqual(await invariant.check(world.at.db), [], invariant.name);
      }
      const said = await incomeByEveryPath(world);
      assert.deepEqual(said.differences, []);
      owed += await asksAlike(world);
      sums = said.sums;
    });
  }
  t.diagnostic(JSON.stringify({ ...sums, ...Object.fromEntries([...world.seen].sort()) }));
  assert.ok(owed > 0, 'households were owed something');
  for (const mechanism of ['industry', 'shop', 'startup', 'employment', 'shareholding', 'crowdfunding']) {
    assert.ok((sums[mechanism] ?? 0) > 0, `${mechanism} was at work`);
  }
});

/**
 * What may be paid out to some is the same whether they are asked for alone or all are.
 *
 * @returns how many households may be paid something
 */
async function asksAlike({ at, houses }: TimedWorld): Promise<number> {
  let households = 0;
  for (const county of new Set(houses.map((house) => house.county))) {
    await scoped(at.db, String(county), async (tx) => {
      const all = await payables(tx, county);
      const { rows } = await sql<{ owner: string }>`
        select distinct owner from ledger.account
         where county = ${county} and kind = any('{household,merchant,station}') order by 1`.execute(tx);
      for (const { owner } of rows) {
        assert.deepEqual(
          await payables(tx, county, [owner]),
          all.filter((one) => one.owner === owner),
        );
      }
      households += all.filter((one) => one.accountKind === 'household').length;
    });
  }
  return households;
}
