import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { loadCategories } from '#catalog';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { connect } from '#platform/database/connect.ts';
import { startThrowaway } from '#platform/database/embedded.ts';
import { migrate } from '#platform/database/migrate.ts';
import { folderStore } from '#platform/files.ts';
import { newId } from '#platform/ids.ts';
import { askInvariants } from '#platform/reconcile.ts';
import { makeSealer } from '#platform/secrets.ts';
import { modules } from '../apps/server/modules.ts';
import { processorOf } from '../bench/processor.ts';
import { forgetStatements, statementSettings, tellStatements } from '../bench/statements.ts';
import { addTestHouseholds, addTestOrganisation, addTestPerson, openTestCounty, testTime } from './fixtures.ts';
import { addHouseGoods, setHouseRules, type TestHouse } from './fixtures-house.ts';
import { type Dice, dice, loadOf } from './mixed-load.ts';
import {
  agree,
  helpSteps,
  projectSteps,
  type SimulatedWorld,
  type Sizes,
  tradeSteps,
  withFamilies,
} from './simulated-county.ts';
import { type IncomeByPath, incomeByEveryPath } from './simulated-income.ts';
import { deliver, inLanes, one, openTimedWorldOn, runJobs, settle } from './timed-load.ts';

// The steps of simulated-county.ts at the size of a county, many at once. Rounds of some days each: an order is sold in
// one, packed in the next, received in the one after; the clock passes the rest of a round when all of it is done.

export interface SimulationPlan {
  /** chooses what people do */
  seed: number;
  households: number;
  organisations: number;
  /** that are placed */
  orders: number;
  years: number;
  /** steps at once */
  lanes: number;
  say(line: string): void;
}

export interface SimulationReport extends IncomeByPath {
  steps: Record<string, number>;
  refusals: Record<string, number>;
  /** what no step expects */
  failures: string[];
  invariants: { asked: number; broken: string[] };
  counts: Record<string, unknown>;
  seconds: Record<string, number>;
  ordersPerSecond: number;
  /** of the years, for each order, in microseconds: here + database (Linux) */
  processorPerOrder: string | null;
}

const DAY_MS = 86_400_000;
const TELL_EVERY_MS = 15_000;
/** Not one for each at work: every connection plans every statement anew, and two processors run no more at once. */
const CONNECTIONS = 16;
/** An order that is packed in the next round and received in the one after is not yet counted as received by itself. */
const ROUND_DAYS = 5;
/** What no step expects may happen so often before the rest is not worth its time. */
const FAILURES = 20;
/** Events of one round of the relay, and so many applied at once. */
const [EVENTS, EVENT_LANES] = [800, 3];
const CARRY_EVERY_MS = 200;
/** Jobs at a time. */
const JOB_LANES = 3;

const allSteps = { ...helpSteps, ...projectSteps, ...tradeSteps };
/** How often a year each is done: by so many houses, and beside so many orders. */
const yearly = {
  ...{ relist: 24, agree: 10, dispute: 3, decide: 4, end: 1, work: 50, payroll: 12, dividend: 2, help: 8 },
  ...{ project: 2, pledge: 20, pledgeBack: 1, projectCancelled: 0.3, owed: 60 },
} satisfies Partial<Record<keyof typeof allSteps, number>>;
/** Notes that make up for a sold order, at the packs they make. */
const NOTES_AN_ORDER = 4.2;

