import { referencePrice, type SkuBrief } from '#catalog';
import { dayOf } from '#platform/clock.ts';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { type Fen, priceOf, yuan } from '#platform/money.ts';
import { nameOf } from './price-order.ts';

/** Something that a person should know and may still want. */
export interface PriceWarning {
  code: 'overlaps' | 'below-floor';
  sku: string;
  name: string;
  zh: string;
  en: string;
}

/**
 * Prices of packs at which the county's floor 保护价 for what is in them is not reached. A warning, because the floor is
 * what the household must be paid; whoever bears the discount may sell below it.
 */
export async function belowFloor(
  db: Db,
  county: County,
  now: Date,
  prices: readonly { sku: SkuBrief; priceFen: Fen }[],
): Promise<PriceWarning[]> {
  const warnings: PriceWarning[] = [];
  for (const { sku, priceFen } of prices) {
    const reference = await referencePrice(db, county, sku.crop, sku.grade, dayOf(now));
    if (!reference?.floorFenPerKg) continue;
    const floorFen = priceOf(sku.netGrams, reference.floorFenPerKg);
    if (priceFen >= floorFen) continue;
    const name = nameOf(sku);
    warnings.push({
      ...{ code: 'below-floor', sku: sku.id, name },
      zh: `「${name}」${yuan(priceFen)} 元，低于保护价折合的 ${yuan(floorFen)} 元`,
      en: `"${name}" at ¥${yuan(priceFen)} is below the protected price of ¥${yuan(floorFen)} for what is in it`,
    });
  }
  return warnings;
}
