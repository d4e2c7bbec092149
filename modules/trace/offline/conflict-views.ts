import type { Static } from 'typebox';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Sealer } from '#platform/secrets.ts';
import { personNames } from '#registry';
import { purchaseViews } from '../purchases/purchase-views.ts';
import { purchasesById } from '../purchases/purchases.queries.ts';
import type { NoteConflict } from './offline.contract.ts';
import type { ConflictRow } from './offline.queries.ts';
import type { ConflictKind } from './offline-states.ts';

type View = Static<typeof NoteConflict>;

/** Conflicts as people read them, with the note each is about, in the order given. @param tx scoped over the county */
export async function conflictViews(
  tx: Tx,
  sealer: Sealer,
  county: County,
  rows: readonly ConflictRow[],
): Promise<View[]> {
  const notes = await purchaseViews(
    tx,
    sealer,
    county,
    await purchasesById(
      tx,
      county,
      rows.map((row) => row.purchase),
    ),
  );
  const byId = new Map(notes.map((note) => [note.id, note]));
  const people = await personNames(
    tx,
    rows.flatMap((row) => (row.decided_by ? [row.decided_by] : [])),
  );
  return rows.flatMap((row) => {
    const note = byId.get(row.purchase);
    if (!note) return [];
    const { number, station, stationName, household, householdCode, headMasked, villageName, cropName } = note;
    const { grams, amountFen, fenPerKg } = note;
    return [
      {
        ...{ number, station, stationName, household, householdCode, headMasked, villageName, cropName },
        ...{ grams, amountFen, fenPerKg, id: row.id, purchase: row.purchase, kind: row.kind as ConflictKind },
        ...{ state: row.state, deviceNumber: row.device_number, detail: row.detail as View['detail'] },
        ...{ openedAt: row.opened_at, decidedAt: row.decided_at, reason: row.reason },
        decidedByName: row.decided_by ? (people.get(row.decided_by) ?? '') : null,
      },
    ];
  });
}
