/**
 * `npm run bench -- NAME`: one measurement. What it does is told on stderr; the last line on stdout is one JSON object.
 */
import type { Figures } from './figures.ts';

const benches: Record<string, () => Promise<{ run(say: (text: string) => void): Promise<Figures> }>> = {
  orders: () => import('./orders.ts'),
  pages: () => import('./pages.ts'),
};

const name = process.argv[2] ?? '';
const bench = benches[name];
if (!bench) {
  process.stderr.write(`npm run bench -- NAME, where NAME is one of ${Object.keys(benches).join(', ')}\n`);
  process.exit(2);
}
const { run } = await bench();
const figures = await run((text) => process.stderr.write(`${text}\n`));
process.stdout.write(`${JSON.stringify({ bench: name, ...figures })}\n`);
process.exit();
