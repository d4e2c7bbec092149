import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { caseKinds, caseKindWords, caseMoves, caseStates } from '#trade/contract';
import type { CaseRow } from '../../api/answers.ts';
import { ahead, ask, given, oneOf } from '../../api/ask.ts';
import { dayTime } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { caseTones, isLate, partyWords, timeLeft } from './words.ts';

const list = (county: number, url: URLSearchParams) =>
  ask('trade', 'cases', {
    params: { county },
    query: {
      ...pageOf(url),
      state: oneOf(caseStates, url.get('state')),
      kind: oneOf(caseKinds, url.get('kind')),
      show: oneOf(['open', 'late'], url.get('show')),
      q: given(url, 'q'),
    },
  });

export const loader = ahead((county, url) => [list(county, url)]);

/** After-sale cases, what is due first comes first. */
export function Component() {
  const { t, say } = useWords();
  const { county } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const now = Date.now();
  const columns: Column<CaseRow>[] = [
    {
      key: 'number',
      title: t('case.number'),
      width: 140,
      render: (c) => <span className="num">{c.number}</span>,
      card: 'line',
    },
    { key: 'kind', title: t('case.kind'), width: 100, render: (c) => say(caseKindWords[c.kind]), card: 'line' },
    { key: 'what', title: t('case.what'), card: 'title', render: (c) => say({ zh: c.summary, en: c.summaryEn }) },
    { key: 'seller', title: t('case.seller'), card: 'wide', render: (c) => c.orgName },
    {
      key: 'state',
      title: t('case.state'),
      width: 120,
      card: 'corner',
      render: (c) => <StatusTag tone={caseTones[c.state]}>{say(caseMoves.states[c.state])}</StatusTag>,
    },
    {
      key: 'waits',
      title: t('case.waits'),
      width: 90,
      render: (c) => (c.waitsFor ? partyWords(c.waitsFor, t) : '—'),
    },
    {
      key: 'due',
      title: t('case.due'),
      width: 100,
      render: (c) => <span className={isLate(c, now) ? 'num bad' : 'num'}>{timeLeft(c, now, t)}</span>,
    },
    {
      key: 'fen',
      title: t('case.asked'),
      align: 'right',
      render: (c) => <MoneyCell fen={c.grantedFen ?? c.askedFen} tone="strong" />,
    },
    {
      key: 'opened',
      title: t('case.opened'),
      width: 140,
      card: 'none',
      render: (c) => <span className="num">{dayTime(c.openedAt)}</span>,
    },
  ];
  const late = query.data?.late ?? 0;
  return (
    <>
      <PageHeader
        title={t('menu.cases')}
        about={t('case.about')}
        tags={late > 0 ? <StatusTag tone="stop">{t('case.late', { n: late })}</StatusTag> : undefined}
      />
      <DataTable
        caption={t('menu.cases')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(c) => c.id}
        rowHref={(c) => paths.case(county, c.id)}
        search={t('case.search')}
        filters={[
          {
            key: 'show',
            label: t('case.show'),
            options: [
              { value: 'open', label: t('case.showOpen') },
              { value: 'late', label: t('case.showLate') },
            ],
          },
          {
            key: 'state',
            label: t('case.state'),
            options: caseStates.map((value) => ({ value, label: say(caseMoves.states[value]) })),
          },
          {
            key: 'kind',
            label: t('case.kind'),
            options: caseKinds.map((value) => ({ value, label: say(caseKindWords[value]) })),
          },
        ]}
        empty={{ title: t('case.empty'), words: t('case.emptyWords') }}
      />
    </>
  );
}
