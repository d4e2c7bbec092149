import assert from 'node:assert/strict';
import { benefit } from '#benefit/contract';
import { catalog } from '#catalog/contract';
import { fulfilment } from '#fulfilment/contract';
import { ledger } from '#ledger/contract';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type ClientOf, Problem } from '#platform/http/client.ts';
import { newId } from '#platform/ids.ts';
import { presale } from '#presale/contract';
import { trace } from '#trace/contract';
import { trade } from '#trade/contract';
import { addTestPerson } from './fixtures.ts';
import { type TestHouse, testNotice } from './fixtures-house.ts';

/** What a sender of notices hears that was not answered and gives up, under faults. */
export const NOT_TOLD_AGAIN = 'not-told-again';

// People at work in two counties, all at once, as one load that tests share: over HTTP in one process with a clock that
// is moved (mixed-load.test.ts), and against a server that is killed (faults.ts).

export const contracts = { catalog, trace, trade, fulfilment, presale, benefit, ledger };
export type Client = ClientOf<typeof contracts>;
type Of<K extends keyof Client, R extends keyof Client[K]> = Client[K][R] extends (...args: never[]) => infer A
  ? Awaited<A>
  : never;
export type Checkout = Of<'trade', 'placeCheckout'>;

/** Mulberry32: small, seeded, good enough to choose by. */
export function dice(seed: number) {
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
export type Dice = ReturnType<typeof dice>;

type Notice = ReturnType<typeof testNotice>;

/** What the load knows because it was answered, and what is still on its way. */
export interface World {
  at: Context;
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
  /** how often each thing was done, and each refusal given */
  seen: Map<string, number>;
}

/** @returns `idle` when there was nothing to do it to */
type Step<W extends World> = (world: W, die: Dice) => Promise<unknown>;

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
export type Steps<W extends World> = Record<string, { weight: number; refusals?: readonly string[]; run: Step<W> }>;

/** Everything people do from the scale to the door. */
export const steps: Steps<World> = {
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
        body: { basis: ['quality_control'] },
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
    refusals: ['checkout-paid', 'checkout-closed', 'notice-forged', 'order-move-not-allowed', NOT_TOLD_AGAIN],
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
          await assert.rejects(send(world, forged), { code: /^notice-forged$|^not-told-again$/ });
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
    refusals: [NOT_TOLD_AGAIN],
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
};

export const cancel = (world: World, by: Actor, { county, id }: { county: number; id: string }) =>
  world.as(by).trade.cancelOrder({ params: { county, id }, body: { reason: '买错了' } });

export const send = (world: World, { raw, headers }: Notice) =>
  world.as(null, headers).trade.paymentNotice({ params: { provider: 'sandbox' }, body: raw });

/**
 * Opens the load's world: nothing has been weighed in yet, and nobody has bought anything.
 *
 * @param as a client for whoever calls; what it throws that is no `Problem` fails the load
 */
export async function openWorld(at: Context, houses: TestHouse[], as: World['as'], buyers = 5): Promise<World> {
  const world: World = {
    ...{ at, as, houses, buyers: [], notes: [], reversed: new Map(), rawLots: [], packedLots: [] },
    ...{ checkouts: [], letters: [], parcels: [], seen: new Map() },
  };
  for (let i = 0; i < buyers; i++) {
    const by = await addTestPerson(at, { name: `买家${i}` });
    const address = await as(by).trade.addAddress({
      body: { region: '621221000000', name: '林小满', phone: '13912345678', street: '一号院' },
    });
    world.buyers.push({ by, address: address.id });
  }
  return world;
}

/** The load itself: `take` does one step, `worker` so many that chance chooses by their weights. */
export function loadOf<W extends World>(world: W, all: Steps<W>) {
  const bag = Object.entries(all).flatMap(([name, { weight }]) => Array<string>(weight).fill(name));
  const count = (what: string) => world.seen.set(what, (world.seen.get(what) ?? 0) + 1);
  const take = async (name: string, die: Dice) => {
    const step = all[name] as Steps<W>[string];
    try {
      count((await step.run(world, die)) === 'idle' ? `${name}: idle` : name);
    } catch (error) {
      const expected = error instanceof Problem && step.refusals?.includes(error.code);
      if (!expected) throw new Error(`${name} failed: ${(error as Problem).code ?? ''} ${error}`, { cause: error });
      count(`${name}: ${error.code}`);
    }
  };
  const work = async (die: Dice, goesOn: (done: number) => boolean) => {
    for (let done = 0; goesOn(done); done++) await take(die.of(bag) as string, die);
  };
  return { take, work };
}

/** Until something can be bought: which kinds of order a load meets must not depend on what was weighed in when. */
export async function fillShops(world: World, take: (step: string) => Promise<void>, checkouts: number): Promise<void> {
  for (let round = 0; world.checkouts.length < checkouts; round++) {
    assert.ok(round < 100, 'the shops can be filled');
    for (const step of ['weighIn', 'certify', 'pack', 'stock', 'place']) await take(step);
  }
}
