import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { sql } from 'kysely';
import { benefit } from '#benefit/contract';
import { fulfilment } from '#fulfilment/contract';
import { ledger } from '#ledger/contract';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type Db, scoped } from '#platform/db.ts';
import { type ClientOf, makeClient, Problem } from '#platform/http/client.ts';
import { newId } from '#platform/ids.ts';
import { applyOnce, type Event, relay, type Subscriber } from '#platform/outbox.ts';
import { trace } from '#trace/contract';
import { trade } from '#trade/contract';
import { modules } from '../apps/server/modules.ts';
import { testApp } from './app.ts';
import { addTestPerson, testContext } from './fixtures.ts';
import { openTwoHouses, type TestHouse, testNotice } from './fixtures-house.ts';

// Named in every failure; give it to see the same choices again (how they interleave is the machine's affair).
const SEED = Number(process.env.MIXED_LOAD_SEED ?? randomInt(1_000_000_000));
const WORKERS = 8;
const STEPS = 200;

const contracts = { trace, trade, fulfilment, benefit, ledger };
type Client = ClientOf<typeof contracts>;
type Of<K extends keyof Client, R extends keyof Client[K]> = Client[K][R] extends (...args: never[]) => infer A
  ? Awaited<A>
  : never;
type Checkout = Of<'trade', 'placeCheckout'>;

/** Mulberry32: small, seeded, good enough to choose by. */
function dice(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    /** a whole number from `low` to `high` */
    int: (low: number, high: number) => low + Math.floor(next() * (high - low + 1)),
    chance: (share: number) => next() < share,
    of: <T>(all: readonly T[]): T | undefined => all[Math.floor(next() * all.length)],
    shuffled: <T>(all: readonly T[]): T[] =>
      all
        .map((one) => ({ one, at: next() }))
        .sort((a, b) => a.at - b.at)
        .map(({ one }) => one),
  };
}
type Dice = ReturnType<typeof dice>;

type Notice = ReturnType<typeof testNotice>;
interface Delivery {
  subscriber: Subscriber;
  event: Event & { id: string };
}

/** What the load knows because it was answered, and what is still on its way. */
interface World {
  at: Context;
  passTime(ms: number): void;
  as(by: Actor | null, headers?: Record<string, string>): Client;
  houses: TestHouse[];
  buyers: { by: Actor; address: string }[];
  notes: { house: TestHouse; id: string; grams: number; fen: number }[];
  reversed: Map<string, number>;
  rawLots: { house: TestHouse; id: string }[];
  packedLots: { house: TestHouse; id: string }[];
  checkouts: { buyer: World['buyers'][number]; checkout: Checkout }[];
  /** signed and not yet sent, or sent and to be sent again */
  letters: Notice[];
  parcels: { house: TestHouse; id: string; order: string }[];
  deliveries: Delivery[];
  /** how often each thing was done, and each refusal given */
  seen: Map<string, number>;
}

/** @returns `idle` when there was nothing to do it to */
type Step = (world: World, die: Dice) => Promise<unknown>;

const orders = (world: World, die: Dice) => {
  const found = die.of(world.checkouts.slice(-40));
  const order = found && die.of(found.checkout.orders);
  const house = order && world.houses.find((one) => one.county === order.county);
  return found && order && house ? { ...found, order, house } : undefined;
};

/** Some send the same thing twice at the same time under one key; what is answered is answered alike. */
async function onceOrTwice<T extends { id: string }>(die: Dice, send: () => Promise<T>): Promise<T> {
  const answers = await Promise.allSettled(die.chance(0.25) ? [send(), send()] : [send()]);
  // The first may be refused and the second find that things have changed: a refusal keeps no key.
  const done = answers.filter((answer) => answer.status === 'fulfilled').map((answer) => answer.value);
  assert.ok(new Set(done.map((answer) => answer.id)).size <= 1, 'one key, one effect');
  return done[0] ?? send();
}

