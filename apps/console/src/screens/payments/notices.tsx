import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { noticeKinds } from '#trade/contract';
import type { NoticeRow } from '../../api/answers.ts';
import { ahead, ask, dayOf, oneOf } from '../../api/ask.ts';
import { dayTime } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { outcomeTones, providers, wordOf } from './words.ts';

const list = (county: number, url: URLSearchParams) =>
  ask('trade', 'notices', {
    params: { county },
    query: {
      ...pageOf(url),
      kind: oneOf(noticeKinds, url.get('kind')),
      provider: oneOf(providers, url.get('provider')),
      day: dayOf(url, 'day'),
    },
  });

export const loader = ahead((county, url) => [list(county, url)]);

/** What providers told us, and what we found by asking; those that wait or went wrong can be picked out. */
export function Component() {
  const { t } = useWords();
  const { county } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const columns: Column<NoticeRow>[] = [
    {
      key: 'received',
      title: t('pays.receivedAt'),
      width: 150,
      card: 'title',
      render: (n) => <span className="num">{dayTime(n.receivedAt)}</span>,
    },
    { key: 'provider', title: t('pays.provider'), render: (n) => wordOf(t, 'provider', n.provider) },
    { key: 'how', title: t('pays.noticeHow'), render: (n) => t(n.asked ? 'pays.asked' : 'pays.sent') },
    {
      key: 'outcome',
      title: t('pays.outcome'),
      card: 'corner',
      render: (n) => {
        const outcome = n.outcome ?? 'waiting';
        return <StatusTag tone={outcomeTones[outcome] ?? 'quiet'}>{wordOf(t, 'pays.outcome', outcome)}</StatusTag>;
      },
    },
    {
      key: 'applied',
      title: t('pays.appliedAt'),
      card: 'none',
      render: (n) => <span className="num">{n.appliedAt ? dayTime(n.appliedAt) : '—'}</span>,
    },
    {
      key: 'number',
      title: t('pays.number'),
      card: 'wide',
      render: (n) => <span className="num mute">{n.notice}</span>,
    },
  ];
  return (
    <>
      <PageHeader
        title={t('pays.notices')}
        about={t('pays.noticesAbout')}
        back={{ to: paths.payments(county), label: t('menu.payments') }}
      />
      <DataTable
        caption={t('pays.notices')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(n) => n.id}
        rowHref={(n) => (n.payment ? paths.payment(county, n.payment) : undefined)}
        filters={[
          {
            key: 'kind',
            label: t('pays.noticeKind'),
            options: noticeKinds.map((value) => ({ value, label: t(`pays.kind.${value}`) })),
          },
          {
            key: 'provider',
            label: t('pays.provider'),
            options: providers.map((value) => ({ value, label: t(`provider.${value}`) })),
          },
          { key: 'day', label: t('pays.day'), type: 'date' },
        ]}
        empty={{ title: t('pays.noNotices'), words: t('pays.noNoticesWords') }}
      />
    </>
  );
}
