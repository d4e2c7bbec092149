import { sql } from 'kysely';
import type { Static } from 'typebox';
import type { Actor } from '#platform/actor.ts';
import { type Db, scoped, type Tx, withScope } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Sealer } from '#platform/secrets.ts';
import { regionNames } from '#registry';
import { certificatesOf } from '../certificates/certificates.queries.ts';
import type { LotDetail } from '../contract.ts';
import { operationViews } from '../operations/operation-views.ts';
import { operationsOfLot } from '../operations/operations.queries.ts';
import { purchaseReading, purchaseViews } from '../purchases/purchase-views.ts';
import { mayRead, purchasesById } from '../purchases/purchases.queries.ts';
import { refuse } from '../refuse.ts';
import { lotSources } from './lot-doors.queries.ts';
import { lotReading } from './lot-rights.ts';
import { lotViews } from './lot-views.ts';
import { findLot } from './lots.queries.ts';

/**
 * One lot with what it is made of: everybody who may see the lot sees villages and counts; the notes only as far as
 * the reader's own region or firm reaches.
 *
 * @throws Refusal `lot-not-found`, also for a lot of somebody else
 */
export async function lotDetail(
  db: Db,
  sealer: Sealer,
  by: Actor,
  county: County,
  id: string,
): Promise<Static<typeof LotDetail>> {
  return scoped(db, String(county), async (tx) => {
    const row = await findLot(tx, county, id, lotReading(by, county));
    if (!row) throw refuse('lot-not-found');
    const [lot] = await lotViews(tx, county, [row]);
    if (!lot) throw refuse('lot-not-found');
    const sources = await lotSources(tx, county, [id]);
    const villages = await byVillage(tx, sources);
    const certificate = (await certificatesOf(tx, county, [id])).get(id) ?? null;
    const movements = await tx
      .selectFrom('trace.lot_movement')
      .select(['kind', 'grams', 'evidence_kind as evidenceKind', 'evidence', 'at'])
      .where('county', '=', county)
      .where('lot', '=', id)
      .orderBy('at')
      .orderBy('id')
      .execute();
    const { madeFrom, madeInto, lossGrams } = await relatives(tx, county, id);
    const operations = await operationViews(tx, by, county, await operationsOfLot(tx, county, id));

    const { scope, reading } = purchaseReading(by, county);
    await withScope(tx, scope);
    const notes = await purchasesById(
      tx,
      county,
      sources.map((source) => source.purchase),
    );
    const purchases = await purchaseViews(
      tx,
      sealer,
      county,
      notes.filter((note) => mayRead(reading, note)),
    );
    // An act may have called; what it does next is the county's business again.
    await withScope(tx, String(county));
    return { lot, certificate, villages, purchases, movements, madeFrom, madeInto, lossGrams, operations };
  });
}

async function byVillage(tx: Tx, sources: Awaited<ReturnType<typeof lotSources>>) {
  const groups = Map.groupBy(sources, (source) => source.village);
  const names = await regionNames(tx, groups.keys());
  return [...groups]
    .map(([village, own]) => ({
      village,
      villageName: names.get(village)?.name ?? village,
      households: new Set(own.map((source) => source.household)).size,
      grams: own.reduce((sum, source) => sum + source.grams, 0),
      fen: own.reduce((sum, source) => sum + source.fen, 0),
    }))
    .sort((a, b) => b.grams - a.grams);
}

/** What a lot was made from, what was made of it, and what was lost when it was made; operations that stand only. */
async function relatives(tx: Tx, county: County, id: string) {
  const { rows } = await sql<{ side: 'in' | 'out'; id: string; number: string; grams: number; loss_grams: number }>`
    select mine.side, other.lot as id, l.number,
           case when mine.side = 'out' or made.lots > 1 then other.grams else mine.grams end as grams, o.loss_grams
      from trace.operation_lot mine
      join trace.operation o on o.county = mine.county and o.id = mine.operation
      join trace.operation_lot other
        on other.county = mine.county and other.operation = mine.operation and other.side <> mine.side and other.lot <> mine.lot
      join trace.lot l on l.county = other.county and l.id = other.lot
      cross join lateral (select count(*) as lots from trace.operation_lot z
        where z.county = mine.county and z.operation = mine.operation and z.side = 'out') made
     where mine.county = ${county} and mine.lot = ${id} and o.kind <> 'undo'
       and not exists (select from trace.operation u where u.county = o.county and u.reverses = o.id)
     order by l.number`.execute(tx);
  const view = ({ id: lot, number, grams }: (typeof rows)[number]) => ({ id: lot, number, grams });
  const from = rows.filter((row) => row.side === 'out');
  return {
    madeFrom: from.map(view),
    madeInto: rows.filter((row) => row.side === 'in').map(view),
    lossGrams: from[0]?.loss_grams ?? 0,
  };
}
