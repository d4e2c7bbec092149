import { parcelHeads } from '#fulfilment';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { promisedOrders, refundUndelivered } from '#trade';
import { refuse } from '../refuse.ts';
import { pledgeView } from './pledge-views.ts';
import { lockPledge } from './pledges.queries.ts';

/**
 * The county pays a backer back who was not sent what they are owed, or whose parcel never came, at the organiser's
 * cost. What the households had of it stays theirs. Nothing is owed any more; what lies packed is in stock again.
 *
 * @throws Refusal `pledge-not-found` | `pledge-received` | `pledge-not-paid`
 */
export async function refundPledge(
  at: Context,
  by: Actor,
  { county, id, reason }: { county: County; id: string; reason: string },
  key: OnceKey | null,
) {
  await once(at.db, key, async (tx) => {
    const row = await lockPledge(tx, county, id);
    if (row.delivery === 'received') throw refuse('pledge-received');
    const order = (await promisedOrders(tx, county, [id])).get(id);
    // Before the project is decided a backer takes a pledge back, or the county cancels the project.
    if (row.delivery === null || order?.state !== 'closed') throw refuse('pledge-not-paid');
    await tx
      .updateTable('presale.pledge')
      .set({ delivery: null })
      .where('county', '=', county)
      .where('id', '=', id)
      .execute();
    const packed = row.parcel
      ? (await parcelHeads(tx, county, [row.parcel])).get(row.parcel)?.state === 'packed'
      : false;
    await refundUndelivered(tx, at.clock.now(), by, { county, order: id, reason, packed });
    return null;
  });
  return pledgeView(at, by, county, id);
}
