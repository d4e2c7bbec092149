import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { recallMoves, recallReachWords, trace, unshippedWords } from '#trace/contract';
import { recallFindWords, recallLineMoves, trade } from '#trade/contract';
import type { RecallLot, RecallOrder } from '../../api/answers.ts';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { count, dayTime, weight } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { DataTable, ShortTable } from '../../parts/DataTable.tsx';
import { CountCell, WeightCell } from '../../parts/money.tsx';
import { Facts, PageHeader, Part } from '../../parts/PageHeader.tsx';
import { MoveButton, StatusTag } from '../../parts/StatusTag.tsx';
import { Answer, ErrorState } from '../../parts/states.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { recallTones } from './recall-tones.ts';

const report = (county: number, id: string) => ask('trade', 'recallReport', { params: { county, id } });
const orders = (county: number, id: string, url: URLSearchParams) =>
  ask('trade', 'recallOrders', { params: { county, id }, query: pageOf(url) });
const lots = (county: number, id: string) =>
  ask('trade', 'recallLots', { params: { county, id }, query: { size: 50 } });

export const loader = ahead((county, url, id) => [report(county, id), orders(county, id, url)]);

const places = ['onHand', 'onShelf', 'withBuyers', 'comeBack', 'destroyed'] as const;

