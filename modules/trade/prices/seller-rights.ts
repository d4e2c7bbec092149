import { type Actor, overCounty, sellsFor } from '#platform/actor.ts';
import type { County } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import type { Bearer } from './price-facts.ts';

/**
 * Prices of goods are their seller's business, and that of the operator who runs the county's shop.
 *
 * @throws Refusal `goods-not-yours`
 */
export function requireSeller(by: Actor, county: County, goods: { org: string; name: string }): void {
  if (overCounty(by, county, ['operator']) || sellsFor(by, county).includes(goods.org)) return;
  throw refuse('goods-not-yours', { name: goods.name });
}

/**
 * Who gives a discount bears it: a seller on goods of their own, the operator for the county, the platform for itself.
 *
 * @throws Refusal `bearer-not-yours`
 */
export function requireBearer(by: Actor, county: County, discount: { bearer: Bearer; org: string | null }): void {
  const { bearer, org } = discount;
  const may =
    bearer === 'merchant'
      ? org !== null && sellsFor(by, county).includes(org)
      : overCounty(by, county, [bearer === 'county' ? 'operator' : 'platform']);
  if (!may) throw refuse('bearer-not-yours');
}
