import { sql } from 'kysely';
import { benefitModule, ensureLogKey, sequenceLog } from '#benefit';
import type { Context } from '#platform/context.ts';
import { buildApp } from '../apps/server/app.ts';
import { onDatabase } from './database.ts';
import { type Figures, percentile, residentMb, round } from './figures.ts';
import { processorOf } from './processor.ts';

const ENTRIES = Number(process.env.BENCH_ENTRIES ?? 200_000);
const HOUSEHOLDS = 10_000;
const COUNTIES = 8;
const PROOFS = 400;

/**
 * Entries that wait are taken into the public log: read, committed to, hashed, written as leaves, tiles and totals, with
 * a checkpoint each batch, on a database with its durable settings. The limit writes as many rows of the same bytes
 * into a table with the same keys, in as large sets, and nothing else. Afterwards proofs are asked for over the API, one
 * after the other, and everything that must hold of the log is asked.
 */
export async function run(say: (text: string) => void): Promise<Figures> {
  return onDatabase(4, async (at) => {
    await ensureLogKey(at);
    say(`writing ${ENTRIES} entries of ${HOUSEHOLDS} households in ${COUNTIES} counties …`);
    await fill(at);
    const times: number[] = [];
    const cost = await processorOf(at);
    const begun = performance.now();
    for (let taken = 1; taken > 0; ) {
      const since = performance.now();
      taken = await sequenceLog(at);
      if (taken > 0) times.push(performance.now() - since);
    }
    const rate = ENTRIES / ((performance.now() - begun) / 1000);
    const micros = await cost.lap(ENTRIES);
    const limit = await byHand(at);
    say(
      `${round(rate, 0)} entries/s in ${times.length} batches, ${micros} µs of processor each here and in the database; rows by hand ${round(limit, 0)}/s`,
    );
    const proofs = await proofTimes(at, ENTRIES);
    say(`a proof: ${round(percentile(proofs, 0.5))} ms, p99 ${round(percentile(proofs, 0.99))} ms`);
    for (const { name, check } of (benefitModule.invariants ?? []).filter((one) => /public log/.test(one.name))) {
      const since = performance.now();
      const breaches = await check(at.db);
      if (breaches.length > 0) throw new Error(`${name}: ${breaches[0]}`);
      say(`${name} (${round((performance.now() - since) / 1000)} s)`);
    }
    return {
      rate: round(rate, 0),
      unit: 'entries/s',
      p50_ms: round(percentile(times, 0.5)),
      p99_ms: round(percentile(times, 0.99)),
      limit: round(limit, 0),
      ratio: round(rate / limit, 3),
      rss_mb: residentMb(process.pid),
      entries: ENTRIES,
      processor_us: micros,
      proof_p50_ms: round(percentile(proofs, 0.5)),
      proof_p99_ms: round(percentile(proofs, 0.99)),
    };
  });
}

/** Entries past the acts, with no household, note or transfer behind them: the log looks at none. */
async function fill({ db }: Context): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`set local app.scope = 'all'`.execute(tx);
    const keys = await sql<{ table: string; name: string }>`
      select conrelid::regclass::text as table, conname as name from pg_constraint
       where contype = 'f' and conrelid in ('benefit.entry'::regclass, 'benefit.log_secret'::regclass)`.execute(tx);
    for (const { table, name } of keys.rows) await sql.raw(`alter table ${table} drop constraint ${name}`).execute(tx);
    await sql`
      insert into benefit.entry (county, id, household, village, mechanism, fen, evidence_kind, evidence, transfer, org, income,
             month, at)
      select 621221 + n % ${COUNTIES}, gen_random_uuid(), md5('household ' || n % ${HOUSEHOLDS})::uuid,
             rpad((621221 + n % ${COUNTIES})::text, 12, '0'), (array['industry', 'shop', 'employment'])[1 + n % 3],
             1 + n % 90000, (array['purchase', 'order_line', 'wage'])[1 + n % 3], gen_random_uuid(), gen_random_uuid(),
             md5('org ' || n % 200)::uuid, 'market', '2026-' || lpad((1 + n % 12)::text, 2, '0'), now()
        from generate_series(1, ${ENTRIES}::int) n`.execute(tx);
    await sql`insert into benefit.log_waiting select county, id from benefit.entry`.execute(tx);
  });
  await sql`vacuum analyze benefit.entry, benefit.log_waiting`.execute(db);
}

/** @returns rows a second */
async function byHand({ db }: Context): Promise<number> {
  await sql`create table benefit.by_hand (position bigint primary key, county int, entry uuid, data bytea, unique (county, entry))`.execute(
    db,
  );
  const rows = 100_000;
  const begun = performance.now();
  for (let at = 0; at < rows; at += 8192) {
    await sql`
      insert into benefit.by_hand select position, county, entry, data from benefit.log_leaf
       where position >= ${at} and position < ${Math.min(at + 8192, rows)}`.execute(db);
  }
  return rows / ((performance.now() - begun) / 1000);
}

/** Of inclusion and consistency in turn, over the API. */
export async function proofTimes(at: Context, entries: number): Promise<number[]> {
  const app = await buildApp(at, {
    modules: [benefitModule],
    identify: async () => ({ person: null, memberships: [] }),
  });
  try {
    await app.ready();
    const sizes = await at.db.selectFrom('benefit.log_checkpoint').select('size').execute();
    const times: number[] = [];
    for (let n = 0; n < PROOFS; n++) {
      const before = sizes[Math.floor(Math.random() * sizes.length)]?.size ?? 1;
      const url = n % 2 ? `inclusion?index=${Math.floor(Math.random() * entries)}` : `consistency?from=${before}`;
      const since = performance.now();
      const answer = await app.inject({ url: `/api/public-log/${url}` });
      times.push(performance.now() - since);
      if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.body}`);
    }
    return times.slice(PROOFS / 10);
  } finally {
    await app.close();
  }
}
