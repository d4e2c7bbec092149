import { type Actor, scopeIn } from '#platform/actor.ts';
import { dayOf, monthOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, scoped, withScope } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { newId } from '#platform/ids.ts';
import { proportion } from '#platform/money.ts';
import { householdFiles } from '#registry';
import { householdInScope } from '../entries/entries.queries.ts';
import { readerScope } from '../entries/readers.ts';
import { refuse } from '../refuse.ts';

/**
 * Enters what a household's whole income of a past year was, and who says so. Entered again, the newest counts; what
 * was said before stays.
 *
 * @throws Refusal `household-not-found`, also outside the region of `by` | `income-year-not-over`
 */
export async function enterIncome(
  at: Context,
  by: Actor,
  input: { county: County; id: string; year: number; fen: number; source: string },
  key: OnceKey | null,
) {
  const { county, id, year, fen } = input;
  const source = input.source.trim();
  return once(at.db, key, async (tx) => {
    await withScope(tx, scopeIn(by, county, ['operator', 'cadre']) ?? String(county));
    const household = await householdInScope(tx, county, id);
    if (!household) throw refuse('household-not-found');
    const now = at.clock.now();
    if (year >= Number(monthOf(now).slice(0, 4))) throw refuse('income-year-not-over', { year });
    await tx
      .insertInto('benefit.household_income')
      .values({
        ...{ county, id: newId(), household: id, village: household.village as string },
        ...{ year, fen, source, by_person: by.person, at: now },
      })
      .execute();
    return { year, fen, source };
  });
}

/**
 * The incomes entered of a household, the newest of each year, with what its entries of the year come to on the market.
 *
 * @throws Refusal `household-not-found`
 */
export async function householdIncomes(at: Context, by: Actor, input: { county: County; id: string }) {
  const { county, id } = input;
  return scoped(at.db, readerScope(by, county), async (tx) => {
    if (!(await householdInScope(tx, county, id))) throw refuse('household-not-found');
    const files = await householdFiles(tx, county, id);
    const entered = await tx
      .selectFrom('benefit.household_income')
      .distinctOn('year')
      .select(['year', 'fen', 'source', 'at'])
      .where('county', '=', county)
      .where((e) => e('household', '=', e.fn.any(e.val(files))))
      .orderBy('year', 'desc')
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .execute();
    const helped = await tx
      .selectFrom('benefit.reach')
      .select(['year', (e) => e.fn.sum<number>('fen').as('fen')])
      .where('county', '=', county)
      .where((e) => e('household', '=', e.fn.any(e.val(files))))
      .where('income', '=', 'market')
      .where('dimension', '=', 'all')
      .groupBy('year')
      .execute();
    return entered.map(({ at: when, ...row }) => {
      const helpFen = Number(helped.find((one) => one.year === row.year)?.fen ?? 0);
      return { ...row, on: dayOf(when), helpFen, shareBp: proportion(Math.max(0, helpFen), 10_000, row.fen) };
    });
  });
}
