import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { App, Button, Tabs } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { fulfilment, parcelMoves } from '#fulfilment/contract';
import type { Order, ParcelRow } from '../../api/answers.ts';
import { asProblem } from '../../api/as-problem.ts';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { dayTime, weight } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { DataTable, ShortTable } from '../../parts/DataTable.tsx';
import { CountCell } from '../../parts/money.tsx';
import { PageHeader, Part } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { Answer, EmptyState, Loading } from '../../parts/states.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { parcelTones } from './order-tones.ts';
import { picksOf } from './picks.ts';
import { SendDialog } from './SendDialog.tsx';

// What backs a project waits for its end; what it owes then is packed on the project's page.
const paid = (county: number) =>
  ask('trade', 'orders', { params: { county }, query: { state: 'paid', promised: false, size: 50 } });
const parcels = (county: number, state: 'packed' | 'sent', url: URLSearchParams) =>
  ask('fulfilment', 'parcels', { params: { county }, query: { ...pageOf(url), state, q: url.get('q') || undefined } });

export const loader = ahead((county) => [paid(county)]);

/** The packer's day: what to take from which lot, what to pack, what to send. */
export function Component() {
  const { t } = useWords();
  const { county, may } = useCounty();
  const state = useUrlState();
  const first = may(fulfilment.packOrder) ? 'pack' : 'send';
  const tab = state.get('tab') ?? first;
  return (
    <>
      <PageHeader title={t('menu.packing')} about={t('packing.about')} />
      <Tabs
        activeKey={tab}
        onChange={(key) => state.set({ tab: key === first ? undefined : key, q: undefined }, { replace: true })}
        items={[
          ...(may(fulfilment.packOrder)
            ? [
                {
                  key: 'pack',
                  label: t('packing.toPack'),
                  children: tab === 'pack' ? <ToPack county={county} /> : null,
                },
              ]
            : []),
          {
            key: 'send',
            label: t('packing.toSend'),
            children: tab === 'send' ? <Parcels county={county} of="packed" /> : null,
          },
          {
            key: 'sent',
            label: t('packing.sent'),
            children: tab === 'sent' ? <Parcels county={county} of="sent" /> : null,
          },
        ]}
      />
    </>
  );
}

function ToPack({ county }: { county: number }) {
  const { t, locale, listed } = useWords();
  const { message } = App.useApp();
  const query = useQuery(paid(county));
  const details = useQueries({
    queries: (query.data?.rows ?? []).map((row) => ask('trade', 'order', { params: { county, id: row.id } })),
  });
  const orders = details.map((d) => d.data).filter((o): o is Order => o !== undefined);
  const [packing, setPacking] = useState<string>();
  const pack = useAct(api.fulfilment.packOrder, {
    onDone: (parcel) => void message.success(t('packing.packed', { number: parcel.number })),
  });
  const problem = pack.error ? asProblem(pack.error, t) : undefined;
  return (
    <Answer query={query}>
      {({ rows, total }) =>
        rows.length === 0 ? (
          <EmptyState title={t('packing.nothing')}>{t('packing.nothingWords')}</EmptyState>
        ) : (
          <>
            <Part
              title={t('packing.picks')}
              question={t('packing.picksWords')}
              more={<Button onClick={() => window.print()}>{t('packing.print')}</Button>}
            >
              {orders.length < rows.length ? (
                <Loading rows={3} />
              ) : (
                <ShortTable
                  caption={t('packing.picks')}
                  rows={picksOf(orders)}
                  rowKey={(p) => `${p.sku}-${p.lot}`}
                  empty={t('packing.nothing')}
                  columns={[
                    { key: 'what', title: t('product.name'), card: 'title', render: (p) => `${p.name} ${p.skuName}` },
                    {
                      key: 'lot',
                      card: 'wide',
                      title: t('note.lot'),
                      render: (p) => <Link to={paths.lot(county, p.lot)}>{p.lotNumber}</Link>,
                    },
                    {
                      key: 'orders',
                      title: t('menu.orders'),
                      align: 'right',
                      render: (p) => <CountCell n={p.orders} />,
                    },
                    {
                      key: 'weight',
                      title: t('note.grams'),
                      align: 'right',
                      render: (p) => weight(p.packs * p.packGrams, locale),
                    },
                    {
                      key: 'packs',
                      title: t('order.packs'),
                      align: 'right',
                      card: 'corner',
                      render: (p) => <b className="num">{p.packs}</b>,
                    },
                  ]}
                />
              )}
            </Part>
            <Part title={t('packing.orders', { n: total })}>
              {problem ? (
                <p className="form-problem" role="alert">
                  {problem.title}
                </p>
              ) : null}
              <ul className="plain-list">
                {orders.map((order) => (
                  <li key={order.id} className="pack-order">
                    <div>
                      <p>
                        <Link to={paths.order(county, order.id)}>
                          <b className="num">{order.number}</b>
                        </Link>{' '}
                        <span className="mute">
                          {order.shipRegionName} ·{' '}
                          <span className="num">{dayTime(order.paidAt ?? order.placedAt)}</span>
                        </span>
                      </p>
                      <ul className="pack-lines">
                        {order.lines.map((line) => (
                          <li key={line.id}>
                            {line.name} {line.skuName} <b className="num">× {line.packs}</b>{' '}
                            <span className="mute num">
                              {listed(
                                line.lots.map((l) =>
                                  line.lots.length > 1 ? `${l.lotNumber} × ${l.packs}` : l.lotNumber,
                                ),
                              )}
                            </span>
                          </li>
                        ))}
                      </ul>
                      {order.buyerNote ? <p className="buyer-note">{order.buyerNote}</p> : null}
                    </div>
                    <Button
                      type="primary"
                      loading={pack.busy && packing === order.id}
                      onClick={() => {
                        setPacking(order.id);
                        pack.run({ params: { county, id: order.id }, body: {} });
                      }}
                    >
                      {t('packing.pack')}
                    </Button>
                  </li>
                ))}
              </ul>
            </Part>
          </>
        )
      }
    </Answer>
  );
}

