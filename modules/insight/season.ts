import { addDays, dayOf, startOfDay } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { scoped } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { cropsByCode, requireCounty } from '#registry';
import { cropsSince, productsOnSale, sellersSince, shareIn } from './insight.queries.ts';

/** Who has sold within a year stands behind the shop; what was weighed in within a season's length is in season. */
const YEAR_DAYS = 365;
const SEASON_DAYS = 90;

/**
 * For the shop's home: how many villages and households sold within the last year, what reached them of what buyers
 * paid, and which crops are coming in now. Counts only.
 *
 * @throws Refusal `county-not-open`
 */
export async function season(at: Context, county: County) {
  const { db } = at;
  await requireCounty(db, county);
  const now = at.clock.now();
  const today = dayOf(now);
  const yearAgo = addDays(today, -YEAR_DAYS);
  const [share, onSale, crops, sold] = await Promise.all([
    shareIn(db, county, { from: startOfDay(yearAgo), before: new Date(now.getTime() + 1) }),
    productsOnSale(db, county),
    cropsByCode(db),
    scoped(db, String(county), async (tx) => ({
      sellers: await sellersSince(tx, county, yearAgo),
      crops: await cropsSince(tx, county, addDays(today, -SEASON_DAYS)),
    })),
  ]);
  const { villages, households, lastWeighedAt } = sold.sellers;
  return {
    villages,
    households,
    ...share,
    ...onSale,
    lastWeighedAt: lastWeighedAt?.toISOString() ?? null,
    inSeason: sold.crops.map((row) => ({
      ...row,
      nameZh: crops.get(row.crop)?.nameZh ?? row.crop,
      nameEn: crops.get(row.crop)?.nameEn ?? row.crop,
    })),
  };
}
