import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Segmented } from 'antd';
import { useMemo } from 'react';
import { useNavigate } from 'react-router';
import {
  benefit,
  type FigureWay,
  figureWays,
  incomes,
  incomeWords,
  mechanisms,
  mechanismWords,
} from '#benefit/contract';
import type { BenefitFigures } from '../../api/answers.ts';
import { ahead, ask, given, oneOf } from '../../api/ask.ts';
import { count, today, yuan, yuanShort } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { Chart } from '../../parts/Chart.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import type { ChartOptions } from '../../parts/echarts.ts';
import { CountCell, MoneyCell } from '../../parts/money.tsx';
import { Figure, PageHeader, Part } from '../../parts/PageHeader.tsx';
import { Answer } from '../../parts/states.tsx';
import { useUrlState } from '../../parts/use-url-state.ts';
import { paths, withSearch } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { colour } from '../../theme.ts';

const thisYear = () => Number(today().slice(0, 4));
/** As far back as somebody may look without typing. */
const years = () => [0, 1, 2, 3].map((back) => thisYear() - back);

/** What the address asks for; a cut by one thing leaves the ways of cutting by the others out. */
function filterOf(url: URLSearchParams) {
  const year = Number(url.get('year'));
  return {
    year: Number.isInteger(year) && year >= 2000 && year <= 2999 ? year : thisYear(),
    income: oneOf(incomes, url.get('income')),
    village: given(url, 'village'),
    mechanism: oneOf(mechanisms, url.get('mechanism')),
    org: given(url, 'org'),
    crop: given(url, 'crop'),
  };
}

const cutOf = (url: URLSearchParams) => (['mechanism', 'org', 'crop'] as const).find((one) => url.get(one));

function wayOf(url: URLSearchParams): FigureWay {
  const way = oneOf(figureWays, url.get('by')) ?? 'village';
  const cut = cutOf(url);
  return cut && ['mechanism', 'org', 'crop'].includes(way) && way !== cut ? 'village' : way;
}

const figures = (county: number, url: URLSearchParams) =>
  ask('benefit', 'figures', { params: { county }, query: { ...filterOf(url), by: wayOf(url) } });

export const loader = ahead((county, url) => [figures(county, url)]);

type Row = BenefitFigures['rows'][number];

