import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { ensureAccounts, ledgerModule, type TransferInput, transfer } from '#ledger';
import { plainArray } from '#platform/database/arrays.ts';
import { type Db, transact } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { reconcile } from '../tools/reconcile.ts';
import { onDatabase } from './database.ts';
import { type Figures, percentile, residentMb, round } from './figures.ts';

// One poster and one county each: as many server processes of as many counties would do it.
const POSTERS = 2;
const ORDERS = 200;
const PARTS = 5;
const IN_CALL = ORDERS * (1 + PARTS);
const OWNERS = 40;
const ROUNDS = 4;
const SLICE_MS = 3000;

/**
 * Transfers posted in bulk by the ledger's own door, in this process: each call brings the money of 200 orders (1,200
 * transfers: received, and held for five takers), each county one call at a time. The limit writes the same rows into
 * the same tables with the same indexes and the same sums of accounts, by hand-written SQL in as large batches over as
 * many connections, with nothing looked up, locked or checked. The two take turns on one database with its durable
 * settings, so that the table grows under both and other work on the machine meets both. Afterwards the books must hold.
 */
export async function run(say: (text: string) => void): Promise<Figures> {
  return onDatabase(POSTERS, async ({ db }) => {
    const posters = await Promise.all(Array.from({ length: POSTERS }, (_, i) => accountsOf(db, 621221 + i)));
    const byHand = await Promise.all(Array.from({ length: POSTERS }, (_, i) => accountsOf(db, 621321 + i)));
    await slice(posters, 1000, (one) => post(db, one));
    await slice(byHand, 1000, (one) => write(db, one));

    const backends = await backendsOf(db);
    const product: Slice[] = [];
    const limit: Slice[] = [];
    for (let n = 1; n <= ROUNDS; n++) {
      product.push(await slice(posters, SLICE_MS, (one) => post(db, one), backends));
      limit.push(await slice(byHand, SLICE_MS, (one) => write(db, one), backends));
      say(
        `round ${n}: ${round(rateOf(product.slice(-1)), 0)} transfers/s, by hand ${round(rateOf(limit.slice(-1)), 0)}`,
      );
    }
    const alone = await slice(posters.slice(0, 1), SLICE_MS, (one) => post(db, one));
    const posted = await slice(posters, SLICE_MS, (one) => end(db, one));
    const rss = residentMb(process.pid);
    const rate = rateOf(product);
    const most = rateOf(limit);
    const times = product.flatMap((one) => one.times);
    say(`posted in bulk: ${round(rate, 0)} transfers/s in calls of ${IN_CALL}; limit ${round(most, 0)}`);
    const cost = costOf(product);
    const least = costOf(limit);
    say(`processor:      ${cost.here} µs a transfer here and ${cost.database} µs in the database;`);
    say(`                by hand ${least.here} and ${least.database} µs`);
    say(`one county:     ${round(rateOf([alone]), 0)} transfers/s; ends of holds ${round(rateOf([posted]), 0)}/s`);
    if ((await reconcile(db, [ledgerModule], () => {})) > 0) throw new Error('the books do not hold after the load');
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from ledger.transfer`.execute(db);
    return {
      rate: round(rate, 0),
      unit: 'transfers/s',
      p50_ms: round(percentile(times, 0.5)),
      p99_ms: round(percentile(times, 0.99)),
      limit: round(most, 0),
      ratio: round(rate / most, 3),
      rss_mb: rss,
      cpu_us: cost.here,
      cpu_us_database: cost.database,
      cpu_us_by_hand: least.here,
      cpu_us_database_by_hand: least.database,
      transfers_in_call: IN_CALL,
      counties: POSTERS,
      one_county: round(rateOf([alone]), 0),
      ends_of_holds: round(rateOf([posted]), 0),
      transfers_in_database: rows[0]?.n ?? 0,
    };
  });
}

interface Slice {
  transfers: number;
  seconds: number;
  times: number[];
  /** processor time of this process and of the database's, in microseconds */
  cpu: { here: number; database: number };
}

const rateOf = (slices: readonly Slice[]) =>
  slices.reduce((sum, one) => sum + one.transfers, 0) / slices.reduce((sum, one) => sum + one.seconds, 0);

/** Microseconds of processor time a transfer: what other work on the machine disturbs least. */
function costOf(slices: readonly Slice[]) {
  const transfers = slices.reduce((sum, one) => sum + one.transfers, 0);
  const per = (side: 'here' | 'database') => round(slices.reduce((sum, one) => sum + one.cpu[side], 0) / transfers, 1);
  return { here: per('here'), database: per('database') };
}

/** The database's processes that work for this pool. */
async function backendsOf(db: Db): Promise<number[]> {
  const { rows } = await sql<{
    pid: number;
  }>`select pid from pg_stat_activity where application_name = 'bench'`.execute(db);
  return rows.map((row) => row.pid);
}

// The kernel counts in hundredths of a second.
const TICK_US = 10_000;

/** Processor time of processes so far, in microseconds (Linux; elsewhere 0). */
function cpuOf(pids: readonly number[]): number {
  try {
    return pids.reduce((sum, pid) => {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return sum + (Number(fields[11]) + Number(fields[12])) * TICK_US;
    }, 0);
  } catch {
    return 0;
  }
}

const cpuHere = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** All of `who` at once, each one call after the other, for `ms`. */
async function slice<T>(
  who: readonly T[],
  ms: number,
  call: (one: T) => Promise<number>,
  backends: readonly number[] = [],
): Promise<Slice> {
  const times: number[] = [];
  let transfers = 0;
  const before = { here: cpuHere(), database: cpuOf(backends) };
  const begun = performance.now();
  await Promise.all(
    who.map(async (one) => {
      while (performance.now() - begun < ms) {
        const at = performance.now();
        transfers += await call(one);
        times.push(performance.now() - at);
      }
    }),
  );
  const seconds = (performance.now() - begun) / 1000;
  const cpu = { here: cpuHere() - before.here, database: cpuOf(backends) - before.database };
  return { transfers, seconds, times, cpu };
}

interface County {
  county: number;
  clearing: string;
  received: string;
  owners: string[];
  /** holds that nobody has ended yet */
  held: string[];
}

async function accountsOf(db: Db, county: number): Promise<County> {
  const [clearing, received, ...owners] = await transact(db, (tx) =>
    ensureAccounts(tx, county, [
      { kind: 'provider_clearing', owner: 'sandbox' },
      { kind: 'orders_received', owner: 'county' },
      ...Array.from({ length: OWNERS }, () => ({ kind: 'merchant' as const, owner: newId() })),
    ]),
  );
  return { county, clearing: clearing as string, received: received as string, owners, held: [] };
}

/** What 200 paid orders move. */
function transfersOf({ clearing, received, owners }: County): Extract<TransferInput, { debit: string }>[] {
  return Array.from({ length: ORDERS }, () => newId()).flatMap((order) => {
    const because = { evidenceKind: 'order', evidence: order };
    const came = { kind: 'single' as const, debit: clearing, credit: received, amountFen: 4980 };
    const held = Array.from({ length: PARTS }, () => ({
      kind: 'pending' as const,
      ...{ debit: received, credit: owners[Math.floor(Math.random() * OWNERS)] as string, amountFen: 996 },
    }));
    return [
      { id: newId(), ...came, reason: 'order-received', ...because },
      ...held.map((one) => ({ id: newId(), ...one, reason: 'order-part', ...because })),
    ];
  });
}

async function post(db: Db, one: County): Promise<number> {
  const inputs = transfersOf(one);
  await transact(db, (tx) => transfer(tx, one.county, inputs));
  // Some to be ended later; all of them would only fill this process.
  if (one.held.length < 50_000) for (const input of inputs) if (input.kind === 'pending') one.held.push(input.id);
  return inputs.length;
}

async function end(db: Db, one: County): Promise<number> {
  const inputs = one.held.splice(0, IN_CALL).map((pending, n): TransferInput => {
    const because = { reason: 'order-part', evidenceKind: 'order', evidence: pending };
    return { id: newId(), kind: n % 5 ? 'post' : 'void', pending, ...because };
  });
  await transact(db, (tx) => transfer(tx, one.county, inputs));
  return inputs.length;
}

/** The same rows and sums with nothing asked. */
async function write(db: Db, one: County): Promise<number> {
  const { county, clearing, received } = one;
  const rows = transfersOf(one);
  const owed = new Map<string, number>();
  for (const row of rows) if (row.kind === 'pending') owed.set(row.credit, (owed.get(row.credit) ?? 0) + row.amountFen);
  const came = ORDERS * 4980;
  await transact(db, async (tx) => {
    await sql`
      insert into ledger.transfer (county, id, kind, debit, credit, amount_fen, reason, evidence_kind, evidence, created_at)
      select ${county}::int, t.id, t.kind, t.debit, t.credit, t.fen, t.reason, 'order', t.evidence, ${new Date()}::timestamptz
        from unnest(${plainArray(rows.map((row) => row.id))}::uuid[], ${plainArray(rows.map((row) => row.kind))}::text[],
          ${plainArray(rows.map((row) => row.debit))}::uuid[], ${plainArray(rows.map((row) => row.credit))}::uuid[],
          ${plainArray(rows.map((row) => row.amountFen))}::bigint[], ${plainArray(rows.map((row) => row.reason))}::text[],
          ${plainArray(rows.map((row) => row.evidence))}::uuid[]) t (id, kind, debit, credit, fen, reason, evidence)`.execute(
      tx,
    );
    await sql`
      update ledger.account a
         set debits_posted = debits_posted + case a.id when ${clearing}::uuid then ${came}::bigint else 0 end,
             credits_posted = credits_posted + case a.id when ${received}::uuid then ${came}::bigint else 0 end,
             debits_pending = debits_pending + case a.id when ${received}::uuid then ${came}::bigint else 0 end,
             credits_pending = credits_pending + coalesce(n.fen, 0)
        from unnest(${plainArray([clearing, received, ...owed.keys()])}::uuid[],
          ${plainArray([0, 0, ...owed.values()])}::bigint[]) n (id, fen)
       where a.county = ${county} and a.id = n.id`.execute(tx);
  });
  return rows.length;
}