/** Each with how often it is chosen and the refusals that the race may earn it; any other one fails the test. */
const steps: Record<string, { weight: number; refusals?: readonly string[]; run: Step }> = {
  weighIn: {
    weight: 16,
    refusals: ['grams-above-yield'],
    async run(world, die) {
      const house = die.of(world.houses) as TestHouse;
      const key = newId();
      const body = {
        station: house.station,
        household: die.of(house.households) as string,
        crop: 'walnut',
        grade: die.of(['一级', '二级']) as string,
        grams: die.int(1, 90_000),
        fenPerKg: die.int(700, 1900),
        paid: die.of(['cash', 'transfer', 'later'] as const) as 'cash',
      };
      const send = () => world.as(house.keeper).trace.weighIn({ params: { county: house.county }, body }, { key });
      const note = await onceOrTwice(die, send);
      world.notes.push({ house, id: note.id, grams: note.grams, fen: note.amountFen });
      if (!world.rawLots.some((lot) => lot.id === note.lot)) world.rawLots.push({ house, id: note.lot });
    },
  },
  reverse: {
    weight: 4,
    refusals: ['purchase-already-reversed', 'lot-moved-on'],
    async run(world, die) {
      const note = die.of(world.notes);
      if (!note) return 'idle';
      const { house, id } = note;
      await world.as(die.chance(0.5) ? house.keeper : house.operator).trace.reversePurchase({
        params: { county: house.county, id },
        body: { reason: '看错了秤' },
      });
      assert.ok(!world.reversed.has(id), 'a note is reversed once');
      world.reversed.set(id, note.grams);
    },
  },
  certify: {
    weight: 7,
    refusals: ['certificate-exists', 'lot-empty'],
    async run(world, die) {
      const lot = die.of(world.rawLots);
      if (!lot) return 'idle';
      await world.as(lot.house.operator).trace.issueCertificate({
        params: { county: lot.house.county, id: lot.id },
        body: { basis: ['own_test'] },
      });
    },
  },
  pack: {
    weight: 12,
    refusals: ['lot-without-certificate', 'grams-above-lot', 'grams-not-closed'],
    async run(world, die) {
      const lot = die.of(world.rawLots);
      if (!lot) return 'idle';
      const { house } = lot;
      const client = world.as(die.chance(0.5) ? house.operator : house.merchant);
      const { gramsOnHand } = (await client.trace.lot({ params: { county: house.county, id: lot.id } })).lot;
      const goods = die.of(house.goods) as TestHouse['goods'][number];
      const most = Math.floor(gramsOnHand / goods.netGrams);
      if (most === 0) return 'idle';
      const packs = die.int(1, most);
      // Often the last gram of the lot goes too, as loss.
      const left = gramsOnHand - packs * goods.netGrams;
      const lossGrams = die.chance(0.5) ? Math.min(left, die.int(0, 900)) : left;
      const wrong = die.chance(0.05) ? 1 : 0;
      const packed = await client.trace.pack({
        params: { county: house.county },
        body: {
          sku: goods.sku,
          inputs: [{ lot: lot.id, grams: packs * goods.netGrams + lossGrams }],
          packs,
          lossGrams: lossGrams + wrong,
          place: '分拣中心',
          basis: ['quality_control'],
        },
      });
      world.packedLots.push({ house, id: packed.lot.id });
    },
  },
  stock: {
    weight: 12,
    refusals: ['lot-already-stocked'],
    async run(world, die) {
      const lot = die.of(world.packedLots.slice(-6));
      if (!lot) return 'idle';
      const { house } = lot;
      await world.as(die.chance(0.5) ? house.operator : house.merchant).trade.stockLot({
        params: { county: house.county },
        body: { lot: lot.id },
      });
    },
  },
  cart: {
    weight: 8,
    refusals: ['stock-short', 'sku-not-on-sale'],
    async run(world, die) {
      const buyer = die.of(world.buyers) as World['buyers'][number];
      const house = die.of(world.houses) as TestHouse;
      const body = { county: house.county, sku: die.of(house.goods)?.sku as string, packs: die.int(1, 4) };
      const { trade: shop } = world.as(buyer.by);
      await (die.chance(0.5) ? shop.addToCart({ body }) : shop.setCartLine({ body }));
    },
  },
  place: {
    weight: 20,
    refusals: ['lines-short', 'price-changed'],
    async run(world, die) {
      const buyer = die.of(world.buyers) as World['buyers'][number];
      const { trade: shop } = world.as(buyer.by);
      const cart = (await shop.cart()).counties.flatMap(({ county, lines }) =>
        lines.map(({ sku, packs }) => ({ county, sku, packs })),
      );
      const chosen = Array.from({ length: die.int(1, 3) }, () => {
        const house = die.of(world.houses) as TestHouse;
        return { county: house.county, sku: die.of(house.goods)?.sku as string, packs: die.int(1, 3) };
      });
      const lines = cart.length > 0 && die.chance(0.6) ? cart : chosen;
      const body = { lines, address: buyer.address, ...(die.chance(0.03) && { totalFen: 1 }) };
      const key = newId();
      const send = () => shop.placeCheckout({ body }, { key });
      const checkout = await onceOrTwice(die, send);
      world.checkouts.push({ buyer, checkout });
    },
  },
  pay: {
    weight: 32,
    refusals: ['checkout-paid', 'checkout-closed', 'notice-forged', 'order-move-not-allowed'],
    async run(world, die) {
      const found = die.of(world.checkouts.slice(-12));
      if (!found) return 'idle';
      const { buyer, checkout } = found;
      const { payment, amountFen } = await world.as(buyer.by).trade.pay({
        params: { id: checkout.id },
        body: { provider: 'sandbox' },
      });
      const success = testNotice(world.at, { payment, amountFen });
      switch (die.int(0, 7)) {
        case 0: // the buyer leaves, and the notice comes when it comes
          world.letters.push(success);
          if (die.chance(0.4)) await cancel(world, buyer.by, checkout.orders[0] as Checkout['orders'][number]);
          return;
        case 1: // all at once
          await Promise.all([success, success, success].map((letter) => send(world, letter)));
          world.letters.push(success);
          return;
        case 2: // one refusal of the bank, then a second try; both notices may come in either order later
          await send(world, testNotice(world.at, { payment, amountFen, outcome: 'failure' }));
          world.letters.push(success);
          return;
        case 3: {
          const forged = { ...success, raw: success.raw.replace('"outcome"', ' "outcome"') };
          await assert.rejects(send(world, forged), { code: 'notice-forged' });
          const changed = { ...success, headers: { ...success.headers, 'sandbox-nonce': 'another' } };
          await send(world, changed);
          return;
        }
        case 4: // signed, but for another amount: people have to look, nothing moves
          await send(world, testNotice(world.at, { payment, amountFen: amountFen - 1 }));
          world.letters.push(success);
          return;
        case 5: // two different notices about one payment
          await Promise.all([send(world, success), send(world, testNotice(world.at, { payment, amountFen }))]);
          return;
        default:
          await world.as(buyer.by).trade.sandboxPay({ params: { id: payment }, body: { outcome: 'success' } });
      }
    },
  },
  letter: {
    weight: 8,
    async run(world, die) {
      const letter = die.of(world.letters);
      return letter ? send(world, letter) : 'idle';
    },
  },
  cancel: {
    weight: 6,
    refusals: ['order-move-not-allowed'],
    async run(world, die) {
      const found = orders(world, die);
      if (!found) return 'idle';
      const { house, order, buyer } = found;
      await cancel(world, die.chance(0.7) ? buyer.by : house.operator, order);
    },
  },
  packOrder: {
    weight: 22,
    refusals: ['order-not-packable', 'nothing-to-pack', 'order-move-not-allowed'],
    async run(world, die) {
      const house = die.of(world.houses) as TestHouse;
      const params = { county: house.county };
      const merchant = world.as(house.merchant);
      const { rows } = await merchant.trade.orders({ params, query: { state: 'paid' } });
      const order = die.chance(0.9) ? die.of(rows) : orders(world, die)?.order;
      if (order?.county !== house.county) return 'idle';
      const parcel = await merchant.fulfilment.packOrder({ params: { ...params, id: order.id }, body: {} });
      world.parcels.push({ house, id: parcel.id, order: order.id });
    },
  },
  send: {
    weight: 20,
    refusals: ['parcel-move-not-allowed', 'order-move-not-allowed'],
    async run(world, die) {
      const parcel = die.of(world.parcels.slice(-15));
      if (!parcel) return 'idle';
      await world.as(parcel.house.merchant).fulfilment.sendParcel({
        params: { county: parcel.house.county, id: parcel.id },
        body: { carrier: '乡镇物流', waybill: newId().slice(0, 32) },
      });
    },
  },
  receive: {
    weight: 14,
    refusals: ['parcel-move-not-allowed', 'order-move-not-allowed'],
    async run(world, die) {
      const parcel = die.of(world.parcels);
      const of = world.checkouts.find(({ checkout }) => checkout.orders.some((order) => order.id === parcel?.order));
      if (!parcel || !of) return 'idle';
      await world.as(of.buyer.by).fulfilment.receiveOrder({
        params: { county: parcel.house.county, id: parcel.order },
        body: {},
      });
    },
  },
  clock: {
    weight: 6,
    async run(world, die) {
      // Seconds mostly; now and then past the quarter of an hour, or the night.
      const seconds = die.of([1, 5, 20, 60, 60, 120, 120, 300, 1000, 40_000]) as number;
      world.passTime(seconds * 1000);
      const jobs = modules.flatMap((module) => module.jobs?.(world.at) ?? []);
      await die.of(jobs)?.run({}, { signal: new AbortController().signal });
    },
  },
  deliver: { weight: 14, run: deliver },
};

