import type { Static } from 'typebox';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { cropsByCode, personNames } from '#registry';
import type { LotReading } from '../lots/lot-rights.ts';
import { refuse } from '../refuse.ts';
import type { RecallState } from './recall-states.ts';
import type { Recall, RecallRowView } from './recalls.contract.ts';
import { findRecall } from './recalls.queries.ts';

/** One recall with its history. @throws Refusal `recall-not-found` */
export async function recallView(db: Db, county: County, id: string): Promise<Static<typeof Recall>> {
  const row = await findRecall(db, county, id);
  const [view] = row ? await named(db, county, [row]) : [];
  if (!view) throw refuse('recall-not-found');
  const moves = await db
    .selectFrom('trace.recall_move')
    .select(['to_state', 'note', 'by_person', 'at'])
    .where('county', '=', county)
    .where('recall', '=', id)
    .orderBy('at')
    .orderBy('id')
    .execute();
  const people = await personNames(
    db,
    moves.map((move) => move.by_person),
  );
  return {
    ...view,
    moves: moves.map((move) => ({
      to: move.to_state as RecallState,
      note: move.note,
      byName: people.get(move.by_person) ?? '',
      at: move.at,
    })),
  };
}

/** A county's recalls, the newest first; somebody of an organisation reads those of its lots. */
export async function recallPage(
  db: Db,
  county: County,
  reading: LotReading,
  query: { state?: RecallState; q?: string; page: number; size: number },
) {
  const { state, page, size } = query;
  const q = query.q?.trim().toUpperCase();
  const found = db
    .selectFrom('trace.recall as r')
    .innerJoin('trace.lot as l', (join) => join.onRef('l.county', '=', 'r.county').onRef('l.id', '=', 'r.lot'))
    .where('r.county', '=', county)
    .$if(reading !== 'all', (e) => {
      const { orgs, stations } = reading as Exclude<LotReading, 'all'>;
      return e.where((x) => x.or([x('l.org', 'in', [...orgs, NOBODY]), x('l.station', 'in', [...stations, NOBODY])]));
    })
    .$if(state !== undefined, (e) => e.where('r.state', '=', state as RecallState))
    .$if(!!q, (e) =>
      e.where((x) =>
        x.or([x('r.number', 'like', `%${q}%`), x('l.number', 'like', `%${q}%`), x('r.reason', 'like', `%${q}%`)]),
      ),
    );
  const { total } = await found.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const rows = await found
    .selectAll('r')
    .orderBy('r.at', 'desc')
    .orderBy('r.id', 'desc')
    .limit(size)
    .offset((page - 1) * size)
    .execute();
  return { rows: await named(db, county, rows), total: Number(total), page, size };
}

/** No organisation has it: an empty list of them finds nothing. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

async function named(
  db: Db,
  county: County,
  rows: readonly NonNullable<Awaited<ReturnType<typeof findRecall>>>[],
): Promise<Static<typeof RecallRowView>[]> {
  if (rows.length === 0) return [];
  const lots = await db
    .selectFrom('trace.lot')
    .select(['id', 'number', 'crop', 'grade', 'kind', 'org'])
    .where('county', '=', county)
    .where(
      'id',
      'in',
      rows.map((row) => row.lot),
    )
    .execute();
  const counts = await db
    .selectFrom('trace.recall_lot')
    .select(['recall', (e) => e.fn.countAll<number>().as('n')])
    .where('county', '=', county)
    .where(
      'recall',
      'in',
      rows.map((row) => row.id),
    )
    .groupBy('recall')
    .execute();
  const crops = await cropsByCode(db);
  const people = await personNames(
    db,
    rows.map((row) => row.by_person),
  );
  return rows.map((row) => {
    const lot = lots.find((one) => one.id === row.lot);
    return {
      ...{
        county,
        id: row.id,
        number: row.number,
        lot: row.lot,
        lotNumber: lot?.number ?? '',
        org: lot?.org ?? row.lot,
      },
      cropName: crops.get(lot?.crop ?? '')?.nameZh ?? lot?.crop ?? '',
      grade: lot?.grade ?? '',
      lots: Number(counts.find((one) => one.recall === row.id)?.n ?? 0),
      ...{ reach: row.reach, reason: row.reason, advice: row.advice, unshipped: row.unshipped, state: row.state },
      ...{ report: row.report, byName: people.get(row.by_person) ?? '', at: row.at },
    };
  });
}
