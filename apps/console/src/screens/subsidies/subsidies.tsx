import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { benefit, mechanismWords, subsidyMoves, subsidyStates } from '#benefit/contract';
import type { SubsidyRow } from '../../api/answers.ts';
import { ahead, ask, given, oneOf } from '../../api/ask.ts';
import { useWords } from '../../i18n/index.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { PrepareSubsidy } from './PrepareSubsidy.tsx';
import { subsidyTones } from './subsidy-tones.ts';

const list = (county: number, url: URLSearchParams) =>
  ask('benefit', 'subsidies', {
    params: { county },
    query: { ...pageOf(url), state: oneOf(subsidyStates, url.get('state')), q: given(url, 'q') },
  });

export const loader = ahead((county, url) => [list(county, url)]);

/** Public money paid to households, list by list; what waits for a second person first. */
export function Component() {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const navigate = useNavigate();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const [adding, setAdding] = useState(false);
  const columns: Column<SubsidyRow>[] = [
    { key: 'programme', title: t('sub.programme'), card: 'title', render: (one) => one.programme },
    { key: 'document', title: t('sub.document'), card: 'wide', render: (one) => one.document },
    { key: 'mechanism', title: t('sub.mechanism'), card: 'wide', render: (one) => say(mechanismWords[one.mechanism]) },
    { key: 'day', title: t('sub.day'), render: (one) => <span className="num">{one.day}</span> },
    { key: 'households', title: t('agr.households'), align: 'right', render: (one) => one.households },
    {
      key: 'state',
      title: t('agr.state'),
      render: (one) => <StatusTag tone={subsidyTones[one.state]}>{say(subsidyMoves.states[one.state])}</StatusTag>,
    },
    {
      key: 'fen',
      title: t('benefit.money'),
      align: 'right',
      card: 'corner',
      render: (one) => <MoneyCell fen={one.fen - one.takenBackFen} tone="strong" />,
    },
  ];
  return (
    <>
      <PageHeader
        title={t('menu.subsidies')}
        about={t('sub.about')}
        actions={
          may(benefit.prepareSubsidy) ? (
            <Button type="primary" onClick={() => setAdding(true)}>
              {t('sub.new')}
            </Button>
          ) : null
        }
      />
      <DataTable
        caption={t('menu.subsidies')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(one) => one.id}
        rowHref={(one) => paths.subsidy(county, one.id)}
        search={t('sub.search')}
        filters={[
          {
            key: 'state',
            label: t('agr.state'),
            options: subsidyStates.map((value) => ({ value, label: say(subsidyMoves.states[value]) })),
          },
        ]}
        empty={{ title: t('sub.none'), words: t('sub.noneWords') }}
      />
      {adding ? (
        <PrepareSubsidy onClose={() => setAdding(false)} onDone={(id) => void navigate(paths.subsidy(county, id))} />
      ) : null}
    </>
  );
}
