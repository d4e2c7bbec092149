import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { tell } from '#platform/outbox.ts';
import { stockChanged } from '../events.ts';
import { refuse } from '../refuse.ts';
import { promotionView } from './promotion-views.ts';
import { requireBearer } from './seller-rights.ts';

/**
 * Ends a promotion before its time, or before it has begun. Orders that are placed keep their prices.
 *
 * @throws Refusal `promotion-not-found` | `bearer-not-yours` | `promotion-over`
 */
export async function endPromotion(at: Context, by: Actor, input: { county: County; id: string }, key: OnceKey | null) {
  const { county, id } = input;
  return once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const found = await tx
      .selectFrom('trade.promotion')
      .select(['bearer', 'org', 'ends_at', 'ended_at'])
      .where('county', '=', county)
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (!found) throw refuse('promotion-not-found');
    requireBearer(by, county, found);
    if (found.ended_at || found.ends_at <= now) throw refuse('promotion-over');
    await tx
      .updateTable('trade.promotion')
      .set({ ended_at: now, ended_by: by.person })
      .where('county', '=', county)
      .where('id', '=', id)
      .execute();
    const view = await promotionView(tx, now, county, id);
    await tell(
      tx,
      stockChanged(
        county,
        view.lines.map((line) => line.product),
      ),
    );
    return view;
  });
}
