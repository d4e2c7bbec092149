import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { trace } from '#trace/contract';
import type { Lot } from '../../api/answers.ts';
import { ahead, ask, given, oneOf } from '../../api/ask.ts';
import { count } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { cropsQuestion, useCrops } from '../../parts/crops.ts';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { WeightCell } from '../../parts/money.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { LotTags } from './LotTags.tsx';

const kinds = ['raw', 'packed'] as const;
const list = (county: number, url: URLSearchParams) =>
  ask('trace', 'lots', {
    params: { county },
    query: {
      ...pageOf(url),
      kind: oneOf(kinds, url.get('kind')),
      crop: given(url, 'crop'),
      onHand: url.get('onHand') === 'true' ? true : undefined,
      q: given(url, 'q'),
    },
  });

export const loader = ahead((county, url) => [list(county, url), cropsQuestion()]);

/** Lots: what was weighed in and what was packed from it. */
export function Component() {
  const { t } = useWords();
  const { county, may } = useCounty();
  const state = useUrlState();
  const crops = useCrops();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const columns: Column<Lot>[] = [
    { key: 'number', title: t('lot.number'), render: (l) => <span className="num">{l.number}</span>, width: 150 },
    {
      key: 'what',
      title: t('lot.what'),
      render: (l) => (l.productName ? `${l.productName} ${l.skuName ?? ''}` : `${l.cropName} · ${l.grade}`),
      card: 'title',
    },
    { key: 'tags', title: t('lot.state'), render: (l) => <LotTags lot={l} /> },
    { key: 'org', card: 'wide', title: t('lot.org'), render: (l) => l.orgName },
    { key: 'village', title: t('product.origin'), render: (l) => l.villageName },
    { key: 'made', title: t('lot.madeOn'), render: (l) => <span className="num">{l.madeOn}</span>, card: 'none' },
    { key: 'expires', title: t('lot.expires'), render: (l) => <span className="num">{l.expiresOn}</span> },
    {
      key: 'in',
      title: t('lot.in'),
      align: 'right',
      render: (l) =>
        l.packs === null ? (
          <WeightCell grams={l.gramsIn} />
        ) : (
          <span className="num">{t('lot.packs', { n: count(l.packs) })}</span>
        ),
    },
    {
      key: 'left',
      title: t('lot.onHand'),
      align: 'right',
      card: 'corner',
      render: (l) => <WeightCell grams={l.gramsOnHand} />,
    },
  ];
  return (
    <>
      <PageHeader
        title={t('menu.lots')}
        about={t('lot.about')}
        actions={
          may(trace.pack) ? (
            <Link className="button-link primary" to={paths.pack(county)}>
              {t('lot.pack')}
            </Link>
          ) : null
        }
      />
      <DataTable
        caption={t('menu.lots')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(l) => l.id}
        rowHref={(l) => paths.lot(county, l.id)}
        search={t('lot.search')}
        filters={[
          { key: 'kind', label: t('lot.kind'), options: kinds.map((value) => ({ value, label: t(`lot.${value}`) })) },
          { key: 'crop', label: t('household.crop'), options: crops.options },
          { key: 'onHand', label: t('lot.onHand'), options: [{ value: 'true', label: t('lot.withStock') }] },
        ]}
        empty={{ title: t('lot.empty'), words: t('lot.emptyWords') }}
      />
    </>
  );
}
