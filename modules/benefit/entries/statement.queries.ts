import { balancesOf } from '#ledger';
import { pipelined } from '#platform/database/pipelined.ts';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { entriesWhere, readableEntries } from './entries.queries.ts';
import type { EntryAnswer } from './readers.ts';

/**
 * What a statement is made of, asked for together: sums of all of a household's files, their newest 1,000 entries between
 * two months, and their accounts. Amounts in fen.
 *
 * @param months.from first month, YYYY-MM
 */
export function statementOf(
  tx: Tx,
  county: County,
  households: readonly string[],
  months: { from?: string; to?: string },
) {
  return pipelined(tx, async (one) => {
    const [sums, rows, accounts] = await Promise.all([
      monthlySums(one, county, households),
      readableEntries(one, county, { households, ...months })
        .limit(1000)
        .execute(),
      balancesOf(one, county, 'household', households),
    ]);
    return { sums, rows: rows as EntryAnswer[], accounts };
  });
}

/** What files have by month, mechanism and kind of income, the newest month first. */
async function monthlySums(tx: Tx, county: County, households: readonly string[]) {
  const rows = await entriesWhere(tx, county, { households })
    .select(['e.month', 'e.mechanism', 'e.income'])
    .select((e) => e.fn.sum<number>('e.fen').as('fen'))
    .groupBy(['e.month', 'e.mechanism', 'e.income'])
    .orderBy('e.month', 'desc')
    .orderBy('e.mechanism')
    .orderBy('e.income')
    .execute();
  return rows.map((row) => ({ ...row, fen: Number(row.fen) }));
}