/** One recall: where all of it is, whom it hit, and what is still to be decided. Prints as its report. */
export function Component() {
  const { t, locale, say } = useWords();
  const { county, may } = useCounty();
  const id = useParams().id ?? '';
  const query = useQuery(report(county, id));
  const [asking, setAsking] = useState<'lift' | 'close'>();
  const done = { onDone: () => setAsking(undefined) };
  const lift = useAct(api.trace.liftRecall, done);
  const close = useAct(api.trade.closeRecall, done);
  return (
    <Answer query={query}>
      {({ recall, grams, missingGrams, told, villages, lines }) => {
        const held = lines.some((line) => line.state === 'held');
        const allows = (to: 'lifted' | 'closed') => recallMoves.allows(recall.state, to);
        return (
          <>
            <PageHeader
              title={t('recall.title', { number: recall.number })}
              tags={<StatusTag tone={recallTones[recall.state]}>{say(recallMoves.states[recall.state])}</StatusTag>}
              about={`${recall.cropName} ${recall.grade} · ${recall.reason}`}
              back={{ to: paths.recalls(county), label: t('menu.recalls') }}
              actions={
                <>
                  <a className="button-link" href={`/api/counties/${county}/recalls/${id}/report.xlsx`}>
                    {t('recall.sheet')}
                  </a>
                  <Button onClick={() => window.print()}>{t('recall.print')}</Button>
                  {may(trace.liftRecall) && allows('lifted') ? (
                    <MoveButton label={t('recall.lift')} onClick={() => setAsking('lift')} />
                  ) : null}
                  {may(trade.closeRecall) && recall.state !== 'lifted' && recall.state !== 'closed' ? (
                    <MoveButton
                      label={t('recall.close')}
                      primary
                      why={allows('closed') && !held ? undefined : t('recall.closeWords')}
                      onClick={() => setAsking('close')}
                    />
                  ) : null}
                </>
              }
            />
            <div className="columns">
              <div className="stack">
                <Part title={t('recall.where')} question={t('recall.whereQuestion')}>
                  <ShortTable
                    caption={t('recall.where')}
                    rows={places.map((key) => ({ key, grams: grams[key] }))}
                    rowKey={(row) => row.key}
                    empty=""
                    columns={[
                      { key: 'where', title: t('recall.where'), card: 'title', render: (r) => t(`recall.g.${r.key}`) },
                      {
                        key: 'grams',
                        title: t('flow.grams'),
                        align: 'right',
                        card: 'corner',
                        render: (r) => <WeightCell grams={r.grams} />,
                      },
                    ]}
                  />
                  <p className={missingGrams === 0 ? 'mute' : 'bad'}>
                    {t('recall.g.packed')} {weight(grams.packed, locale)} ·{' '}
                    {missingGrams === 0
                      ? t('recall.balanced')
                      : `${t('recall.missing')} ${weight(missingGrams, locale)}`}
                  </p>
                </Part>
                <Orders id={id} />
                <Lots id={id} />
              </div>
              <div className="stack">
                <Part title={t('recall.told')}>
                  <p>
                    {t('recall.toldWords', {
                      orders: count(told.orders),
                      buyers: count(told.buyers),
                      seen: count(told.seen),
                    })}
                  </p>
                  <Facts
                    items={[
                      [
                        t('recall.messages'),
                        Object.values(told.messages).some((n) => n > 0)
                          ? t('recall.messagesWords', told.messages)
                          : t('recall.messagesNone'),
                      ],
                      [t('recall.advice'), recall.advice],
                      [t('recall.reach'), say(recallReachWords[recall.reach])],
                      [t('recall.unshipped'), say(unshippedWords[recall.unshipped])],
                      [
                        t('recall.lot'),
                        <Link key="lot" className="num" to={paths.lot(county, recall.lot)}>
                          {recall.lotNumber}
                        </Link>,
                      ],
                      recall.report !== null && [t('recall.report'), recall.report],
                    ]}
                  />
                </Part>
                <Part title={t('recall.origin')} question={t('recall.originQuestion')}>
                  <ShortTable
                    caption={t('recall.origin')}
                    rows={villages}
                    rowKey={(v) => v.village}
                    empty="—"
                    columns={[
                      { key: 'village', title: t('note.village'), card: 'title', render: (v) => v.villageName },
                      {
                        key: 'households',
                        title: t('recall.villageHouseholds'),
                        align: 'right',
                        render: (v) => <CountCell n={v.households} />,
                      },
                      {
                        key: 'notes',
                        title: t('recall.villageNotes'),
                        align: 'right',
                        render: (v) => <Link to={paths.notes(county, { lot: recall.lot })}>{count(v.notes)}</Link>,
                      },
                      {
                        key: 'grams',
                        title: t('flow.grams'),
                        align: 'right',
                        card: 'corner',
                        render: (v) => <WeightCell grams={v.grams} />,
                      },
                    ]}
                  />
                </Part>
                <Part title={t('recall.history')}>
                  <Facts
                    items={recall.moves.map((move) => [
                      `${say(recallMoves.states[move.to])} ${dayTime(move.at)}`,
                      <>
                        {move.byName}
                        {move.note ? <div className="mute">{move.note}</div> : null}
                      </>,
                    ])}
                  />
                </Part>
              </div>
            </div>
            <ConfirmWithReason
              open={asking === 'lift'}
              title={t('recall.lift')}
              confirm={t('recall.lift')}
              busy={lift.busy}
              error={lift.error}
              onConfirm={(reason) => lift.run({ params: { county, id }, body: { reason } })}
              onCancel={() => setAsking(undefined)}
            >
              {t('recall.liftWords')}
            </ConfirmWithReason>
            <ConfirmWithReason
              open={asking === 'close'}
              title={t('recall.close')}
              label={t('recall.report')}
              confirm={t('recall.close')}
              busy={close.busy}
              error={close.error}
              onConfirm={(text) => close.run({ params: { county, id }, body: { report: text } })}
              onCancel={() => setAsking(undefined)}
            >
              {t('recall.closeWords')}
            </ConfirmWithReason>
          </>
        );
      }}
    </Answer>
  );
}

