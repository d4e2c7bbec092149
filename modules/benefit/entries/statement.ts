import { sql } from 'kysely';
import type { Static } from 'typebox';
import { balance, findAccount } from '#ledger';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { scoped, withScope } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { householdFiles, householdsOfPerson, regionNames } from '#registry';
import type { Statement } from '../contract.ts';
import { refuse } from '../refuse.ts';
import { entriesWhere, householdInScope, readableEntries } from './entries.queries.ts';
import { type EntryAnswer, named, readerScope } from './readers.ts';

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
    const found = await householdInScope(tx, county, household);
    if (!found) throw refuse('household-not-found');
    // Whoever may read a household's statement reads it whole, with what it earned in the village it lived in before.
    await withScope(tx, String(county));
    // Entries stay under the file they were written for; files that were merged into this one are the household's too.
    const households = await householdFiles(tx, county, household);
    const { earned, inKind } = await entriesWhere(tx, county, { households })
      .select(sql<number>`coalesce(sum(e.fen) filter (where e.income <> 'in_kind'), 0)`.as('earned'))
      .select(sql<number>`coalesce(sum(e.fen) filter (where e.income = 'in_kind'), 0)`.as('inKind'))
      .executeTakeFirstOrThrow();
    const months = await entriesWhere(tx, county, { households, from, to })
      .select(['e.month', 'e.mechanism', 'e.income'])
      .select((e) => e.fn.sum<number>('e.fen').as('fen'))
      .groupBy(['e.month', 'e.mechanism', 'e.income'])
      .orderBy('e.month', 'desc')
      .orderBy('e.mechanism')
      .orderBy('e.income')
      .execute();
    const rows = await readableEntries(tx, county, { households, from, to }).limit(1000).execute();
    return { households, found, earned: Number(earned), inKind: Number(inKind), months, rows: rows as EntryAnswer[] };
  });
  // What is held for a payout has left what is owed, and is in nobody's hands before its payout is.
  let [underWayFen, balanceFen] = [0, 0];
  for (const owner of read.households) {
    const account = await findAccount(at.db, county, { kind: 'household', owner });
    const standing = account ? await balance(at.db, county, account) : null;
    underWayFen += standing?.debitsPending ?? 0;
    balanceFen += standing?.balance ?? 0;
  }
  const village = read.found.village as string;
  return {
    household,
    householdCode: read.found.code as string,
    villageName: (await regionNames(at.db, [village])).get(village)?.name ?? village,
    earnedFen: read.earned,
    inKindFen: read.inKind,
    paidFen: read.earned - balanceFen,
    underWayFen,
    owedFen: balanceFen - underWayFen,
    months: read.months.map((row) => ({ ...row, fen: Number(row.fen) })),
    rows: await named(at.db, county, read.rows),
  };
}