const cancel = (world: World, by: Actor, { county, id }: { county: number; id: string }) =>
  world.as(by).trade.cancelOrder({ params: { county, id }, body: { reason: '买错了' } });

const send = (world: World, { raw, headers }: Notice) =>
  world.as(null, headers).trade.paymentNotice({ params: { provider: 'sandbox' }, body: raw });

/** The queue at its worst: in any order, some twice, some not yet. */
async function deliver(world: World, die: Dice): Promise<void> {
  const subscribers = modules.flatMap((module) => module.subscribers?.(world.at) ?? []);
  await relay(
    world.at.db,
    subscribers,
    async (_, taken) => {
      for (const { subscriber, event } of taken) {
        const known = subscribers.find((one) => one.name === subscriber);
        if (known) world.deliveries.push({ subscriber: known, event });
      }
    },
    die.int(1, 80),
  );
  const waiting = die.shuffled(world.deliveries.splice(0));
  const now = waiting.splice(0, Math.ceil(waiting.length * 0.8));
  world.deliveries.push(...waiting, ...now.filter(() => die.chance(0.05)));
  for (const { subscriber, event } of now) {
    await applyOnce(world.at.db, subscriber, event);
    if (die.chance(0.1)) await applyOnce(world.at.db, subscriber, event);
  }
}

