import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual, promisify } from 'node:util';
import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import { systemClock } from '#platform/clock.ts';
import { projectFolder } from '#platform/config.ts';
import type { Context } from '#platform/context.ts';
import { connect } from '#platform/database/connect.ts';
import { type EmbeddedDatabase, startEmbedded } from '#platform/database/embedded.ts';
import type { Db } from '#platform/db.ts';
import { folderStore } from '#platform/files.ts';
import { freePort } from '#platform/free-port.ts';
import { makeClient } from '#platform/http/client.ts';
import { addJob } from '#platform/jobs.ts';
import { makeSealer } from '#platform/secrets.ts';
import { modules } from '../apps/server/modules.ts';
import { reconcile } from '../tools/reconcile.ts';
import { giveTestPhone } from './fixtures.ts';
import { openTwoHouses } from './fixtures-house.ts';
import {
  type Checkout,
  contracts,
  type Dice,
  dice,
  fillShops,
  loadOf,
  NOT_TOLD_AGAIN,
  openWorld,
  type Steps,
  steps,
  type World,
} from './mixed-load.ts';
import { type ServerProcess, signInByPhone, startServer } from './server.ts';

/** How long anything that was under way when lightning struck may take to be settled, in milliseconds. */
const SETTLED_WITHIN_MS = 60_000;
/** How many earlier orders are asked for again after each strike, besides those that were under way. */
const ASKED_AGAIN = 10;

export type Struck = 'server' | 'database';

export interface FaultPlan {
  /** chooses what people do, when lightning strikes, and what */
  seed: number;
  server: number;
  database: number;
  /** people at work at once */
  clients: number;
  /** Waits for the jobs' own time at the end; otherwise they are sent for. */
  patient: boolean;
  say(line: string): void;
}

/** One SIGKILL under load, and how long what it met took from the moment the house was up again. */
export interface Strike {
  struck: Struck;
  /** requests under way when it struck */
  unanswered: number;
  /** facts under way: events, jobs, notices, refunds, checkouts that are due */
  left: number;
  /** from the strike until the house says it is ready */
  backMs: number;
  /** from ready until the last request under way was answered */
  answeredMs: number;
  /** from ready until the last fact under way was settled */
  settledMs: number;
  /** what kind of fact that was */
  last: string;
}

export interface FaultReport {
  strikes: Strike[];
  /** from the end of the load until nothing at all was under way */
  endMs: number;
  orders: number;
  /** how often each thing was done, and each refusal given */
  seen: Record<string, number>;
}

/**
 * Kills server and database, again and again, while people weigh in, order, pay, cancel, pack and receive in two
 * counties, repeating under the same key what was not answered. After each strike: everything under way is settled,
 * every invariant holds, every answered order exists and is answered as before, none is paid twice.
 *
 * @throws AssertionError at the first thing that is not so, naming the seed
 */
export async function playFaults(plan: FaultPlan): Promise<FaultReport> {
  const house = await openHouse();
  try {
    return await play(house, plan);
  } catch (error) {
    throw new Error(`faults with seed ${plan.seed}: ${error}\n${house.server().log().slice(-4000)}`, { cause: error });
  } finally {
    await house.close();
  }
}

async function play(house: House, plan: FaultPlan): Promise<FaultReport> {
  const { db, at } = house;
  const die = dice(plan.seed);
  const phones = new Phones(house, die);
  const houses = await openTwoHouses(at);
  const world = await openWorld(at, houses, (by, extra) => makeClient(contracts, phones.transport(by, extra)), 8);
  const { take, work } = loadOf(world, { ...steps, ...expiry(db) });
  await fillShops(world, (step) => take(step, die), 12);

  const order = die.shuffled<Struck>([
    ...Array<Struck>(plan.server).fill('server'),
    ...Array<Struck>(plan.database).fill('database'),
  ]);
  const strikes: Strike[] = [];
  let begun = 0;
  for (const struck of order) {
    let over = false;
    const people = Promise.all(
      Array.from({ length: plan.clients }, () => work(dice(plan.seed + begun++), () => !over)),
    );
    // Whoever fails at work is heard at once, and not only when all have come home.
    await Promise.race([people, sleep(die.int(200, 1800))]);
    const at = performance.now();
    const unanswered = phones.storm();
    const left = await house.strike(struck);
    over = true;
    const ready = performance.now();
    const answered = people.then(() => performance.now());
    const settled = await settles(db, left, ready);
    const strike: Strike = {
      ...{ struck, unanswered, left: left.length, backMs: ready - at },
      ...{ answeredMs: Math.max(0, (await answered) - ready), ...settled },
    };
    assert.ok(strike.answeredMs < SETTLED_WITHIN_MS, 'everything under way is answered within a minute');
    phones.calm();
    strikes.push(strike);
    plan.say(lineOf(strikes.length, strike));
    await allIsWell(world, phones, die.shuffled(phones.placed).slice(0, ASKED_AGAIN));
  }

  const endMs = await comesToRest(world, plan.patient);
  await allIsWell(world, phones, phones.placed);
  await house.reconcileByCommand();
  return { strikes, endMs, orders: phones.orders().length, seen: Object.fromEntries([...world.seen].sort()) };
}

