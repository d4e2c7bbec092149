import { type Selectable, sql } from 'kysely';
import type { TraceDevice } from '#platform/database/tables.ts';
import type { Db, Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { organisationsById, personNames } from '#registry';

export type DeviceRow = Selectable<TraceDevice>;

/** A device of a county. */
export function findDevice(db: Db, county: County, id: string): Promise<DeviceRow | undefined> {
  return db.selectFrom('trace.device').selectAll().where('county', '=', county).where('id', '=', id).executeTakeFirst();
}

/** A device, locked until the end of the transaction: one note of it at a time, and none while it is revoked. */
export async function lockDevice(tx: Tx, county: County, id: string): Promise<Pick<DeviceRow, 'revoked_at'>> {
  return tx
    .selectFrom('trace.device')
    .select('revoked_at')
    .where('county', '=', county)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow();
}

/** A page of a county's devices, newest first: one person's, or all. */
export async function devicePage(
  tx: Tx,
  county: County,
  { person, page = 1, size = 20 }: { person?: string; page?: number; size?: number },
) {
  let found = tx.selectFrom('trace.device').where('county', '=', county);
  if (person !== undefined) found = found.where('person', '=', person);
  const { total } = await found.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const rows = await found
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(size)
    .offset((page - 1) * size)
    .execute();
  return { rows: await deviceViews(tx, county, rows), total, page, size };
}

/** Devices as people read them. @param tx scoped over the county */
export async function deviceViews(tx: Tx, county: County, rows: readonly DeviceRow[]) {
  const stations = await organisationsById(
    tx,
    county,
    rows.flatMap((row) => (row.station ? [row.station] : [])),
  );
  const people = await personNames(
    tx,
    rows.map((row) => row.person),
  );
  const { rows: heard } = await sql<{ device: string; at: Date }>`
    select device, max(received_at) as at from trace.offline_note
     where county = ${county} and device = any(${rows.map((row) => row.id)}::uuid[]) group by device`.execute(tx);
  const last = new Map(heard.map((row) => [row.device, row.at]));
  return rows.map((row) => ({
    ...{ id: row.id, letters: row.letters, name: row.name, station: row.station, person: row.person },
    stationName: row.station ? (stations.get(row.station)?.name ?? '') : null,
    personName: people.get(row.person) ?? '',
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
    revokedWhy: row.revoked_why,
    lastNoteAt: last.get(row.id) ?? null,
  }));
}
