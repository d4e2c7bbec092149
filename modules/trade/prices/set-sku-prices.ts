import { skusById } from '#catalog';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { transact } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { type County, newId } from '#platform/ids.ts';
import { type Fen, yuan } from '#platform/money.ts';
import { tell } from '#platform/outbox.ts';
import { stockChanged } from '../events.ts';
import { refuse } from '../refuse.ts';
import type { SkuPrice } from './price-facts.ts';
import { nameOf } from './price-order.ts';
import { belowFloor } from './price-warnings.ts';
import { requireSeller } from './seller-rights.ts';

export interface SkuPricesInput {
  tiers: readonly { fromPacks: number; priceFen: Fen }[];
  memberFen?: Fen | null;
  institution?: { fromPacks: number; priceFen: Fen } | null;
}

/**
 * Sets a SKU's tier, member and institution prices. A price that stays the same stays the same row; one that changes is
 * ended and followed by another, so that what an order was charged can be found again.
 *
 * @throws Refusal `not-found` | `goods-not-yours` | `price-not-below-list` | `tiers-not-falling`
 */
export async function setSkuPrices(at: Context, by: Actor, input: SkuPricesInput & { county: County; id: string }) {
  const { county, id, memberFen = null, institution = null } = input;
  const now = at.clock.now();
  return transact(at.db, async (tx) => {
    const sku = (await skusById(tx, county, [id])).get(id);
    if (!sku) throw refusePlatform('not-found');
    const name = nameOf(sku);
    requireSeller(by, county, { org: sku.org, name });
    const tiers = [...input.tiers].sort((a, b) => a.fromPacks - b.fromPacks);
    const falling = tiers.every((tier, i) => {
      const before = tiers[i - 1];
      return !before || (tier.fromPacks > before.fromPacks && tier.priceFen < before.priceFen);
    });
    if (!falling) throw refuse('tiers-not-falling');
    const wanted: Omit<SkuPrice, 'id' | 'sku'>[] = [
      ...tiers.map((tier) => ({ kind: 'tier' as const, ...tier })),
      ...(memberFen === null ? [] : [{ kind: 'member' as const, fromPacks: 1, priceFen: memberFen }]),
      ...(institution ? [{ kind: 'institution' as const, ...institution }] : []),
    ];
    if (wanted.some((price) => price.priceFen >= sku.priceFen)) {
      throw refuse('price-not-below-list', { name, list: yuan(sku.priceFen) });
    }
    // The SKU's row is the one that two who set its prices at once wait for.
    await tx
      .selectFrom('catalog.sku')
      .select('id')
      .where('county', '=', county)
      .where('id', '=', id)
      .forUpdate()
      .execute();
    const standing = await tx
      .selectFrom('trade.sku_price')
      .select(['id', 'kind', 'from_packs as fromPacks', 'price_fen as priceFen'])
      .where('county', '=', county)
      .where('sku', '=', id)
      .where('ended_at', 'is', null)
      .execute();
    const same = (a: Omit<SkuPrice, 'id' | 'sku'>, b: Omit<SkuPrice, 'id' | 'sku'>) =>
      a.kind === b.kind && a.fromPacks === b.fromPacks && a.priceFen === b.priceFen;
    const ended = standing.filter((price) => !wanted.some((w) => same(w, price)));
    const added = wanted.filter((price) => !standing.some((s) => same(s, price)));
    if (ended.length > 0) {
      await tx
        .updateTable('trade.sku_price')
        .set({ ended_at: now, ended_by: by.person })
        .where('county', '=', county)
        .where(
          'id',
          'in',
          ended.map((price) => price.id),
        )
        .execute();
    }
    if (added.length > 0) {
      await tx
        .insertInto('trade.sku_price')
        .values(
          added.map(({ kind, fromPacks, priceFen }) => ({
            ...{ county, id: newId(), sku: id, kind, from_packs: fromPacks, price_fen: priceFen },
            ...{ created_by: by.person, created_at: now, ended_by: null, ended_at: null },
          })),
        )
        .execute();
    }
    await tell(tx, stockChanged(county, [sku.product]));
    const lowest = Math.min(...wanted.map((price) => price.priceFen));
    const warnings = wanted.length > 0 ? await belowFloor(tx, county, now, [{ sku, priceFen: lowest }]) : [];
    return { tiers, memberFen, institution, warnings };
  });
}