function Orders({ id }: { id: string }) {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...orders(county, id, state.params), placeholderData: keepPreviousData });
  const act = useAct(api.trade.decideRecalled);
  const decide = (order: string, decision: 'refund' | 'replace') =>
    act.run({ params: { county, id: order }, body: { decision } });
  return (
    <Part title={t('recall.orders')}>
      {act.error ? <ErrorState compact error={act.error} /> : null}
      <DataTable<RecallOrder>
        caption={t('recall.orders')}
        state={state}
        query={query}
        rowKey={(r) => `${r.line} ${r.lot}`}
        empty={{ title: t('recall.ordersNone') }}
        columns={[
          {
            key: 'number',
            title: t('order.number'),
            card: 'title',
            render: (r) => (
              <>
                <Link className="num" to={paths.order(county, r.order)}>
                  {r.number}
                </Link>
                <div className="mute">{r.province}</div>
              </>
            ),
          },
          {
            key: 'goods',
            title: t('recall.lot'),
            card: 'wide',
            render: (r) => (
              <>
                {r.name} {r.skuName} ×{r.packs}
                <div className="mute num">{r.lotNumber}</div>
              </>
            ),
          },
          {
            key: 'found',
            title: t('recall.found'),
            render: (r) => <span className="nowrap">{say(recallFindWords[r.found])}</span>,
          },
          {
            key: 'now',
            title: t('recall.now'),
            card: 'corner',
            render: (r) => (
              <StatusTag tone={r.state === 'held' ? 'wait' : 'quiet'}>{say(recallLineMoves.states[r.state])}</StatusTag>
            ),
          },
          {
            key: 'seen',
            title: t('recall.seen'),
            render: (r) => <span className="num">{r.seenAt ? dayTime(r.seenAt) : '—'}</span>,
          },
          {
            key: 'do',
            title: '',
            card: 'wide',
            render: (r) =>
              r.mayDecide && may(trade.decideRecalled) ? (
                <span className="row-actions">
                  <Button size="small" disabled={act.busy} onClick={() => decide(r.order, 'refund')}>
                    {t('recall.refund')}
                  </Button>
                  {r.found === 'waiting' ? (
                    <Button size="small" disabled={act.busy} onClick={() => decide(r.order, 'replace')}>
                      {t('recall.replace')}
                    </Button>
                  ) : null}
                </span>
              ) : null,
          },
        ]}
      />
    </Part>
  );
}

function Lots({ id }: { id: string }) {
  const { t } = useWords();
  const { county, may } = useCounty();
  const query = useQuery(lots(county, id));
  const [destroying, setDestroying] = useState<RecallLot>();
  const act = useAct(api.trade.destroyRecalled, { onDone: () => setDestroying(undefined) });
  const left = (lot: RecallLot) => lot.shelfPacks - lot.reservedPacks;
  return (
    <Part title={t('recall.lotsOf')}>
      <Answer query={query} rows={3}>
        {({ rows }) => (
          <ShortTable
            caption={t('recall.lotsOf')}
            rows={rows}
            rowKey={(r) => r.id}
            empty="—"
            columns={[
              {
                key: 'number',
                title: t('recall.lot'),
                card: 'title',
                render: (r) => (
                  <>
                    <Link className="num" to={paths.lot(county, r.id)}>
                      {r.number}
                    </Link>
                    <div className="mute">{r.name}</div>
                  </>
                ),
              },
              {
                key: 'onHand',
                title: t('flow.onHand'),
                align: 'right',
                render: (r) => <WeightCell grams={r.gramsOnHand} />,
              },
              { key: 'shelf', title: t('recall.shelf'), align: 'right', render: (r) => <CountCell n={r.shelfPacks} /> },
              { key: 'gone', title: t('recall.gone'), align: 'right', render: (r) => <CountCell n={r.gonePacks} /> },
              {
                key: 'do',
                title: '',
                card: 'wide',
                render: (r) =>
                  may(trade.destroyRecalled) && left(r) > 0 ? (
                    <Button size="small" danger onClick={() => setDestroying(r)}>
                      {t('recall.destroy')}
                    </Button>
                  ) : null,
              },
            ]}
          />
        )}
      </Answer>
      <ConfirmWithReason
        open={destroying !== undefined}
        title={t('recall.destroy')}
        confirm={t('recall.destroy')}
        danger
        busy={act.busy}
        error={act.error}
        onConfirm={() =>
          destroying && act.run({ params: { county, id }, body: { lot: destroying.id, packs: left(destroying) } })
        }
        onCancel={() => setDestroying(undefined)}
      >
        {destroying ? t('recall.destroyWords', { number: destroying.number, left: left(destroying) }) : null}
      </ConfirmWithReason>
    </Part>
  );
}
