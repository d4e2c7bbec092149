/**
 * `npm run faults`: plays 10,000 sequences of payment notices, then kills server and database under mixed load, fifty
 * and twenty times unless told otherwise, and holds every promise against what is left. The table goes to stderr; the
 * last line on stdout is one JSON object.
 */
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { projectFolder } from '#platform/config.ts';
import { faultHead, playFaults } from '../test/faults.ts';

const { values } = parseArgs({
  options: {
    server: { type: 'string', default: '50' },
    database: { type: 'string', default: '20' },
    clients: { type: 'string', default: '16' },
    notices: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(randomInt(1_000_000_000)) },
  },
});
const say = (line: string) => void process.stderr.write(`${line}\n`);
const plan = {
  ...{ seed: Number(values.seed), server: Number(values.server), database: Number(values.database) },
  ...{ clients: Number(values.clients), notices: Number(values.notices), patient: true },
};
for (const [name, value] of Object.entries(plan)) {
  if (typeof value === 'boolean' || (Number.isSafeInteger(value) && value >= 0)) continue;
  say(
    `npm run faults -- [--server N] [--database N] [--clients N] [--notices N] [--seed N]: ${name} must be a whole number`,
  );
  process.exit(2);
}
if (plan.notices > 0) {
  const file = 'modules/trade/payment/notice-sequences.test.ts';
  const { status } = spawnSync(process.execPath, ['tools/test.ts', file], {
    cwd: projectFolder,
    env: { ...process.env, NOTICE_SEQUENCES: values.notices, NOTICE_SEED: values.seed, TEST_FILE_MINUTES: '120' },
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) process.exit(1);
}
say(`seed ${plan.seed}: ${plan.server} times the server, ${plan.database} times the database\n${faultHead}`);
const { strikes, endMs, orders, seen } = await playFaults({ ...plan, say });
const most = (of: 'backMs' | 'answeredMs' | 'settledMs') => Math.round(Math.max(0, ...strikes.map((one) => one[of])));
const sum = (of: 'unanswered' | 'left') => strikes.reduce((total, one) => total + one[of], 0);
process.stdout.write(
  `${JSON.stringify({
    ...{ faults: 'server and database', ...plan, cores: availableParallelism() },
    ...{ orders, unanswered: sum('unanswered'), under_way: sum('left') },
    ...{ ready_ms_most: most('backMs'), answered_ms_most: most('answeredMs'), settled_ms_most: most('settledMs') },
    ...{ end_ms: Math.round(endMs), seen },
  })}\n`,
);
process.exit();
