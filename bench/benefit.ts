import { createHash } from 'node:crypto';
import { loadavg } from 'node:os';
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
import { LoadClient } from './load.ts';
import { proofTimes } from './log.ts';
import { processorOf } from './processor.ts';
import { forgetStatements, tellStatements, writeOut } from './statements.ts';

const COUNTY = 621221;
/** Of one county, over three years. */
const ENTRIES = Number(process.env.BENCH_ENTRIES ?? 5_000_000);
const HOUSEHOLDS = 20_000;
const VILLAGES = 240;
const ORGS = 200;
/** Posted while the county is as large as that: at once, then as a stream at a rate that leaves room, and at the goal's. */
const POSTED = Number(process.env.BENCH_POSTED ?? 100_000);
const STEADY_PER_S = Number(process.env.BENCH_STEADY ?? 2_000);
const STREAM_PER_S = Number(process.env.BENCH_RATE ?? 10_000);
const STREAM_S = Number(process.env.BENCH_SECONDS ?? 20);
const ASKED = 300;
const SET = 500;
/** how often it is asked how fresh the figures are, at most */
const SAMPLES = 40;

/**
 * A county of 20,000 households in 240 villages has five million entries. Figures and statements are asked for over the
 * API, one after the other. Then a hundred thousand entries more are posted in sets of 500, committed to the public log,
 * and the figures follow: each by itself; and a hundred thousand while the log takes them as they come. Then all of it at
 * once, as in one server: entries come at 2,000 and then at 10,000 a second, the job of the log runs, and figures and
 * statements are asked for; the time is taken until the figures hold a fact. At last the figures are made again from
 * nothing and must be the same. The limit of posting writes the same rows from one table into another.
 */
export async function run(say: (text: string) => void): Promise<Figures> {
  return onDatabase(10, async (at, url) => {
    await ensureLogKey(at);
    const filled = await timed(() => fill(at));
    say(`${ENTRIES} entries of ${HOUSEHOLDS} households (${round(filled / 1000, 0)} s)`);
    const rebuilt = await timed(() => makeFigures(at));
    say(`their figures made from nothing in ${round(rebuilt / 1000)} s`);
    await sql`vacuum analyze`.execute(at.db);
    await countPeople(at);
    await writeOut(url);
    await forgetStatements(url);

    const cost = await processorOf(at);
    const quiet = await withApp(at, async (phone) => {
      const ask = phone();
      const figures = await takeTimes(ASKED, (n) => ask(figuresUrl(n)));
      const statements = await takeTimes(3 * ASKED, () => ask(statementUrl()));
      // The first ones find nothing warm: what a server has once, and then no more.
      return { figures: figures.slice(ASKED / 10), statements: statements.slice(ASKED / 10) };
    });
    say(`figures ${told(quiet.figures)}, statement ${told(quiet.statements)}, ${loadNow()}`);

    await cost.lap();
    const attributed = await timed(() => post(at, POSTED));
    const postingCost = await cost.lap(POSTED);
    const batches: number[] = [];
    const committed = await timed(async () => {
      for (let taken = 1; taken > 0; ) {
        const since = performance.now();
        taken = await sequenceLog(at);
        if (taken > 0) batches.push(performance.now() - since);
      }
    });
    const logCost = await cost.lap(POSTED);
    const followed = await timed(async () => {
      while ((await followLog(at)) > 0);
    });
    const figuresCost = await cost.lap(POSTED);
    const together = await timed(() => postAndCommit(at, POSTED));
    while ((await followLog(at)) > 0);
    const rate = POSTED / ((attributed + committed) / 1000);
    const limit = await byHand(at);
    const perSecond = (ms: number) => round((POSTED / ms) * 1000, 0);
    say(
      `${round(rate, 0)} entries/s attributed and committed (by themselves ${perSecond(attributed)} and ${perSecond(committed)}, at the same time ${perSecond(together)}); figures follow ${perSecond(followed)}/s; rows by hand ${round(limit, 0)}/s, ${loadNow()}`,
    );
    say(`processor µs an entry, here + database: ${postingCost}, log ${logCost}, figures ${figuresCost}`);
    const proofs = await proofTimes(at, POSTED);
    say(`a proof ${told(proofs)}`);
    await tellStatements(url, say);
    await forgetStatements(url);

    const stream = async (perSecond: number) => {
      await cost.lap();
      const all = await streamed(at, url, perSecond);
      const us = await cost.lap(all.posted);
      say(
        `${round(all.rate, 0)} entries/s for ${STREAM_S} s, all of it in the figures ${round(all.behind / 1000)} s after the last; a fact is in the figures after ${told(all.fresh)}, ${loadNow()}`,
      );
      say(`meanwhile figures ${told(all.figures)}, statement ${told(all.statements)}; ${us} µs an entry`);
      await tellStatements(url, say);
      await forgetStatements(url);
      return { ...all, us };
    };
    const steady = await stream(STEADY_PER_S);
    const most = await stream(STREAM_PER_S);

    const before = await digest(at);
    const again = await timed(() => makeFigures(at));
    if ((await digest(at)) !== before) throw new Error('made again from nothing the figures are others');
    say(`made again from nothing in ${round(again / 1000)} s they are the same`);
    return {
      rate: round(rate, 0),
      unit: 'entries/s attributed and in the log',
      p50_ms: round(percentile(batches, 0.5)),
      p99_ms: round(percentile(batches, 0.99)),
      limit: round(limit, 0),
      ratio: round(rate / limit, 3),
      rss_mb: residentMb(process.pid),
      entries: ENTRIES,
      attributed_per_s: perSecond(attributed),
      committed_per_s: perSecond(committed),
      together_per_s: perSecond(together),
      followed_per_s: perSecond(followed),
      posting_us: postingCost,
      log_us: logCost,
      figures_us: figuresCost,
      rebuilt_s: round(rebuilt / 1000),
      rebuilt_again_s: round(again / 1000),
      ...spread('figures', quiet.figures),
      ...spread('statement', quiet.statements),
      ...spread('proof', proofs),
      ...streamFigures('steady', steady),
      ...streamFigures('stream', most),
    };
  });
}

