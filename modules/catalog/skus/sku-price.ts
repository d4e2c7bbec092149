import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { type Fen, type Grams, proportion, yuan } from '#platform/money.ts';
import { referencePrice } from '../prices/reference-price.queries.ts';
import { refuse } from '../refuse.ts';

/**
 * Stops slips of the keyboard: no price, or one that makes a kilogram cost ten times what the raw produce does that
 * day or more. Without a reference price for the crop nothing can be said.
 *
 * @throws Refusal `gross-below-net` | `price-zero` | `price-far-above-reference`
 */
export async function checkSku(
  db: Db,
  county: County,
  of: { crop: string; grade: string; netGrams: Grams; grossGrams: Grams; priceFen: Fen; day: string },
): Promise<void> {
  if (of.grossGrams < of.netGrams) throw refuse('gross-below-net');
  if (of.priceFen === 0) throw refuse('price-zero');
  const reference = await referencePrice(db, county, of.crop, of.grade, of.day);
  if (!reference) return;
  // Compared as products of whole numbers; the price per kilogram shown is rounded.
  if (of.priceFen * 1000 >= 10 * reference.fenPerKg * of.netGrams) {
    const perKg = proportion(of.priceFen, 1000, of.netGrams);
    throw refuse('price-far-above-reference', { perKg: yuan(perKg), reference: yuan(reference.fenPerKg) });
  }
}
