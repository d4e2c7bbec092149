import type { Static } from 'typebox';
import type { Actor } from '#platform/actor.ts';
import { monthOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { pipelined } from '#platform/database/pipelined.ts';
import { scoped, type Tx } from '#platform/db.ts';
import type { Lang } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { proportion } from '#platform/money.ts';
import { cropsByCode, organisationsById, regionNames } from '#registry';
import { householdCategoryWords } from '#registry/contract';
import { type Income, incomes, type Mechanism, mechanismWords } from '../entries/entry-kinds.ts';
import { readerScope } from '../entries/readers.ts';
import { refuse } from '../refuse.ts';

import type { Figures, FigureWay } from './figures.contract.ts';
import { type Cut, incomesOf, monthsOf, ofEachHousehold, peopleOf, type Sums, sumsBy } from './figures.queries.ts';

export interface FiguresAsked {
  county: County;
  by?: FigureWay;
  year?: number;
  income?: Income;
  village?: string;
  mechanism?: Mechanism;
  org?: string;
  crop?: string;
}

type Answer = Static<typeof Figures>;

/**
 * The figures of a year: what households received, how many were reached and how many not, how steadily and how evenly,
 * beside the same months of the year before, and by one heading. Sums that follow the public log (follow-log.ts).
 *
 * Per person is what was received ÷ all persons registered there, reached or not, as the county's yearly reports count
 * 人均; market income alone unless another kind is asked for. A household that moved counts in each of its villages.
 *
 * @throws Refusal `one-cut-only`
 */
export async function countyFigures(at: Context, by: Actor, asked: FiguresAsked, lang: Lang): Promise<Answer> {
  const { county } = asked;
  const scope = readerScope(by, county);
  const [thisYear, thisMonth] = monthOf(at.clock.now()).split('-').map(Number) as [number, number];
  const { year = thisYear, income = 'market', by: way = 'village' } = asked;
  const whole: Cut = {
    ...{ county, year, income, region: regionOf(county, scope, asked.village ?? '') },
    ...{ through: year === thisYear ? thisMonth : 12, ...cutOf(asked, way) },
  };
  const read = await scoped(at.db, scope, (tx) =>
    pipelined(tx, async (one) => {
      const [[sums = none], months, incomes, people, each, rows, head] = await Promise.all([
        sumsBy(one, whole, null),
        monthsOf(one, whole),
        incomesOf(one, whole),
        peopleOf(one, county, whole.region),
        ofEachHousehold(one, whole),
        rowsOf(one, whole, way),
        one.selectFrom('benefit.figures_head').select('size').executeTakeFirstOrThrow(),
      ]);
      return { sums, ...months, incomes, people, each, rows, logSize: head.size };
    }),
  );
  const { sums, people } = read;
  const { topFen, ...share } = read.each;
  const everybody = counted(people);
  const rows = way === 'month' ? monthRows(read.months) : peopled(read.rows, people, way);
  return {
    ...{ county, year, through: whole.through, income, by: way, logSize: read.logSize },
    ...{ fen: sums.fen, beforeFen: sums.beforeFen, entries: sums.entries },
    ...{ households: sums.households, beforeHouseholds: sums.beforeHouseholds },
    ...{ allHouseholds: everybody.households, allPersons: everybody.persons },
    perPersonFen: perPerson(sums.fen, everybody.persons),
    incomes: incomes.map(
      (one) => read.incomes.find((row) => row.income === one) ?? { income: one, fen: 0, entries: 0, households: 0 },
    ),
    ...{ months: read.months, steady: read.steady },
    topTenth: {
      ...{ households: Math.ceil(sums.households / 10), fen: topFen },
      shareBp: sums.fen > 0 ? bp(topFen, sums.fen) : null,
    },
    incomeShare:
      share.households > 0
        ? { ...share, sources: share.sources ?? [], shareBp: bp(Math.max(0, share.helpFen), share.incomeFen) }
        : null,
    rows: await withNames(at, county, rows, way, lang),
  };
}

const none: Sums = { key: '', fen: 0, beforeFen: 0, entries: 0, households: 0, beforeHouseholds: 0 };
const bp = (part: number, of: number) => proportion(part, 10_000, of);
const perPerson = (fen: number, persons: number) =>
  persons === 0 ? null : Math.sign(fen) * proportion(Math.abs(fen), 1, persons);

/** The region that is asked for, as far as the reader may see of it. */
function regionOf(county: County, scope: string, asked: string): string {
  const region = String(county).startsWith(asked) ? String(county) : asked;
  return scope.startsWith(region) ? scope : region;
}

/** @throws Refusal `one-cut-only` where the figures would have to be cut two ways at once, which they are not kept for */
function cutOf(asked: FiguresAsked, way: FigureWay): Pick<Cut, 'dimension' | 'key'> {
  const cuts = (['mechanism', 'org', 'crop'] as const).flatMap((dimension) => {
    const key = asked[dimension];
    return key ? [{ dimension, key }] : [];
  });
  const [cut] = cuts;
  const across = way === 'mechanism' || way === 'org' || way === 'crop';
  if (cuts.length > 1 || (cut && across && cut.dimension !== way)) throw refuse('one-cut-only');
  return cut ?? { dimension: 'all', key: '' };
}

function rowsOf(tx: Tx, whole: Cut, way: FigureWay): Promise<Sums[]> {
  if (way === 'month') return Promise.resolve([]);
  if (way === 'village' || way === 'category') return sumsBy(tx, whole, way);
  const { key, ...cut } = whole;
  return sumsBy(tx, { ...cut, dimension: way, ...(whole.dimension === way && { key }) }, 'key');
}

type Row = Omit<Answer['rows'][number], 'name'>;
type People = Awaited<ReturnType<typeof peopleOf>>;

const counted = (people: People) => ({
  households: people.reduce((sum, one) => sum + one.households, 0),
  persons: people.reduce((sum, one) => sum + one.persons, 0),
});

/** Rows with those who live there beside those who were reached; villages that nothing reached are rows too. */
function peopled(rows: readonly Sums[], people: People, way: FigureWay): Row[] {
  if (way !== 'village' && way !== 'category') {
    return rows
      .map(({ beforeHouseholds: _, ...row }) => ({ ...row, allHouseholds: null, allPersons: null, perPersonFen: null }))
      .sort(byFen);
  }
  const groups = Map.groupBy(people, (one) => one[way]);
  const known = new Map(rows.map((row) => [row.key, row]));
  return [...new Set([...known.keys(), ...groups.keys()])]
    .map((key) => {
      const { beforeHouseholds: _, ...row } = known.get(key) ?? { ...none, key };
      const { households, persons } = counted(groups.get(key) ?? []);
      return { ...row, allHouseholds: households, allPersons: persons, perPersonFen: perPerson(row.fen, persons) };
    })
    .sort(byFen);
}

const byFen = (a: Row, b: Row) => b.fen - a.fen || (a.key < b.key ? -1 : 1);

const monthRows = (months: Answer['months']): Row[] =>
  months.map((month, i) => ({
    ...{ key: String(i + 1).padStart(2, '0'), ...month, entries: 0 },
    ...{ allHouseholds: null, allPersons: null, perPersonFen: null },
  }));

async function withNames(at: Context, county: County, rows: readonly Row[], way: FigureWay, lang: Lang) {
  const keys = rows.map((row) => row.key);
  const names = await namesOf(at, county, keys, way, lang);
  return rows.map((row) => ({ ...row, name: names.get(row.key) ?? row.key }));
}

async function namesOf(
  { db }: Context,
  county: County,
  keys: readonly string[],
  way: FigureWay,
  lang: Lang,
): Promise<Map<string, string>> {
  const from = <T>(found: ReadonlyMap<string, T>, name: (one: T) => string) =>
    new Map([...found].map(([key, one]) => [key, name(one)]));
  switch (way) {
    case 'village':
      return from(await regionNames(db, keys), (one) => one.name);
    case 'org':
      return from(await organisationsById(db, county, keys), (one) => one.name);
    case 'crop':
      return from(await cropsByCode(db), (one) => (lang === 'zh' ? one.nameZh : one.nameEn));
    case 'mechanism':
      return new Map(Object.entries(mechanismWords).map(([key, words]) => [key, words[lang]]));
    case 'category':
      return new Map(Object.entries(householdCategoryWords).map(([key, words]) => [key, words[lang]]));
    case 'month':
      return new Map();
  }
}
