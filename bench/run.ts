/**
 * `npm run bench -- NAME`: one measurement. What it does is told on stderr; the last line on stdout is one JSON object.
 */
import { availableParallelism, loadavg } from 'node:os';
import { type Figures, round } from './figures.ts';

const benches: Record<string, () => Promise<{ run(say: (text: string) => void): Promise<Figures> }>> = {
  benefit: () => import('./benefit.ts'),
  growth: () => import('./growth.ts'),
  ledger: () => import('./ledger.ts'),
  log: () => import('./log.ts'),
  'hot-sku': () => import('./hot-sku.ts'),
  orders: () => import('./orders.ts'),
  pages: () => import('./pages.ts'),
  recall: () => import('./recall.ts'),
  trace: () => import('./trace.ts'),
};

const name = process.argv[2] ?? '';
const bench = benches[name];
if (!bench) {
  process.stderr.write(`npm run bench -- NAME, where NAME is one of ${Object.keys(benches).join(', ')}\n`);
  process.exit(2);
}
const { run } = await bench();
// What else the machine was doing, of as many cores: figures of a busy machine are not those of a quiet one.
const [busy] = loadavg();
const figures = await run((text) => process.stderr.write(`${text}\n`));
process.stdout.write(
  `${JSON.stringify({ bench: name, ...figures, cores: availableParallelism(), load_before: round(busy as number) })}\n`,
);
process.exit();
