import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { faultHead, playFaults } from './faults.ts';

// Named in every failure; give it to see the same choices again (how they interleave is the machine's affair).
const SEED = Number(process.env.FAULTS_SEED ?? randomInt(1_000_000_000));

// The long version, with fifty and twenty strikes, is `npm run faults`.
test(`SIGKILL of server and database under mixed load (seed ${SEED}): nothing answered is lost, nothing is stuck`, async (t) => {
  t.diagnostic(faultHead);
  const plan = { seed: SEED, server: 2, database: 1, clients: 8, patient: false };
  const { strikes, orders } = await playFaults({ ...plan, say: (line) => t.diagnostic(line) });
  assert.equal(strikes.length, 3);
  assert.ok(orders > 0, 'orders were answered');
  assert.ok(
    strikes.some((strike) => strike.unanswered > 0),
    'requests were under way when it struck',
  );
});