test(`mixed load (seed ${SEED}) leaves every invariant standing and all paths at the same totals`, async (t) => {
  const { at, passTime } = await testContext(t);
  const houses = await openTwoHouses(at);
  const callers = new Map<string, Actor>();
  const app = await testApp(at, modules, async (request) => {
    return callers.get(String(request.headers['x-as'])) ?? { person: null, memberships: [] };
  });
  const world: World = {
    at,
    passTime,
    as(by, extra = {}) {
      if (by) callers.set(by.person, by);
      return makeClient(contracts, async ({ method, url, headers, body }) => {
        const answer = await app.inject({
          method: method as 'GET',
          url,
          headers: { ...headers, ...extra, ...(by && { 'x-as': by.person }) },
          ...(typeof body === 'string' && { body }),
        });
        return { status: answer.statusCode, body: answer.body };
      });
    },
    houses,
    buyers: [],
    notes: [],
    reversed: new Map(),
    rawLots: [],
    packedLots: [],
    checkouts: [],
    letters: [],
    parcels: [],
    deliveries: [],
    seen: new Map(),
  };
  for (let i = 0; i < 5; i++) {
    const by = await addTestPerson(at, { name: `买家${i}` });
    const address = await world.as(by).trade.addAddress({
      body: { region: '621221000000', name: '林小满', phone: '13912345678', street: '一号院' },
    });
    world.buyers.push({ by, address: address.id });
  }

  const bag = Object.entries(steps).flatMap(([name, { weight }]) => Array<string>(weight).fill(name));
  let tries = 0;
  const count = (what: string) => world.seen.set(what, (world.seen.get(what) ?? 0) + 1);
  const take = async (name: string, die: Dice) => {
    const step = steps[name] as (typeof steps)[string];
    try {
      count((await step.run(world, die)) === 'idle' ? `${name}: idle` : name);
    } catch (error) {
      const expected = error instanceof Problem && step.refusals?.includes(error.code);
      if (!expected) throw new Error(`${name} failed: ${(error as Problem).code ?? ''} ${error}`, { cause: error });
      count(`${name}: ${error.code}`);
    }
  };
  const worker = async (die: Dice) => {
    for (let i = 0; i < STEPS; i++) await take(die.of(bag) as string, die);
  };
  await everyKindOfNotice(world, (name) => take(name, dice(SEED + world.checkouts.length + tries++)));
  await Promise.all(Array.from({ length: WORKERS }, (_, i) => worker(dice(SEED + i))));

  await settle(world);
  t.diagnostic(JSON.stringify(Object.fromEntries([...world.seen].sort())));
  await saysWhatWasAnswered(world);
  for (const invariant of modules.flatMap((module) => module.invariants ?? [])) {
    assert.deepEqual(await invariant.check(at.db), [], invariant.name);
  }
  await sameByEveryPath(world);
});

