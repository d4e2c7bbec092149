import type { Actor } from '#platform/actor.ts';
import { buyers } from './common.ts';
import type { DemoHouse, OpenCounty } from './house.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const PER_COUNTY = 16;
/** Days on the road. */
const ROAD = 3;

type Line = { county: number; sku: string; packs: number };

/**
 * A few weeks of orders in every state, at times when their goods were on the shelf. The same on every run: chosen by
 * a small generator with a fixed seed, because a demo that is different each time cannot be explained.
 */
export async function playOrders(
  house: DemoHouse,
  counties: readonly OpenCounty[],
  people: readonly Actor[],
  now: Date,
): Promise<void> {
  const random = generator(20260917);
  const addresses = await addAddresses(house, people, new Date(now.getTime() - 40 * DAY));
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  let played = 0;
  const buy = (buyer: Actor, lines: readonly Line[], placedAt: number, mayCancel = true) =>
    playOrder(house, counties, {
      cancelled: mayCancel && ++played % 9 === 0,
      buyer,
      address: addresses.get(buyer.person) as string,
      lines,
      placedAt,
      now: now.getTime(),
    });

  for (const county of counties) {
    if (county.shelf.length === 0) continue;
    // Everything on the shelf has been bought and received once where time allows, so that its farm share is known.
    for (const item of county.shelf) {
      const placedAt = Math.max(item.from.getTime() + 2 * HOUR, now.getTime() - (6 + 9 * random()) * DAY);
      if (placedAt + 22 * HOUR + ROAD * DAY > now.getTime()) continue;
      await buy(pick(people), [{ county: county.county, sku: item.sku, packs: 1 }], placedAt, false);
    }
    for (let i = 0; i < PER_COUNTY; i++) {
      // From eighteen days ago until this morning, closer together towards now.
      const wished = now.getTime() - 18 * DAY * (1 - i / PER_COUNTY) ** 1.4 - 2 * HOUR;
      const onShelf = county.shelf.filter((item) => item.from.getTime() < wished);
      if (onShelf.length === 0) continue;
      const items = new Set([pick(onShelf), ...(random() < 0.35 ? [pick(onShelf)] : [])]);
      const lines = [...items].map((item) => ({
        county: county.county,
        sku: item.sku,
        packs: 1 + Math.floor(random() * 3),
      }));
      await buy(pick(people), lines, wished);
    }
  }
  const [one, two] = counties.map((county) => ({ county: county.county, item: county.shelf[0] }));
  if (one?.item && two?.item) {
    const lines = [one, two].map(({ county, item }) => ({ county, sku: item?.sku ?? '', packs: 1 }));
    await buy(people[0] as Actor, lines, now.getTime() - 7 * HOUR);
  }
  house.setTime(now);
}

async function addAddresses(house: DemoHouse, people: readonly Actor[], when: Date): Promise<Map<string, string>> {
  house.setTime(when);
  const made = new Map<string, string>();
  for (const [i, person] of people.entries()) {
    const { region, name, phone, street } = buyers[i] as (typeof buyers)[number];
    const { id } = await house.as(person).trade.addAddress({ body: { region, name, phone, street, isDefault: true } });
    made.set(person.person, id);
  }
  return made;
}

interface Played {
  cancelled: boolean;
  buyer: Actor;
  address: string;
  lines: readonly Line[];
  placedAt: number;
  now: number;
}

/** Carries one checkout as far as it would have come by now, or cancels it before it is packed. */
async function playOrder(
  house: DemoHouse,
  counties: readonly OpenCounty[],
  { cancelled, buyer, address, lines, placedAt, now }: Played,
) {
  const until = (time: number) => {
    house.setTime(new Date(Math.min(time, now)));
    return time <= now;
  };
  const { trade, fulfilment } = house.as(buyer);
  until(placedAt);
  const checkout = await trade.placeCheckout({ body: { lines: [...lines], address } });
  until(placedAt + 2 * 60_000);
  const { payment } = await trade.pay({ params: { id: checkout.id }, body: { provider: 'sandbox' } });
  await trade.sandboxPay({ params: { id: payment }, body: { outcome: 'success' } });

  for (const order of checkout.orders) {
    const params = { county: order.county, id: order.id };
    const county = counties.find((one) => one.county === order.county) as OpenCounty;
    if (cancelled) {
      until(placedAt + HOUR);
      await trade.cancelOrder({ params, body: { reason: '地址填错了，重新下单' } });
      continue;
    }
    const orgs = new Set(
      county.shelf.filter((item) => lines.some((line) => line.sku === item.sku)).map((item) => item.org),
    );
    if (!until(placedAt + 9 * HOUR)) continue;
    for (const org of orgs) await house.as(county.staff('merchant', org)).fulfilment.packOrder({ params, body: {} });
    if (!until(placedAt + 22 * HOUR)) continue;
    for (const parcel of await house.as(county.staff('operator')).fulfilment.orderParcels({ params })) {
      await house.as(county.staff('courier')).fulfilment.sendParcel({
        params: { county: order.county, id: parcel.id },
        body: { carrier: '邮政快递包裹', waybill: `DEMO${parcel.number.replace(/\W/g, '')}` },
      });
    }
    if (!until(placedAt + 22 * HOUR + ROAD * DAY)) continue;
    await fulfilment.receiveOrder({ params, body: {} });
  }
}

/** Mulberry32: small, and good enough to shuffle a demo. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
