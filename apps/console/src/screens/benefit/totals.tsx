import { useQuery } from '@tanstack/react-query';
import { Segmented } from 'antd';
import { Link } from 'react-router';
import type { BenefitTotal } from '../../api/answers.ts';
import { ahead, ask, monthOf, oneOf } from '../../api/ask.ts';
import { count, monthName, yuanShort } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { CountCell, MoneyCell } from '../../parts/money.tsx';
import { Figure, PageHeader } from '../../parts/PageHeader.tsx';
import { useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';

const ways = ['mechanism', 'village', 'month'] as const;
const totals = (county: number, url: URLSearchParams) =>
  ask('benefit', 'totals', {
    params: { county },
    query: { by: oneOf(ways, url.get('by')) ?? 'mechanism', from: monthOf(url, 'from'), to: monthOf(url, 'to') },
  });

export const loader = ahead((county, url) => [totals(county, url)]);

/** What reached households, by mechanism, village or month; each total opens its entries. */
export function Component() {
  const { t, locale } = useWords();
  const { county } = useCounty();
  const state = useUrlState();
  const by = oneOf(ways, state.get('by')) ?? 'mechanism';
  const query = useQuery(totals(county, state.params));
  const township = by === 'village' ? state.get('township') : undefined;
  const rows = query.data?.rows.filter((row) => !township || row.key.startsWith(township));
  const most = Math.max(1, ...(rows ?? []).map((row) => row.fen));
  const entriesOf = (row: BenefitTotal) => paths.benefitEntries(county, { [by]: row.key });
  const columns: Column<BenefitTotal>[] = [
    {
      key: 'name',
      title: t(`benefit.by.${by}`),
      card: 'title',
      render: (row) => (by === 'month' ? monthName(row.key, locale) : row.name),
    },
    {
      key: 'bar',
      title: t('benefit.part'),
      card: 'none',
      width: 220,
      render: (row) => (
        <span className="row-bar" aria-hidden="true">
          <span style={{ width: `${Math.max(0, (row.fen / most) * 100)}%` }} />
        </span>
      ),
    },
    {
      key: 'households',
      title: t('benefit.households'),
      align: 'right',
      render: (row) => <CountCell n={row.households} />,
    },
    { key: 'entries', title: t('benefit.entries'), align: 'right', render: (row) => <CountCell n={row.entries} /> },
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
        title={t('menu.benefit')}
        about={t('benefit.about')}
        actions={
          <Link className="button-link" to={paths.benefitEntries(county)}>
            {t('benefit.allEntries')}
          </Link>
        }
      />
      <div className="figures">
        <Figure
          label={t('benefit.money')}
          value={query.data ? yuanShort(query.data.fen, locale) : '…'}
          to={paths.benefitEntries(county)}
          tone="pine"
        />
        <Figure label={t('benefit.households')} value={query.data ? count(query.data.households) : '…'} />
        <Figure
          label={t('benefit.entries')}
          value={query.data ? count(query.data.entries) : '…'}
          to={paths.benefitEntries(county)}
        />
      </div>
      <DataTable
        caption={t('menu.benefit')}
        columns={columns}
        rows={rows}
        state={state}
        query={query}
        rowKey={(row) => row.key}
        rowHref={entriesOf}
        filters={[
          { key: 'from', label: t('benefit.from'), type: 'month' },
          { key: 'to', label: t('benefit.to'), type: 'month' },
        ]}
        extra={
          <Segmented
            aria-label={t('benefit.byWhat')}
            options={ways.map((value) => ({ value, label: t(`benefit.by.${value}`) }))}
            value={by}
            onChange={(value) => state.set({ by: value === 'mechanism' ? undefined : value, township: undefined })}
          />
        }
        empty={{ title: t('benefit.empty'), words: t('benefit.emptyWords') }}
      />
    </>
  );
}
