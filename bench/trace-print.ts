import { request } from 'node:http';
import { sql } from 'kysely';
import { newId } from '#platform/ids.ts';
import { residentMb, round } from './figures.ts';
import { type BenchShop, signInByPhone } from './shop.ts';
import type { BenchLot } from './trace-lots.ts';

const CODES = 1_000_000;

/**
 * A million codes as a CSV print file over HTTP, as the console fetches it: the job is written down, then the file is
 * made while it is sent. Memory is the server's at its highest, and by how much that is more than just before.
 */
export async function printMillion(at: BenchShop, lot: BenchLot, say: (text: string) => void) {
  const { county } = at.shop;
  // The code range of one lot is made longer; its grams are no matter here.
  await sql`update trace.code_range set packs = ${CODES} where county = ${county} and lot = ${lot.lot}`.execute(at.db);
  const client = await signInByPhone(at.url, 1);
  await giveRole(at);
  const before = residentMb(at.pid);
  const begun = performance.now();
  const job = await client.send(
    'POST',
    `/api/counties/${county}/lots/${lot.lot}/print-jobs`,
    { from: 1, to: CODES, format: 'csv', size: '60x40', sheet: 'roll' },
    { 'idempotency-key': newId() },
  );
  if (job.status !== 201) throw new Error(`the print job answers ${job.status}: ${job.body}`);
  let highest = before;
  const watch = setInterval(() => {
    highest = Math.max(highest, residentMb(at.pid));
  }, 100);
  const file = await download(
    `${at.url}/api/counties/${county}/print-jobs/${JSON.parse(job.body).id}/file`,
    client.cookie,
  );
  clearInterval(watch);
  const seconds = (performance.now() - begun) / 1000;
  if (file.lines !== CODES + 1) throw new Error(`the print file has ${file.lines} lines`);
  say(
    `print file of ${CODES} codes: ${round(seconds)} s, ${round(file.bytes / 1e6, 1)} MB, server ${before} → ${highest} MB`,
  );
  return { seconds: round(seconds), mb: round(file.bytes / 1e6, 1), rss: highest, rssMore: round(highest - before, 1) };
}

/** Whoever has just signed in becomes an operator of the county's centre, before they have asked for anything. */
async function giveRole(at: BenchShop): Promise<void> {
  const { county } = at.shop;
  await sql`
    insert into registry.membership (person, org, role, county, region, created_at)
    select s."userId", o.id, 'operator', ${county}, ${String(county)}, now()
      from auth.session s cross join registry.organisation o
     where o.county = ${county} and o.kind = 'county_centre'
     order by s."createdAt" desc limit 1`.execute(at.db);
}

/** Reads a file as it comes and keeps nothing of it. */
function download(url: string, cookie: string): Promise<{ bytes: number; lines: number }> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { cookie } }, (answer) => {
      let bytes = 0;
      let lines = 0;
      answer.on('data', (piece: Buffer) => {
        bytes += piece.length;
        for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) lines++;
      });
      answer.on('end', () =>
        answer.statusCode === 200 ? resolve({ bytes, lines }) : reject(new Error(`file: ${answer.statusCode}`)),
      );
      answer.on('error', reject);
    })
      .on('error', reject)
      .end();
  });
}
