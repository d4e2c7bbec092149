import { addDays, dayOf } from '#platform/clock.ts';
import type { DemoCounty } from './content.ts';
import type { DemoHouse, OpenCounty } from './house.ts';
import { pictureFile } from './picture-file.ts';

/** Labs and issuers of the demo say in their names that they are made up; so do the numbers. */
const LAB = '示例检测中心（演示）';
const CMA = '000000000000';

/** Items that a report of the demo looks for: names of substances are real, figures are invented. */
const items = [
  { name: '毒死蜱', unit: 'mg/kg', most: '0.02', measured: null },
  { name: '氯氰菊酯', unit: 'mg/kg', most: '0.5', measured: '0.03' },
  { name: '铅（以 Pb 计）', unit: 'mg/kg', most: '0.2', measured: '0.05' },
  { name: '克百威', unit: 'mg/kg', most: null, measured: null },
];

/**
 * What proves where goods come from: reports of the newest lots, brand certificates with a claim of each, a story of a
 * village, and two households that agreed to their first name.
 */
export async function addOrigin(
  house: DemoHouse,
  content: DemoCounty,
  { county, staff, shelf }: OpenCounty,
  now: Date,
): Promise<void> {
  house.setTime(now);
  const params = { county };
  const today = dayOf(now);
  const operator = house.as(staff('operator'));

  const packed = await operator.trace.lots({ params, query: { kind: 'packed', size: 6 } });
  for (const [n, lot] of packed.rows.entries()) {
    const outside = n % 2 === 0;
    await operator.trace.recordReport({
      params,
      body: {
        lot: lot.id,
        kind: outside ? 'outside_test' : 'own_test',
        number: `演示-${county}-${n + 1}`,
        lab: outside ? LAB : '服务站快检（演示）',
        cma: outside ? CMA : null,
        sampledOn: lot.madeOn,
        issuedOn: lot.madeOn < today ? addDays(lot.madeOn, 1) : today,
        items: outside ? items : items.slice(0, 2),
      },
    });
  }

  const { rows: products } = await operator.catalog.catalogProducts({ params, query: { size: 100 } });
  const onShelf = new Set(shelf.map((one) => one.product));
  const [first, second, third] = products.filter((one) => onShelf.has(one.id));
  const record = async (
    of: typeof first,
    body: { kind: 'county_brand' | 'green_food' | 'organic'; number: string; issuer?: string; days: number },
  ) => {
    if (!of) return;
    const { kind, number, issuer, days } = body;
    await operator.catalog.recordMark({
      params,
      body: {
        ...{ kind, number, org: of.org, crop: of.crop, product: of.id, issuer: issuer ?? null },
        ...{ validFrom: addDays(today, -100), validUntil: addDays(today, days) },
      },
    });
    await operator.catalog.setClaims({ params: { ...params, id: of.id }, body: { kinds: [kind] } });
  };
  await record(first, {
    kind: 'county_brand',
    number: `演示〔2026〕${county}号`,
    issuer: '县电商服务中心（演示）',
    days: 900,
  });
  await record(second, { kind: 'green_food', number: `GF${county}260000`, days: 20 });
  await record(third, { kind: 'organic', number: '000OP2600000', issuer: '示例认证机构（演示）', days: 200 });

  const village = first?.origin;
  const picture = content.products.find((one) => one.name.zh === first?.nameZh)?.pictures[0]?.name;
  if (village) {
    const story = await operator.catalog.writeStory({
      params,
      body: {
        village,
        titleZh: '村口的秤',
        titleEn: 'The scale at the village gate',
        textZh:
          '收货的日子，天不亮就有人把筐摆到站门口。站长把秤放平，先称自家的，再称别人的，单子一式两份。\n谁家的货、多少斤、什么价，当场念一遍，听见了才算。',
        textEn:
          'On buying days the baskets stand before the station before light. The keeper levels the scale, weighs her own first and then everybody else’s, and writes each note twice.\nWhose it is, how heavy and at what price is read out, and counts only when it was heard.',
      },
    });
    const of = { params: { ...params, id: story.id } };
    if (picture) await operator.catalog.setStoryPicture(of, { file: await pictureFile(picture) });
    await operator.catalog.moveStory({ ...of, body: { to: 'published' } });
  }

  const { rows: households } = await operator.registry.households({ params, query: { size: 2 } });
  for (const { id } of households) {
    await operator.registry.sayConsent({ params: { ...params, id }, body: { given: true } });
  }
}
