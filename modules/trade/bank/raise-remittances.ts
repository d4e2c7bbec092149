import { sql } from 'kysely';
import { transfer } from '#ledger';
import { addDays, dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { transact } from '#platform/db.ts';
import { lockPayTerms } from '../payment/pay-terms.ts';
import { openCases } from '../reconciliation/cases.ts';
import { bankAccounts, matchOpen } from './import-remittances.ts';
import { caseOf, openRemittances } from './remittances.queries.ts';
import { takeInMatched } from './take-in-matched.ts';

/** Days that a remittance may wait for its code or its other half before somebody has to look. */
const PATIENCE_DAYS = 3;

/**
 * Matches, county by county, what was begun after its money came, and makes a case of every remittance that nothing
 * was found for in three days.
 *
 * @returns how many cases were opened
 * @throws Error after all counties were tried, when one could not be done
 */
export async function raiseRemittances(at: Context, signal?: AbortSignal): Promise<number> {
  const { rows } = await sql<{ county: number }>`
    select distinct county from trade.remittance
     where matched_fen + returning_fen + returned_fen < fen order by county`.execute(at.db);
  const failures: unknown[] = [];
  let opened = 0;
  for (const { county } of rows) {
    if (signal?.aborted) break;
    try {
      opened += await raiseIn(at, county);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} counties' remittances failed`);
  return opened;
}

async function raiseIn(at: Context, county: number): Promise<number> {
  const { opened, payments } = await transact(at.db, async (tx) => {
    const now = at.clock.now();
    await lockPayTerms(tx, county);
    const { matches, transfers } = await matchOpen(tx, now, null, county, await bankAccounts(tx, county));
    const before = addDays(dayOf(now), -PATIENCE_DAYS);
    const old = (await openRemittances(tx, county)).filter((remittance) => remittance.bookedOn <= before);
    const opened = await openCases(
      tx,
      now,
      old.map((remittance) => caseOf(county, remittance, now)),
    );
    await transfer(tx, county, transfers, now);
    return { opened, payments: [...new Set(matches.map((match) => match.payment))] };
  });
  await takeInMatched(at, 'bank', payments);
  return opened;
}