const told = (times: readonly number[]) =>
  `p50 ${round(percentile(times, 0.5))} ms, p99 ${round(percentile(times, 0.99))} ms`;
const spread = (name: string, times: readonly number[]) => ({
  [`${name}_p50_ms`]: round(percentile(times, 0.5)),
  [`${name}_p99_ms`]: round(percentile(times, 0.99)),
});
const streamFigures = (name: string, of: Awaited<ReturnType<typeof streamed>> & { us: string }) => ({
  [`${name}_per_s`]: round(of.rate, 0),
  [`${name}_behind_ms`]: round(of.behind),
  [`${name}_us`]: of.us,
  ...spread(`${name}_figures`, of.figures),
  ...spread(`${name}_statement`, of.statements),
  ...spread(`${name}_fresh`, of.fresh),
  [`${name}_fresh_most_ms`]: round(Math.max(...of.fresh)),
});
const loadNow = () => `load ${round(loadavg()[0] as number)}`;

/** Throws the county's figures away and makes them from its entries; those that were filled in are not in the log. */
const makeFigures = ({ db }: Context) =>
  scoped(db, 'all', async (tx) => {
    await sql`delete from benefit.reach where county = ${COUNTY}`.execute(tx);
    await sql`delete from benefit.figure where county = ${COUNTY}`.execute(tx);
    await countIn(tx, COUNTY, sql`select * from benefit.entry where county = ${COUNTY}`);
  });

/** Of every row of the figures and of what they are made of, in whatever order they lie. */
const digest = ({ db }: Context) =>
  scoped(db, 'all', async (tx) => {
    const { rows } = await sql<{ rows: string }>`
      select (select count(*) || ' ' || sum(hashtextextended(r::text, 0)) from benefit.reach r) || ' ' ||
             (select count(*) || ' ' || sum(hashtextextended(f::text, 0)) from benefit.figure f) as rows`.execute(tx);
    return rows[0]?.rows;
  });

async function timed(work: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await work();
  return performance.now() - since;
}

const villageOf = (n: number) => `${COUNTY}${100_000 + (n % VILLAGES)}`;