/** A year of the county: what reached households, how many, how steadily and how evenly; every figure opens its entries. */
export function Component() {
  const { t, say, locale, listed } = useWords();
  const { county, name, may } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...figures(county, state.params), placeholderData: keepPreviousData });
  const filter = filterOf(state.params);
  const way = wayOf(state.params);
  const { year, income = 'market', ...cuts } = filter;
  const entries = (more: object = {}) =>
    paths.benefitEntries(county, { income, ...cuts, from: `${year}-01`, to: `${year}-12`, ...more });
  const entriesOf = (row: Row) =>
    way === 'category'
      ? undefined
      : way === 'month'
        ? entries({ from: undefined, to: undefined, month: `${year}-${row.key}` })
        : entries({ [way]: row.key });
  const cut = cutOf(state.params);
  const peopled = way === 'village' || way === 'category';
  const nameOf = (row: Row) => (way === 'month' ? t('figures.month', { n: Number(row.key) }) : row.name);
  const columns: Column<Row>[] = [
    { key: 'name', title: t(`figures.by.${way}`), card: 'title', render: nameOf },
    {
      key: 'households',
      title: t('figures.reached'),
      align: 'right',
      render: (row) =>
        row.allHouseholds === null ? (
          <CountCell n={row.households} />
        ) : (
          <span className="num">{t('figures.of', { n: count(row.households), all: count(row.allHouseholds) })}</span>
        ),
    },
    ...(peopled
      ? [
          {
            key: 'perPerson',
            title: t('figures.perPerson'),
            align: 'right' as const,
            render: (row: Row) => (row.perPersonFen === null ? '—' : <MoneyCell fen={row.perPersonFen} />),
          },
        ]
      : []),
    {
      key: 'before',
      title: t('figures.before'),
      align: 'right',
      render: (row) => <MoneyCell fen={row.beforeFen} />,
    },
    {
      key: 'fen',
      title: t('benefit.money'),
      align: 'right',
      card: 'corner',
      render: (row) => <MoneyCell fen={row.fen} tone="strong" />,
    },
  ];
  return (
    <>
      <PageHeader
        title={t('figures.title', { county: name, year })}
        about={
          query.data ? t('figures.about', { month: query.data.through, size: count(query.data.logSize) }) : undefined
        }
        actions={
          may(benefit.figuresSheet) ? (
            <>
              <Button
                href={withSearch(`/api/counties/${county}/benefit/figures.xlsx`, { ...cuts, year, income })}
                download
              >
                {t('figures.sheet')}
              </Button>
              {may(benefit.yearlyReport) ? (
                <Button
                  type="primary"
                  href={withSearch(`/api/counties/${county}/benefit/report.html`, { year, lang: locale })}
                  target="_blank"
                >
                  {t('figures.report')}
                </Button>
              ) : null}
            </>
          ) : undefined
        }
      />
      <div className="list-tools">
        <Segmented
          aria-label={t('figures.year')}
          options={years()}
          value={year}
          onChange={(value) => state.set({ year: value === thisYear() ? undefined : value })}
        />
        <Segmented
          aria-label={t('figures.income')}
          options={incomes.map((value) => ({ value, label: say(incomeWords[value]) }))}
          value={income}
          onChange={(value) => state.set({ income: value === 'market' ? undefined : value })}
        />
        {cut ? (
          <button type="button" className="preset" onClick={() => state.set({ [cut]: undefined })}>
            {t('figures.only', {
              name:
                cut === 'mechanism' && filter.mechanism
                  ? say(mechanismWords[filter.mechanism])
                  : (state.get('name') ?? t(`figures.by.${cut}`)),
            })}{' '}
            ✕
          </button>
        ) : null}
        {filter.village ? (
          <button type="button" className="preset" onClick={() => state.set({ village: undefined })}>
            {t('figures.only', {
              name: query.data?.rows.find((row) => row.key === filter.village)?.name ?? t('note.village'),
            })}{' '}
            ✕
          </button>
        ) : null}
      </div>
      <Answer query={query} rows={6}>
        {(all) => (
          <>
            <div className="figures figures-big">
              <Figure
                label={say(incomeWords[all.income])}
                value={yuanShort(all.fen, locale)}
                to={entries()}
                tone="pine"
                note={t('figures.beforeIs', { money: yuanShort(all.beforeFen, locale) })}
              />
              <Figure
                label={t('figures.perPerson')}
                value={all.perPersonFen === null ? '—' : yuan(all.perPersonFen)}
                note={t('figures.perPersonHow', { n: count(all.allPersons) })}
              />
              <Figure
                label={t('figures.reached')}
                value={count(all.households)}
                note={t('figures.notReached', { n: count(Math.max(0, all.allHouseholds - all.households)) })}
              />
              <Figure
                label={t('figures.share')}
                value={all.incomeShare ? `${(all.incomeShare.shareBp / 100).toFixed(1)}%` : '—'}
                note={
                  all.incomeShare
                    ? t('figures.shareOf', {
                        n: count(all.incomeShare.households),
                        source: listed(all.incomeShare.sources),
                      })
                    : t('figures.shareUnknown')
                }
              />
              <Figure
                label={t('figures.topTenth')}
                value={all.topTenth.shareBp === null ? '—' : `${(all.topTenth.shareBp / 100).toFixed(1)}%`}
                note={t('figures.topTenthHow', { n: count(all.topTenth.households) })}
              />
              <Figure label={t('benefit.entries')} value={count(all.entries)} to={entries()} />
            </div>
            <p className="mute">
              {all.incomes
                .map((one) => t('figures.apartOne', { name: say(incomeWords[one.income]), money: yuan(one.fen) }))
                .join(' · ')}
              {' — '}
              {t('figures.apart')}
            </p>
            <div className="columns figures-charts">
              <Part title={t('figures.months')} question={t('figures.monthsAsk')}>
                <MonthChart
                  all={all}
                  open={(month) => entries({ from: undefined, to: undefined, month: `${year}-${month}` })}
                />
              </Part>
              <Part title={t('figures.steady')} question={t('figures.steadyAsk')}>
                <SteadyChart all={all} />
              </Part>
            </div>
          </>
        )}
      </Answer>
      <DataTable
        caption={t('figures.rows')}
        columns={columns}
        rows={query.data?.rows}
        state={state}
        query={query}
        rowKey={(row) => row.key}
        rowHref={entriesOf}
        extra={
          <Segmented
            aria-label={t('benefit.byWhat')}
            options={figureWays
              .filter((value) => !cut || value === cut || !['mechanism', 'org', 'crop'].includes(value))
              .map((value) => ({ value, label: t(`figures.by.${value}`) }))}
            value={way}
            onChange={(value) => state.set({ by: value === 'village' ? undefined : value })}
          />
        }
        empty={{ title: t('benefit.empty'), words: t('benefit.emptyWords') }}
      />
    </>
  );
}