function Parcels({ county, of }: { county: number; of: 'packed' | 'sent' }) {
  const { t, locale, say } = useWords();
  const { may } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...parcels(county, of, state.params), placeholderData: keepPreviousData });
  const [sending, setSending] = useState<ParcelRow>();
  return (
    <>
      <DataTable
        caption={t('packing.parcels')}
        state={state}
        query={query}
        rowKey={(p) => p.id}
        search={t('packing.search')}
        empty={of === 'packed' ? { title: t('packing.noneToSend') } : { title: t('packing.noneSent') }}
        columns={[
          {
            key: 'number',
            title: t('parcel.number'),
            card: 'title',
            render: (p) => <span className="num">{p.number}</span>,
          },
          {
            key: 'order',
            card: 'wide',
            title: t('order.number'),
            render: (p) => <Link to={paths.order(county, p.order)}>{p.orderNumber}</Link>,
          },
          {
            key: 'state',
            title: t('order.state'),
            card: 'corner',
            render: (p) => <StatusTag tone={parcelTones[p.state]}>{say(parcelMoves.states[p.state])}</StatusTag>,
          },
          { key: 'org', card: 'wide', title: t('lot.org'), render: (p) => p.orgName },
          { key: 'to', card: 'wide', title: t('order.to'), render: (p) => p.shipRegionName },
          {
            key: 'packs',
            title: t('order.packs'),
            align: 'right',
            render: (p) => `${p.packs} · ${weight(p.grams, locale)}`,
          },
          of === 'packed'
            ? {
                key: 'at',
                title: t('parcel.packedAt'),
                render: (p) => <span className="num">{dayTime(p.packedAt)}</span>,
              }
            : {
                key: 'waybill',
                title: t('parcel.waybill'),
                card: 'wide',
                render: (p) => (
                  <>
                    {p.carrier} <span className="waybill">{p.waybill}</span>
                  </>
                ),
              },
          ...(of === 'packed' && may(fulfilment.sendParcel)
            ? [
                {
                  key: 'send',
                  title: t('parcel.send'),
                  render: (p: ParcelRow) => (
                    <Button size="small" type="primary" onClick={() => setSending(p)}>
                      {t('parcel.send')}
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
      />
      <SendDialog county={county} parcel={sending} onClose={() => setSending(undefined)} />
    </>
  );
}
