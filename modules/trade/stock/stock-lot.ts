import { skusById } from '#catalog';
import { type Actor, overCounty, sellsFor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { type County, newId } from '#platform/ids.ts';
import { tell } from '#platform/outbox.ts';
import { requireHonest } from '#registry';
import { type PackedLot, packedLot, stockedOut } from '#trace';
import { stockChanged } from '../events.ts';
import { refuse } from '../refuse.ts';
import { type StockView, stockViews } from './stock-views.ts';

/**
 * Puts a packed lot on sale, all its packs at once: from here on trade counts its packs, and trace no longer has its
 * grams. A merchant may for their own organisation, the operator for any.
 *
 * @throws Refusal `lot-not-found` | `not-allowed` | `lot-already-stocked` | `lot-not-stockable` | `operator-dishonest`
 */
export async function stockLot(
  at: Context,
  by: Actor,
  input: { county: County; lot: string },
  key: OnceKey | null,
): Promise<StockView> {
  const { county } = input;
  return once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const lot = await packedLot(tx, county, input.lot);
    if (!lot) throw refuse('lot-not-found');
    if (!overCounty(by, county, ['operator']) && !sellsFor(by, county).includes(lot.org))
      throw refusePlatform('not-allowed');

    await requireHonest(tx, county, lot.org, now);

    // Packs that were declared lost before are not there to be sold.
    const packs = Math.floor(lot.gramsOnHand / lot.packGrams);
    const stocked = await tx
      .insertInto('trade.stock')
      .values({
        county,
        sku: lot.sku,
        lot: lot.id,
        org: lot.org,
        expires_on: lot.expiresOn,
        on_hand: packs,
        reserved: 0,
        state: 'on_sale',
        created_at: now,
      })
      .onConflict((c) => c.columns(['county', 'sku', 'lot']).doNothing())
      .executeTakeFirst();
    if (stocked.numInsertedOrUpdatedRows === 0n) throw refuse('lot-already-stocked', { lot: lot.number });
    const why = whyNot(lot, dayOf(now));
    if (why) throw refuse('lot-not-stockable', { lot: lot.number, why });

    const movement = newId();
    await tx
      .insertInto('trade.stock_movement')
      .values({
        county,
        id: movement,
        sku: lot.sku,
        lot: lot.id,
        kind: 'received',
        on_hand: packs,
        evidence_kind: 'lot',
        evidence: lot.id,
        by_person: by.person,
        at: now,
      })
      .execute();
    const out = await stockedOut(tx, county, lot.id, by, { kind: 'stock_movement', id: movement });
    // Read before it was locked: somebody else may have declared packs lost meanwhile.
    if (out.packs !== packs) throw refuse('lot-not-stockable', { lot: lot.number, why: '批次刚刚动过，请再试一次' });
    const sku = (await skusById(tx, county, [lot.sku])).get(lot.sku);
    if (sku) await tell(tx, stockChanged(county, [sku.product]));
    const [view] = await stockViews(tx, county, [
      {
        sku: lot.sku,
        lot: lot.id,
        org: lot.org,
        expires_on: lot.expiresOn,
        on_hand: packs,
        reserved: 0,
        state: 'on_sale',
      },
    ]);
    return view as StockView;
  });
}

/** What keeps a packed lot from being sold, in words for its seller. */
function whyNot(lot: PackedLot, today: string): string | null {
  if (lot.state === 'recalled') return '已召回';
  if (!lot.certified) return '还没有承诺达标合格证';
  if (lot.expiresOn <= today) return '已过保质期';
  if (lot.gramsOnHand === 0) return '批次里没有货';
  return null;
}
