import { addDays, dayOf, monthOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import type { Tx } from '#platform/db.ts';
import { applyOnce, relay, type Subscriber } from '#platform/outbox.ts';
import { modules } from '../apps/server/modules.ts';
import type { DemoCounty } from './content.ts';
import type { DemoHouse, OpenCounty } from './house.ts';

/** What the county entered of markets nearby, as a part of what its own goods cost: figures are invented and say so. */
const markets = [
  { market: '县城农贸市场（演示）', percent: 96 },
  { market: '市里批发市场（演示）', percent: 88 },
  { market: '省城超市（演示）', percent: 112 },
];

/** Market prices of what each county sells, from two weeks ago. */
export async function addMarketPrices(
  house: DemoHouse,
  content: DemoCounty,
  { county, staff }: OpenCounty,
  now: Date,
): Promise<void> {
  house.setTime(now);
  const params = { county };
  const operator = house.as(staff('operator'));
  const { rows } = await operator.catalog.catalogProducts({ params, query: { size: 100 } });
  const entered = new Set<string>();
  // One product of the county that has an auditor is dearer than others, so that a warning is there to be looked at.
  const dear = content.people.some((one) => one.role === 'auditor')
    ? rows.findLast((one) => one.state === 'on_sale')
    : null;
  for (const { id, crop, category, skus } of rows) {
    for (const sku of skus) {
      const kind = `${crop} ${category} ${sku.grade}`;
      if (entered.has(kind)) continue;
      entered.add(kind);
      for (const { market, percent } of markets) {
        const asDear = id === dear?.id ? 0.7 : 1;
        const fenPerKg = Math.round((sku.priceFen * 10 * percent * asDear) / sku.netGrams);
        await operator.benefit.enterMarketPrice({
          params,
          body: {
            ...{ crop, category, grade: sku.grade, day: addDays(dayOf(now), -3), market, fenPerKg },
            source: '演示：按本县售价推算，不是行情',
          },
        });
      }
    }
  }
}

/** Jobs that act on what others did, in their order: what was approved is booked, and listings stand beside market prices. */
const CATCHING_UP = ['benefit.pay-payrolls', 'benefit.pay-dividends', 'benefit.aid-tests'];

/** What has been done so far has its effect, as it would within a minute or a night on a running server. */
export async function catchUp(at: Context): Promise<void> {
  const subscribers: Subscriber[] = modules.flatMap((one) => one.subscribers?.(at) ?? []);
  const byName = new Map(subscribers.map((one) => [one.name, one]));
  const apply = async (
    tx: Tx,
    deliveries: readonly { subscriber: string; event: Parameters<typeof applyOnce>[2] }[],
  ) => {
    for (const { subscriber, event } of deliveries) await applyOnce(tx, byName.get(subscriber) as Subscriber, event);
  };
  const hear = async () => {
    while ((await relay(at.db, subscribers, apply)) > 0);
  };
  const jobs = modules.flatMap((one) => one.jobs?.(at) ?? []);
  await hear();
  for (const name of CATCHING_UP) {
    const job = jobs.find((one) => one.name === name);
    if (!job) throw new Error(`no job is named ${name} any more`);
    await job.run({}, { signal: new AbortController().signal });
  }
  await hear();
}

/** Two samples: one that was asked and published, and one that is under way. */
export async function addSamples(
  house: DemoHouse,
  content: DemoCounty,
  { county, staff }: OpenCounty,
  now: Date,
): Promise<void> {
  const auditor = content.people.find((one) => one.role === 'auditor');
  if (!auditor) return;
  const params = { county };
  const [operator, checker] = [house.as(staff('operator')), house.as(staff('auditor'))];
  const draw = () =>
    operator.benefit.drawSample({
      params,
      body: {
        ...{ unit: 'household', region: String(county), confidenceBp: 9_000, marginBp: 2_000 },
        ...{ fromMonth: monthOf(new Date(now.getTime() - 40 * 24 * 3_600_000)), toMonth: monthOf(now) },
        ...{ dueOn: addDays(dayOf(now), 10), checkers: [staff('auditor').person] },
      },
    });
  house.setTime(now);
  const done = await draw();
  for (const { n, claimedFen } of done.items) {
    const said =
      n === 3
        ? { outcome: 'different' as const, actualFen: Math.floor(claimedFen * 0.9), words: '说少了一筐，没算进去' }
        : n === 7
          ? { outcome: 'unreachable' as const, words: '打了三次没人接' }
          : { outcome: 'received' as const, words: '' };
    await checker.benefit.answerCheck({ params: { ...params, id: done.id, n }, body: said });
  }
  await operator.benefit.closeSample({ params: { ...params, id: done.id } });
  await draw();
}