/**
 * Households with their people, incomes and accounts, and entries past the acts, with no note or transfer behind them.
 * What is posted later has its transfer already, and every key, index and rule is there again.
 */
async function fill({ db }: Context): Promise<void> {
  await scoped(db, 'all', async (tx) => {
    await sql`set local maintenance_work_mem = '512MB'`.execute(tx);
    await sql`
      insert into registry.county (county, code, name, short_name, state, opened_at)
      select ${COUNTY}, ${`${COUNTY}000000`}, '成县', '成县', 'open', now() on conflict do nothing`.execute(tx);
    await sql`
      insert into registry.region (code, level, name, full_name, pinyin)
      select ${`${COUNTY}`} || lpad((100000 + n)::text, 6, '0'), 5, n || '村', '成县' || n || '村', n || 'cun'
        from generate_series(0, ${VILLAGES - 1}::int) n on conflict do nothing`.execute(tx);
    await sql`
      insert into registry.organisation (county, id, kind, name, code, region, contact, phone, state, created_at)
      select ${COUNTY}, md5('household ' || n)::uuid, 'cooperative', '合作社' || n, 'bench' || n, ${String(COUNTY)}, '王',
             '13900000000', 'active', now() from generate_series(0, ${ORGS - 1}::int) n`.execute(tx);
    await sql`
      insert into registry.household (county, id, code, village, category, state, created_at, changed_at)
      select ${COUNTY}, md5('household ' || n)::uuid, lpad(n::text, 5, '0'), ${`${COUNTY}`} || lpad((100000 + n % ${VILLAGES})::text, 6, '0'),
             (array['general', 'lifted', 'monitored'])[1 + n % 3], 'active', now(), now() - interval '1 hour'
        from generate_series(0, ${HOUSEHOLDS - 1}::int) n`.execute(tx);
    await sql`
      insert into registry.household_member (county, id, household, village, relation, name_sealed)
      select h.county, gen_random_uuid(), h.id, h.village, case m when 1 then 'head' else 'other' end, '\\x00'
        from registry.household h cross join generate_series(1, 4) m`.execute(tx);
    await sql`
      insert into ledger.account (county, id, kind, owner, currency, normal_side, debits_pending, debits_posted,
        credits_pending, credits_posted, created_at)
      select county, id, 'household', id, 'CNY', 'credit', 0, 0, 0, 0, now() from registry.household`.execute(tx);
    // Every fifth household told its income, as a county's survey of a year asks.
    await sql`
      insert into benefit.household_income (county, id, household, village, year, fen, source, by_person, at)
      select county, gen_random_uuid(), id, village, year, 4000000, '入户调查', 'bench', now()
        from registry.household cross join generate_series(2024, 2026) year where code::int % 5 = 0`.execute(tx);
    await sql`
      insert into ledger.transfer (county, id, kind, debit, credit, amount_fen, reason, evidence_kind, evidence, created_at)
      select ${COUNTY}, md5('transfer ' || n)::uuid, 'single', md5('household 0')::uuid, md5('household 1')::uuid, 100, 'purchase', 'purchase',
             md5('transfer ' || n)::uuid, now()
        from generate_series(0, ${2 * POSTED + (STEADY_PER_S + STREAM_PER_S) * STREAM_S + 2 * SAMPLES + 20 * SET}::int) n`.execute(
      tx,
    );
    // Indexes and keys are made afterwards, which takes a fraction of the time; they are as the migrations make them. What
    // is filled in names no transfer, so keys to other tables look at what comes from now on.
    const keys = await sql<{ name: string; kind: string; rule: string }>`
      select conname as name, contype as kind, pg_get_constraintdef(oid) as rule from pg_constraint
       where conrelid = 'benefit.entry'::regclass and contype in ('p', 'u', 'f') order by contype = 'f' desc`.execute(
      tx,
    );
    const indexes = await sql<{ name: string; made: string }>`
      select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as made from pg_index i
       where indrelid = 'benefit.entry'::regclass
         and not exists (select from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u'))`.execute(
      tx,
    );
    const others = await sql<{ table: string; name: string; rule: string }>`
      select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as rule from pg_constraint
       where contype = 'f' and confrelid = 'benefit.entry'::regclass`.execute(tx);
    for (const { table, name } of others.rows)
      await sql.raw(`alter table ${table} drop constraint ${name}`).execute(tx);
    for (const { name } of keys.rows) await sql.raw(`alter table benefit.entry drop constraint ${name}`).execute(tx);
    for (const { name } of indexes.rows) await sql.raw(`drop index ${name}`).execute(tx);
    // A household sells to one or two, works for another and grows two or three things: five ways a year.
    await sql`
      insert into benefit.entry (county, id, household, village, mechanism, fen, evidence_kind, evidence, transfer, org,
             crop, agreement, income, month, at)
      select ${COUNTY}, uuidv7(), md5('household ' || h)::uuid, ${`${COUNTY}`} || lpad((100000 + h % ${VILLAGES})::text, 6, '0'),
             (array['industry', 'shop', 'employment', 'industry', 'shop'])[w], 100 + n % 90000,
             (array['purchase', 'order_line', 'wage', 'purchase', 'order_line'])[w], uuidv7(), uuidv7(),
             md5('household ' || (h * 3 + w) % ${ORGS})::uuid, (array['walnut', 'honey', null, 'pepper', 'apple'])[w], null, 'market',
             to_char(day, 'YYYY-MM'), day
        from (select n, n % ${HOUSEHOLDS} as h, 1 + (n / ${HOUSEHOLDS}) % 5 as w,
                     timestamptz '2024-01-01 12:00+08' + make_interval(days => ((n::bigint * 7919) % 1060)::int) as day
                from generate_series(0, ${ENTRIES - 1}::int) n) e`.execute(tx);
    for (const { name, kind, rule } of keys.rows.reverse()) {
      await sql
        .raw(`alter table benefit.entry add constraint ${name} ${rule}${kind === 'f' ? ' not valid' : ''}`)
        .execute(tx);
    }
    for (const { made } of indexes.rows) await sql.raw(made).execute(tx);
    for (const { table, name, rule } of others.rows) {
      await sql.raw(`alter table ${table} add constraint ${name} ${rule}`).execute(tx);
    }
  });
}

