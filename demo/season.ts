import { addDays } from '#platform/clock.ts';
import type { DemoProduct } from './content.ts';

/**
 * The days on which the demo buys in for a product, oldest first, or none when what was harvested last no longer keeps.
 * In season that is the last days, for what keeps a month long enough ago to have been received; after it, the end of the last harvest month.
 *
 * @param today YYYY-MM-DD in China
 */
export function purchaseDays(product: Pick<DemoProduct, 'harvestMonths' | 'shelfLifeDays'>, today: string): string[] {
  const month = Number(today.slice(5, 7));
  const last = product.harvestMonths.includes(month)
    ? addDays(today, product.shelfLifeDays > 25 ? -7 : -3)
    : endOfLastHarvest(product.harvestMonths, today);
  // The packs must keep a week from today, or nobody could still send them.
  if (addDays(last, product.shelfLifeDays) < addDays(today, 7)) return [];
  // What keeps long was bought in over two weeks, what does not in two days.
  const step = product.shelfLifeDays > 60 ? 5 : 1;
  const days = product.shelfLifeDays > 60 ? 3 : 2;
  return Array.from({ length: days }, (_, i) => addDays(last, (i - days + 1) * step));
}

/** The last day of the harvest month that ended last before `today`. */
function endOfLastHarvest(months: readonly number[], today: string): string {
  const [year = 0, month = 0] = today.split('-').map(Number);
  for (let back = 1; back <= 12; back++) {
    const first = new Date(Date.UTC(year, month - 1 - back, 1));
    if (!months.includes(first.getUTCMonth() + 1)) continue;
    return new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).toISOString().slice(0, 10);
  }
  return today;
}
