import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { incomes, incomeWords, mechanisms, mechanismWords } from '#benefit/contract';
import { ledger } from '#ledger/contract';
import type { BenefitEntry } from '../../api/answers.ts';
import { ahead, ask, given, monthOf, oneOf } from '../../api/ask.ts';
import { dayTime } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { useCrops } from '../../parts/crops.ts';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { EntryEvidence } from '../ledger/evidence.tsx';

const list = (county: number, url: URLSearchParams) =>
  ask('benefit', 'entries', {
    params: { county },
    query: {
      ...pageOf(url),
      mechanism: oneOf(mechanisms, url.get('mechanism')),
      village: given(url, 'village'),
      month: monthOf(url, 'month'),
      household: given(url, 'household'),
      from: monthOf(url, 'from'),
      to: monthOf(url, 'to'),
      org: given(url, 'org'),
      crop: given(url, 'crop'),
      income: oneOf(incomes, url.get('income')),
    },
  });

export const loader = ahead((county, url) => [list(county, url)]);

/** Every entry of household income with its mechanism and its evidence. */
export function Component() {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const state = useUrlState();
  const crops = useCrops();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const columns: Column<BenefitEntry>[] = [
    {
      key: 'at',
      card: 'wide',
      title: t('ledger.at'),
      width: 140,
      render: (e) => <span className="num">{dayTime(e.at)}</span>,
    },
    {
      key: 'household',
      title: t('note.household'),
      card: 'title',
      render: (e) => <Link to={paths.household(county, e.household, { tab: 'statement' })}>{e.householdCode}</Link>,
    },
    { key: 'village', title: t('note.village'), render: (e) => e.villageName },
    {
      key: 'mechanism',
      title: t('benefit.by.mechanism'),
      render: (e) => (
        <>
          <StatusTag tone="good">{say(mechanismWords[e.mechanism])}</StatusTag>
          {e.income === 'market' ? null : <small className="mute"> {say(incomeWords[e.income])}</small>}
        </>
      ),
    },
    {
      key: 'evidence',
      title: t('ledger.evidence'),
      render: (e) => <EntryEvidence of={e} />,
    },
    ...(may(ledger.transfer)
      ? [
          {
            key: 'transfer',
            title: t('menu.ledger'),
            render: (e: BenefitEntry) => <Link to={paths.transfer(county, e.transfer)}>{t('benefit.transfer')}</Link>,
          },
        ]
      : []),
    {
      key: 'fen',
      title: t('benefit.money'),
      align: 'right',
      card: 'corner',
      render: (e) => <MoneyCell fen={e.fen} tone="strong" />,
    },
  ];
  return (
    <>
      <PageHeader
        title={t('benefit.allEntries')}
        about={t('benefit.entriesAbout')}
        back={{ to: paths.benefit(county), label: t('menu.benefit') }}
      />
      <DataTable
        caption={t('benefit.allEntries')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(e) => e.id}
        filters={[
          {
            key: 'mechanism',
            label: t('benefit.by.mechanism'),
            options: mechanisms.map((value) => ({ value, label: say(mechanismWords[value]) })),
          },
          {
            key: 'income',
            label: t('figures.income'),
            options: incomes.map((value) => ({ value, label: say(incomeWords[value]) })),
          },
          { key: 'month', label: t('benefit.by.month'), type: 'month' },
        ]}
        extra={
          <>
            {state.get('village') ? (
              <button type="button" className="preset" onClick={() => state.set({ village: undefined })}>
                {t('benefit.oneVillage', { name: query.data?.rows[0]?.villageName ?? state.get('village') ?? '' })} ✕
              </button>
            ) : null}
            {state.get('from') || state.get('to') ? (
              <button type="button" className="preset" onClick={() => state.set({ from: undefined, to: undefined })}>
                {state.get('from')} – {state.get('to')} ✕
              </button>
            ) : null}
            {state.get('org') ? (
              <button type="button" className="preset" onClick={() => state.set({ org: undefined })}>
                {t('figures.only', { name: query.data?.rows[0]?.orgName ?? t('figures.by.org') })} ✕
              </button>
            ) : null}
            {state.get('crop') ? (
              <button type="button" className="preset" onClick={() => state.set({ crop: undefined })}>
                {t('figures.only', { name: crops.name(state.get('crop') ?? '') })} ✕
              </button>
            ) : null}
            {state.get('household') ? (
              <button type="button" className="preset" onClick={() => state.set({ household: undefined })}>
                {t('benefit.oneHousehold', { code: query.data?.rows[0]?.householdCode ?? '' })} ✕
              </button>
            ) : null}
          </>
        }
        empty={{ title: t('benefit.empty'), words: t('benefit.emptyWords') }}
      />
    </>
  );
}
