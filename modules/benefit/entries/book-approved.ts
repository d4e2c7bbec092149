import type { Context } from '#platform/context.ts';
import { type Tx, transact } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';

/** What waits for the job once a second person has approved it. */
type Approved = 'benefit.payroll' | 'benefit.dividend' | 'benefit.distribution';

/**
 * Books everything of a kind that was approved, one in one transaction: what a killed server left approved is found again,
 * and what it has booked is not. One that cannot be booked does not hinder the others.
 *
 * @param book looks under lock whether it is still to be booked, and says whether it did
 * @returns how many were booked
 * @throws AggregateError with what went wrong, after all were tried
 */
export async function bookApproved(
  at: Context,
  table: Approved,
  book: (tx: Tx, now: Date, county: County, id: string) => Promise<boolean>,
  signal?: AbortSignal,
): Promise<number> {
  const waiting = await at.db
    .selectFrom(table)
    .select(['county', 'id'])
    .where('state', '=', 'approved')
    .orderBy('county')
    .orderBy('id')
    .limit(1000)
    .execute();
  const failed: unknown[] = [];
  let booked = 0;
  for (const { county, id } of waiting) {
    if (signal?.aborted) break;
    await transact(at.db, (tx) => book(tx, at.clock.now(), county, id)).then(
      (done) => {
        booked += done ? 1 : 0;
      },
      (error) => failed.push(error),
    );
  }
  if (failed.length > 0) throw new AggregateError(failed, `${failed.length} of ${table} could not be booked`);
  return booked;
}
