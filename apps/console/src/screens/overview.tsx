import { useQuery } from '@tanstack/react-query';
import { Input, Segmented } from 'antd';
import { useMemo } from 'react';
import { Link, useNavigate } from 'react-router';
import { catalog } from '#catalog/contract';
import { registry } from '#registry/contract';
import { trade } from '#trade/contract';
import type { Overview } from '../api/answers.ts';
import { ahead, ask, dayOf } from '../api/ask.ts';
import { addDays, count, ofHundred, shortDay, today, weightRound, yuan, yuanShort } from '../format.ts';
import { useWords } from '../i18n/index.tsx';
import { Chart } from '../parts/Chart.tsx';
import { ShortTable } from '../parts/DataTable.tsx';
import type { ChartOptions } from '../parts/echarts.ts';
import { FarmShare } from '../parts/FarmShare.tsx';
import { CountCell, MoneyCell, WeightCell } from '../parts/money.tsx';
import { Figure, PageHeader, Part } from '../parts/PageHeader.tsx';
import { Answer } from '../parts/states.tsx';
import { useUrlState } from '../parts/use-url-state.ts';
import { paths } from '../paths.ts';
import { useCounty } from '../session/session.ts';
import { colour } from '../theme.ts';

const spans = [7, 30, 90] as const;
const rangeOf = (url: URLSearchParams) => ({
  from: dayOf(url, 'from') ?? addDays(today(), -29),
  to: dayOf(url, 'to') ?? today(),
});
const overview = (county: number, url: URLSearchParams) =>
  ask('insight', 'overview', { params: { county }, query: rangeOf(url) });
const farmShare = (county: number) => ask('benefit', 'countyFarmShare', { params: { county } });

export const loader = ahead((county, url) => [overview(county, url), farmShare(county)]);

