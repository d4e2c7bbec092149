import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { benefitModule, countIn, countPeople, ensureLogKey, followLog, insertEntries, sequenceLog } from '#benefit';
import type { Caller } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { scoped, transact } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { addJob, migrateJobs, runJobs } from '#platform/jobs.ts';
import { buildApp } from '../apps/server/app.ts';
import { onDatabase } from './database.ts';
import { type Figures, percentile, residentMb, round } from './figures.ts';
import { proofTimes } from './log.ts';

const COUNTY = 621221;
/** Of one county, over three years. */
const ENTRIES = Number(process.env.BENCH_ENTRIES ?? 5_000_000);
const HOUSEHOLDS = 20_000;
const VILLAGES = 240;
/** Posted while the county is as large as that. */
const POSTED = Number(process.env.BENCH_POSTED ?? 100_000);
const ASKED = 300;

/**
 * A county of 20,000 households in 240 villages has five million entries. Then a hundred thousand more are posted in sets
 * of 500 and committed to the public log, and the figures follow; figures and statements are asked for over the API, one
 * after the other; at last single entries are posted while the log runs as it does in the server, and the time is taken
 * until the figures say so. The limit of posting writes the same rows from one table into another.
 */
export async function run(say: (text: string) => void): Promise<Figures> {
  return onDatabase(6, async (at, url) => {
    await ensureLogKey(at);
    const filled = await timed(() => fill(at));
    say(`${ENTRIES} entries of ${HOUSEHOLDS} households (${round(filled / 1000, 0)} s)`);
    const rebuilt = await timed(() =>
      scoped(at.db, 'all', (tx) => countIn(tx, COUNTY, sql`select * from benefit.entry where county = ${COUNTY}`)),
    );
    say(`their figures made from nothing in ${round(rebuilt / 1000)} s`);
    await sql`vacuum analyze benefit.entry, benefit.reach, benefit.figure`.execute(at.db);
    await countPeople(at);

    const asked = await askedTimes(at);
    say(`figures p50 ${round(percentile(asked.figures, 0.5))} ms, p99 ${round(percentile(asked.figures, 0.99))} ms`);
    say(
      `statement p50 ${round(percentile(asked.statements, 0.5))} ms, p99 ${round(percentile(asked.statements, 0.99))} ms`,
    );

    const attributed = await timed(() => post(at, POSTED));
    const batches: number[] = [];
    const committed = await timed(async () => {
      for (let taken = 1; taken > 0; ) {
        const since = performance.now();
        taken = await sequenceLog(at);
        if (taken > 0) batches.push(performance.now() - since);
      }
    });
    const followed = await timed(async () => {
      while ((await followLog(at)) > 0);
    });
    const rate = POSTED / ((attributed + committed) / 1000);
    const limit = await byHand(at);
    say(
      `${round(rate, 0)} entries/s attributed and committed (${round((POSTED / attributed) * 1000, 0)} and ${round((POSTED / committed) * 1000, 0)}); figures follow ${round((POSTED / followed) * 1000, 0)}/s; rows by hand ${round(limit, 0)}/s`,
    );
    const proofs = await proofTimes(at, POSTED);
    const fresh = await freshness(at, url);
    say(`a fact is in the figures after ${round(percentile(fresh, 0.5))} ms, at most ${round(Math.max(...fresh))} ms`);
    return {
      rate: round(rate, 0),
      unit: 'entries/s attributed and in the log',
      p50_ms: round(percentile(batches, 0.5)),
      p99_ms: round(percentile(batches, 0.99)),
      limit: round(limit, 0),
      ratio: round(rate / limit, 3),
      rss_mb: residentMb(process.pid),
      entries: ENTRIES,
      attributed_per_s: round((POSTED / attributed) * 1000, 0),
      committed_per_s: round((POSTED / committed) * 1000, 0),
      followed_per_s: round((POSTED / followed) * 1000, 0),
      rebuilt_s: round(rebuilt / 1000),
      figures_p50_ms: round(percentile(asked.figures, 0.5)),
      figures_p99_ms: round(percentile(asked.figures, 0.99)),
      statement_p50_ms: round(percentile(asked.statements, 0.5)),
      statement_p99_ms: round(percentile(asked.statements, 0.99)),
      proof_p50_ms: round(percentile(proofs, 0.5)),
      proof_p99_ms: round(percentile(proofs, 0.99)),
      fresh_p50_ms: round(percentile(fresh, 0.5)),
      fresh_most_ms: round(Math.max(...fresh)),
    };
  });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await work();
  return performance.now() - since;
}

