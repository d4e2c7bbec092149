import type { Static } from 'typebox';
import type { Actor } from '#platform/actor.ts';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { personNames } from '#registry';
import { mayHandle } from '../lots/lot-rights.ts';
import type { OperationName } from './operation-kinds.ts';
import type { Operation } from './operations.contract.ts';
import { findOperation, lotsOfOperation, type OperationRow, photosOf, whyNotUndone } from './operations.queries.ts';
import type { ProcessName } from './process-kinds.ts';

type View = Static<typeof Operation>;

/** Operations as people read them, in the order given. @param tx scoped over the county */
export async function operationViews(
  tx: Tx,
  by: Actor,
  county: County,
  rows: readonly OperationRow[],
): Promise<View[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const sides = Map.groupBy(await lotsOfOperation(tx, county, ids), (one) => one.operation);
  const whyNot = await whyNotUndone(tx, county, ids);
  const photos = Map.groupBy(await photosOf(tx, county, ids), (one) => one.operation);
  const people = await personNames(
    tx,
    rows.map((row) => row.by_person),
  );
  return rows.map((row) => {
    const own = sides.get(row.id) ?? [];
    const side = (of: 'in' | 'out') =>
      own.filter((one) => one.side === of).map(({ lot, number, grams }) => ({ id: lot, number, grams }));
    const theirs = own.every((lot) => mayHandle(by, county, lot));
    return {
      id: row.id,
      kind: row.kind as OperationName,
      process: row.process as ProcessName | null,
      place: row.place,
      note: row.note,
      lossGrams: row.loss_grams,
      lossFen: row.loss_fen,
      photos: (photos.get(row.id) ?? []).map(({ id, width, height }) => ({ id, width, height })),
      mayAddPhoto: theirs && row.loss_grams > 0,
      inputs: side('in'),
      outputs: side('out'),
      undoes: row.reverses,
      undone: whyNot.get(row.id) === 'operation-already-undone',
      mayUndo: theirs && !whyNot.has(row.id),
      byName: people.get(row.by_person) ?? '',
      at: row.at,
    };
  });
}

/** One operation that was just written. @param tx scoped over the county */
export async function operationView(tx: Tx, by: Actor, county: County, id: string): Promise<View> {
  const row = await findOperation(tx, county, id);
  const [view] = row ? await operationViews(tx, by, county, [row]) : [];
  return view as View;
}
