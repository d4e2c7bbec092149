import { type Actor, overCounty, sellsFor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { findRecall, lotsOfRecall } from '#trace';
import { refuse } from '../refuse.ts';
import { lockStock, moveStock } from '../stock/move-stock.ts';

/**
 * Recalled packs on the shelf are destroyed: they leave stock for good. By the seller, or the operator.
 *
 * @throws Refusal `recall-not-found` | `lot-not-in-recall` | `destroy-too-many`
 */
export async function destroyRecalled(
  at: Context,
  by: Actor,
  input: { county: County; recall: string; lot: string; packs: number },
  key: OnceKey | null,
): Promise<{ lot: string; packs: number }> {
  const { county, recall: id, lot, packs } = input;
  return once(at.db, key, async (tx) => {
    const recall = await findRecall(tx, county, id);
    if (!recall || recall.state === 'lifted') throw refuse('recall-not-found');
    const stock = await tx
      .selectFrom('trade.stock')
      .select(['sku', 'lot', 'org'])
      .where('county', '=', county)
      .where('lot', '=', lot)
      .executeTakeFirst();
    const may = stock && (overCounty(by, county, ['operator']) || sellsFor(by, county).includes(stock.org));
    if (!may || !(await lotsOfRecall(tx, county, id)).includes(lot)) throw refuse('lot-not-in-recall');
    await lockStock(tx, county, [stock]);
    const { left } = await tx
      .selectFrom('trade.stock')
      .select((e) => e('on_hand', '-', e.ref('reserved')).as('left'))
      .where('county', '=', county)
      .where('sku', '=', stock.sku)
      .where('lot', '=', lot)
      .executeTakeFirstOrThrow();
    if (packs > left) throw refuse('destroy-too-many', { left });
    await moveStock(tx, {
      ...{ county, kind: 'destroyed', by: by.person, at: at.clock.now(), locked: true },
      steps: [{ sku: stock.sku, lot, onHand: -packs, reserved: 0 }],
      evidence: { kind: 'recall', id },
    });
    return { lot, packs };
  });
}