/** The county at a glance; every figure opens the rows behind it. */
export function Component() {
  const { t, locale } = useWords();
  const { county, name } = useCounty();
  const state = useUrlState();
  const query = useQuery(overview(county, state.params));
  const share = useQuery(farmShare(county));
  const range = rangeOf(state.params);
  const span = spans.find((days) => range.to === today() && range.from === addDays(today(), 1 - days));
  return (
    <>
      <PageHeader
        title={t('overview.title', { county: name })}
        about={t('overview.range', { from: shortDay(range.from, locale), to: shortDay(range.to, locale) })}
        actions={
          <div className="range">
            <Segmented
              aria-label={t('overview.span')}
              options={spans.map((days) => ({ value: days, label: t('overview.days', { n: days }) }))}
              value={span}
              onChange={(days) => state.set({ from: addDays(today(), 1 - days), to: undefined })}
            />
            <Input
              type="date"
              aria-label={t('overview.fromDay')}
              value={range.from}
              max={range.to}
              onChange={(e) => state.set({ from: e.target.value || undefined })}
            />
            <Input
              type="date"
              aria-label={t('overview.toDay')}
              value={range.to}
              min={range.from}
              onChange={(e) => state.set({ to: e.target.value || undefined })}
            />
          </div>
        }
      />
      <Answer query={query} rows={8}>
        {(all) => (
          <>
            {all.orders === 0 && all.purchases === 0 ? <Start /> : <Todo all={all} />}
            <div className="figures figures-big">
              <Figure
                label={t('overview.paid')}
                value={yuanShort(all.paidFen, locale)}
                to={paths.orders(county, { from: all.from, to: all.to })}
                tone="persimmon"
                note={
                  all.refundedFen > 0 ? t('overview.refunded', { money: yuan(all.refundedFen) }) : t('overview.sandbox')
                }
              />
              <Figure
                label={t('overview.orders')}
                value={count(all.orders)}
                to={paths.orders(county, { from: all.from, to: all.to })}
                note={t('overview.buyers', { buyers: all.buyers, provinces: all.provinces })}
              />
              <Figure
                label={t('overview.householdMoney')}
                value={yuanShort(all.householdFen, locale)}
                to={paths.benefit(county, { from: all.from.slice(0, 7), to: all.to.slice(0, 7) })}
                tone="pine"
                note={t('overview.householdMoneyWords')}
              />
              <Figure
                label={t('overview.households')}
                value={count(all.households)}
                to={paths.benefit(county, { by: 'village', from: all.from.slice(0, 7), to: all.to.slice(0, 7) })}
                note={t('overview.householdKinds', {
                  lifted: all.liftedHouseholds,
                  monitored: all.monitoredHouseholds,
                })}
              />
              <Figure
                label={t('overview.bought')}
                value={weightRound(all.boughtGrams, locale)}
                to={paths.notes(county)}
                note={t('overview.notes', { n: all.purchases })}
              />
              <Figure
                label={t('overview.share')}
                value={all.shareBp === null ? t('share.unknownShort') : ofHundred(all.shareBp / 10)}
                to={paths.orders(county, { state: 'received', from: all.from, to: all.to })}
                tone="pine"
                note={t('overview.shareWords')}
              />
            </div>
            <div className="columns">
              <div className="stack">
                <Part title={t('overview.moneyTitle')} question={t('overview.moneyQuestion')}>
                  <MoneyChart all={all} county={county} />
                </Part>
                <Part title={t('overview.shareTitle')} question={t('overview.shareQuestion')}>
                  {all.days.some((d) => d.shareBp !== null) ? (
                    <ShareChart all={all} county={county} />
                  ) : (
                    <p className="share-unknown">{t('share.unknown')}</p>
                  )}
                </Part>
              </div>
              <div className="stack">
                <Part title={t('overview.priceTitle')} question={t('overview.priceQuestion')}>
                  <Answer query={share} rows={2}>
                    {(known) => <FarmShare share={known} />}
                  </Answer>
                </Part>
                <Part title={t('overview.townships')} question={t('overview.townshipsQuestion')}>
                  <ShortTable
                    caption={t('overview.townships')}
                    rows={[...all.townships].sort((a, b) => b.fen - a.fen)}
                    rowKey={(x) => x.code}
                    rowHref={(x) => paths.benefit(county, { by: 'village', township: x.code.slice(0, 9) })}
                    empty={t('overview.noTownships')}
                    columns={[
                      { key: 'name', title: t('region.township'), card: 'title', render: (x) => x.name },
                      {
                        key: 'households',
                        title: t('benefit.households'),
                        align: 'right',
                        render: (x) => <CountCell n={x.households} />,
                      },
                      {
                        key: 'grams',
                        title: t('overview.boughtShort'),
                        align: 'right',
                        render: (x) => <WeightCell grams={x.boughtGrams} />,
                      },
                      {
                        key: 'fen',
                        title: t('benefit.money'),
                        align: 'right',
                        card: 'corner',
                        render: (x) => <MoneyCell fen={x.fen} tone="strong" />,
                      },
                    ]}
                  />
                </Part>
              </div>
            </div>
          </>
        )}
      </Answer>
    </>
  );
}

/** Nothing was bought or sold: what a county that has just opened does first. */
function Start() {
  const { t } = useWords();
  const { county, may } = useCounty();
  const steps = [
    { label: t('start.organisations'), to: paths.organisations(county), shown: may(registry.addOrganisation) },
    { label: t('start.households'), to: paths.households(county), shown: may(registry.addHousehold) },
    { label: t('start.prices'), to: paths.prices(county), shown: may(catalog.setReferencePrice) },
    { label: t('start.rules'), to: paths.rules(county), shown: may(trade.addSettlementRule) },
    { label: t('start.products'), to: paths.products(county), shown: may(catalog.addProduct) },
  ].filter((step) => step.shown);
  return (
    <section className="start">
      <p>{t('start.nothing')}</p>
      {steps.length > 0 ? (
        <ol>
          {steps.map((step, i) => (
            <li key={step.to}>
              <Link className="button-link" to={step.to}>
                {i + 1}. {step.label}
              </Link>
            </li>
          ))}
        </ol>
      ) : null}
    </section>
  );
}

