import type { Cell, Sheet } from 'write-excel-file/node';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import type { Lang } from '#platform/errors.ts';
import { headRow, workbook, yuanCell } from '#platform/sheet.ts';
import { FEWEST_HOUSEHOLDS } from '#registry';
import type { Income } from '../entries/entry-kinds.ts';
import { countyFigures, type FiguresAsked } from './figures.ts';
import { reportWords } from './report-words.ts';
import { tellable } from './tellable.ts';

const share = (bp: number | null): Cell => (bp === null ? '—' : { value: bp / 10_000, type: Number, format: '0.0%' });

/**
 * A year's figures as a workbook: one sheet of the figures and one for each way of cutting them that the filter leaves.
 * A workbook is passed on, so rows of fewer than three households are not in it.
 *
 * @throws Refusal `one-cut-only`
 */
export async function figuresSheet(
  at: Context,
  by: Actor,
  asked: FiguresAsked,
  lang: Lang,
): Promise<{ name: string; bytes: Buffer }> {
  const say = reportWords[lang];
  const cut = asked.mechanism || asked.org || asked.crop;
  const ways = (['village', 'category', 'mechanism', 'org', 'crop'] as const).filter(
    (way) => !cut || way === 'village' || way === 'category',
  );
  const all = await Promise.all(ways.map((way) => countyFigures(at, by, { ...asked, by: way }, lang)));
  const whole = all[0] as (typeof all)[number];
  const incomeCell = (income: Income): Cell => {
    const { fen = 0, households = 0 } = whole.incomes.find((one) => one.income === income) ?? {};
    return households > 0 && households < FEWEST_HOUSEHOLDS ? '—' : yuanCell(fen);
  };
  const lines: Cell[][] = [
    headRow([say.item, say.value, say.before]),
    [say.fen, incomeCell('market'), whole.income === 'market' ? yuanCell(whole.beforeFen) : null],
    [say.in_kind, incomeCell('in_kind'), null],
    [say.subsidy, incomeCell('subsidy'), null],
    [say.perPerson, yuanCell(whole.perPersonFen), null],
    [say.people, whole.allPersons, null],
    [say.households, whole.households, whole.beforeHouseholds],
    [say.notReached, Math.max(0, whole.allHouseholds - whole.households), null],
    [say.meanMonths, meanMonths(whole.steady, whole.households), null],
    [say.topTenth, share(whole.topTenth.shareBp), null],
    [say.incomeShare, share(whole.incomeShare?.shareBp ?? null), null],
    [say.entries, whole.entries, null],
    [say.logSize, whole.logSize, null],
    [],
    [say.through(whole.through)],
    [say.perPersonHow],
    [say.apart],
    [say.withheld],
    [
      whole.incomeShare
        ? say.incomeKnown(whole.incomeShare.households, whole.incomeShare.sources.join('、'))
        : say.incomeUnknown,
    ],
  ];
  const sheets: Sheet<Buffer>[] = [
    { sheet: say.figures, columns: [{ width: 34 }, { width: 18 }, { width: 18 }], data: lines },
    ...all.map((figures): Sheet<Buffer> => {
      const told = tellable(figures.rows);
      return {
        sheet: say.by[figures.by],
        columns: [30, 16, 16, 14, 14, 14, 14].map((width) => ({ width })),
        stickyRowsCount: 1,
        data: [
          headRow(say.columns),
          ...figures.rows.map((row): Cell[] =>
            told.has(row)
              ? [
                  ...[row.name, yuanCell(row.fen), yuanCell(row.beforeFen), row.households],
                  ...[row.allHouseholds, row.allPersons, yuanCell(row.perPersonFen)],
                ]
              : [row.name, '—', '—', '—', row.allHouseholds, row.allPersons, '—'],
          ),
        ],
      };
    }),
  ];
  return { name: `figures-${asked.county}-${whole.year}.xlsx`, bytes: await workbook(sheets) };
}

/** Of the households reached, in how many months on average they had income; with one decimal. */
export function meanMonths(steady: readonly number[], households: number): number | null {
  if (households === 0) return null;
  const months = steady.reduce((sum, n, i) => sum + n * (i + 1), 0);
  return Math.round((months / households) * 10) / 10;
}
