import Type from 'typebox';
import type { RefusalTable } from '#platform/errors.ts';
import { contract } from '#platform/http/contract.ts';
import { County, Day, Fen, Id, Input, Nullable, RegionPrefix, SignedFen } from '#platform/http/schemas.ts';
import { incomes, mechanisms } from '../entries/entry-kinds.ts';

export const figureWays = ['village', 'category', 'mechanism', 'org', 'crop', 'month'] as const;
export type FigureWay = (typeof figureWays)[number];

const Count = Type.Integer();
const Year = Type.Integer({ minimum: 2000, maximum: 2999 });

/** Whose figures: a year of a county, or of a part of it; of one kind of income; whole, or of one mechanism, organisation or crop. */
export const FigureFilter = {
  /** default this year */
  year: Type.Optional(Year),
  /** default what was earned on a market */
  income: Type.Optional(Type.Enum(incomes)),
  /** a township's nine digits or a village's twelve */
  village: Type.Optional(RegionPrefix),
  mechanism: Type.Optional(Type.Enum(mechanisms)),
  org: Type.Optional(Id),
  crop: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
};

const Row = Type.Object({
  key: Type.String(),
  name: Type.String(),
  fen: SignedFen,
  /** the same months of the year before */
  beforeFen: SignedFen,
  entries: Count,
  /** reached: the year leaves them with more than nothing */
  households: Count,
  /** all that live there or are of this kind, reached or not; null where the heading is no group of people */
  allHouseholds: Nullable(Count),
  allPersons: Nullable(Count),
  perPersonFen: Nullable(SignedFen),
});

export const Figures = Type.Object({
  county: County,
  year: Year,
  /** the last month counted of this year, 12 of a past one; the year before is compared up to there */
  through: Count,
  income: Type.Enum(incomes),
  by: Type.Enum(figureWays),
  /** how many entries of the public log are in the figures */
  logSize: Count,
  fen: SignedFen,
  beforeFen: SignedFen,
  entries: Count,
  households: Count,
  /** of the whole year before */
  beforeHouseholds: Count,
  allHouseholds: Count,
  allPersons: Count,
  /** what was received ÷ all persons, reached or not; null where nobody is registered */
  perPersonFen: Nullable(SignedFen),
  /** the three kinds of income beside one another; they are never added up */
  incomes: Type.Array(Type.Object({ income: Type.Enum(incomes), fen: SignedFen, entries: Count, households: Count })),
  /** January first */
  months: Type.Array(Type.Object({ fen: SignedFen, beforeFen: SignedFen, households: Count })),
  /** households reached with one month of income, two, … twelve */
  steady: Type.Array(Count),
  /** the tenth of the households reached that received most, rounded up, and its part in basis points */
  topTenth: Type.Object({ households: Count, fen: Fen, shareBp: Nullable(Count) }),
  /** of the households whose income of the year was entered; null where none was */
  incomeShare: Nullable(
    Type.Object({
      households: Count,
      incomeFen: Fen,
      helpFen: SignedFen,
      shareBp: Count,
      sources: Type.Array(Type.String()),
    }),
  ),
  rows: Type.Array(Row),
});

const inCounty = Type.Object({ county: County });
const board = ['operator', 'platform', 'auditor'] as const;
const staff = ['operator', 'platform', 'auditor', 'cadre', 'keeper'] as const;

export const figureRoutes = contract({
  figures: {
    method: 'GET',
    path: '/api/counties/:county/benefit/figures',
    summary: '带动指标 County figures of a year',
    who: staff,
    params: inCounty,
    query: Input({ by: Type.Optional(Type.Enum(figureWays)), ...FigureFilter }),
    answer: Figures,
    refusals: ['one-cut-only'],
  },
  figuresSheet: {
    method: 'GET',
    path: '/api/counties/:county/benefit/figures.xlsx',
    summary: '带动指标 Excel County figures as a workbook',
    who: board,
    params: inCounty,
    query: Input(FigureFilter),
    refusals: ['one-cut-only'],
  },
  yearlyReport: {
    method: 'GET',
    path: '/api/counties/:county/benefit/report.html',
    summary: '年度帮扶报告（可打印）Yearly report, to print',
    who: board,
    wholeCounty: true,
    params: inCounty,
    query: Input({ year: Type.Optional(Year), lang: Type.Optional(Type.Enum(['zh', 'en'])) }),
  },
  householdIncomes: {
    method: 'GET',
    path: '/api/counties/:county/households/:id/incomes',
    summary: '农户年收入 Incomes of a household',
    who: staff,
    params: Type.Object({ county: County, id: Id }),
    answer: Type.Array(
      Type.Object({ year: Year, fen: Fen, source: Type.String(), on: Day, helpFen: SignedFen, shareBp: Count }),
    ),
    refusals: ['household-not-found'],
  },
  enterIncome: {
    method: 'POST',
    path: '/api/counties/:county/households/:id/incomes',
    summary: '登记农户年收入 Enter what a household’s income of a year was',
    who: ['operator', 'cadre'],
    params: Type.Object({ county: County, id: Id }),
    body: Input({
      year: Year,
      fen: Type.Integer({ minimum: 1, maximum: 1_000_000_000 }),
      /** who says so: a survey, the county's register */
      source: Type.String({ minLength: 2, maxLength: 60, pattern: '\\S' }),
    }),
    answer: Type.Object({ year: Year, fen: Fen, source: Type.String() }),
    refusals: ['household-not-found', 'income-year-not-over'],
  },
});

export const figureRefusals = {
  'one-cut-only': {
    status: 422,
    field: 'by',
    zh: '机制、组织、作物一次只能选一样',
    en: 'Of mechanism, organisation and crop only one at a time',
  },
  'income-year-not-over': {
    status: 422,
    field: 'year',
    zh: '{year} 年还没有过完，过完再登记全年收入',
    en: 'The year {year} is not over yet; its income is entered afterwards',
  },
} as const satisfies RefusalTable;