/** One notice of each kind for certain, before chance takes over: which of them a load meets must not depend on its seed. */
async function everyKindOfNotice(world: World, take: (step: string) => Promise<void>): Promise<void> {
  for (let round = 0; world.checkouts.length < 3; round++) {
    assert.ok(round < 100, 'the shops can be filled');
    for (const step of ['weighIn', 'certify', 'pack', 'stock', 'place']) await take(step);
  }
  const [failed, wrong, returned] = world.checkouts;
  assert.ok(failed && wrong && returned);
  const begin = ({ buyer, checkout }: World['checkouts'][number]) =>
    world.as(buyer.by).trade.pay({ params: { id: checkout.id }, body: { provider: 'sandbox' } });

  const first = await begin(failed);
  for (let times = 0; times < 2; times++) await send(world, testNotice(world.at, { ...first, outcome: 'failure' }));
  const second = await begin(wrong);
  await send(world, testNotice(world.at, { ...second, amountFen: second.amountFen - 1 }));
  const third = await begin(returned);
  await cancel(world, returned.buyer.by, returned.checkout.orders[0] as Checkout['orders'][number]);
  await send(world, testNotice(world.at, third));
}

/** The load is over: time passes, everything on its way arrives. */
async function settle(world: World): Promise<void> {
  const { at } = world;
  for (const letter of world.letters) await send(world, letter);
  world.passTime(11 * 86_400_000);
  for (let round = 0; round < 2; round++) {
    for (const job of modules.flatMap((module) => module.jobs?.(at) ?? [])) {
      await job.run({}, { signal: new AbortController().signal });
    }
    for (let last = dice(1), idle = false; !idle; ) {
      await deliver(world, last);
      const { n } = await one<{ n: number }>(at.db, sql`select count(*) as n from platform.outbox`);
      idle = n === 0 && world.deliveries.length === 0;
    }
  }
}

const one = async <T>(db: Db, query: ReturnType<typeof sql>): Promise<T> =>
  scoped(db, 'all', async (tx) => (await query.execute(tx)).rows[0] as T);

