import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Segmented } from 'antd';
import type { PairedReceipt } from '../../api/answers.ts';
import { ahead, ask } from '../../api/ask.ts';
import { count, day } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';

const list = (county: number, url: URLSearchParams) =>
  ask('benefit', 'pairedReceipts', {
    params: { county },
    query: { ...pageOf(url), quiet: url.get('quiet') === 'yes' || undefined },
  });

export const loader = ahead((county, url) => [list(county, url)]);

/** A cadre's paired households: what each received, and first those to whom nothing came for three months. */
export function Component() {
  const { t, listed } = useWords();
  const { county } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const columns: Column<PairedReceipt>[] = [
    {
      key: 'household',
      title: t('note.household'),
      card: 'title',
      render: (one) => `${one.headMasked} · ${one.code}`,
    },
    {
      key: 'state',
      title: t('mine.state'),
      card: 'corner',
      render: (one) =>
        one.quiet ? (
          <StatusTag tone="wait">{t('mine.quiet')}</StatusTag>
        ) : (
          <StatusTag tone="good">{t('mine.received')}</StatusTag>
        ),
    },
    { key: 'village', title: t('note.village'), render: (one) => one.villageName },
    { key: 'helpers', title: t('pairing.helper'), card: 'wide', render: (one) => listed(one.helpers) },
    {
      key: 'last',
      title: t('mine.last'),
      render: (one) => <span className="num">{one.lastAt ? day(one.lastAt) : t('mine.never')}</span>,
    },
    { key: 'recent', title: t('mine.recent'), align: 'right', render: (one) => <MoneyCell fen={one.recentFen} /> },
    {
      key: 'year',
      title: t('mine.year'),
      align: 'right',
      render: (one) => <MoneyCell fen={one.yearFen} tone="strong" />,
    },
  ];
  return (
    <>
      <PageHeader
        title={t('menu.mine')}
        about={query.data ? t('mine.about', { all: count(query.data.all), quiet: count(query.data.quiet) }) : undefined}
      />
      <DataTable
        caption={t('menu.mine')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(one) => one.household}
        rowHref={(one) => paths.household(county, one.household, { tab: 'statement' })}
        extra={
          <Segmented
            aria-label={t('mine.state')}
            options={[
              { value: 'all', label: t('mine.all') },
              { value: 'yes', label: t('mine.quiet') },
            ]}
            value={state.get('quiet') === 'yes' ? 'yes' : 'all'}
            onChange={(value) => state.set({ quiet: value === 'yes' ? 'yes' : undefined })}
          />
        }
        empty={{ title: t('mine.empty'), words: t('mine.emptyWords') }}
      />
    </>
  );
}
