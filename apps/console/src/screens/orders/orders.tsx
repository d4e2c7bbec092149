import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { orderMoves, orderStates } from '#trade/contract';
import type { OrderRow } from '../../api/answers.ts';
import { ahead, ask, dayOf, given, oneOf } from '../../api/ask.ts';
import { dayTime } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { CountCell, MoneyCell } from '../../parts/money.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { orderTones } from './order-tones.ts';

const list = (county: number, url: URLSearchParams) =>
  ask('trade', 'orders', {
    params: { county },
    query: {
      ...pageOf(url),
      state: oneOf(orderStates, url.get('state')),
      q: given(url, 'q'),
      from: dayOf(url, 'from'),
      to: dayOf(url, 'to'),
    },
  });

export const loader = ahead((county, url) => [list(county, url)]);

/** Orders of the county, newest first. */
export function Component() {
  const { t, say } = useWords();
  const { county } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const columns: Column<OrderRow>[] = [
    {
      key: 'number',
      title: t('order.number'),
      width: 130,
      render: (o) => <span className="num">{o.number}</span>,
      card: 'line',
    },
    { key: 'summary', title: t('order.what'), card: 'title', render: (o) => say({ zh: o.summary, en: o.summaryEn }) },
    {
      key: 'state',
      title: t('order.state'),
      width: 100,
      card: 'corner',
      render: (o) => <StatusTag tone={orderTones[o.state]}>{say(orderMoves.states[o.state])}</StatusTag>,
    },
    { key: 'to', card: 'wide', title: t('order.to'), render: (o) => o.shipRegionName ?? t('order.nothingSent') },
    { key: 'packs', title: t('order.packs'), align: 'right', width: 70, render: (o) => <CountCell n={o.packs} /> },
    {
      key: 'freight',
      title: t('order.freight'),
      align: 'right',
      card: 'none',
      render: (o) => <MoneyCell fen={o.freightFen} />,
    },
    {
      key: 'total',
      title: t('order.total'),
      align: 'right',
      render: (o) => <MoneyCell fen={o.totalFen} tone="strong" />,
    },
    {
      key: 'placed',
      title: t('order.placedAt'),
      width: 140,
      render: (o) => <span className="num">{dayTime(o.placedAt)}</span>,
    },
  ];
  return (
    <>
      <PageHeader title={t('menu.orders')} about={t('order.about')} />
      <DataTable
        caption={t('menu.orders')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(o) => o.id}
        rowHref={(o) => paths.order(county, o.id)}
        search={t('order.search')}
        filters={[
          {
            key: 'state',
            label: t('order.state'),
            options: orderStates.map((value) => ({ value, label: say(orderMoves.states[value]) })),
          },
          { key: 'from', label: t('order.from'), type: 'date' },
          { key: 'to', label: t('order.until'), type: 'date' },
        ]}
        empty={{ title: t('order.empty'), words: t('order.emptyWords') }}
      />
    </>
  );
}
