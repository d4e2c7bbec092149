import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { scoped } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { householdFiles } from '#registry';
import { entriesWhere } from '../entries/entries.queries.ts';
import { householdStatement, ownStatements } from '../entries/statement.ts';

/** A household's statement, with what of its income is public money. @throws Refusal as `householdStatement` */
export async function statementWithSubsidies(at: Context, by: Actor, input: Parameters<typeof householdStatement>[2]) {
  const statement = await householdStatement(at, by, input);
  return { ...statement, subsidyFen: await subsidiesOf(at, input.county, statement.household) };
}

/** The same of the households a person belongs to. */
export async function ownStatementsWithSubsidies(at: Context, by: Actor, months: Parameters<typeof ownStatements>[2]) {
  const own = await ownStatements(at, by, months);
  return Promise.all(
    own.map(async (one) => ({ ...one, subsidyFen: await subsidiesOf(at, one.county, one.household) })),
  );
}

/** Who asks has been shown the statement itself; the sum is over the same files of the household. */
async function subsidiesOf(at: Context, county: County, household: string): Promise<Fen> {
  return scoped(at.db, String(county), async (tx) => {
    const households = await householdFiles(tx, county, household);
    const { fen } = await entriesWhere(tx, county, { households, income: 'subsidy' })
      .select(sql<Fen>`coalesce(sum(e.fen), 0)::bigint`.as('fen'))
      .executeTakeFirstOrThrow();
    return fen;
  });
}
