import type { Actor } from '#platform/actor.ts';
import { addDays, startOfDay } from '#platform/clock.ts';
import { type DemoCounty, priceOfDay } from './content.ts';
import type { DemoHouse } from './house.ts';

const HOUR = 3_600_000;

/** The market of the last weeks: every week, and every day of the last fortnight. */
export async function enterPrices(
  house: DemoHouse,
  operator: Actor,
  content: DemoCounty,
  today: string,
): Promise<void> {
  const days = [-56, -49, -42, -35, -28, -21, ...Array.from({ length: 15 }, (_, i) => i - 14)].map((n) =>
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
  await house.as(operator).catalog.setReferencePrice({
    params: { county: content.county },
    body: { crop, grade, day, fenPerKg: priceOfDay(price, day), floorFenPerKg, source: '县电商中心询价（演示）' },
  });
}
