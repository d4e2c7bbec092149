import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { catalog, productMoves, productStates } from '#catalog/contract';
import type { Product } from '../../api/answers.ts';
import { ahead, ask, given, oneOf } from '../../api/ask.ts';
import { day, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { FarmShareThin } from '../../parts/FarmShareBar.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { productTones } from './states.ts';
import { Thumb } from './Thumb.tsx';

const list = (county: number, url: URLSearchParams) =>
  ask('catalog', 'catalogProducts', {
    params: { county },
    query: {
      ...pageOf(url),
      q: given(url, 'q'),
      state: oneOf(productStates, url.get('state')),
      org: given(url, 'org'),
    },
  });

export const loader = ahead((county, url) => [list(county, url)]);

/** Products of any state: what waits for review first to be seen. */
export function Component() {
  const { t, locale, say } = useWords();
  const { county, may } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const ids = query.data?.rows.map((p) => p.id).join(',') ?? '';
  const shares = useQuery({
    ...ask('benefit', 'farmShares', { query: { county, products: ids } }),
    enabled: ids !== '',
  });
  const named = (p: Product) => (locale === 'en' && p.nameEn ? p.nameEn : p.nameZh);
  const columns: Column<Product>[] = [
    {
      key: 'name',
      title: t('product.name'),
      card: 'title',
      render: (p) => (
        <span className="with-thumb">
          <Thumb picture={p.picture ?? p.pictures[0] ?? null} alt="" />
          {named(p)}
        </span>
      ),
    },
    {
      key: 'state',
      title: t('product.state'),
      card: 'corner',
      width: 96,
      render: (p) => <StatusTag tone={productTones[p.state]}>{say(productMoves.states[p.state])}</StatusTag>,
    },
    { key: 'org', card: 'wide', title: t('product.org'), render: (p) => p.orgName },
    { key: 'origin', title: t('product.origin'), render: (p) => p.originName },
    {
      key: 'price',
      title: t('product.price'),
      align: 'right',
      render: (p) => {
        const cheapest = p.skus.map((s) => s.priceFen).sort((a, b) => a - b)[0];
        return cheapest === undefined ? (
          '—'
        ) : (
          <span className="num">
            {p.skus.length > 1 ? t('product.from', { price: yuan(cheapest) }) : yuan(cheapest)}
          </span>
        );
      },
    },
    {
      key: 'share',
      title: t('product.share'),
      width: 140,
      render: (p) => <FarmShareThin permille={permille(shares.data?.find((s) => s.product === p.id)?.shareBp)} />,
    },
    {
      key: 'updated',
      title: t('product.updated'),
      card: 'none',
      width: 110,
      render: (p) => <span className="num">{day(p.updatedAt)}</span>,
    },
  ];
  return (
    <>
      <PageHeader
        title={t('menu.products')}
        about={t('product.about')}
        actions={
          may(catalog.addProduct) ? (
            <Link className="button-link primary" to={paths.newProduct(county)}>
              {t('product.add')}
            </Link>
          ) : null
        }
      />
      <DataTable
        caption={t('menu.products')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(p) => p.id}
        rowHref={(p) => paths.product(county, p.id)}
        search={t('product.search')}
        filters={[
          {
            key: 'state',
            label: t('product.state'),
            options: productStates.map((value) => ({ value, label: say(productMoves.states[value]) })),
          },
        ]}
        empty={{ title: t('product.empty'), words: t('product.emptyWords') }}
      />
    </>
  );
}

const permille = (bp: number | null | undefined) => (bp === null || bp === undefined ? undefined : bp / 10);
