/**
 * `npm run simulate`: years of one county under all mechanisms, at the size that is asked for, on a database of its own
 * that is thrown away; at the end every path to a figure must give the same and every invariant hold. Progress goes to
 * stderr; the last line on stdout is the receipt, one JSON object. Ends with 1 when anything differs.
 *
 * A county takes hours. With `--keep FOLDER` it may be stopped (Ctrl-C; it ends with the round it is in, with 130) and
 * the same command goes on from there.
 */
import { parseArgs } from 'node:util';
import { simulate } from '../test/simulate.ts';

const { values } = parseArgs({
  options: {
    households: { type: 'string', default: '200' },
    organisations: { type: 'string', default: '10' },
    orders: { type: 'string', default: '2000' },
    years: { type: 'string', default: '3' },
    lanes: { type: 'string', default: '96' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'string' },
  },
});
const say = (line: string) => void process.stderr.write(`${line}\n`);
const plan = {
  ...{ seed: Number(values.seed), households: Number(values.households), organisations: Number(values.organisations) },
  ...{ orders: Number(values.orders), years: Number(values.years), lanes: Number(values.lanes) },
};
for (const [name, value] of Object.entries(plan)) {
  if (value > 0 && (name === 'years' || Number.isSafeInteger(value))) continue;
  say(
    `npm run simulate -- [--households N] [--organisations N] [--orders N] [--years N] [--lanes N] [--seed N] [--keep FOLDER]: ${name} must be a number above 0, whole but for years`,
  );
  process.exit(2);
}

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
const report = await simulate(plan, { say, keep: values.keep, stop: stop.signal });
if (!report) {
  say(values.keep ? `stopped; the same command goes on from here` : 'stopped');
  process.exit(130);
}
const wrong = [...report.failures, ...report.differences, ...report.invariants.broken];
for (const line of wrong) say(`✖ ${line}`);
const { steps, refusals, counts, sums, paths, ...rest } = report;
process.stdout.write(
  `${JSON.stringify({ simulation: 'county', ...plan, counts, steps, refusals, sums, paths, ...rest })}\n`,
);
say(
  wrong.length === 0
    ? `every path gives the same to the fen, all ${report.invariants.asked} invariants hold`
    : `${wrong.length} things differ`,
);
process.exit(wrong.length === 0 ? 0 : 1);
