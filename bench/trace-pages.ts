import { makeSealer } from '#platform/secrets.ts';
import { codePath, serialOf } from '#trace';
import { percentile, round } from './figures.ts';
import { LoadClient } from './load.ts';
import type { BenchShop } from './shop.ts';
import type { BenchLot } from './trace-lots.ts';

const COLD_CLIENTS = 8;
const WARM_CLIENTS = 32;
const SECONDS = 15;
// At most: until each lot was asked for once.
const FIRST_SECONDS = 240;
const WARM_CODES = 500;
const headers = { 'accept-encoding': 'br, gzip', accept: 'text/html', 'accept-language': 'zh-CN' };
/** Key version that new lots have. */
const KEY_VERSION = 1;

/**
 * Trace pages of single packs, as phones that scan them ask: each code once (cold), then a few hundred codes again and
 * again (warm). Cold is asked in two ways: of lots that nobody has asked for before, and then of any lot.
 */
export async function tracePages(at: BenchShop, lots: readonly BenchLot[], say: (text: string) => void) {
  const sealer = makeSealer(at.secret);
  let next = 0;
  // Every pack of every lot once, lot after lot: the first round asks for each lot for the first time.
  const cold = () => {
    const lot = lots[next % lots.length] as BenchLot;
    const pack = 1 + Math.floor(next++ / lots.length);
    return codePath(lot.gtin, lot.lotNumber, serialOf(sealer, { ...lot, pack, keyVersion: KEY_VERSION }));
  };
  // The program's own code warms up; then the rest of the lots are asked for once each.
  await run(at.url, COLD_CLIENTS, 5, cold);
  const first = await run(at.url, COLD_CLIENTS, FIRST_SECONDS, cold, () => next >= lots.length);
  say(`cold, each lot for the first time ${tell(first)}`);
  let turn = 0;
  // A random lot each time, and a pack of it that was not asked for.
  const any = () => {
    const lot = lots[Math.floor(Math.random() * lots.length)] as BenchLot;
    const pack = lot.packs - (turn++ % Math.floor(lot.packs / 2));
    return codePath(lot.gtin, lot.lotNumber, serialOf(sealer, { ...lot, pack, keyVersion: KEY_VERSION }));
  };
  const some = await run(at.url, COLD_CLIENTS, SECONDS, any);
  say(`cold, any lot                     ${tell(some)}`);
  const known = Array.from({ length: WARM_CODES }, any);
  await run(at.url, WARM_CLIENTS, 2, () => known[turn++ % known.length] as string);
  const warm = await run(at.url, WARM_CLIENTS, 8, () => known[turn++ % known.length] as string);
  say(`warm                              ${tell(warm)}`);
  return { first, cold: some, warm };
}

type Load = Awaited<ReturnType<typeof run>>;

async function run(url: string, clients: number, seconds: number, path: () => string, enough = () => false) {
  const times: number[] = [];
  let bytes = 0;
  const all = Array.from({ length: clients }, () => new LoadClient(url));
  const begun = performance.now();
  const until = begun + seconds * 1000;
  await Promise.all(
    all.map(async (client) => {
      while (performance.now() < until && !enough()) {
        const asked = path();
        const answer = await client.send('GET', asked, undefined, headers);
        if (answer.status !== 200) throw new Error(`${asked} answers ${answer.status}`);
        times.push(answer.ms);
        bytes += answer.bytes;
      }
    }),
  );
  const took = (performance.now() - begun) / 1000;
  return {
    rate: round(times.length / took, 0),
    p50: round(percentile(times, 0.5)),
    p99: round(percentile(times, 0.99)),
    bytes: Math.round(bytes / times.length),
    clients,
  };
}

const tell = (load: Load) =>
  `${load.rate}/s, p50 ${load.p50} ms, p99 ${load.p99} ms, ${load.bytes} bytes, ${load.clients} clients`;
