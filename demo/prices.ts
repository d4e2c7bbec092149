import type { Actor } from '#platform/actor.ts';
import { addDays, startOfDay } from '#platform/clock.ts';
import { type DemoCounty, priceOfDay } from './content.ts';
import type { DemoHouse } from './house.ts';

const HOUR = 3_600_000;

/** Of each house, which prices it was told: a station buys from many on one day, and the price of a day is entered once. */
const entered = new WeakMap<DemoHouse, Set<string>>();

/** The market of the last weeks: every week, and every second day of the last fortnight. */
export async function enterPrices(
  house: DemoHouse,
  operator: Actor,
  content: DemoCounty,
  today: string,
): Promise<void> {
  const days = [-56, -49, -42, -35, -28, -21, ...Array.from({ length: 8 }, (_, i) => 2 * i - 14)].map((n) =>
    addDays(today, n),
  );
  for (const day of days) {
    house.setTime(new Date(startOfDay(day).getTime() + 7 * HOUR));
    for (const price of content.prices) await enterPrice(house, operator, content, price.crop, price.grade, day);
  }
}

/** The reference price of one crop, grade and day, as the county centre would enter it. */
export async function enterPrice(
  house: DemoHouse,
  operator: Actor,
  content: DemoCounty,
  crop: string,
  grade: string,
  day: string,
) {
  const price = content.prices.find((p) => p.crop === crop && p.grade === grade);
  if (!price) throw new Error(`${content.name.zh} has no price of ${crop} ${grade}`);
  const { floorFenPerKg } = price;
  const told = entered.get(house) ?? new Set();
  entered.set(house, told);
  const key = `${content.county} ${crop} ${grade} ${day}`;
  if (told.has(key)) return;
  told.add(key);
  await house.as(operator).catalog.setReferencePrice({
    params: { county: content.county },
    body: { crop, grade, day, fenPerKg: priceOfDay(price, day), floorFenPerKg, source: '县电商中心询价（演示）' },
  });
}
