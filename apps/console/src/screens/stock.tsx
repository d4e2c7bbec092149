import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { Stock } from '../api/answers.ts';
import { ahead, ask, given } from '../api/ask.ts';
import { addDays, today } from '../format.ts';
import { useWords } from '../i18n/index.tsx';
import { type Column, DataTable } from '../parts/DataTable.tsx';
import { CountCell } from '../parts/money.tsx';
import { PageHeader } from '../parts/PageHeader.tsx';
import { StatusTag } from '../parts/StatusTag.tsx';
import { pageOf, useUrlState } from '../parts/use-url-state.ts';
import { paths } from '../paths.ts';
import { useCounty } from '../session/session.ts';

const list = (county: number, url: URLSearchParams) =>
  ask('trade', 'stock', { params: { county }, query: { ...pageOf(url), sku: given(url, 'sku'), q: given(url, 'q') } });

export const loader = ahead((county, url) => [list(county, url)]);

/** Packs on hand, by lot; the oldest expiry is sold first. */
export function Component() {
  const { t } = useWords();
  const { county } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const soon = addDays(today(), 30);
  const columns: Column<Stock>[] = [
    { key: 'product', title: t('product.name'), card: 'title', render: (s) => `${s.productName} ${s.skuName}` },
    {
      key: 'lot',
      card: 'wide',
      title: t('note.lot'),
      render: (s) => <Link to={paths.lot(county, s.lot)}>{s.lotNumber}</Link>,
    },
    { key: 'org', card: 'wide', title: t('lot.org'), render: (s) => s.orgName },
    {
      key: 'expires',
      card: 'wide',
      title: t('lot.expires'),
      render: (s) => (
        <span className="num">
          {s.expiresOn} {s.expiresOn <= soon ? <StatusTag tone="wait">{t('stock.soon')}</StatusTag> : null}
        </span>
      ),
    },
    { key: 'onHand', title: t('stock.onHand'), align: 'right', render: (s) => <CountCell n={s.onHand} /> },
    { key: 'reserved', title: t('stock.reserved'), align: 'right', render: (s) => <CountCell n={s.reserved} /> },
    {
      key: 'free',
      title: t('stock.free'),
      align: 'right',
      card: 'corner',
      render: (s) => <b className="num">{s.onHand - s.reserved}</b>,
    },
    {
      key: 'state',
      title: t('product.state'),
      render: (s) => <StatusTag tone={s.state === 'on_sale' ? 'good' : 'stop'}>{t(`stock.${s.state}`)}</StatusTag>,
    },
  ];
  return (
    <>
      <PageHeader title={t('menu.stock')} about={t('stock.about')} />
      <DataTable
        caption={t('menu.stock')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(s) => `${s.sku}-${s.lot}`}
        search={t('stock.search')}
        extra={
          state.get('sku') ? (
            <button type="button" className="preset" onClick={() => state.set({ sku: undefined })}>
              {t('stock.oneSku')} ✕
            </button>
          ) : null
        }
        empty={{
          title: t('stock.empty'),
          words: t('stock.emptyWords'),
          action: (
            <Link className="button-link" to={paths.lots(county, { kind: 'packed' })}>
              {t('stock.toLots')}
            </Link>
          ),
        }}
      />
    </>
  );
}
