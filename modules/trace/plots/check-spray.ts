import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import { bannedIn } from './banned-pesticides.ts';
import { pesticideRules } from './pesticides.queries.ts';

/**
 * Whether something may be sprayed on a crop and harvested after so many days, by the country's bans and the county's
 * table. A product that nobody looked at is not let through as if it were harmless.
 *
 * @throws Refusal `pesticide-banned` | `pesticide-unknown` | `pesticide-not-registered` | `interval-too-short`
 */
export async function checkSpray(
  tx: Tx,
  of: { county: County; product: string; crop: string; cropName: string; intervalDays: number },
): Promise<void> {
  const { county, product, crop, cropName, intervalDays } = of;
  const banned = bannedIn(product);
  if (banned) throw refuse('pesticide-banned', { product, basis: banned.basis });
  const rules = await pesticideRules(tx, county, { product });
  const ban = rules.find((rule) => rule.kind === 'ban' && (rule.crop === null || rule.crop === crop));
  if (ban) throw refuse('pesticide-banned', { product, basis: ban.basis });
  if (!rules.some((rule) => rule.kind === 'use')) throw refuse('pesticide-unknown', { product });
  const use = rules.find((rule) => rule.kind === 'use' && rule.crop === crop);
  if (!use) throw refuse('pesticide-not-registered', { product, crop: cropName });
  const days = use.interval_days as number;
  if (intervalDays < days) throw refuse('interval-too-short', { product, crop: cropName, days });
}
