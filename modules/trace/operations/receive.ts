import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, withScope } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';
import { organisationsById } from '#registry';
import { mayHandle } from '../lots/lot-rights.ts';
import { sumOf } from '../lots/lot-shares.ts';
import { heldIn, lockLot, moveLots } from '../lots/lots.queries.ts';
import { refuse } from '../refuse.ts';
import { takeFrom } from './operate.ts';
import { operationView } from './operation-views.ts';
import { planOperation } from './plan-operation.ts';

/**
 * Receives a lot that was sent: what weighs less than was sent is lost on the way, with its share of the money. The one
 * operation that leaves a lot the lot it was, so it stands on both sides of it, with what was sent and what has come.
 * A recalled lot is received too: it must be somewhere to be got rid of.
 *
 * @param input.grams what was weighed at the end
 * @throws Refusal `lot-not-found` | `lot-not-yours` | `lot-not-in-transit` | `received-above-sent`
 */
export async function receive(
  at: Context,
  by: Actor,
  input: { county: County; lot: string; grams: Grams; note?: string },
  key: OnceKey | null,
) {
  const { county, grams } = input;
  return once(at.db, key, async (tx) => {
    const lot = await lockLot(tx, county, input.lot);
    if (!lot) throw refuse('lot-not-found');
    if (!mayHandle(by, county, lot)) throw refuse('lot-not-yours');
    if (!lot.in_transit) throw refuse('lot-not-in-transit', { lot: lot.number });
    const sent = lot.grams_on_hand;
    if (grams > sent) throw refuse('received-above-sent', { sent });

    await withScope(tx, String(county));
    const lossGrams = sent - grams;
    const held = (await heldIn(tx, county, [lot.id])).get(lot.id) ?? [];
    const { taken, lostFen } = planOperation([{ grams: lossGrams, held }], []);
    const operation = newId();
    const now = at.clock.now();
    const place = (await organisationsById(tx, county, [lot.station])).get(lot.station)?.name ?? '';
    await tx
      .insertInto('trace.operation')
      .values({
        ...{ county, id: operation, kind: 'receive', org: lot.org, place, by_person: by.person, at: now },
        ...{ loss_grams: lossGrams, loss_fen: lostFen, note: input.note?.trim() || null },
        ...{ process: null, reverses: null },
      })
      .execute();
    if (lossGrams > 0) {
      await takeFrom(tx, { county, operation, lot: lot.id, grams: lossGrams, notes: taken[0] ?? [] });
    }
    await tx
      .updateTable('trace.lot')
      .set({ in_transit: false })
      .where('county', '=', county)
      .where('id', '=', lot.id)
      .execute();
    const { fen } = sumOf(held);
    const both = { county, operation, lot: lot.id };
    await tx
      .insertInto('trace.operation_lot')
      .values([
        { ...both, side: 'in', grams: sent, fen },
        ...(grams > 0 ? [{ ...both, side: 'out' as const, grams, fen: fen - lostFen }] : []),
      ])
      .execute();
    await moveLots(tx, county, [{ lot: lot.id, kind: 'loss', grams: -lossGrams }], {
      ...{ evidenceKind: 'operation', evidence: operation, by: by.person, at: now },
    });
    return operationView(tx, by, county, operation);
  });
}
