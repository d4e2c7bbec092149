import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { sql } from 'kysely';
import { loadCategories } from '#catalog';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { connect } from '#platform/database/connect.ts';
import { startEmbedded, startThrowaway } from '#platform/database/embedded.ts';
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
import { deliver, eventsWaiting, inLanes, one, openDoor, openTimedWorldOn, runJobs, settle } from './timed-load.ts';

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
}

/** How it is played. */
export interface Sitting {
  say(line: string): void;
  /** a folder in which it is kept when it is stopped, to go on with in another sitting; else all is thrown away */
  keep?: string | undefined;
  /** stops it when the round is over */
  stop?: AbortSignal;
}

/** What is remembered between two sittings; the rest is in the database. */
interface Kept {
  plan: SimulationPlan;
  secret: string;
  now: Date;
  next: Next;
  years: number;
  world: Omit<SimulatedWorld, 'at' | 'as' | 'passTime' | 'deliveries'>;
}

/** The round that comes next, and what is known of those before. */
interface Next {
  round: number;
  /** lines that were not to be had */
  short: number;
  failures: string[];
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
const [EVENTS, EVENT_LANES] = [800, 6];
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

/**
 * Plays a plan on an embedded database of its own.
 *
 * @returns nothing when it was stopped before its end
 * @throws Error when what is kept is of another plan, or was not stopped in order
 */
export async function simulate(plan: SimulationPlan, sitting: Sitting): Promise<SimulationReport | undefined> {
  const { keep } = sitting;
  const before = keep ? await keptBy(keep, plan) : undefined;
  const server = await (keep
    ? startEmbedded(keep, { throwaway: true, settings: statementSettings })
    : startThrowaway(statementSettings));
  const folder = keep ? join(keep, 'files') : await mkdtemp(join(tmpdir(), 'shanhuo-files-'));
  try {
    // On a machine that does other things, too, people wait here and do not give up.
    const db = await connect(server.url, { max: CONNECTIONS, applicationName: 'simulate', patience: 600_000 });
    try {
      await migrate(db);
      // It is there again only when this sitting, too, is stopped in order.
      if (keep) await rm(keptIn(keep), { force: true });
      const secret = before?.secret ?? `${newId()}${newId()}`;
      let now = before?.now ?? new Date(testTime.getTime() - Math.round(plan.years * 365.25) * DAY_MS);
      const at: Context = {
        ...{ db, clock: { now: () => new Date(now) }, sealer: makeSealer(secret) },
        ...{ files: folderStore(folder), publicUrl: 'https://shop.example.cn', sandbox: true },
      };
      const passTime = (ms: number) => {
        now = new Date(now.getTime() + ms);
      };
      const played = await play(plan, sitting, { at, passTime, url: server.url }, before);
      if ('counts' in played) return played;
      if (keep) await writeFile(keptIn(keep), serialize({ plan, secret, now, ...played } satisfies Kept));
      return undefined;
    } finally {
      await db.destroy();
    }
  } finally {
    await server.stop();
    if (!keep) await rm(folder, { recursive: true, force: true });
  }
}

const keptIn = (folder: string) => join(folder, 'simulation');

/** What a sitting before kept in a folder; nothing in one that is made here. */
async function keptBy(folder: string, plan: SimulationPlan): Promise<Kept | undefined> {
  const begun = await mkdir(join(folder, 'files'), { recursive: true });
  if (begun) return undefined;
  const bytes = await readFile(keptIn(folder)).catch(() => undefined);
  if (!bytes) throw new Error(`what is in ${folder} was not stopped in order: nobody knows where it stands`);
  const kept: Kept = deserialize(bytes);
  if (!isDeepStrictEqual(kept.plan, plan)) {
    throw new Error(`${folder} keeps another plan: ${JSON.stringify(kept.plan)}`);
  }
  return kept;
}

async function play(
  plan: SimulationPlan,
  sitting: Sitting,
  on: { at: Context; passTime(ms: number): void; url: string },
  before: Kept | undefined,
): Promise<SimulationReport | Pick<Kept, 'next' | 'years' | 'world'>> {
  const { say } = sitting;
  const seconds: Record<string, number> = {};
  const timed = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const begun = performance.now();
    const done = await work();
    seconds[what] = Math.round((performance.now() - begun) / 100) / 10;
    say(`${what}: ${seconds[what]} s`);
    return done;
  };
  const hear = (error: Error) => say(error.stack ?? error.message);
  const { world, close } = await timed('opening', () =>
    before ? reopen(on, hear, before.world) : openCountyOfSize(plan, on, hear),
  );
  try {
    // What a database in use learns by itself within minutes.
    await sql`analyze`.execute(on.at.db);
    await forgetStatements(on.url);
    const cost = process.platform === 'linux' ? await processorOf(on.at) : null;
    const placedBefore = placedIn(world);
    const { next, over } = await timed('years', () => playYears(plan, sitting, world, before?.next));
    const processorPerOrder = (await cost?.lap(Math.max(1, placedIn(world) - placedBefore))) ?? null;
    await tellStatements(on.url, say);
    const years = (before?.years ?? 0) + (seconds.years as number);
    if (!over) {
      while (world.deliveries.length > 0) await deliver(world, dice(next.round), EVENTS, EVENT_LANES);
      const { at, as, passTime, deliveries, ...known } = world;
      return { next, years, world: known };
    }
    seconds.years = years;
    await timed('settling', () => settle(world, EVENTS, EVENT_LANES));
    const said = await timed('paths', () => incomeByEveryPath(world));
    await sql`analyze`.execute(on.at.db);
    await forgetStatements(on.url);
    const findings = await timed('invariants', () =>
      askInvariants(world.at.db, modules, ({ name, ms, breaches }) => {
        if (ms > 2000 || breaches.length > 0) say(`${breaches.length === 0 ? '✔' : '✖'} ${name} (${ms} ms)`);
      }),
    );
    await tellStatements(on.url, say);
    const broken = findings.flatMap(({ name, breaches }) => breaches.slice(0, 20).map((line) => `${name}: ${line}`));
    const seen = [...world.seen].sort();
    const counts = await countsOf(world);
    return {
      ...said,
      steps: Object.fromEntries(seen.filter(([what]) => !what.includes(':'))),
      refusals: Object.fromEntries(seen.filter(([what]) => what.includes(':') && !what.endsWith(': idle'))),
      ...{ failures: next.failures, invariants: { asked: findings.length, broken }, counts, seconds },
      ordersPerSecond: Math.round((plan.orders / years) * 10) / 10,
      processorPerOrder,
    };
  } finally {
    await close();
  }
}

