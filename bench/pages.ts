import { fork } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { connect } from '#platform/database/connect.ts';
import { runningEmbedded } from '#platform/database/embedded.ts';
import { type ServerProcess, startServer } from '../test/server.ts';
import { drain } from './drain.ts';
import { type Figures, residentMb, round } from './figures.ts';

const SECONDS = 8;
const CLIENTS = 64;
const COUNTY = 621221;
// What a phone's browser asks with; without it the server would answer uncompressed.
const headers = { 'accept-encoding': 'br, gzip', accept: 'text/html,application/json', 'accept-language': 'zh-CN' };

interface Load {
  rate: number;
  p50: number;
  p99: number;
  bytes: number;
}

/**
 * Pages as anonymous visitors get them (from the page cache after the first), and the product list as JSON (never
 * cached), from a server with the demo counties. The limit is a Fastify that does nothing but send the product page's
 * bytes, under the same load on the same machine.
 */
export async function run(say: (text: string) => void): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), 'shanhuo-bench-'));
  // The database's own user must be able to pass.
  await chmod(folder, 0o711);
  say('starting a server with the demo counties …');
  const server = await startServer({ SHANHUO_DATA: folder, SHANHUO_DEMO: 'true', LOG_LEVEL: 'error' }, 300_000);
  try {
    const paths = await findPages(server);
    // The demo has just been written; as long as its events are carried they drop pages.
    const db = await connect(runningEmbedded(folder) as string, { max: 1, applicationName: 'bench' });
    say(`all events carried after ${round(await drain(db), 1)} s`);
    await db.destroy();
    const loads: Record<string, Load> = {};
    for (const [name, path] of Object.entries(paths)) {
      loads[name] = await load(server.url + path);
      say(`${name.padEnd(8)} ${path.slice(0, 60).padEnd(62)} ${describe(loads[name])}`);
    }
    const rss = residentMb(server.process.pid as number);
    await server.stop();

    const limit = await loadStatic(loads.product?.bytes ?? 0);
    say(`limit    a static route with the product page's ${loads.product?.bytes} bytes ${describe(limit)}`);
    const product = loads.product as Load;
    return {
      rate: product.rate,
      unit: 'product pages/s',
      p50_ms: product.p50,
      p99_ms: product.p99,
      limit: limit.rate,
      ratio: round(product.rate / limit.rate, 3),
      rss_mb: rss,
      clients: CLIENTS,
      ...Object.fromEntries(
        Object.entries(loads).flatMap(([name, l]) => [
          [`${name}_rate`, l.rate],
          [`${name}_p99_ms`, l.p99],
          [`${name}_bytes`, l.bytes],
        ]),
      ),
    };
  } finally {
    if (server.process.exitCode === null) await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const describe = (l: Load) => `${l.rate}/s, p50 ${l.p50} ms, p99 ${l.p99} ms, ${l.bytes} bytes`;

/** Home, the first product that has a lot on sale, that lot's trace page, and the county's product list. */
async function findPages(server: ServerProcess): Promise<Record<string, string>> {
  const json = async (path: string) => (await fetch(server.url + path)).json();
  const list = `/api/products?county=${COUNTY}`;
  for (const product of (await json(list)).rows) {
    const [lot] = await json(`/api/counties/${COUNTY}/skus/${product.sku.id}/lots`);
    if (!lot) continue;
    return {
      home: `/county/${COUNTY}`,
      product: `/product/${COUNTY}/${product.id}`,
      trace: `/01/${lot.gtin}/10/${lot.lotNumber}`,
      list,
    };
  }
  throw new Error('no product of the demo has a lot on sale');
}

async function load(url: string): Promise<Load> {
  const once = await fetch(url, { headers, redirect: 'manual' });
  if (once.status !== 200) throw new Error(`${url} answers ${once.status}`);
  await once.arrayBuffer();
  const result = await autocannon({ url, connections: CLIENTS, duration: SECONDS, headers });
  if (result.errors > 0 || result.non2xx > 0)
    throw new Error(`${url}: ${result.errors} errors, ${result.non2xx} refusals`);
  return {
    rate: round(result.requests.average, 0),
    p50: result.latency.p50,
    p99: result.latency.p99,
    bytes: Math.round(result.throughput.total / result.requests.total),
  };
}

/** The same load on a Fastify, in a process of its own, whose one route sends so many bytes. */
async function loadStatic(bytes: number): Promise<Load> {
  const child = fork(join(import.meta.dirname, 'static-server.ts'), [String(bytes)]);
  try {
    const port = await new Promise<number>((resolve) => child.once('message', (m) => resolve(Number(m))));
    return await load(`http://127.0.0.1:${port}/`);
  } finally {
    child.kill();
  }
}