/** Plays a plan on an embedded database of its own, which is thrown away. */
export async function simulate(plan: SimulationPlan): Promise<SimulationReport> {
  const server = await startThrowaway(statementSettings);
  const folder = await mkdtemp(join(tmpdir(), 'shanhuo-files-'));
  try {
    const db = await connect(server.url, { max: CONNECTIONS, applicationName: 'simulate' });
    try {
      await migrate(db);
      let now = new Date(testTime.getTime() - Math.round(plan.years * 365.25) * DAY_MS);
      const at: Context = {
        ...{ db, clock: { now: () => new Date(now) }, sealer: makeSealer(`${newId()}${newId()}`) },
        ...{ files: folderStore(folder), publicUrl: 'https://shop.example.cn', sandbox: true },
      };
      const passTime = (ms: number) => {
        now = new Date(now.getTime() + ms);
      };
      return await play(plan, { at, passTime, url: server.url });
    } finally {
      await db.destroy();
    }
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function play(
  plan: SimulationPlan,
  on: { at: Context; passTime(ms: number): void; url: string },
): Promise<SimulationReport> {
  const seconds: Record<string, number> = {};
  const timed = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const begun = performance.now();
    const done = await work();
    seconds[what] = Math.round((performance.now() - begun) / 100) / 10;
    plan.say(`${what}: ${seconds[what]} s`);
    return done;
  };
  const { world, close } = await timed('opening', () => openCountyOfSize(plan, on));
  try {
    // What a database in use learns by itself within minutes.
    await sql`analyze`.execute(on.at.db);
    await forgetStatements(on.url);
    const cost = process.platform === 'linux' ? await processorOf(on.at) : null;
    const failures = await timed('years', () => playYears(plan, world));
    const processorPerOrder = (await cost?.lap(plan.orders)) ?? null;
    await tellStatements(on.url, plan.say);
    await timed('settling', () => settle(world, EVENTS, EVENT_LANES));
    const said = await timed('paths', () => incomeByEveryPath(world));
    await sql`analyze`.execute(on.at.db);
    await forgetStatements(on.url);
    const findings = await timed('invariants', () =>
      askInvariants(world.at.db, modules, ({ name, ms, breaches }) => {
        if (ms > 2000 || breaches.length > 0) plan.say(`${breaches.length === 0 ? '✔' : '✖'} ${name} (${ms} ms)`);
      }),
    );
    await tellStatements(on.url, plan.say);
    const broken = findings.flatMap(({ name, breaches }) => breaches.slice(0, 20).map((line) => `${name}: ${line}`));
    const seen = [...world.seen].sort();
    const counts = await countsOf(world);
    return {
      ...said,
      steps: Object.fromEntries(seen.filter(([what]) => !what.includes(':'))),
      refusals: Object.fromEntries(seen.filter(([what]) => what.includes(':') && !what.endsWith(': idle'))),
      ...{ failures, invariants: { asked: findings.length, broken }, counts, seconds },
      ordersPerSecond: Math.round((plan.orders / (seconds.years as number)) * 10) / 10,
      processorPerOrder,
    };
  } finally {
    await close();
  }
}

/** The setting: houses with people, goods, households and buyers, and what is agreed and weighed in before the first order. */
async function openCountyOfSize(
  plan: SimulationPlan,
  on: { at: Context; passTime(ms: number): void; url: string },
): Promise<{ world: SimulatedWorld; close(): Promise<void> }> {
  const buyers = Math.min(2000, Math.max(5, Math.round(plan.orders / 20)));
  const { world: timed, close } = await openTimedWorldOn(on, (at) => openHousesOfSize(at, plan), {
    buyers,
    hear: (error) => plan.say(error.stack ?? error.message),
  });
  const sizes: Sizes = {
    group: Math.max(2, Math.round(plan.households / timed.houses.length / 5)),
    workers: 8,
    packs: plan.orders > 10_000 ? 120 : 60,
    projectDays: 60,
  };
  const world = await withFamilies(timed, sizes);
  const die = dice(plan.seed);
  for (let times = 0; times < 12; times++) await agree(world, die, world.houses, 1);
  const { take } = loadOf(world, allSteps);
  await inLanes(plan.lanes, Array(world.houses.length * 9).fill('buyIn'), (step, i) =>
    take(step, dice(plan.seed * 31 + i)),
  );
  return { world, close };
}

async function openHousesOfSize(at: Context, plan: SimulationPlan): Promise<TestHouse[]> {
  await loadCategories(at.db);
  const first = await openTestCounty(at);
  const { county } = first;
  const villages = await at.db
    .selectFrom('registry.region')
    .select('code')
    .where('level', '=', 5)
    .where('code', 'like', `${county}%`)
    .where('code', '<>', first.village)
    .orderBy('code')
    .execute();
  const houses: TestHouse[] = [{ ...first, households: [first.household], goods: await addHouseGoods(at, first) }];
  await setHouseRules(at, county, houses[0]?.goods[1]?.product as string, dayOf(at.clock.now()));
  const { n } = await one<{ n: number }>(at.db, sql`select count(*)::int as n from registry.organisation`);
  for (let organisations = n; organisations < plan.organisations; organisations += 2) {
    const i = houses.length;
    const village = villages[i % villages.length]?.code as string;
    const cooperative = await addTestOrganisation(at, { county, kind: 'cooperative', name: `第${i}合作社` });
    if (organisations + 1 === plan.organisations) break;
    const station = await addTestOrganisation(at, {
      ...{ county, kind: 'station', name: `第${i}服务站`, region: village, buysFor: cooperative },
    });
    const keeper = await addTestPerson(at, { name: '站长', org: station, role: 'keeper' });
    const merchant = await addTestPerson(at, { name: '社长', org: cooperative, role: 'merchant' });
    const house = { ...first, village, cooperative, station, keeper, merchant, households: [] };
    houses.push({ ...house, goods: await addHouseGoods(at, house) });
  }
  // Two came with the county. Every fifth has few trees: it runs into what it can yield.
  const rest = Array.from({ length: Math.max(0, plan.households - 2) }, (_, i) => ({
    house: houses[i % houses.length] as TestHouse,
    yields: [
      { crop: 'walnut', areaCentimu: 0, trees: [200, 500, 90, 1000, 10][Math.floor(i / houses.length) % 5] as number },
    ],
    category: (['general', 'lifted', 'monitored'] as const)[i % 3],
  }));
  const ids = await addTestHouseholds(
    at,
    county,
    rest.map(({ house, ...one }) => ({ ...one, village: house.village, name: '农户' })),
  );
  ids.forEach((id, i) => void rest[i]?.house.households.push(id));
  return houses;
}

/** @returns what no step expects */
async function playYears(plan: SimulationPlan, world: SimulatedWorld): Promise<string[]> {
  const failures: string[] = [];
  const { take } = loadOf(world, allSteps);
  const careful = async (step: string, die: Dice) => {
    try {
      await take(step, die);
    } catch (error) {
      failures.push(String((error as Error).message));
      plan.say(`not expected: ${failures.at(-1)}`);
      if (failures.length >= FAILURES) throw error;
    }
  };
  const rounds = Math.max(1, Math.round((plan.years * 365.25) / ROUND_DAYS));
  const roundMs = ROUND_DAYS * DAY_MS;
  const tell = progress(plan, world);
  const placed = () => world.seen.get('sell') ?? 0;
  const short = () => world.seen.get('sell: lines-short') ?? 0;

  for (let round = 0, shortBefore = 0; round < rounds || placed() < plan.orders; round++) {
    if (round > rounds * 2 + 20) throw new Error(`${placed()} orders could be placed and no more`);
    const die = dice(plan.seed * 1_000_003 - round);
    const sells = Math.ceil((plan.orders - placed()) / Math.max(1, rounds - round));
    const some = (n: number) => Math.floor(n) + (die.chance(n % 1) ? 1 : 0);
    const times: Record<string, number> = {
      ...{ sell: sells, ship: world.paid.length, receive: world.sent.length, complain: world.received.length },
      // What was not to be had is asked for again.
      buyIn: some(((sells * NOTES_AN_ORDER) / world.sizes.packs) * 2 + (short() - shortBefore) / 4),
    };
    for (const [step, n] of Object.entries(yearly)) {
      times[step] = some((n * world.houses.length * plan.years) / rounds);
    }
    shortBefore = short();
    const begun = world.at.clock.now().getTime();
    const todo = die.shuffled(Object.entries(times).flatMap(([step, n]) => Array<string>(n).fill(step)));
    const carried = carryMeanwhile(world, dice(plan.seed * 7 + round));
    try {
      await inLanes(plan.lanes, todo, async (step, i) => {
        const own = dice((plan.seed * 1_000_003 + round) * 1_000_003 + i);
        // People come one after the other, some seconds apart.
        world.passTime(Math.min(5000, Math.floor(roundMs / todo.length / 2)));
        await careful(step, own);
        tell();
      });
    } finally {
      await carried.stop();
    }
    world.passTime(Math.max(0, roundMs - (world.at.clock.now().getTime() - begun)));
    const today = dayOf(world.at.clock.now());
    const yearAgo = dayOf(new Date(world.at.clock.now().getTime() - 365 * DAY_MS));
    world.agreed = world.agreed.filter((agreed) => agreed.endsOn >= today);
    world.projects = world.projects.filter((project) => project.endsOn >= yearAgo);
  }
  return failures;
}

/** While people are at work events are carried, and every job is run once: what it finds is of the round before. */
function carryMeanwhile(world: SimulatedWorld, die: Dice) {
  let stopped = false;
  const carry = async () => {
    while (!stopped) {
      await deliver(world, die, EVENTS, EVENT_LANES);
      await new Promise((resolve) => setTimeout(resolve, CARRY_EVERY_MS));
    }
  };
  const both = Promise.all([carry(), runJobs(world, JOB_LANES)]);
  both.catch(() => {});
  return {
    async stop() {
      stopped = true;
      await both;
    },
  };
}

function progress(plan: SimulationPlan, world: SimulatedWorld): () => void {
  const begun = performance.now();
  let [told, before] = [begun, 0];
  return () => {
    const now = performance.now();
    if (now - told < TELL_EVERY_MS) return;
    const placed = world.seen.get('sell') ?? 0;
    const rate = (placed - before) / ((now - told) / 1000);
    const left = ((plan.orders - placed) * (now - begun)) / 60_000 / Math.max(1, placed);
    const mb = Math.round(process.memoryUsage().rss / 1e6);
    plan.say(
      `${dayOf(world.at.clock.now())}  ${placed} of ${plan.orders} orders, ${rate.toFixed(1)}/s, ${left.toFixed(1)} min left, ${mb} MB`,
    );
    [told, before] = [now, placed];
  };
}

/** What is in the tables at the end. */
async function countsOf({ at: { db }, houses }: SimulatedWorld): Promise<Record<string, unknown>> {
  const { counts } = await one<{ counts: Record<string, unknown> }>(
    db,
    sql`select json_build_object(
          'organisations', (select count(*) from registry.organisation),
          'households', (select count(*) from registry.household),
          'notes', (select count(*) from trace.purchase where grams > 0),
          'notesReversed', (select count(*) from trace.purchase where grams < 0),
          'orders', (select json_object_agg(state, n) from (select state, count(*) as n from trade."order" group by 1) o),
          'cases', (select json_object_agg(state, n) from (select state, count(*) as n from trade.after_sale_case group by 1) c),
          'agreements', (select json_object_agg(kind || ' ' || state, n)
             from (select kind, state, count(*) as n from benefit.agreement group by 1, 2) a),
          'disputes', (select count(*) from benefit.agreement_dispute),
          'projects', (select json_object_agg(state, n) from (select state, count(*) as n from presale.project group by 1) p),
          'listings', (select json_object_agg(state, n) from (select state, count(*) as n from catalog.product group by 1) l),
          'standing', (select json_object_agg(coalesce(state, ''), n) from (select state, count(*) as n from benefit.aid_standing group by 1) s),
          'transfers', (select count(*) from ledger.transfer),
          'entries', (select json_object_agg(mechanism, json_build_object('entries', n, 'fen', fen))
             from (select mechanism, count(*) as n, sum(fen) as fen from benefit.entry group by 1) e),
          'logSize', (select size from benefit.log_head where id = 1)) as counts`,
  );
  return { ...counts, houses: houses.length };
}
