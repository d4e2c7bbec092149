import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { pocketWords } from '#benefit/contract';
import { fulfilment } from '#fulfilment/contract';
import { ledger } from '#ledger/contract';
import { presale } from '#presale/contract';
import { trace } from '#trace/contract';
import { bearerWords, orderMoves, settlementPartWords, trade } from '#trade/contract';
import type { Order, OrderBenefit } from '../../api/answers.ts';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { count, dayTime, weight, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { ShortTable } from '../../parts/DataTable.tsx';
import { FarmShareBar } from '../../parts/FarmShareBar.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { Facts, PageHeader, Part } from '../../parts/PageHeader.tsx';
import { MoveButton, StatusTag } from '../../parts/StatusTag.tsx';
import { Answer, ErrorState } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { TransfersOf } from '../ledger/TransfersOf.tsx';
import { goodsWords } from './goods-words.ts';
import { orderTones } from './order-tones.ts';
import { ParcelCard } from './ParcelCard.tsx';
import { WeighDialog } from './WeighDialog.tsx';

const order = (county: number, id: string) => ask('trade', 'order', { params: { county, id } });
const parcels = (county: number, id: string) => ask('fulfilment', 'orderParcels', { params: { county, id } });
const benefitOf = (county: number, id: string) => ask('benefit', 'orderBenefit', { params: { county, id } });

export const loader = ahead((county, _url, id) => [order(county, id), parcels(county, id), benefitOf(county, id)]);

/** One order: what to do with it now, its parcels, who gets what, and whom it helped. */
export function Component() {
  const { t, locale, say } = useWords();
  const { county, may, is } = useCounty();
  const id = useParams().id ?? '';
  const query = useQuery(order(county, id));
  const parcelList = useQuery(parcels(county, id));
  const helped = useQuery(benefitOf(county, id));
  const [weighing, setWeighing] = useState(false);
  const [cancelling, setCancelling] = useState(false);
  const pack = useAct(api.fulfilment.packOrder);
  const cancel = useAct(api.trade.cancelOrder, { onDone: () => setCancelling(false) });

  /** The move of this act that leaves the present state, or the sentence for its greyed button. */
  const moveOf = (one: Order, ...acts: string[]) => {
    const open = orderMoves.from(one.state).find((m) => acts.includes(m.act));
    const any = open ?? orderMoves.moves.find((m) => acts.includes(m.act));
    return {
      label: any ? say(any.label) : '',
      why: open ? undefined : t('order.whyState', { state: say(orderMoves.states[one.state]) }),
    };
  };

  return (
    <Answer query={query}>
      {(one) => (
        <>
          <PageHeader
            title={t('order.title', { number: one.number })}
            tags={<StatusTag tone={orderTones[one.state]}>{say(orderMoves.states[one.state])}</StatusTag>}
            about={t('order.sandbox')}
            back={{ to: paths.orders(county), label: t('menu.orders') }}
            actions={
              <>
                {may(fulfilment.packOrder) && one.promise === null ? (
                  <MoveButton
                    {...moveOf(one, 'pack')}
                    primary
                    loading={pack.busy}
                    onClick={() =>
                      one.lines.some((line) => line.byWeight)
                        ? setWeighing(true)
                        : pack.run({ params: { county, id }, body: {} })
                    }
                  />
                ) : null}
                {is('operator', 'merchant') ? (
                  <MoveButton {...moveOf(one, 'cancel', 'refund')} danger onClick={() => setCancelling(true)} />
                ) : null}
              </>
            }
          />
          {one.state === 'sent' ? <p className="order-wait">{t('order.waitsForBuyer')}</p> : null}
          {one.promise ? (
            <p className="order-wait">
              {t('order.promised')}{' '}
              {may(presale.projectFile) ? (
                <Link to={paths.project(county, one.promise)}>{t('order.seeProject')}</Link>
              ) : null}
            </p>
          ) : null}
          {pack.error ? <ErrorState error={pack.error} compact /> : null}
          <WeighDialog order={one} open={weighing} onClose={() => setWeighing(false)} />
          <div className="columns">
            <div className="stack">
              <Part title={t('order.lines')}>
                <ShortTable
                  caption={t('order.lines')}
                  rows={one.lines}
                  rowKey={(l) => l.id}
                  empty=""
                  columns={[
                    { key: 'name', title: t('product.name'), card: 'title', render: (l) => say(goodsWords(l)) },
                    { key: 'org', card: 'wide', title: t('lot.org'), render: (l) => l.orgName },
                    { key: 'origin', card: 'wide', title: t('product.origin'), render: (l) => l.originName },
                    {
                      key: 'packs',
                      title: t('order.packs'),
                      align: 'right',
                      render: (l) => (
                        <span className="num">{`${count(l.packs)} × ${weight(l.packGrams, locale)}`}</span>
                      ),
                    },
                    {
                      key: 'lots',
                      card: 'wide',
                      title: t('note.lot'),
                      render: (l) =>
                        l.lots.map((lot) => (
                          <span key={lot.lot} className="inline-item">
                            {may(trace.lot) ? (
                              <Link to={paths.lot(county, lot.lot)}>{lot.lotNumber}</Link>
                            ) : (
                              lot.lotNumber
                            )}
                            {l.lots.length > 1 ? ` × ${lot.packs}` : ''}
                          </span>
                        )),
                    },
                    {
                      key: 'freight',
                      title: t('order.freight'),
                      align: 'right',
                      card: 'none',
                      render: (l) => <MoneyCell fen={l.freightFen} />,
                    },
                    {
                      key: 'goods',
                      title: t('order.goods'),
                      align: 'right',
                      card: 'corner',
                      render: (l) => (
                        <>
                          <MoneyCell fen={l.goodsFen} tone="strong" />
                          {l.discounts.map((d) => (
                            <div key={d.rule} className="mute">
                              {say({ zh: d.name, en: d.nameEn ?? d.name })} −{yuan(d.fen)} ·{' '}
                              {say(bearerWords[d.bearer])}
                            </div>
                          ))}
                        </>
                      ),
                    },
                  ]}
                />
                <p className="order-sum">
                  {t('order.goods')} <MoneyCell fen={one.goodsFen} /> + {t('order.freight')}{' '}
                  <MoneyCell fen={one.freightFen} /> = <MoneyCell fen={one.totalFen} tone="price" />
                </p>
              </Part>
              {parcelList.data?.map((parcel) => (
                <ParcelCard key={parcel.id} county={county} parcel={parcel} />
              ))}
              {parcelList.error ? <ErrorState error={parcelList.error} compact /> : null}
            </div>
            <div className="stack">
              <Part title={t('order.contact')}>
                <Facts
                  items={[
                    ...(one.contact
                      ? ([
                          [t('household.name'), one.contact.name],
                          [
                            t('household.phone'),
                            <span key="p" className="num">
                              {one.contact.phone}
                            </span>,
                          ],
                          [t('order.address'), `${one.contact.regionName} ${one.contact.street}`],
                        ] as const)
                      : ([[t('order.address'), t('order.nothingSent')]] as const)),
                    one.buyerNote ? [t('order.note'), one.buyerNote] : undefined,
                  ]}
                />
              </Part>
              <Part title={t('product.history')}>
                <ol className="timeline">
                  {one.moves.map((m) => (
                    <li key={`${m.to}-${String(m.at)}`}>
                      <b>{say(orderMoves.states[m.to])}</b> <span className="mute num">{dayTime(m.at)}</span>
                      {m.reason ? <div className="mute">{m.reason}</div> : null}
                    </li>
                  ))}
                </ol>
              </Part>
              {may(trade.statement) ? (
                <p>
                  <Link to={paths.statements(county)}>{t('order.toStatements')}</Link>
                </p>
              ) : null}
            </div>
          </div>
          <div className="stack below">
            <Part title={t('order.helped')} question={t('order.helpedWords')}>
              <Answer query={helped} rows={3}>
                {(benefit) => <Helped benefit={benefit} />}
              </Answer>
            </Part>
            {one.parts.length > 0 ? (
              <Part
                title={t('order.parts')}
                question={t('order.partsWords')}
                more={<Link to={paths.rules(county)}>{t('menu.rules')}</Link>}
              >
                <ShortTable
                  caption={t('order.parts')}
                  rows={one.parts}
                  rowKey={(p) => p.hold}
                  rowHref={may(ledger.transfer) ? (p) => paths.transfer(county, p.hold) : undefined}
                  empty=""
                  columns={[
                    {
                      key: 'part',
                      title: t('order.part'),
                      card: 'title',
                      render: (p) => say(settlementPartWords[p.part]),
                    },
                    { key: 'org', card: 'wide', title: t('order.payee'), render: (p) => p.orgName ?? '—' },
                    { key: 'rule', card: 'wide', title: t('menu.rules'), render: (p) => p.ruleName ?? '—' },
                    { key: 'state', title: t('order.state'), render: (p) => <PartTag state={p.state} /> },
                    {
                      key: 'fen',
                      title: t('ledger.amount'),
                      align: 'right',
                      card: 'corner',
                      render: (p) => <MoneyCell fen={p.fen} tone="strong" />,
                    },
                  ]}
                />
              </Part>
            ) : null}
            {may(ledger.transfers) ? <TransfersOf county={county} evidenceKind="order" evidence={one.id} /> : null}
          </div>
          <ConfirmWithReason
            open={cancelling}
            title={moveOf(one, 'cancel', 'refund').label}
            confirm={moveOf(one, 'cancel', 'refund').label}
            presets={[t('order.reasonBuyer'), t('order.reasonStock'), t('order.reasonAddress')]}
            danger
            busy={cancel.busy}
            error={cancel.error}
            onConfirm={(reason) => cancel.run({ params: { county, id }, body: { reason } })}
            onCancel={() => setCancelling(false)}
          >
            {one.state === 'placed' ? t('order.cancelWords') : t('order.refundWords', { money: yuan(one.totalFen) })}
          </ConfirmWithReason>
        </>
      )}
    </Answer>
  );
}

function PartTag({ state }: { state: Order['parts'][number]['state'] }) {
  const { t } = useWords();
  return (
    <StatusTag tone={state === 'posted' ? 'good' : state === 'held' ? 'wait' : 'quiet'}>{t(`part.${state}`)}</StatusTag>
  );
}

/** In whose pocket each part of the price ended, and why; the parts sum to what was paid. */
function Helped({ benefit }: { benefit: OrderBenefit }) {
  const { t, say, listed } = useWords();
  const { county, may } = useCounty();
  if (!benefit.settled) return <p className="share-unknown">{t('order.notSettled')}</p>;
  return (
    <>
      <FarmShareBar
        bp={benefit.shareBp}
        parts={benefit.parts.map((part) => ({
          pocket: part.pocket,
          fen: part.fen,
          label: say(pocketWords[part.pocket]),
        }))}
      />
      <p>
        {t('order.reached', {
          households: benefit.households,
          lifted: benefit.liftedHouseholds,
          monitored: benefit.monitoredHouseholds,
          money: yuan(benefit.householdFen),
        })}
      </p>
      <ShortTable
        caption={t('order.helped')}
        rows={benefit.parts}
        rowKey={(p) => p.pocket}
        empty=""
        columns={[
          { key: 'pocket', title: t('order.pocket'), card: 'title', render: (p) => say(pocketWords[p.pocket]) },
          { key: 'names', card: 'wide', title: t('order.payee'), render: (p) => listed(p.names) || '—' },
          { key: 'why', card: 'wide', title: t('order.why'), render: (p) => p.why },
          {
            key: 'fen',
            title: t('ledger.amount'),
            align: 'right',
            card: 'corner',
            render: (p) => <MoneyCell fen={p.fen} tone="strong" />,
          },
        ]}
      />
      <p className="order-sum">
        {t('order.sumPaid')} <MoneyCell fen={benefit.paidFen} tone="price" />
      </p>
      {benefit.villages.length > 0 ? (
        <p className="mute">
          {benefit.villages.map((v) => (
            <span key={v.village} className="inline-item">
              {may(trace.purchases) ? (
                <Link to={paths.benefitEntries(county, { village: v.village })}>{v.villageName}</Link>
              ) : (
                v.villageName
              )}{' '}
              {t('order.villageHouseholds', { n: v.households })} {yuan(v.fen)}
            </span>
          ))}
        </p>
      ) : null}
    </>
  );
}
