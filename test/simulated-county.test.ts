import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modules } from '../apps/server/modules.ts';
import { openTwoHouses } from './fixtures-house.ts';
import { assertAskedAlike } from './fixtures-payouts.ts';
import { dice, loadOf } from './mixed-load.ts';
import { helpSteps, projectSteps, tradeSteps, withFamilies } from './simulated-county.ts';
import { incomeByEveryPath } from './simulated-income.ts';
import { openTimedWorld, settle } from './timed-load.ts';

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
      for (const county of new Set(world.houses.map((house) => house.county))) {
        owed += await assertAskedAlike(world.at.db, county);
      }
      sums = said.sums;
    });
  }
  t.diagnostic(JSON.stringify({ ...sums, ...Object.fromEntries([...world.seen].sort()) }));
  assert.ok(owed > 0, 'households were owed something');
  for (const mechanism of ['industry', 'shop', 'startup', 'employment', 'shareholding', 'crowdfunding']) {
    assert.ok((sums[mechanism] ?? 0) > 0, `${mechanism} was at work`);
  }
});