/** What waits for someone; nothing waiting is said once, not shown as noughts. */
function Todo({ all }: { all: Overview }) {
  const { t } = useWords();
  const { county } = useCounty();
  const waiting = [
    { n: all.toReview, label: t('overview.toReview'), to: paths.products(county, { state: 'review' }) },
    { n: all.toPack, label: t('overview.toPack'), to: paths.packing(county) },
    { n: all.toSend, label: t('overview.toSend'), to: paths.packing(county, { tab: 'send' }) },
  ].filter((x) => x.n > 0);
  if (waiting.length === 0) return <p className="todo mute">{t('overview.nothingWaits')}</p>;
  return (
    <ul className="todo">
      {waiting.map((x) => (
        <li key={x.label}>
          <Link to={x.to}>
            <b className="num">{count(x.n)}</b> {x.label}
          </Link>
        </li>
      ))}
    </ul>
  );
}

const axisStyle = {
  axisLine: { lineStyle: { color: colour.line } },
  axisTick: { show: false },
  axisLabel: { color: colour.mute },
};

function MoneyChart({ all, county }: { all: Overview; county: number }) {
  const { t, locale } = useWords();
  const navigate = useNavigate();
  const options = useMemo<ChartOptions>(
    () => ({
      tooltip: {
        trigger: 'axis',
        valueFormatter: (value) => yuan(Math.round(Number(value) * 100)),
      },
      xAxis: { type: 'category', data: all.days.map((d) => shortDay(d.day, locale)), ...axisStyle },
      yAxis: {
        type: 'value',
        splitLine: { lineStyle: { color: '#eee7d9' } },
        axisLabel: { color: colour.mute, formatter: (value: number) => `¥${value}` },
      },
      series: [
        {
          name: t('overview.paid'),
          type: 'bar',
          data: all.days.map((d) => d.paidFen / 100),
          itemStyle: { color: '#dba08a', borderRadius: [3, 3, 0, 0] },
          barMaxWidth: 14,
        },
        {
          name: t('overview.householdMoney'),
          type: 'bar',
          data: all.days.map((d) => d.householdFen / 100),
          itemStyle: { color: colour.pine, borderRadius: [3, 3, 0, 0] },
          barMaxWidth: 14,
        },
      ],
    }),
    [all, locale, t],
  );
  return (
    <>
      <p className="legend">
        <span className="legend-dot" style={{ background: '#dba08a' }} /> {t('overview.paid')}
        <span className="legend-dot" style={{ background: colour.pine }} /> {t('overview.householdMoney')}
      </p>
      <Chart
        options={options}
        words={t('overview.moneyWords', {
          paid: yuan(all.paidFen),
          household: yuan(all.householdFen),
          days: all.days.length,
        })}
        onPick={(index) => {
          const day = all.days[index]?.day;
          if (day) void navigate(paths.orders(county, { from: day, to: day }));
        }}
      />
    </>
  );
}

function ShareChart({ all, county }: { all: Overview; county: number }) {
  const { t, locale } = useWords();
  const navigate = useNavigate();
  const options = useMemo<ChartOptions>(
    () => ({
      tooltip: {
        trigger: 'axis',
        valueFormatter: (value) =>
          value === undefined || value === null ? '—' : t('overview.shareOf', { share: Number(value).toFixed(1) }),
      },
      xAxis: { type: 'category', data: all.days.map((d) => shortDay(d.day, locale)), ...axisStyle },
      yAxis: {
        type: 'value',
        min: 0,
        max: 100,
        splitLine: { lineStyle: { color: '#eee7d9' } },
        axisLabel: { color: colour.mute },
      },
      series: [
        {
          name: t('overview.share'),
          type: 'line',
          data: all.days.map((d) => (d.shareBp === null ? null : d.shareBp / 100)),
          connectNulls: true,
          symbolSize: 7,
          lineStyle: { color: colour.pine, width: 2 },
          itemStyle: { color: colour.pine },
        },
      ],
    }),
    [all, locale, t],
  );
  return (
    <Chart
      options={options}
      height={200}
      words={all.shareBp === null ? t('share.unknown') : t('share.sentence', { share: ofHundred(all.shareBp / 10) })}
      onPick={(index) => {
        const day = all.days[index]?.day;
        if (day) void navigate(paths.orders(county, { from: day, to: day }));
      }}
    />
  );
}
