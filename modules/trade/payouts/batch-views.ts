import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { scoped, type Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { organisationsById, personNames } from '#registry';
import { refuse } from '../refuse.ts';
import { filesOfBatch } from './bank-file.ts';
import { payables } from './payables.ts';
import { ownerNamer } from './payee-views.ts';
import type { BatchState } from './payout-states.ts';
import { nextPayDay, scheduleOf } from './schedule.ts';

interface BatchFields {
  id: string;
  number: string;
  ownerKind: 'household' | 'organisation';
  state: BatchState;
  version: number;
  preparedBy: string;
  preparedAt: Date;
  approvedBy: string | null;
  approvedAt: Date | null;
  approvedFen: number | null;
  endedAt: Date | null;
  reason: string | null;
  lines: number;
  totalFen: number;
  waitingFen: number;
  underWayFen: number;
  paidFen: number;
  owedAgainFen: number;
}

// A payment that came back is not paid: it counts among what is owed again, whatever its batch says.
const batches = (county: County) => sql`
  select b.id, b.number, b.owner_kind as "ownerKind", b.state, b.version, b.prepared_by as "preparedBy",
         b.prepared_at as "preparedAt", b.approved_by as "approvedBy", b.approved_at as "approvedAt",
         b.approved_fen as "approvedFen", b.ended_at as "endedAt", b.reason,
         count(l.id) filter (where l.state <> 'cancelled')::int as lines,
         coalesce(sum(l.fen) filter (where l.state <> 'cancelled'), 0)::bigint as "totalFen",
         coalesce(sum(l.fen) filter (where l.state = 'waiting'), 0)::bigint as "waitingFen",
         coalesce(sum(l.fen) filter (where l.state in ('under_way', 'confirming', 'handing')), 0)::bigint as "underWayFen",
         coalesce(sum(l.fen) filter (where l.state = 'paid'), 0)::bigint as "paidFen",
         coalesce(sum(l.fen) filter (where l.state in ('failed', 'returned')), 0)::bigint as "owedAgainFen"
    from trade.payout_batch b
    left join trade.payout_line l on l.county = b.county and l.batch = b.id
   where b.county = ${county}`;

/** A page of batches, the newest first. */
export async function batchPage(
  at: Context,
  county: County,
  { state, page = 1, size = 20 }: { state?: BatchState; page?: number; size?: number },
) {
  return scoped(at.db, String(county), async (tx) => {
    const chosen = state ? sql`and b.state = ${state}` : sql``;
    const { rows: counted } = await sql<{ total: number }>`
      select count(*)::int as total from trade.payout_batch b where b.county = ${county} ${chosen}`.execute(tx);
    const { rows } = await sql<BatchFields>`
      ${batches(county)} ${chosen} group by b.county, b.id
       order by b.prepared_at desc, b.id desc limit ${size} offset ${(page - 1) * size}`.execute(tx);
    return { rows: await withNames(tx, rows), total: counted[0]?.total ?? 0, page, size };
  });
}

/** One batch after it was written. */
export async function batchWritten(at: Context, county: County, id: string) {
  return scoped(
    at.db,
    String(county),
    async (tx) => (await withNames(tx, [await findBatch(tx, county, id)]))[0] as Named,
  );
}

type Named = BatchFields & { preparedByName: string; approvedByName: string | null };

/**
 * A batch with every payment in it, and why `by` may not approve it, if so: the code of the refusal.
 *
 * @throws Refusal `batch-not-found`
 */
export async function batchView(at: Context, by: Actor, county: County, id: string) {
  return scoped(at.db, String(county), async (tx) => {
    const batch = (await withNames(tx, [await findBatch(tx, county, id)]))[0] as Named;
    const lines = await tx
      .selectFrom('trade.payout_line as l')
      .leftJoin('trade.payee as p', (join) => join.onRef('p.county', '=', 'l.county').onRef('p.id', '=', 'l.payee'))
      .leftJoin('trade.payout_file_line as f', (join) =>
        join.onRef('f.county', '=', 'l.county').onRef('f.line', '=', 'l.id'),
      )
      .select(['l.id', 'l.position', 'l.owner', 'l.village', 'l.station', 'l.channel', 'p.account_tail as tail'])
      .select(['l.fen', 'l.state', 'l.why', 'l.reference', 'l.hold', 'p.created_by as setBy', 'f.file'])
      .select(['l.sent_at as sentAt', 'l.ended_at as endedAt', 'l.returned_at as returnedAt'])
      .where('l.county', '=', county)
      .where('l.batch', '=', id)
      .orderBy('l.position')
      .execute();
    const owned = lines.map((line) => ({ ...line, ownerKind: batch.ownerKind }));
    const names = await ownerNamer(tx, at, county, owned);
    const stations = await organisationsById(
      tx,
      county,
      lines.flatMap((line) => line.station ?? []),
    );
    const setOne = lines.some((line) => line.state !== 'cancelled' && line.setBy === by.person);
    return {
      ...batch,
      rows: owned.map(({ setBy: _, file: __, village, station, ...line }) => ({
        ...line,
        ...names({ ...line, village }),
        stationName: station && (stations.get(station)?.name ?? null),
      })),
      files: await filesOfBatch(tx, county, id),
      unfiled: lines.filter((line) => line.channel === 'bank' && line.state === 'under_way' && !line.file).length,
      mayApprove: batch.preparedBy === by.person ? 'same-person' : setOne ? 'approver-set-account' : null,
    };
  });
}

async function findBatch(tx: Tx, county: County, id: string): Promise<BatchFields> {
  const { rows } = await sql<BatchFields>`${batches(county)} and b.id = ${id} group by b.county, b.id`.execute(tx);
  if (!rows[0]) throw refuse('batch-not-found');
  return rows[0];
}

async function withNames(tx: Tx, rows: readonly BatchFields[]): Promise<Named[]> {
  const names = await personNames(
    tx,
    rows.flatMap((row) => [row.preparedBy, row.approvedBy ?? []].flat()),
  );
  const nameOf = (person: string) => (person === 'system' ? '定时任务' : (names.get(person) ?? ''));
  return rows.map((row) => ({
    ...row,
    preparedByName: nameOf(row.preparedBy),
    approvedByName: row.approvedBy && nameOf(row.approvedBy),
  }));
}

/** What could be paid now and is not on its way, when that happens next, and what waits for people. */
export async function payoutOwed(at: Context, county: County) {
  return scoped(at.db, String(county), async (tx) => {
    const schedule = await scheduleOf(tx, county);
    const owed = await payables(tx, county);
    const { rows: live } = await sql<{ key: string; fen: number }>`
      select account_kind || ' ' || owner as key, fen from trade.payout_line where county = ${county} and state = 'waiting'`.execute(
      tx,
    );
    const waiting = new Map(live.map((line) => [line.key, line.fen]));
    const free = owed
      .map((one) => ({ ...one, fen: one.fen - (waiting.get(`${one.accountKind} ${one.owner}`) ?? 0) }))
      .filter((one) => one.fen > 0);
    const sum = (rows: typeof free) => ({ count: rows.length, fen: rows.reduce((all, one) => all + one.fen, 0) });
    const enough = free.filter((one) => one.fen >= schedule.minimumFen);
    const { n } = await tx
      .selectFrom('trade.payout_matter')
      .select((e) => e.fn.countAll<number>().as('n'))
      .where('county', '=', county)
      .where('closed_at', 'is', null)
      .executeTakeFirstOrThrow();
    return {
      households: sum(enough.filter((one) => one.accountKind === 'household')),
      organisations: sum(enough.filter((one) => one.accountKind !== 'household')),
      belowMinimum: sum(free.filter((one) => one.fen < schedule.minimumFen)),
      openMatters: Number(n),
      schedule: { ...schedule, nextDay: nextPayDay(schedule, dayOf(at.clock.now())) },
    };
  });
}