/** The id that the database makes of a name, md5 as a UUID. */
const idOf = (name: string): string =>
  createHash('md5')
    .update(name)
    .digest('hex')
    .replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
const people = Array.from({ length: HOUSEHOLDS }, (_, n) => idOf(`household ${n}`));
let transfers = 0;

/** One set of entries of one kind, as an order settles or a payroll pays them, with the transfers they are about. */
async function postSet({ db }: Context, count: number): Promise<void> {
  const rows = Array.from({ length: count }, () => {
    const at = transfers++;
    const n = (at * 7919) % HOUSEHOLDS;
    return {
      ...{ household: people[n] as string, village: villageOf(n), fen: 100 + (at % 900) },
      ...{ evidence: newId(), transfer: idOf(`transfer ${at}`), org: people[(n * 3 + 1) % ORGS] as string },
      ...{ crop: 'walnut', agreement: null },
    };
  });
  const what = { mechanism: 'industry', evidenceKind: 'purchase', month: '2026-11', at: new Date() } as const;
  await scoped(db, String(COUNTY), (tx) => insertEntries(tx, COUNTY, what, rows));
}

/** In sets, as settled orders and weighed notes come: four connections at a time. */
async function post(at: Context, count: number): Promise<void> {
  let left = count;
  const one = async () => {
    while (left > 0) {
      const some = Math.min(SET, left);
      left -= some;
      await postSet(at, some);
    }
  };
  await Promise.all(Array.from({ length: 4 }, one));
}