/** The id that the database makes of the number, md5 as a UUID. */
const householdId = (n: number): string =>
  createHash('md5')
    .update(`household ${n}`)
    .digest('hex')
    .replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');

/** Households with their people and incomes, and entries past the acts, with no note or transfer behind them. */
async function fill({ db }: Context): Promise<void> {
  await scoped(db, 'all', async (tx) => {
    const keys = await sql<{ table: string; name: string }>`
      select conrelid::regclass::text as table, conname as name from pg_constraint
       where contype = 'f' and (conrelid::regclass::text like 'benefit.%' or conrelid = 'registry.household_member'::regclass)`.execute(
      tx,
    );
    for (const { table, name } of keys.rows) await sql.raw(`alter table ${table} drop constraint ${name}`).execute(tx);
    await sql`
      insert into registry.county (county, code, name, short_name, state, opened_at)
      select ${COUNTY}, ${`${COUNTY}000000`}, '成县', '成县', 'open', now() on conflict do nothing`.execute(tx);
    await sql`
      insert into registry.household (county, id, code, village, category, state, created_at, changed_at)
      select ${COUNTY}, md5('household ' || n)::uuid, lpad(n::text, 5, '0'), ${`${COUNTY}`} || lpad((100000 + n % ${VILLAGES})::text, 6, '0'),
             (array['general', 'lifted', 'monitored'])[1 + n % 3], 'active', now(), now() - interval '1 hour'
        from generate_series(0, ${HOUSEHOLDS - 1}::int) n`.execute(tx);
    await sql`
      insert into registry.household_member (county, id, household, village, relation, name_sealed)
      select h.county, gen_random_uuid(), h.id, h.village, case m when 1 then 'head' else 'other' end, '\\x00'
        from registry.household h cross join generate_series(1, 4) m`.execute(tx);
    // Every fifth household told its income, as a county's survey of a year asks.
    await sql`
      insert into benefit.household_income (county, id, household, village, year, fen, source, by_person, at)
      select county, gen_random_uuid(), id, village, year, 4000000, '入户调查', 'bench', now()
        from registry.household cross join generate_series(2024, 2026) year where code::int % 5 = 0`.execute(tx);
    // Its other indexes are made afterwards, which takes a fraction of the time; they are as the migrations make them.
    const indexes = await sql<{ name: string; made: string }>`
      select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as made from pg_index i
       where indrelid = 'benefit.entry'::regclass
         and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`.execute(tx);
    for (const { name } of indexes.rows) await sql.raw(`drop index ${name}`).execute(tx);
    // A household sells to one or two, works for another and grows two or three things: five ways a year.
    await sql`
      insert into benefit.entry (county, id, household, village, mechanism, fen, evidence_kind, evidence, transfer, org,
             crop, agreement, income, month, at)
      select ${COUNTY}, uuidv7(), md5('household ' || h)::uuid, ${`${COUNTY}`} || lpad((100000 + h % ${VILLAGES})::text, 6, '0'),
             (array['industry', 'shop', 'employment', 'industry', 'shop'])[w], 100 + n % 90000,
             (array['purchase', 'order_line', 'wage', 'purchase', 'order_line'])[w], uuidv7(), uuidv7(),
             md5('org ' || (h * 3 + w) % 200)::uuid, (array['walnut', 'honey', null, 'pepper', 'apple'])[w], null, 'market',
             to_char(day, 'YYYY-MM'), day
        from (select n, n % ${HOUSEHOLDS} as h, 1 + (n / ${HOUSEHOLDS}) % 5 as w,
                     timestamptz '2024-01-01 12:00+08' + make_interval(days => ((n::bigint * 7919) % 1060)::int) as day
                from generate_series(0, ${ENTRIES - 1}::int) n) e`.execute(tx);
    for (const { made } of indexes.rows) await sql.raw(made).execute(tx);
  });
}

