import type { Context } from '#platform/context.ts';
import { applyOnce, relay, type Subscriber } from '#platform/outbox.ts';
import { issueCertificate } from '../modules/trace/certificates/issue-certificate.ts';
import { pack } from '../modules/trace/lots/pack.ts';
import { liftRecalled, stopRecalled } from '../modules/trade/recalls/stop-recalled.ts';
import { stockLot } from '../modules/trade/stock/stock-lot.ts';
import type { TestCounty } from './fixtures.ts';
import { weighInTest } from './fixtures-goods.ts';
import type { TestGoods } from './fixtures-trade.ts';

/** What a measurement of recalls calls, without HTTP between. */
export { declareRecall } from '../modules/trace/recalls/declare-recall.ts';
export { recallOrders, recallPreview, recallReport } from '../modules/trade/recalls/recall-report.ts';
export { stopRecalled };

/** A raw lot that is certified, and packed lots of it in stock. */
export async function rawWithPacks(at: Context, of: TestCounty, goods: TestGoods, packs: readonly number[]) {
  const { county, operator } = of;
  const grams = packs.reduce((sum, n) => sum + n * goods.netGrams, 1_000);
  const { lot: raw } = await weighInTest(at, of, { grams, grade: `召回${++made}` });
  await issueCertificate(at, operator, { county, id: raw, basis: ['quality_control'] }, null);
  const packed: string[] = [];
  for (const n of packs) {
    const inputs = [{ lot: raw, grams: n * goods.netGrams }];
    const of_ = { county, sku: goods.sku, inputs, packs: n, lossGrams: 0, place: '分拣中心' };
    const { lot } = await pack(at, operator, { ...of_, basis: ['quality_control'] }, null);
    await stockLot(at, operator, { county, lot: lot.id }, null);
    packed.push(lot.id);
  }
  return { raw, packed };
}

let made = 0;

/** Lets trade hear of recalls that were declared or lifted, as the relay does; twice, since a delivery may be repeated. */
export async function hearRecalls(at: Context): Promise<void> {
  const all = [stopRecalled(at) as Subscriber, liftRecalled(at) as Subscriber];
  const heard: Parameters<typeof applyOnce>[2][] = [];
  while (
    (await relay(at.db, all, async (_, deliveries) => void heard.push(...deliveries.map((one) => one.event)))) > 0
  );
  for (const event of [...heard, ...heard]) {
    const subscriber = all.find((one) => one.type === event.type);
    if (subscriber) await applyOnce(at.db, subscriber, event);
  }
}
