import { addDays, startOfDay } from '#platform/clock.ts';
import { position } from '#trace/contract';
import { crops } from './common.ts';
import type { DemoCounty } from './content.ts';
import type { DemoHouse, Grower, OpenCounty, Org } from './house.ts';
import { purchaseDays } from './season.ts';

/** Near the county's seat, where the demo's plots are drawn: the shape of a field, and nobody's in particular. */
const places: Record<number, [longitude: number, latitude: number]> = {
  621221: [105.742, 33.751],
  450181: [109.272, 22.694],
  141031: [110.951, 36.702],
  500242: [108.781, 28.853],
};

/** Where there is no field to spray or to draw. */
const unplotted = new Set(['honey', 'egg', 'processed']);
const nameOfPlots = ['屋后坡地', '河边地', '梁上地', '沟口地', '坝里地', '老庄地'];

/** Active ingredients in common use, with days as many labels say: for showing, to be checked against the label of the product in hand. */
const pesticides: { product: string; nameEn: string; days: number; crops: readonly string[] }[] = [
  {
    product: '吡虫啉',
    nameEn: 'Imidacloprid',
    days: 14,
    crops: ['walnut', 'pepper', 'yulu_pear', 'su_pear', 'apple', 'tea', 'rice'],
  },
  {
    product: '苯醚甲环唑',
    nameEn: 'Difenoconazole',
    days: 21,
    crops: ['walnut', 'yulu_pear', 'su_pear', 'apple', 'orah', 'chilli'],
  },
  { product: '代森锰锌', nameEn: 'Mancozeb', days: 10, crops: ['yulu_pear', 'su_pear', 'apple', 'orah', 'potato'] },
  {
    product: '高效氯氟氰菊酯',
    nameEn: 'Lambda-cyhalothrin',
    days: 7,
    crops: ['tea', 'apple', 'orah', 'wheat', 'chilli'],
  },
  { product: '苦参碱', nameEn: 'Matrine', days: 7, crops: ['walnut', 'tea', 'jasmine', 'passion_fruit', 'pepper'] },
];
const BASIS = '演示：按常见标签录入，使用前请核对手里产品的标签';

/** The county's pesticide table, a plot for each crop of each household, one of a cooperative, and a year of work on them. */
export async function addPlots(
  house: DemoHouse,
  staff: OpenCounty['staff'],
  content: DemoCounty,
  {
    orgs,
    households,
    today,
  }: { orgs: ReadonlyMap<string, Org>; households: ReadonlyMap<string, Grower>; today: string },
): Promise<void> {
  const { county } = content;
  const params = { county };
  const operator = house.as(staff('operator'));
  const noon = (day: string) => new Date(startOfDay(day).getTime() + 12 * 3_600_000);
  const begun = addDays(today, -370);
  house.setTime(noon(begun));
  const grown = new Set(content.households.flatMap((one) => one.yields.map((y) => y.crop)));
  for (const { product, nameEn, days, crops: on } of pesticides) {
    for (const crop of on.filter((one) => grown.has(one))) {
      await operator.trace.setPesticide({
        params,
        body: { product, nameEn, crop, kind: 'use', intervalDays: days, basis: BASIS },
      });
    }
  }

  let drawn = 0;
  const field = (centimu: number) => {
    const [wide, high] = [Math.sqrt(centimu * (20 / 3) * 1.4), Math.sqrt((centimu * (20 / 3)) / 1.4)];
    const skew = wide * 0.12;
    const from = position(places[county] ?? [0, 0], [(drawn % 6) * 260, Math.floor(drawn / 6) * 220]);
    drawn++;
    const corners: [number, number][] = [
      [0, 0],
      [wide, skew],
      [wide + skew, high + skew],
      [skew, high],
      [0, 0],
    ];
    return {
      type: 'Polygon' as const,
      coordinates: [corners.map((corner) => position(from, corner))] as [[number, number][]],
    };
  };
  for (const [i, { members, yields, village }] of content.households.entries()) {
    const household = households.get(members[0]?.name ?? '')?.id ?? '';
    const limits = await operator.trace.capacity({ params: { county, id: household } });
    for (const [j, { crop, areaCentimu, trees }] of yields.entries()) {
      const yieldGrams = limits.find((row) => row.crop === crop)?.limitGrams ?? 0;
      if (unplotted.has(crops.find((one) => one.code === crop)?.produce ?? '') || yieldGrams === 0) continue;
      // One household has two fields of its crop, so that the scale has something to ask.
      const parts = i === 0 && j === 0 && areaCentimu % 2 === 0 && trees % 2 === 0 ? 2 : 1;
      for (let part = 0; part < parts; part++) {
        house.setTime(noon(begun));
        const { id } = await operator.trace.addPlot({
          params,
          body: {
            ...{ household, village, crop, from: begun, trees: trees / parts, areaCentimu: areaCentimu / parts },
            name: nameOfPlots[(i + j + part) % nameOfPlots.length] as string,
            yieldGrams: Math.floor(yieldGrams / parts),
            // Some 25 trees stand on a mu.
            boundary: field((areaCentimu || trees * 4) / parts),
          },
        });
        await work(id, crop);
      }
    }
  }

  /** A year of work that is over, and free again, before the crop is bought for the first time. */
  async function work(id: string, crop: string): Promise<void> {
    const bought = content.products.filter((one) => one.crop === crop).flatMap((one) => purchaseDays(one, today));
    const harvest = bought.sort()[0] ?? today;
    const write = async (
      daysBefore: number,
      body: Omit<Parameters<typeof operator.trace.recordWork>[0]['body'], 'onDay'>,
    ) => {
      const onDay = addDays(harvest, -daysBefore);
      if (onDay < begun) return;
      house.setTime(noon(onDay));
      await operator.trace.recordWork({ params: { county, id }, body: { ...body, onDay } });
    };
    const [first, second] = pesticides.filter((one) => one.crops.includes(crop));
    await write(150, { kind: 'fertilise', grams: 400_000, note: '腐熟羊粪' });
    await write(120, { kind: 'prune' });
    if (first) await write(70, { kind: 'spray', product: first.product, intervalDays: first.days, millilitres: 120 });
    await write(55, { kind: 'fertilise', grams: 30_000, note: '复合肥' });
    if (second) await write(40, { kind: 'spray', product: second.product, intervalDays: second.days, grams: 60 });
    await write(30, { kind: 'irrigate' });
  }

  const cooperative = [...orgs.values()].find((one) => one.kind === 'cooperative');
  const crop = content.products.map((one) => one.crop).find((one) => pesticides.some((p) => p.crops.includes(one)));
  const spray = pesticides.find((one) => one.crops.includes(crop ?? ''));
  if (!cooperative || !crop || !spray) return;
  house.setTime(noon(begun));
  const { id } = await operator.trace.addPlot({
    params,
    body: {
      ...{ org: cooperative.id, village: content.households[0]?.village, name: '合作社示范园', crop, from: begun },
      ...{ areaCentimu: 3000, trees: 900, yieldGrams: 3_000_000, boundary: field(3000) },
    },
  });
  const onDay = addDays(today, -3);
  house.setTime(noon(onDay));
  await operator.trace.recordWork({
    params: { county, id },
    body: { kind: 'spray', onDay, product: spray.product, intervalDays: spray.days, millilitres: 900 },
  });
}
