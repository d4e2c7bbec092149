import { sql } from 'kysely';
import { ensureAccounts, transfer } from '#ledger';
import { plainArray, textArray } from '#platform/database/arrays.ts';
import type { Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { openMatter, openMatters, settleMatters } from './matters.ts';
import { endBatch, endOfHold, type LineRow, lockHanding } from './payout-rows.ts';
import { lineMoves } from './payout-states.ts';

/** How a payment on its way ended, as its provider, the bank or the station says. */
export type Ended = { outcome: 'paid'; reference: string | null } | { outcome: 'failed'; why: string };

/**
 * Writes the end of a payment into the ledger, once: paid, it is settled; failed, its money is owed again and somebody
 * is told. A payment that is said to have failed after it was paid has come back, and is owed again too; one that is
 * said to be paid after it had failed is booked after all. What has ended already, or was said before, changes nothing.
 *
 * @param tx with the county's scope
 * @param line locked
 */
export async function notePayout(
  tx: Tx,
  now: Date,
  by: string,
  county: County,
  line: LineRow,
  ended: Ended,
): Promise<void> {
  if (line.state === 'paid' && ended.outcome === 'failed') {
    await bringBack(tx, now, by, county, line, ended.why);
    return;
  }
  if (!line.hold || !lineMoves.allows(line.state, ended.outcome)) return;
  if (line.state === 'failed' && ended.outcome === 'paid') {
    await arriveLate(tx, now, by, county, line, ended.reference);
    return;
  }
  await notePayouts(tx, now, by, county, [{ line, ended }]);
}

/**
 * The same of many payments that are under way, all or none, in a constant number of statements: a bank answers for a
 * whole county at once.
 *
 * @param tx with the county's scope
 * @param endings of lines that are locked, with a hold, and may end so from where they stand
 */
export async function notePayouts(
  tx: Tx,
  now: Date,
  by: string,
  county: County,
  endings: readonly { line: LineRow; ended: Ended }[],
): Promise<void> {
  const reference = ({ ended }: { ended: Ended }) => (ended.outcome === 'paid' ? ended.reference : null);
  const why = ({ ended }: { ended: Ended }) => (ended.outcome === 'failed' ? ended.why.slice(0, 300) : null);
  await sql`
    update trade.payout_line l
       set state = e.state, reference = coalesce(e.reference, l.reference), why = coalesce(e.why, l.why),
           ended_at = ${now}, ended_by = ${by}, next_at = null, confirm = null
      from unnest(${plainArray(endings.map(({ line }) => line.id))}::uuid[],
                  ${textArray(endings.map(({ ended }) => ended.outcome))}::text[],
                  ${textArray(endings.map(reference))}::text[], ${textArray(endings.map(why))}::text[])
             as e (id, state, reference, why)
     where l.county = ${county} and l.id = e.id`.execute(tx);
  const subjects = endings.map(({ line }) => line.id);
  await settleMatters(tx, now, { county, kinds: ['payout-unclear'], subject: subjects });
  await openMatters(
    tx,
    now,
    endings.flatMap(({ line, ended }) =>
      ended.outcome === 'failed'
        ? [
            {
              ...{ county, subject: line.id, village: line.village, fen: line.fen },
              ...{ kind: 'payout-failed' as const, why: ended.why },
            },
          ]
        : [],
    ),
  );
  for (const batch of new Set(endings.map(({ line }) => line.batch))) await endBatch(tx, now, by, county, batch);
  const ends = endings.map(({ line, ended }) => endOfHold(line, ended.outcome === 'paid' ? 'post' : 'void', by));
  await transfer(tx, county, ends, now);
}

/**
 * A payment that was said to have failed is there all the same. Its money was let go, so it is booked anew, and what is
 * owed is less at once: nobody can be paid it a second time, even where a batch of it is prepared. Cash that a station
 * was to hand out instead stays in its till. Whether another payment is on its way already only people can find out,
 * and the owner is paid nothing more until they have.
 *
 * @param tx with the county's scope
 * @param line locked, failed after it was sent
 */
async function arriveLate(
  tx: Tx,
  now: Date,
  by: string,
  county: County,
  line: LineRow,
  reference: string | null,
): Promise<void> {
  const late = newId();
  await tx
    .updateTable('trade.payout_line')
    .set({ state: 'paid', late, reference, ended_at: now, ended_by: by, why: '先报失败，后来到账' })
    .where('county', '=', county)
    .where('id', '=', line.id)
    .execute();
  await settleMatters(tx, now, { county, kinds: ['payout-failed', 'payout-unclear'], subject: line.id });
  const of = { county, subject: line.id, village: line.village, fen: line.fen };
  const why = '先报失败，后来到账；已记为付出。请查这期间有没有另付一笔';
  await openMatter(tx, now, { ...of, kind: 'payout-late', why });
  const handing = await lockHanding(tx, county, line);
  if (handing) {
    await tx
      .updateTable('trade.payout_line')
      .set({ state: 'failed', ended_at: now, ended_by: by, why: '上一笔后来到账，这一笔不再发' })
      .where('county', '=', county)
      .where('id', '=', handing.id)
      .execute();
    await endBatch(tx, now, by, county, handing.batch);
  }
  const [owner, channel] = (await ensureAccounts(tx, county, [
    { kind: line.account_kind, owner: line.owner },
    { kind: 'payout_clearing', owner: line.channel },
  ])) as [string, string];
  await transfer(
    tx,
    county,
    [
      ...(handing ? [endOfHold(handing, 'void', by)] : []),
      {
        ...{ id: late, kind: 'single', debit: owner, credit: channel, amountFen: line.fen },
        ...{ reason: 'payout-late', evidenceKind: 'payout', evidence: line.id, by },
      },
    ],
    now,
  );
}

/**
 * A payment that had arrived has come back: the money is owed again, the line never counts as settled any more, and
 * somebody is told.
 *
 * @param tx with the county's scope
 * @param line locked, paid
 */
export async function bringBack(
  tx: Tx,
  now: Date,
  by: string,
  county: County,
  line: LineRow,
  why: string,
): Promise<void> {
  const back = newId();
  await tx
    .updateTable('trade.payout_line')
    .set({ state: 'returned', back, returned_at: now, ended_by: by, why: why.slice(0, 300) })
    .where('county', '=', county)
    .where('id', '=', line.id)
    .execute();
  const of = { county, subject: line.id, village: line.village, fen: line.fen };
  await openMatter(tx, now, { ...of, kind: 'payout-returned', why });
  const [owner, channel] = (await ensureAccounts(tx, county, [
    { kind: line.account_kind, owner: line.owner },
    { kind: 'payout_clearing', owner: line.channel },
  ])) as [string, string];
  await transfer(
    tx,
    county,
    [
      {
        ...{ id: back, kind: 'single', debit: channel, credit: owner, amountFen: line.fen },
        ...{ reason: 'payout-returned', evidenceKind: 'payout', evidence: line.id, by },
      },
    ],
    now,
  );
}