const axis = {
  axisLine: { lineStyle: { color: colour.line } },
  axisTick: { show: false },
  axisLabel: { color: colour.mute },
};
const grid = { lineStyle: { color: '#eee7d9' } };
const bar = (fill: string) => ({
  type: 'bar' as const,
  itemStyle: { color: fill, borderRadius: [3, 3, 0, 0] },
  barMaxWidth: 16,
});
const LAST_YEAR = '#c3d4bf';

function MonthChart({ all, open }: { all: BenefitFigures; open: (month: string) => string }) {
  const { t, locale } = useWords();
  const navigate = useNavigate();
  const options = useMemo<ChartOptions>(
    () => ({
      tooltip: { trigger: 'axis', valueFormatter: (value) => yuan(Math.round(Number(value) * 100)) },
      xAxis: { type: 'category', data: all.months.map((_, i) => String(i + 1)), ...axis },
      yAxis: { type: 'value', splitLine: grid, axisLabel: { color: colour.mute } },
      series: [
        { ...bar(LAST_YEAR), name: String(all.year - 1), data: all.months.map((month) => month.beforeFen / 100) },
        { ...bar(colour.pine), name: String(all.year), data: all.months.map((month) => month.fen / 100) },
      ],
    }),
    [all],
  );
  return (
    <>
      <p className="legend">
        <span className="legend-dot" style={{ background: LAST_YEAR }} /> {all.year - 1}
        <span className="legend-dot" style={{ background: colour.pine }} /> {all.year}
      </p>
      <Chart
        options={options}
        words={t('figures.monthsWords', { year: all.year, money: yuanShort(all.fen, locale) })}
        onPick={(index) => void navigate(open(String(index + 1).padStart(2, '0')))}
      />
    </>
  );
}

function SteadyChart({ all }: { all: BenefitFigures }) {
  const { t } = useWords();
  const options = useMemo<ChartOptions>(
    () => ({
      tooltip: { trigger: 'axis' },
      xAxis: { type: 'category', data: all.steady.map((_, i) => String(i + 1)), ...axis },
      yAxis: { type: 'value', minInterval: 1, splitLine: grid, axisLabel: { color: colour.mute } },
      series: [{ ...bar(colour.pine), name: t('figures.reached'), data: [...all.steady] }],
    }),
    [all, t],
  );
  const months = all.steady.reduce((sum, n, i) => sum + n * (i + 1), 0);
  const mean = all.households > 0 ? (months / all.households).toFixed(1) : '0';
  return <Chart options={options} words={t('figures.steadyWords', { mean })} />;
}
