import { fork } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import autocannon from 'autocannon';
import { sql } from 'kysely';
import { systemClock } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { folderStore } from '#platform/files.ts';
import { makeSealer } from '#platform/secrets.ts';
import { type Figures, residentMb, round } from './figures.ts';
import { type BenchShop, withShop } from './shop.ts';
import { forgetStatements, tellStatements } from './statements.ts';
import { fillLots } from './trace-lots.ts';
import { tracePages } from './trace-pages.ts';
import { printMillion } from './trace-print.ts';

const LOTS = 10_000;
const PACKS = 1_000;
const SKUS = 100;

/**
 * Origin at the size of a county's years: ten million codes issued over ten thousand lots. Trace pages of packs, a
 * million codes as a print file, and what issued codes cost the database. The limit is a Fastify that sends a page's
 * bytes and does nothing else.
 */
export function run(say: (text: string) => void): Promise<Figures> {
  return withShop({ skus: SKUS, packs: 1 }, say, async (at) => {
    const before = await sizeOf(at, 'trace.code_range');
    const all = await sizeOfTrace(at);
    const lots = await fillLots(contextOf(at), at.shop, LOTS, PACKS);
    const millions = (LOTS * PACKS) / 1e6;
    const codesMb = ((await sizeOf(at, 'trace.code_range')) - before) / 1e6 / millions;
    const lotsMb = ((await sizeOfTrace(at)) - all) / 1e6 / millions;
    say(
      `${millions} million codes issued over ${LOTS} lots: ${round(codesMb, 3)} MB a million, ${round(lotsMb, 2)} MB with all facts of their lots`,
    );

    // Ten thousand lots at once are a county's years: the events that tell of them are not the pages' work.
    say(`told as EPCIS events in ${round(await untilTold(at))} s`);
    await forgetStatements(at.databaseUrl);
    const pages = await tracePages(at, lots, say);
    await tellStatements(at.databaseUrl, say);
    const rss = residentMb(at.pid);
    const print = await printMillion(at, lots[0] as (typeof lots)[number], say);
    const limit = await staticLimit(pages.warm.bytes);
    say(`limit: a static route with a page's ${pages.warm.bytes} bytes ${limit}/s`);
    return {
      ...{ rate: pages.warm.rate, unit: 'trace pages/s (warm)', p50_ms: pages.warm.p50, p99_ms: pages.warm.p99 },
      ...{ limit, ratio: round(pages.warm.rate / limit, 3), rss_mb: rss },
      ...{ cold_rate: pages.cold.rate, cold_p50_ms: pages.cold.p50, cold_p99_ms: pages.cold.p99 },
      ...{ first_rate: pages.first.rate, first_p50_ms: pages.first.p50, first_p99_ms: pages.first.p99 },
      ...{ page_bytes: pages.warm.bytes, codes: LOTS * PACKS, lots: LOTS },
      ...{ print_s: print.seconds, print_mb: print.mb, print_rss_mb: print.rss, print_rss_more_mb: print.rssMore },
      ...{ mb_a_million_codes: round(codesMb, 3), mb_a_million_codes_with_lots: round(lotsMb, 2) },
    };
  });
}

/** Waits until every packing has its event. @returns seconds */
async function untilTold({ db, shop }: BenchShop): Promise<number> {
  const begun = performance.now();
  for (;;) {
    const { rows } = await sql<{ left: number }>`
      select count(*) as left from trace.operation o
       where o.county = ${shop.county}
         and not exists (select from trace.epcis_event e where e.county = o.county and e.fact = 'operation:' || o.id)`.execute(
      db,
    );
    if (rows[0]?.left === 0) return (performance.now() - begun) / 1000;
    await wait(1000);
  }
}

const contextOf = (at: BenchShop): Context => ({
  ...{ db: at.db, clock: systemClock, sealer: makeSealer(at.secret), files: folderStore('/nowhere') },
  ...{ publicUrl: at.url, sandbox: true },
});

async function sizeOf(at: BenchShop, table: string): Promise<number> {
  const { rows } = await sql<{
    bytes: number;
  }>`select pg_total_relation_size(${table}::regclass)::bigint as bytes`.execute(at.db);
  return rows[0]?.bytes ?? 0;
}

async function sizeOfTrace(at: BenchShop): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`
    select sum(pg_total_relation_size(c.oid))::bigint as bytes from pg_class c
     where c.relnamespace = 'trace'::regnamespace and c.relkind = 'r'`.execute(at.db);
  return rows[0]?.bytes ?? 0;
}

/** What a Fastify that only sends so many bytes gives, in a process of its own. */
async function staticLimit(bytes: number): Promise<number> {
  const child = fork(join(import.meta.dirname, 'static-server.ts'), [String(bytes)]);
  try {
    const port = await new Promise<number>((resolve) => child.once('message', (m) => resolve(Number(m))));
    const result = await autocannon({ url: `http://127.0.0.1:${port}/`, connections: 32, duration: 5 });
    return round(result.requests.average, 0);
  } finally {
    child.kill();
  }
}
