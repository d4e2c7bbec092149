import { type Actor, membershipsIn } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { nextNumber, type OnceKey, once, type Tx, withScope } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { hasPaper } from '#platform/papers.ts';
import type { Mechanism } from '../entries/entry-kinds.ts';
import { refuse } from '../refuse.ts';
import { insertSubsidyMove, requireUnpaid } from './subsidies.queries.ts';
import { subsidyView } from './subsidy-views.ts';

/** Papers of programmes lie under this name. */
export const SUBSIDY_PAPERS = 'subsidy';

export interface NewSubsidy {
  county: County;
  programme: string;
  /** the number of the paper that granted it */
  document: string;
  /** which way of helping the programme is for */
  mechanism: Mechanism;
  /** on which it was paid, YYYY-MM-DD */
  day: string;
  file: string;
  /** by the code of each household */
  lines: readonly { household: string; fen: Fen }[];
}

/**
 * The county writes down what a programme has paid to households: public money, which is none of what they earn. Nothing
 * posts before another person has approved the list.
 *
 * @throws Refusal `not-allowed` | `subsidy-day-ahead` | `subsidy-paper-unknown` | `subsidy-household-twice` |
 *   `subsidy-household-unknown` | `subsidy-paid-already`
 */
export async function prepareSubsidy(at: Context, by: Actor, input: NewSubsidy, key: OnceKey | null) {
  const { county, day, file, mechanism } = input;
  const [programme, document] = [input.programme.trim(), input.document.trim()];
  const id = await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const org = membershipsIn(by, county, ['operator'])[0]?.org;
    if (!org) throw refusePlatform('not-allowed');
    if (day > dayOf(now)) throw refuse('subsidy-day-ahead');
    if (!(await hasPaper(at.files, SUBSIDY_PAPERS, file))) throw refuse('subsidy-paper-unknown');
    await withScope(tx, String(county));
    const lines = await linesOf(tx, county, input.lines);
    const id = newId();
    await requireUnpaid(tx, county, { id, document }, lines);
    const number = `BT${day.slice(0, 4)}${String(await nextNumber(tx, county, 'subsidy')).padStart(5, '0')}`;
    const said = { by_person: by.person, at: now };
    await tx
      .insertInto('benefit.subsidy')
      .values({
        ...{ county, id, number, org, programme, document, mechanism, day, file, state: 'prepared', ...said },
        ...{ fen: lines.reduce((sum, line) => sum + line.fen, 0), approved_by: null, approved_at: null },
      })
      .execute();
    await tx
      .insertInto('benefit.subsidy_line')
      .values(
        lines.map(({ household, village, fen }, i) => ({
          ...{
            county,
            id: newId(),
            subsidy: id,
            n: i + 1,
            household,
            village,
            fen,
            words: '',
            reverses: null,
            ...said,
          },
        })),
      )
      .execute();
    await insertSubsidyMove(tx, { county, id }, null, 'prepared', { words: '', by: by.person, at: now });
    return id;
  });
  return subsidyView(at, by, county, id);
}

/** The households of the codes as they stand now. */
async function linesOf(tx: Tx, county: County, asked: readonly { household: string; fen: Fen }[]) {
  const codes = asked.map((one) => one.household.trim());
  const twice = codes.find((code, i) => codes.indexOf(code) < i);
  if (twice) throw refuse('subsidy-household-twice', { code: twice });
  const found = await tx
    .selectFrom('registry.household_facts as f')
    .leftJoin('registry.household_pointer as m', (join) =>
      join.onRef('m.county', '=', 'f.county').onRef('m.household', '=', 'f.household'),
    )
    .select(['f.household', 'f.village', 'f.code'])
    .where('f.county', '=', county)
    .where('f.code', 'in', codes)
    .where('m.into_household', 'is', null)
    .execute();
  const byCode = new Map(found.map((row) => [row.code as string, row]));
  const unknown = codes.filter((code) => !byCode.has(code));
  if (unknown.length > 0) throw refuse('subsidy-household-unknown', { codes: unknown.slice(0, 10).join('、') });
  return asked.map(({ fen }, i) => {
    const code = codes[i] as string;
    const row = byCode.get(code);
    return { household: row?.household as string, village: row?.village as string, code, fen };
  });
}
