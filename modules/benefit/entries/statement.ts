import type { Static } from 'typebox';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { pipelined } from '#platform/database/pipelined.ts';
import { scoped, withScope } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { householdFiles, householdsOfPerson, regionNames } from '#registry';
import type { Statement } from '../contract.ts';
import { refuse } from '../refuse.ts';
import { householdInScope } from './entries.queries.ts';
import { named, readerScope } from './readers.ts';
import { statementOf } from './statement.queries.ts';

/**
 * What a household has earned, was paid and is owed as of now, and its entries between two months. Earned is the sum
 * of all its entries in money; owed is what stands on its account and is not on its way; what is not on its account was paid. A
 * payout that came back stands on the account again, so it is owed and not paid.
 *
 * @param input.from first month, YYYY-MM
 * @throws Refusal `household-not-found`, also for a household outside the reader's region
 */
export async function householdStatement(at: Context, by: Actor, input: Asked): Promise<Static<typeof Statement>> {
  return statementWithin(at, readerScope(by, input.county), input);
}

/** The statements of the households a person belongs to, by the phone they signed in with; none for everybody else. */
export async function ownStatements(
  at: Context,
  by: Actor,
  months: { from?: string; to?: string },
): Promise<(Static<typeof Statement> & { county: County })[]> {
  const own = await householdsOfPerson(at.db, by.person);
  return Promise.all(
    own.map(async ({ county, household, village }) => ({
      county,
      ...(await statementWithin(at, village, { county, household, ...months })),
    })),
  );
}

interface Asked {
  county: County;
  household: string;
  from?: string;
  to?: string;
}

async function statementWithin(at: Context, scope: string, input: Asked): Promise<Static<typeof Statement>> {
  const { county, household, from, to } = input;
  const read = await scoped(at.db, scope, async (tx) => {
    // Whoever may read a household's statement reads it whole, with what it earned in the village it lived in before.
    // Entries stay under the file they were written for; files that were merged into this one are the household's too.
    const [found, , households] = await pipelined(tx, (one) =>
      Promise.all([
        householdInScope(one, county, household),
        withScope(one, String(county)),
        householdFiles(one, county, household),
      ]),
    );
    if (!found) throw refuse('household-not-found');
    return { found, ...(await statementOf(tx, county, households, { from, to })) };
  });
  const sumOf = <T>(of: readonly T[], fen: (one: T) => number) => of.reduce((sum, one) => sum + fen(one), 0);
  const earnedFen = sumOf(read.sums, (one) => (one.income === 'in_kind' ? 0 : one.fen));
  // What is held for a payout has left what is owed, and is in nobody's hands before its payout is.
  const underWayFen = sumOf(read.accounts, (one) => one.debitsPending);
  const balanceFen = sumOf(read.accounts, (one) => one.balance);
  const village = read.found.village as string;
  const [villages, rows] = await pipelined(at.db, (one) =>
    Promise.all([regionNames(one, [village]), named(one, county, read.rows)]),
  );
  return {
    ...{ household, householdCode: read.found.code as string, villageName: villages.get(village)?.name ?? village },
    earnedFen,
    inKindFen: sumOf(read.sums, (one) => (one.income === 'in_kind' ? one.fen : 0)),
    subsidyFen: sumOf(read.sums, (one) => (one.income === 'subsidy' ? one.fen : 0)),
    paidFen: earnedFen - balanceFen,
    underWayFen,
    owedFen: balanceFen - underWayFen,
    months: read.sums.filter(({ month }) => (!from || month >= from) && (!to || month <= to)),
    rows,
  };
}