/** The same while the log takes what is there, as its job does. */
async function postAndCommit(at: Context, count: number): Promise<void> {
  let posting = true;
  const posted = post(at, count).finally(() => {
    posting = false;
  });
  for (;;) {
    const last = !posting;
    const taken = await sequenceLog(at);
    if (taken === 0 && last) break;
    if (taken === 0) await wait(10);
  }
  await posted;
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

type Ask = (url: string) => Promise<number>;

/** The county's API over HTTP, for phones that take the time of each answer, in milliseconds. */
async function withApp<T>(at: Context, work: (phone: () => Ask) => Promise<T>): Promise<T> {
  const app = await buildApp(at, { modules: [benefitModule], identify: async () => operator });
  const clients: LoadClient[] = [];
  try {
    const base = await app.listen({ port: 0 });
    return await work(() => {
      const client = new LoadClient(base);
      clients.push(client);
      return async (url) => {
        const answer = await client.send('GET', `/api/counties/${COUNTY}/${url}`);
        if (answer.status !== 200) throw new Error(`${url}: ${answer.body}`);
        return answer.ms;
      };
    });
  } finally {
    for (const client of clients) client.close();
    await app.close();
  }
}

const ways = ['village', 'category', 'mechanism', 'org', 'crop', 'month'];
const cuts = ['', '&crop=walnut', '&mechanism=shop', `&village=${COUNTY}100`];

/** Figures by every way, of three years, whole and cut. */
function figuresUrl(n: number): string {
  const cut = cuts[n % cuts.length] as string;
  const way = /crop|mechanism/.test(cut) ? 'village' : ways[n % ways.length];
  return `benefit/figures?by=${way}&year=${2024 + (n % 3)}${cut}`;
}

/** The statement of a household taken at random: some 250 entries. */
const statementUrl = () => `households/${people[Math.floor(Math.random() * HOUSEHOLDS)]}/statement`;

async function takeTimes(count: number, ask: (n: number) => Promise<number>): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n++) times.push(await ask(n));
  return times;
}

/**
 * Entries at a steady rate, with the job that the server runs and somebody who asks for figures, somebody for
 * statements: five and twenty a second. One entry more is posted now and then, of its own organisation, and the time is
 * taken from its commit until the figures hold it.
 */
async function streamed(at: Context, url: string, perSecond: number) {
  await migrateJobs(url);
  const [job] = (benefitModule.jobs?.(at) ?? []).filter((one) => one.name === 'benefit.sequence-log');
  if (!job) throw new Error('the job of the log has another name');
  const log = { debug() {}, info() {}, warn: console.warn, error: console.error };
  const running = await runJobs({ url, jobs: [job], log });
  await transact(at.db, (tx) => addJob(tx, job, {}));

  const begun = performance.now();
  const until = begun + STREAM_S * 1000;
  let posted = 0;
  const posters = Array.from({ length: 4 }, async () => {
    while (performance.now() < until) {
      const due = ((performance.now() - begun) / 1000) * perSecond;
      if (posted >= due) {
        await wait(5);
        continue;
      }
      posted += SET;
      await postSet(at, SET);
    }
  });
  const every = async (ms: number, work: (n: number) => Promise<number>) => {
    const times: number[] = [];
    for (let n = 0; performance.now() < until; n++) {
      const took = await work(n);
      times.push(took);
      await wait(Math.max(0, ms - took));
    }
    return times;
  };
  const size = async () =>
    (await at.db.selectFrom('benefit.figures_head').select('size').executeTakeFirstOrThrow()).size;
  const asked = withApp(at, (phone) => {
    const [one, other] = [phone(), phone()];
    return Promise.all([every(200, (n) => one(figuresUrl(n))), every(50, () => other(statementUrl()))]);
  });
  const fresh = every(STREAM_S * (1000 / SAMPLES), async () => {
    await postSet(at, 1);
    const since = performance.now();
    const { rows } = await sql<{ waiting: number }>`
      select h.size + (select count(*) from benefit.log_waiting) as waiting from benefit.log_head h`.execute(at.db);
    // The log takes the waiting in no particular order, so all of them must be in.
    while ((await size()) < (rows[0]?.waiting ?? 0)) await wait(20);
    return performance.now() - since;
  });
  const [[figures, statements]] = await Promise.all([asked, ...posters]);
  const rate = posted / ((performance.now() - begun) / 1000);
  const ended = performance.now();
  const times = await fresh;
  while ((await size()) < transfers) await wait(20);
  const behind = performance.now() - ended;
  await running.stop();
  return { posted, rate, behind, figures, statements, fresh: times };
}
