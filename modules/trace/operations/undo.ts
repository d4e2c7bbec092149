import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, type Tx, withScope } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { countChange, forgetChanges } from '../codes/codes.queries.ts';
import { mayHandle } from '../lots/lot-rights.ts';
import { lockLots, moveLots } from '../lots/lots.queries.ts';
import { refuse } from '../refuse.ts';
import { lockRanges } from '../units/units.queries.ts';
import { operationView } from './operation-views.ts';
import { findOperation, lotsOfOperation, whyNotUndone } from './operations.queries.ts';

/**
 * Takes an operation back by a second one with the sides swapped, while nothing has been done with what came out of it:
 * the lots it made are empty, the lots it took from have their grams, and each note its share, as before. The lots that
 * were closed by it stay closed.
 *
 * @throws Refusal `operation-not-found` | `lot-not-yours` | `operation-is-undo` | `operation-already-undone` |
 *   `operation-without-sources` | `operation-moved-on`
 */
export async function undo(
  at: Context,
  by: Actor,
  input: { county: County; id: string; reason: string },
  key: OnceKey | null,
) {
  const { county } = input;
  const view = await once(at.db, key, async (tx) => {
    const wrong = await findOperation(tx, county, input.id);
    if (!wrong) throw refuse('operation-not-found');
    const sides = await lotsOfOperation(tx, county, [wrong.id]);
    const lots = await lockLots(
      tx,
      county,
      sides.map((one) => one.lot),
    );
    for (const lot of lots.values()) if (!mayHandle(by, county, lot)) throw refuse('lot-not-yours');
    // So that nobody puts packs of it into a case meanwhile.
    await lockRanges(
      tx,
      county,
      sides.flatMap((one) => (one.side === 'out' ? one.lot : [])),
    );
    await withScope(tx, String(county));
    // Asked under the locks: whoever undid it or went on with its lots before us held them and is done.
    const why = (await whyNotUndone(tx, county, [wrong.id])).get(wrong.id);
    if (why) throw refuse(why);

    const operation = newId();
    const now = at.clock.now();
    await tx
      .insertInto('trace.operation')
      .values({
        ...{ county, id: operation, kind: 'undo', org: wrong.org, place: wrong.place, by_person: by.person, at: now },
        ...{ loss_grams: -wrong.loss_grams, loss_fen: -wrong.loss_fen, note: input.reason.trim() },
        ...{ process: null, reverses: wrong.id },
      })
      .execute();
    await tx
      .insertInto('trace.operation_lot')
      .values(
        sides.map(({ lot, side, grams, fen }) => ({
          ...{ county, operation, lot, grams, fen },
          side: side === 'in' ? ('out' as const) : ('in' as const),
        })),
      )
      .execute();
    const took = new Set(sides.filter((one) => one.side === 'in').map((one) => one.lot));
    const emptied = sides.filter((one) => one.side === 'out' && !took.has(one.lot));
    const back = await giveBack(tx, county, wrong.id);
    for (const { lot } of emptied) await empty(tx, county, lot);
    if (wrong.kind === 'receive') {
      await tx
        .updateTable('trace.lot')
        .set({ in_transit: true })
        .where('county', '=', county)
        .where('id', 'in', [...took])
        .execute();
    }
    await moveLots(
      tx,
      county,
      [
        ...emptied.map(({ lot, grams }) => ({ lot, kind: 'unmade' as const, grams: -grams })),
        ...back.map(({ lot, grams }) => ({ lot, kind: 'given_back' as const, grams })),
      ],
      { evidenceKind: 'operation', evidence: operation, by: by.person, at: now },
    );
    // Its codes belong to no pack any more.
    if (wrong.kind === 'pack') await countChange(tx, county);
    return operationView(tx, by, county, operation);
  });
  forgetChanges(at.db, county);
  return view;
}

/** Each lot and each note has again what the operation took. @returns grams by lot */
async function giveBack(tx: Tx, county: County, operation: string): Promise<{ lot: string; grams: number }[]> {
  await sql`
    update trace.lot_source s set taken_grams = s.taken_grams - t.grams, taken_fen = s.taken_fen - t.fen
      from trace.operation_source t
     where t.county = ${county} and t.operation = ${operation}
       and s.county = t.county and s.lot = t.lot and s.purchase = t.purchase`.execute(tx);
  const { rows } = await sql<{ lot: string; grams: number }>`
    select lot, sum(grams)::bigint as grams from trace.operation_source
     where county = ${county} and operation = ${operation} group by lot order by lot`.execute(tx);
  for (const { lot, grams } of rows) {
    await tx
      .updateTable('trace.lot')
      .set((e) => ({ grams_on_hand: e('grams_on_hand', '+', grams) }))
      .where('county', '=', county)
      .where('id', '=', lot)
      .execute();
  }
  return rows;
}

/** A lot that is not: nothing is on hand, and all that its notes brought has gone back where it came from. */
async function empty(tx: Tx, county: County, lot: string): Promise<void> {
  await tx
    .updateTable('trace.lot')
    .set({ grams_on_hand: 0, in_transit: false })
    .where('county', '=', county)
    .where('id', '=', lot)
    .execute();
  await sql`
    update trace.lot_source set taken_grams = grams, taken_fen = fen
     where county = ${county} and lot = ${lot}`.execute(tx);
}