/** A quarter of an hour is not waited for: now and then an unpaid checkout's time is over at once. */
const expiry = (db: Db): Steps<World> => ({
  expire: {
    weight: 8,
    async run(world, die) {
      const found = die.of(world.checkouts.slice(-20));
      if (!found) return 'idle';
      // The database may be away.
      await sql`update trade.checkout set expires_at = now() where id = ${found.checkout.id} and state = 'open'`
        .execute(db)
        .catch(() => {});
    },
  },
});

/** A request that places an order, and what it was answered. */
interface Placed {
  by: Actor;
  headers: Record<string, string>;
  body: string;
  answer: Checkout;
}

/** People's phones: they send again, under the same key, what was not answered, until it is. */
class Phones {
  readonly placed: Placed[] = [];
  #house: House;
  #die: Dice;
  #cookies = new Map<string, Promise<string>>();
  #open = 0;
  #stormy = false;

  constructor(house: House, die: Dice) {
    this.#house = house;
    this.#die = die;
  }

  /** From now on requests may fail. @returns how many are under way */
  storm(): number {
    this.#stormy = true;
    return this.#open;
  }

  calm(): void {
    this.#stormy = false;
  }

  orders(): { county: number; id: string }[] {
    return this.placed.flatMap(({ answer }) => answer.orders.map(({ county, id }) => ({ county, id })));
  }