/** What the load was told over HTTP is what stands in the tables. */
async function saysWhatWasAnswered(world: World): Promise<void> {
  const { db } = world.at;
  const left = world.notes.filter((note) => !world.reversed.has(note.id));
  const said = {
    notes: world.notes.length + world.reversed.size,
    grams: left.reduce((sum, note) => sum + note.grams, 0),
    fen: left.reduce((sum, note) => sum + note.fen, 0),
  };
  const stands = await one(
    db,
    sql`select count(*) as notes, sum(grams)::bigint as grams, sum(amount_fen)::bigint as fen from trace.purchase`,
  );
  assert.deepEqual(stands, said, 'notes, less those taken back');

  const answered = world.checkouts.flatMap(({ checkout }) => checkout.orders);
  const { n } = await one<{ n: number }>(db, sql`select count(*) as n from trade."order"`);
  assert.equal(answered.length, n, 'orders');
  for (const house of world.houses) {
    const { total } = await world.as(house.operator).trade.orders({ params: { county: house.county } });
    assert.equal(total, answered.filter((order) => order.county === house.county).length);
  }
  const { outcomes } = await one<{ outcomes: string[] }>(
    db,
    sql`select array_agg(distinct outcome) as outcomes from trade.payment_notice`,
  );
  for (const outcome of ['paid', 'failed', 'repeated', 'wrong-amount', 'returned'])
    assert.ok(outcomes.includes(outcome), outcome);
  // The load must have met what it is there for.
  for (const what of [
    'weighIn',
    'reverse',
    'pack',
    'stock',
    'place',
    'pay',
    'cancel',
    'packOrder',
    'send',
    'receive',
  ]) {
    assert.ok((world.seen.get(what) ?? 0) > 0, `no ${what} succeeded`);
  }
}

