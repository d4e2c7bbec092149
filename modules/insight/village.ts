import type { Context } from '#platform/context.ts';
import { scoped } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { cropsByCode, FEWEST_HOUSEHOLDS, regionNames, requireCounty, villageInCounty } from '#registry';
import { villageCrops, villageTotals } from './insight.queries.ts';

/**
 * What a village has sold and what its households received; for anybody, so the money only from three households up.
 *
 * @throws Refusal `county-not-open` | `region-code-broken` | `village-outside-county`
 */
export async function village(at: Context, input: { county: County; village: string }) {
  const { db } = at;
  const { county } = input;
  await requireCounty(db, county);
  const { name } = await villageInCounty(db, county, input.village);
  const township = `${input.village.slice(0, 9)}000`;
  const [crops, names, sold] = await Promise.all([
    cropsByCode(db),
    regionNames(db, [township]),
    scoped(db, String(county), async (tx) => ({
      ...(await villageTotals(tx, county, input.village)),
      crops: await villageCrops(tx, county, input.village),
    })),
  ]);
  return {
    ...sold,
    householdFen: sold.households >= FEWEST_HOUSEHOLDS ? sold.householdFen : null,
    village: input.village,
    name,
    townshipName: names.get(township)?.name ?? '',
    crops: sold.crops.map((row) => ({
      ...row,
      nameZh: crops.get(row.crop)?.nameZh ?? row.crop,
      nameEn: crops.get(row.crop)?.nameEn ?? row.crop,
    })),
  };
}