const placedIn = (world: SimulatedWorld) => world.seen.get('sell') ?? 0;

/** The setting as it was left. */
async function reopen(
  { at, passTime }: { at: Context; passTime(ms: number): void },
  hear: (error: Error) => void,
  world: Kept['world'],
): Promise<{ world: SimulatedWorld; close(): Promise<void> }> {
  const { as, close } = await openDoor(at, hear);
  return { world: { ...world, at, as, passTime, deliveries: [] }, close };
}

/** The setting: houses with people, goods, households and buyers, and what is agreed and weighed in before the first order. */
async function openCountyOfSize(
  plan: SimulationPlan,
  on: { at: Context; passTime(ms: number): void; url: string },
  hear: (error: Error) => void,
): Promise<{ world: SimulatedWorld; close(): Promise<void> }> {
  const buyers = Math.min(2000, Math.max(5, Math.round(plan.orders / 20)));
  const { world: timed, close } = await openTimedWorldOn(on, (at) => openHousesOfSize(at, plan), {
    buyers,
    hear,
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

/** Rounds from the next one on, until the plan is fulfilled or somebody stops it. */
async function playYears(
  plan: SimulationPlan,
  { say, stop }: Sitting,
  world: SimulatedWorld,
  { round, short: shortBefore, failures }: Next = { round: 0, short: 0, failures: [] },
): Promise<{ next: Next; over: boolean }> {
  const { take } = loadOf(world, allSteps);
  const careful = async (step: string, die: Dice) => {
    try {
      await take(step, die);
    } catch (error) {
      failures.push(String((error as Error).message));
      say(`not expected: ${failures.at(-1)}`);
      if (failures.length >= FAILURES) throw error;
    }
  };
  const rounds = Math.max(1, Math.round((plan.years * 365.25) / ROUND_DAYS));
  const roundMs = ROUND_DAYS * DAY_MS;
  const tell = progress(plan, say, world);
  const placed = () => placedIn(world);
  const short = () => world.seen.get('sell: lines-short') ?? 0;

  const over = () => round >= rounds && placed() >= plan.orders;
  for (; !over() && !stop?.aborted; round++) {
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
    // A round is five days, and an event waits for some of them at most.
    while ((await eventsWaiting(world)) > EVENTS + sells) await deliver(world, die, 2 * EVENTS, EVENT_LANES);
    world.passTime(Math.max(0, roundMs - (world.at.clock.now().getTime() - begun)));
    const today = dayOf(world.at.clock.now());
    const yearAgo = dayOf(new Date(world.at.clock.now().getTime() - 365 * DAY_MS));
    world.agreed = world.agreed.filter((agreed) => agreed.endsOn >= today);
    world.projects = world.projects.filter((project) => project.endsOn >= yearAgo);
  }
  return { next: { round, short: shortBefore, failures }, over: over() };
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

function progress(plan: SimulationPlan, say: Sitting['say'], world: SimulatedWorld): () => void {
  const [begun, placedBefore] = [performance.now(), placedIn(world)];
  let [told, before] = [begun, placedBefore];
  return () => {
    const now = performance.now();
    if (now - told < TELL_EVERY_MS) return;
    const placed = placedIn(world);
    const rate = (placed - before) / ((now - told) / 1000);
    const left = ((plan.orders - placed) * (now - begun)) / 60_000 / Math.max(1, placed - placedBefore);
    const mb = Math.round(process.memoryUsage().rss / 1e6);
    say(
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
