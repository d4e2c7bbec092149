import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { paymentMoves, paymentStates } from '#trade/contract';
import type { PaymentRow } from '../../api/answers.ts';
import { ahead, ask, dayOf, given, oneOf } from '../../api/ask.ts';
import { dayTime } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { paymentTones, providers, wordOf } from './words.ts';

const list = (county: number, url: URLSearchParams) =>
  ask('trade', 'payments', {
    params: { county },
    query: {
      ...pageOf(url),
      q: given(url, 'q'),
      provider: oneOf(providers, url.get('provider')),
      state: oneOf(paymentStates, url.get('state')),
      day: dayOf(url, 'day'),
    },
  });

export const loader = ahead((county, url) => [list(county, url)]);

/** Payments that cover orders of the county, newest first. */
export function Component() {
  const { t, say } = useWords();
  const { county } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const columns: Column<PaymentRow>[] = [
    {
      key: 'created',
      title: t('pays.createdAt'),
      width: 140,
      card: 'title',
      render: (p) => <span className="num">{dayTime(p.createdAt)}</span>,
    },
    { key: 'provider', title: t('pays.provider'), render: (p) => wordOf(t, 'provider', p.provider) },
    { key: 'method', title: t('pays.method'), card: 'none', render: (p) => wordOf(t, 'method', p.method) },
    {
      key: 'state',
      title: t('pays.state'),
      card: 'corner',
      render: (p) => <StatusTag tone={paymentTones[p.state] ?? 'quiet'}>{say(paymentMoves.states[p.state])}</StatusTag>,
    },
    {
      key: 'orders',
      title: t('pays.order'),
      card: 'wide',
      render: (p) =>
        p.orders.map((o) => (
          <Link key={o.id} className="num" to={paths.order(county, o.id)}>
            {o.number}{' '}
          </Link>
        )),
    },
    {
      key: 'number',
      title: t('pays.number'),
      card: 'wide',
      render: (p) => <span className="num mute">{p.providerNumber ?? '—'}</span>,
    },
    {
      key: 'amount',
      title: t('pays.amount'),
      align: 'right',
      render: (p) => <MoneyCell fen={p.amountFen} tone="strong" />,
    },
  ];
  return (
    <>
      <PageHeader
        title={t('menu.payments')}
        about={t('pays.about')}
        actions={
          <Link className="button-link" to={paths.notices(county)}>
            {t('pays.allNotices')}
          </Link>
        }
      />
      <DataTable
        caption={t('menu.payments')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(p) => p.id}
        rowHref={(p) => paths.payment(county, p.id)}
        search={t('pays.search')}
        filters={[
          {
            key: 'provider',
            label: t('pays.provider'),
            options: providers.map((value) => ({ value, label: t(`provider.${value}`) })),
          },
          {
            key: 'state',
            label: t('pays.state'),
            options: paymentStates.map((value) => ({ value, label: say(paymentMoves.states[value]) })),
          },
          { key: 'day', label: t('pays.day'), type: 'date' },
        ]}
        empty={{ title: t('pays.empty'), words: t('pays.emptyWords') }}
      />
    </>
  );
}