  transport(by: Actor | null, extra: Record<string, string> = {}) {
    return async ({ method, url, headers, body }: Parameters<Parameters<typeof makeClient>[1]>[0]) => {
      const sent = { ...headers, ...(by && { cookie: await this.#signedIn(by) }), ...extra };
      this.#open++;
      try {
        const answer = await this.#untilAnswered(method, url, sent, body as string | undefined);
        if (by && method === 'POST' && url === '/api/checkouts' && answer.status === 201) {
          this.placed.push({ by, headers, body: body as string, answer: JSON.parse(answer.body) });
        }
        return answer;
      } finally {
        this.#open--;
      }
    };
  }

  /** Sends the request of an order once more: the answer must be the one that was given. */
  async askAgain(one: Placed): Promise<void> {
    const headers = { ...one.headers, cookie: await this.#signedIn(one.by) };
    const again = await this.#untilAnswered('POST', '/api/checkouts', headers, one.body);
    assert.equal(again.status, 201, again.body);
    assert.ok(isDeepStrictEqual(JSON.parse(again.body), one.answer), `another answer to the same key: ${again.body}`);
  }

  async #untilAnswered(method: string, url: string, headers: Record<string, string>, body: string | undefined) {
    for (const until = performance.now() + 2 * SETTLED_WITHIN_MS; ; await sleep(50)) {
      assert.ok(performance.now() < until, `${method} ${url} is not answered`);
      try {
        const answer = await fetch(this.#house.url + url, { method, headers, body });
        const text = await answer.text();
        // Too busy, or no promise at all while the database is away.
        if (answer.status !== 429 && answer.status < 500) return { status: answer.status, body: text };
        assert.ok(this.#stormy || answer.status === 429, `${method} ${url}: ${answer.status} ${text}`);
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        assert.ok(this.#stormy, `${method} ${url}: ${error} ${(error as Error).cause ?? ''}`);
      }
      // Not every provider tells twice, and no forger.
      if (url.startsWith('/api/payment-notices/') && this.#die.chance(0.3)) {
        return { status: 504, body: JSON.stringify({ status: 504, code: NOT_TOLD_AGAIN }) };
      }
    }
  }

  #signedIn(by: Actor): Promise<string> {
    let cookie = this.#cookies.get(by.person);
    if (!cookie) {
      cookie = this.#signIn(by, `199${String(this.#cookies.size).padStart(8, '0')}`);
      this.#cookies.set(by.person, cookie);
    }
    return cookie;
  }

  async #signIn(by: Actor, phone: string): Promise<string> {
    await giveTestPhone(this.#house.at, by, phone);
    return signInByPhone(this.#house.url, phone);
  }
}

/** Something under way: what kind of thing, and which. */
type Left = { kind: string; id: string };

/** Everything that waits for somebody to go on with it. */
const underWay = async (db: Db): Promise<Left[]> =>
  (
    await sql<Left>`
      select 'event' as kind, id::text from platform.outbox
      union all
      select 'job', id::text from jobs.jobs where run_at <= now() and attempts < max_attempts
      union all
      select 'notice', id::text from trade.payment_notice where applied_at is null
      union all
      select 'refund', id::text from trade.refund where state = 'asked'
      union all
      select 'payment', id::text from trade.payment where state = 'refunding'
      union all
      select 'checkout', id::text from trade.checkout where state = 'open' and expires_at <= now()`.execute(db)
  ).rows;

/** Waits until none of it is under way any more, counted from `from`. */
async function settles(db: Db, left: readonly Left[], from: number): Promise<{ settledMs: number; last: string }> {
  const names = new Set(left.map(({ kind, id }) => `${kind} ${id}`));
  for (let last = ''; ; ) {
    const still = (await underWay(db)).map(({ kind, id }) => `${kind} ${id}`).filter((one) => names.has(one));
    const took = performance.now() - from;
    if (still.length === 0) return { settledMs: took, last };
    last = [...new Set(still.map((one) => one.split(' ')[0]))].join('+');
    if (took > SETTLED_WITHIN_MS) {
      const { rows } = await sql`
        select id, task_identifier, attempts, locked_by, locked_at, last_error from jobs.jobs limit 20`.execute(db);
      assert.fail(`not settled within a minute: ${still.slice(0, 10).join(', ')}; jobs: ${JSON.stringify(rows)}`);
    }
    await sleep(50);
  }
}

/** Letters on their way arrive, all time is over, and the house comes to rest by itself. */
async function comesToRest(world: World, patient: boolean): Promise<number> {
  const { db } = world.at;
  for (const { raw, headers } of world.letters) {
    await world.as(null, headers).trade.paymentNotice({ params: { provider: 'sandbox' }, body: raw });
  }
  await sql`update trade.checkout set expires_at = now() where state = 'open'`.execute(db);
  const begun = performance.now();
  if (!patient) {
    await db.transaction().execute(async (tx) => {
      for (const module of modules) {
        for (const job of module.jobs?.(world.at) ?? []) if (job.cron === '* * * * *') await addJob(tx, job, {});
      }
    });
  }
  // What one thing leads to (a checkout ended, its events, their jobs) is waited for as well.
  for (let left = await underWay(db); left.length > 0; left = await underWay(db)) {
    assert.ok(
      performance.now() - begun < 2 * SETTLED_WITHIN_MS,
      `does not come to rest: ${JSON.stringify(left.slice(0, 10))}`,
    );
    await sleep(100);
  }
  return performance.now() - begun;
}

/** The invariants hold, every answered order is there and answered as before, and none was paid twice. */
async function allIsWell(world: World, phones: Phones, again: readonly Placed[]): Promise<void> {
  const { db } = world.at;
  const said: string[] = [];
  const broken = await reconcile(db, modules, (line) => said.push(line));
  assert.equal(broken, 0, said.filter((line) => !line.startsWith('✔')).join('\n'));

  const orders = phones.orders();
  const { rows } = await sql<{ county: number; id: string }>`
    select county, id from unnest(${orders.map((one) => one.county)}::int[], ${orders.map((one) => one.id)}::uuid[])
             as answered (county, id)
     where not exists (select from trade."order" o where o.county = answered.county and o.id = answered.id)`.execute(
    db,
  );
  assert.deepEqual(rows, [], 'orders that were answered are not there');
  await Promise.all(again.map((one) => phones.askAgain(one)));

  const twice = await sql`
    select t.county, t.evidence from ledger.transfer t
     where t.reason = 'order-received' and t.evidence_kind = 'order'
     group by t.county, t.evidence having count(*) > 1`.execute(db);
  assert.deepEqual(twice.rows, [], 'orders that were paid twice');
  const over = await sql`
    select s.county, s.lot from trade.stock s
      join trace.lot l on l.county = s.county and l.id = s.lot
      join trade.allocation a on a.county = s.county and a.lot = s.lot and a.state in ('reserved', 'taken')
     group by s.county, s.lot, l.packs having sum(a.packs) > l.packs`.execute(db);
  assert.deepEqual(over.rows, [], 'lots of which more was sold than there was');
}

type House = Awaited<ReturnType<typeof openHouse>>;

/** A server and a database of its own that keeps its word to the disk, and lightning for both. */
async function openHouse() {
  const folder = await mkdtemp(join(tmpdir(), 'shanhuo-faults-'));
  // The database's own user must be able to pass.
  await chmod(folder, 0o711);
  const secret = randomBytes(32).toString('base64url');
  const port = await freePort();
  let database: EmbeddedDatabase = await startEmbedded(folder);
  const env = {
    ...{ DATABASE_URL: database.url, SHANHUO_DATA: join(folder, 'data'), SHANHUO_SECRET: secret },
    ...{ SHANHUO_DEMO: 'false', PORT: String(port) },
  };
  let server: ServerProcess = await startServer(env);
  const { url } = server;
  const db = await connect(database.url, { max: 4, applicationName: 'faults' });
  const at: Context = {
    ...{ db, clock: systemClock, sealer: makeSealer(secret), files: folderStore(join(folder, 'data/files')) },
    ...{ publicUrl: url, sandbox: true },
  };

  async function strikeServer(): Promise<Left[]> {
    await server.kill();
    const left = await underWay(db);
    server = await startServer(env);
    return left;
  }

  async function strikeDatabase(): Promise<Left[]> {
    const pid = Number.parseInt(readFileSync(join(database.folder, 'postmaster.pid'), 'utf8'), 10);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(/\s+/).filter(Boolean);
    for (const one of [pid, ...children.map(Number)]) killHard(one);
    await database.ended;
    await database.stop();
    database = await startEmbedded(folder);
    const left = await patiently(() => underWay(db));
    await patiently(async () => assert.equal((await fetch(`${url}/readyz`)).status, 200));
    return left;
  }

  return {
    ...{ db, at, url },
    server: () => server,
    /** SIGKILL, and up again. @returns what was under way */
    strike: (struck: Struck) => (struck === 'server' ? strikeServer() : strikeDatabase()),
    async reconcileByCommand(): Promise<void> {
      const { stdout } = await promisify(execFile)(process.execPath, [join(projectFolder, 'tools/reconcile.ts')], {
        cwd: projectFolder,
        env: { ...process.env, ...env },
      }).catch((error: Error & { stdout: string }) => assert.fail(`reconcile: ${error.message}\n${error.stdout}`));
      assert.match(stdout, /all \d+ invariants hold/);
    },
    async close(): Promise<void> {
      await db.destroy();
      await server.stop();
      await database.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function killHard(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It went with its parent.
  }
}

/** Until it works: what was just struck takes a moment to come up. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (const until = performance.now() + SETTLED_WITHIN_MS; ; await sleep(50)) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() > until) throw error;
    }
  }
}

const seconds = (ms: number) => (ms / 1000).toFixed(2).padStart(6);

/** The head of the table of strikes. */
export const faultHead = '  #  struck    unanswered  under way  ready s  answered s  settled s  last';

const lineOf = (n: number, { struck, unanswered, left, ...took }: Strike): string =>
  `${String(n).padStart(3)}  ${struck.padEnd(8)}  ${String(unanswered).padStart(10)}  ${String(left).padStart(9)}  ` +
  `${seconds(took.backMs).padStart(7)}  ${seconds(took.answeredMs).padStart(10)}  ${seconds(took.settledMs).padStart(9)}  ${took.last}`;
