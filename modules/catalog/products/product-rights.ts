import { type Actor, overCounty, sellsFor } from '#platform/actor.ts';
import type { County } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import { type ProductState, productMoves } from './product-states.ts';

/** Whether `by` runs the county's shop: an operator over the whole county, not over one of its townships. */
export const isOperator = (by: Actor, county: County): boolean => overCounty(by, county, ['operator']);

/**
 * @throws Refusal `product-not-yours` unless `by` is on the staff of the selling organisation or runs the county's shop
 */
export function requireEditor(by: Actor, county: County, org: string): void {
  if (!isOperator(by, county) && !sellsFor(by, county).includes(org)) throw refuse('product-not-yours');
}

/**
 * What a buyer reads was seen by an operator: words and pictures change in a draft only, except by an operator's own
 * hand. Prices are not meant: they move daily and have a check of their own.
 *
 * @throws Refusal `product-not-draft`
 */
export function requireDraft(by: Actor, county: County, state: ProductState): void {
  if (state !== 'draft' && !isOperator(by, county)) {
    throw refuse('product-not-draft', { state: productMoves.states[state].zh });
  }
}
