import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { nextNumber, type OnceKey, once, type Tx, withScope } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { householdsOfPerson } from '#registry';
import { type Posting, postEntries } from '../entries/post-entries.ts';
import { refuse } from '../refuse.ts';
import {
  linesOfSubsidy,
  lockSubsidy,
  moveSubsidy,
  requireSubsidyMove,
  requireUnpaid,
  type SubsidyLine,
  type SubsidyRow,
} from './subsidies.queries.ts';
import { subsidyView } from './subsidy-views.ts';

interface Asked {
  county: County;
  id: string;
}

/**
 * A second person approves a list as it was seen, and with that it is booked: each household's subsidy beside what it
 * earned, in the month in which it was paid, and out of its account again at once, because the state paid it itself.
 *
 * @param input.fen the sum that was looked at
 * @throws Refusal `subsidy-not-found` | `subsidy-move-not-allowed` | `subsidy-same-person` | `subsidy-own-household` |
 *   `subsidy-changed` | `subsidy-paid-already`
 */
export async function approveSubsidy(
  at: Context,
  by: Actor,
  { county, id, fen }: Asked & { fen: Fen },
  key: OnceKey | null,
) {
  const own = (await householdsOfPerson(at.db, by.person, county)).flatMap((one) => one.files);
  await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    await withScope(tx, String(county));
    // The counter's row is the lock: of two lists by one document the second sees what the first has booked.
    await nextNumber(tx, county, 'subsidy booking');
    const row = await lockSubsidy(tx, county, id);
    requireSubsidyMove(row, 'booked');
    if (row.by_person === by.person) throw refuse('subsidy-same-person');
    const lines = await linesOfSubsidy(tx, county, id);
    if (lines.some((line) => own.includes(line.household))) throw refuse('subsidy-own-household');
    if (row.fen !== fen) throw refuse('subsidy-changed');
    await requireUnpaid(tx, county, row, lines);
    await postLines(tx, row, lines, by, now);
    await moveSubsidy(tx, row, 'booked', { words: '', by: by.person, at: now });
    return null;
  });
  return subsidyView(at, by, county, id);
}

/** A list that is not booked yet is taken back by whoever wrote it, or sent back. @throws Refusal as `approveSubsidy` */
export async function withdrawSubsidy(
  at: Context,
  by: Actor,
  { county, id, reason }: Asked & { reason: string },
  key: OnceKey | null,
) {
  await once(at.db, key, async (tx) => {
    const row = await lockSubsidy(tx, county, id);
    await moveSubsidy(tx, row, 'withdrawn', { words: reason, by: by.person, at: at.clock.now() });
    return null;
  });
  return subsidyView(at, by, county, id);
}

/**
 * What one household did not get after all is taken back by a second row, in the month of the first.
 *
 * @throws Refusal `subsidy-line-not-found` | `subsidy-move-not-allowed` before it is booked | `subsidy-line-reversed`
 */
export async function reverseSubsidy(
  at: Context,
  by: Actor,
  { county, id: wrong, reason }: Asked & { reason: string },
  key: OnceKey | null,
) {
  const subsidy = await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    await withScope(tx, String(county));
    const first = await tx
      .selectFrom('benefit.subsidy_line')
      .selectAll()
      .where('county', '=', county)
      .where('id', '=', wrong)
      .where('reverses', 'is', null)
      .executeTakeFirst();
    if (!first) throw refuse('subsidy-line-not-found');
    const row = await lockSubsidy(tx, county, first.subsidy);
    if (row.state !== 'booked') throw refuse('subsidy-move-not-allowed', { state: '还没有入账' });
    const lines = await linesOfSubsidy(tx, county, row.id);
    if (lines.some((line) => line.reverses === wrong)) throw refuse('subsidy-line-reversed');
    const back: SubsidyLine = {
      ...first,
      ...{ id: newId(), fen: -first.fen, words: reason.trim(), reverses: wrong, by_person: by.person, at: now },
    };
    await tx.insertInto('benefit.subsidy_line').values(back).execute();
    await postLines(tx, row, [back], by, now);
    return row.id;
  });
  return subsidyView(at, by, county, subsidy);
}

async function postLines(
  tx: Tx,
  { county, org, mechanism, day }: SubsidyRow,
  lines: readonly SubsidyLine[],
  by: Actor,
  now: Date,
): Promise<void> {
  await postEntries(
    tx,
    county,
    { at: now, month: day.slice(0, 7), bookedAt: now },
    lines.map(
      ({ id: evidence, household, village, fen }): Posting => ({
        ...{ household, village, fen, evidenceKind: 'subsidy', mechanism, evidence, org, crop: null, agreement: null },
        ...{ from: { kind: 'subsidy_cost', owner: org }, reason: fen > 0 ? 'subsidy' : 'subsidy-back' },
        ...{ fact: { kind: 'subsidy', id: evidence }, by: by.person },
        paid: { by: { kind: 'buyer_cash', owner: org }, reason: fen > 0 ? 'subsidy-paid' : 'subsidy-returned' },
      }),
    ),
  );
}