/** The same sum, asked of different rooms. */
async function sameByEveryPath(world: World): Promise<void> {
  const { db } = world.at;
  for (const house of world.houses) {
    const { county } = house;
    const paid = await one<{ fen: number }>(
      db,
      sql`select coalesce(sum(total_fen), 0)::bigint as fen from trade."order"
           where county = ${county} and state not in ('placed', 'cancelled', 'refunded')`,
    );
    assert.ok(paid.fen > 0, 'somebody bought something');
    const paths: Record<string, ReturnType<typeof sql>> = {
      'parts held or posted': sql`
        select coalesce(sum(fen), 0)::bigint as fen from trade.settlement_part where county = ${county} and state <> 'voided'`,
      'their holds in the ledger': sql`
        select coalesce(sum(t.amount_fen), 0)::bigint as fen
          from ledger.transfer t left join ledger.transfer e on e.county = t.county and e.pending = t.id
         where t.county = ${county} and t.reason = 'order-part' and t.kind = 'pending'
           and coalesce(e.kind, 'post') = 'post'`,
      'lines with their freight': sql`
        select coalesce(sum(l.goods_fen + l.freight_fen), 0)::bigint as fen
          from trade.order_line l join trade."order" o on o.county = l.county and o.id = l."order"
         where l.county = ${county} and o.state not in ('placed', 'cancelled', 'refunded')`,
      'what stands with the provider': sql`
        select coalesce(sum(debits_posted - credits_posted), 0)::bigint as fen
          from ledger.account where county = ${county} and kind = 'provider_clearing'`,
      'what its takers have and are promised': sql`
        select coalesce(sum(credits_posted + credits_pending - debits_posted), 0)::bigint
             + (select coalesce(sum(fen), 0)::bigint from benefit.entry where county = ${county} and mechanism = 'shop') as fen
          from ledger.account
         where county = ${county} and kind in ('merchant', 'station', 'freight', 'platform', 'fund', 'shop_share')`,
    };
    for (const [name, query] of Object.entries(paths)) {
      assert.deepEqual(await one(db, query), paid, `${county}: ${name}`);
    }

    const { fen: bought } = await one<{ fen: number }>(
      db,
      sql`select coalesce(sum(amount_fen), 0)::bigint as fen from trace.purchase where county = ${county}`,
    );
    const { fen: shared } = await one<{ fen: number }>(
      db,
      sql`select coalesce(sum(shop_fen), 0)::bigint as fen from benefit.line_share where county = ${county}`,
    );
    assert.ok(shared > 0, 'some order has reached its households');
    const income: Record<string, ReturnType<typeof sql>> = {
      entries: sql`select sum(fen)::bigint as fen from benefit.entry where county = ${county}`,
      'their transfers': sql`
        select sum(case when c.kind = 'household' then t.amount_fen else -t.amount_fen end)::bigint as fen
          from ledger.transfer t
          join ledger.account d on d.county = t.county and d.id = t.debit
          join ledger.account c on c.county = t.county and c.id = t.credit
         where t.county = ${county} and t.reason in ('purchase', 'purchase-reversed', 'shop-share')
           and 'household' in (d.kind, c.kind) and 'buyer_cash' not in (d.kind, c.kind)`,
      'household accounts and what was paid out of them': sql`
        select sum(case when kind = 'purchase_cost' then 0 else credits_posted - debits_posted end)::bigint as fen
          from ledger.account where county = ${county} and kind in ('household', 'buyer_cash')`,
      'posted shares of lines': sql`
        select ${bought}::bigint + sum(fen)::bigint as fen
          from trade.settlement_part where county = ${county} and part = 'household' and state = 'posted'`,
    };
    for (const [name, query] of Object.entries(income)) {
      assert.deepEqual(await one(db, query), { fen: bought + shared }, `${county}: household income by ${name}`);
    }

    const grams = await one<{ bought: number; elsewhere: number }>(
      db,
      sql`select (select sum(grams) from trace.purchase where county = ${county})::bigint as bought,
                 ((select sum(grams_on_hand) from trace.lot where county = ${county})
                  + (select coalesce(sum(loss_grams), 0) from trace.operation where county = ${county})
                  + (select coalesce(sum(s.on_hand::bigint * l.pack_grams), 0) from trade.stock s
                       join trace.lot l on l.county = s.county and l.id = s.lot where s.county = ${county})
                  + (select coalesce(sum((k.last_pack - k.first_pack + 1)::bigint * l.pack_grams), 0)
                       from fulfilment.parcel_pack k
                       join fulfilment.parcel p on p.county = k.county and p.id = k.parcel and p.state <> 'unpacked'
                       join trace.lot l on l.county = k.county and l.id = k.lot where k.county = ${county}))::bigint as elsewhere`,
    );
    assert.equal(grams.elsewhere, grams.bought, `${county}: every gram is in a lot, in stock, in a parcel or lost`);

    // The screens' figures.
    const auditor = world.as(house.auditor);
    const params = { county };
    const books = await auditor.ledger.trialBalance({ params });
    assert.ok(books.balanced);
    for (const by of ['mechanism', 'village', 'month'] as const) {
      const totals = await auditor.benefit.totals({ params, query: { by } });
      assert.equal(totals.fen, bought + shared);
      assert.equal(
        totals.rows.reduce((sum, row) => sum + row.fen, 0),
        totals.fen,
      );
    }
    let statements = 0;
    for (const id of house.households) {
      const { earnedFen, paidFen, owedFen } = await world
        .as(house.operator)
        .benefit.householdStatement({ params: { county, id } });
      assert.equal(owedFen, earnedFen - paidFen);
      statements += earnedFen;
    }
    assert.equal(statements, bought + shared, `${county}: statements of its households`);
  }

  // No order bears a number that its county has not handed out.
  const strange = await scoped(db, 'all', (tx) =>
    sql`select o.county, o.number from trade."order" o
          left join platform.counter c on c.county = o.county and c.name = 'order ' || split_part(o.number, '-', 1)
         where c.value is null or split_part(o.number, '-', 2)::int > c.value`.execute(tx),
  );
  assert.deepEqual(strange.rows, []);
}