/** In sets, as settled orders and weighed notes come: four connections at a time. */
async function post({ db }: Context, count: number): Promise<void> {
  const set = 500;
  const sets = Math.ceil(count / set);
  const now = new Date();
  let next = 0;
  const one = async () => {
    while (next < sets) {
      const first = next++ * set;
      const rows = Array.from({ length: Math.min(set, count - first) }, (_, i) => {
        const n = ((first + i) * 7919) % HOUSEHOLDS;
        return {
          ...{ household: householdId(n), village: `${COUNTY}${100_000 + (n % VILLAGES)}`, fen: 100 + i },
          ...{ evidence: newId(), transfer: newId(), org: householdId(n % 200), crop: 'walnut', agreement: null },
        };
      });
      await scoped(db, String(COUNTY), (tx) =>
        insertEntries(tx, COUNTY, { mechanism: 'industry', evidenceKind: 'purchase', month: '2026-11', at: now }, rows),
      );
    }
  };
  await Promise.all(Array.from({ length: 4 }, one));
}

/** The same rows of entries, copied within the database. @returns rows a second */
async function byHand({ db }: Context): Promise<number> {
  await sql`create table benefit.by_hand (like benefit.entry including indexes including constraints)`.execute(db);
  const rows = 100_000;
  const took = await timed(() =>
    scoped(db, 'all', (tx) => sql`insert into benefit.by_hand select * from benefit.entry limit ${rows}`.execute(tx)),
  );
  return rows / (took / 1000);
}

const operator: Caller = {
  person: 'bench',
  name: 'bench',
  memberships: [
    {
      ...{ org: newId(), orgKind: 'county_centre', orgName: 'bench', role: 'operator' as const },
      ...{ county: COUNTY, region: String(COUNTY) },
    },
  ],
};

/** Figures by every way, of three years, whole and cut; statements of households taken at random. */
async function askedTimes(at: Context): Promise<{ figures: number[]; statements: number[] }> {
  const app = await buildApp(at, { modules: [benefitModule], identify: async () => operator });
  const ask = async (url: string) => {
    const since = performance.now();
    const answer = await app.inject({ url: `/api/counties/${COUNTY}/${url}` });
    if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.body}`);
    return performance.now() - since;
  };
  try {
    await app.ready();
    const ways = ['village', 'category', 'mechanism', 'org', 'crop', 'month'];
    const cuts = ['', '&crop=walnut', '&mechanism=shop', `&village=${COUNTY}100`];
    const figures: number[] = [];
    for (let n = 0; n < ASKED; n++) {
      const cut = cuts[n % cuts.length] as string;
      const way = /crop|mechanism/.test(cut) ? 'village' : ways[n % ways.length];
      figures.push(await ask(`benefit/figures?by=${way}&year=${2024 + (n % 3)}${cut}`));
    }
    const statements: number[] = [];
    for (let n = 0; n < ASKED; n++) {
      statements.push(await ask(`households/${householdId(Math.floor(Math.random() * HOUSEHOLDS))}/statement`));
    }
    // The first ones find nothing warm: what a server has once, and then no more.
    return { figures: figures.slice(ASKED / 10), statements: statements.slice(ASKED / 10) };
  } finally {
    await app.close();
  }
}

/** From the commit of a fact until the figures hold it, with the job that the server runs. */
async function freshness(at: Context, url: string): Promise<number[]> {
  await migrateJobs(url);
  const [job] = (benefitModule.jobs?.(at) ?? []).filter((one) => one.name === 'benefit.sequence-log');
  if (!job) throw new Error('the job of the log has another name');
  const log = { debug() {}, info() {}, warn: console.warn, error: console.error };
  const running = await runJobs({ url, jobs: [job], log });
  await transact(at.db, (tx) => addJob(tx, job, {}));
  const entries = () =>
    scoped(at.db, 'all', async (tx) => {
      const { rows } = await sql<{ n: number }>`
        select sum(entries)::bigint as n from benefit.figure where county = ${COUNTY} and dimension = 'all'`.execute(
        tx,
      );
      return rows[0]?.n;
    });
  const times: number[] = [];
  for (let n = 0; n < 20; n++) {
    await wait(Math.random() * 2000);
    const before = await entries();
    await post(at, 1);
    const since = performance.now();
    while ((await entries()) === before) await wait(20);
    times.push(performance.now() - since);
  }
  await running.stop();
  return times;
}
