import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Modal } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { batchMoves, batchStates, trade } from '#trade/contract';
import type { PayoutBatchRow } from '../../api/answers.ts';
import { ahead, ask, oneOf } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { dayTime, shortDay, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { CountCell, MoneyCell } from '../../parts/money.tsx';
import { Figure, PageHeader, Part } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { Answer, ErrorState } from '../../parts/states.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { batchTones } from './payout-tones.ts';
import { ScheduleDialog } from './ScheduleDialog.tsx';

const owed = (county: number) => ask('trade', 'payoutOwed', { params: { county } });
const list = (county: number, url: URLSearchParams) =>
  ask('trade', 'payoutBatches', {
    params: { county },
    query: { ...pageOf(url), state: oneOf(batchStates, url.get('state')) },
  });

export const loader = ahead((county, url) => [owed(county), list(county, url)]);

/** What is owed now, when it goes out, and the batches it went out in. */
export function Component() {
  const { t, locale, say } = useWords();
  const { county, may } = useCounty();
  const state = useUrlState();
  const sums = useQuery(owed(county));
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const [preparing, setPreparing] = useState<'household' | 'organisation'>();
  const [scheduling, setScheduling] = useState(false);
  const columns: Column<PayoutBatchRow>[] = [
    {
      key: 'number',
      title: t('payout.number'),
      width: 130,
      card: 'line',
      render: (b) => <span className="num">{b.number}</span>,
    },
    {
      key: 'for',
      title: t('payout.for'),
      card: 'title',
      render: (b) => t(b.ownerKind === 'household' ? 'payout.forHouseholds' : 'payout.forOrgs'),
    },
    {
      key: 'state',
      title: t('payout.state'),
      card: 'corner',
      render: (b) => <StatusTag tone={batchTones[b.state]}>{say(batchMoves.states[b.state])}</StatusTag>,
    },
    {
      key: 'prepared',
      title: t('payout.prepared'),
      card: 'wide',
      render: (b) => (
        <span>
          {b.preparedByName} <span className="num mute">{dayTime(b.preparedAt)}</span>
        </span>
      ),
    },
    { key: 'lines', title: t('payout.lines'), align: 'right', render: (b) => <CountCell n={b.lines} /> },
    {
      key: 'again',
      title: t('payout.again'),
      align: 'right',
      render: (b) => (b.owedAgainFen > 0 ? <MoneyCell fen={b.owedAgainFen} tone="price" /> : '—'),
    },
    { key: 'paid', title: t('payout.arrived'), align: 'right', render: (b) => <MoneyCell fen={b.paidFen} /> },
    {
      key: 'total',
      title: t('payout.total'),
      align: 'right',
      render: (b) => <MoneyCell fen={b.totalFen} tone="strong" />,
    },
  ];
  return (
    <>
      <PageHeader
        title={t('menu.payouts')}
        about={t('payout.about')}
        actions={
          may(trade.preparePayouts) ? (
            <>
              <Button onClick={() => setPreparing('organisation')}>{t('payout.prepareOrgs')}</Button>
              <Button type="primary" onClick={() => setPreparing('household')}>
                {t('payout.prepareHouseholds')}
              </Button>
            </>
          ) : null
        }
      />
      <Answer query={sums} rows={2}>
        {(s) => (
          <div className="figures">
            <Figure
              label={t('payout.owedHouseholds')}
              value={yuan(s.households.fen)}
              note={t('payout.people', { n: s.households.count })}
              tone="pine"
            />
            <Figure
              label={t('payout.owedOrgs')}
              value={yuan(s.organisations.fen)}
              note={t('payout.orgs', { n: s.organisations.count })}
            />
            <Figure
              label={t('payout.below')}
              value={yuan(s.belowMinimum.fen)}
              note={t('payout.belowNote', { n: s.belowMinimum.count })}
            />
            <Figure
              label={t('payout.matters')}
              value={s.openMatters}
              to={paths.payoutMatters(county)}
              tone={s.openMatters > 0 ? 'persimmon' : undefined}
              note={t('payout.mattersNote')}
            />
            <Figure
              label={t('payout.next')}
              value={shortDay(s.schedule.nextDay, locale)}
              note={t('payout.nextNote', { minimum: yuan(s.schedule.minimumFen) })}
            />
          </div>
        )}
      </Answer>
      <Part
        title={t('payout.batches')}
        question={t('payout.batchesQuestion')}
        flush
        more={
          may(trade.setPayoutSchedule) ? (
            <Button onClick={() => setScheduling(true)}>{t('payout.schedule')}</Button>
          ) : null
        }
      >
        <DataTable
          caption={t('payout.batches')}
          columns={columns}
          state={state}
          query={query}
          rowKey={(b) => b.id}
          rowHref={(b) => paths.payoutBatch(county, b.id)}
          filters={[
            {
              key: 'state',
              label: t('payout.state'),
              options: batchStates.map((value) => ({ value, label: say(batchMoves.states[value]) })),
            },
          ]}
          empty={{ title: t('payout.none'), words: t('payout.noneWords') }}
        />
      </Part>
      <PrepareDialog
        kind={preparing}
        fen={(preparing === 'household' ? sums.data?.households.fen : sums.data?.organisations.fen) ?? 0}
        onClose={() => setPreparing(undefined)}
      />
      {sums.data ? (
        <ScheduleDialog open={scheduling} schedule={sums.data.schedule} onClose={() => setScheduling(false)} />
      ) : null}
    </>
  );
}

function PrepareDialog({
  kind,
  fen,
  onClose,
}: {
  kind: 'household' | 'organisation' | undefined;
  fen: number;
  onClose: () => void;
}) {
  const { t } = useWords();
  const { county } = useCounty();
  const navigate = useNavigate();
  const act = useAct(api.trade.preparePayouts, {
    onDone: (batch) => {
      onClose();
      void navigate(paths.payoutBatch(county, batch.id));
    },
  });
  return (
    <Modal
      open={kind !== undefined}
      title={t(kind === 'organisation' ? 'payout.prepareOrgs' : 'payout.prepareHouseholds')}
      okText={t('payout.prepareNow')}
      cancelText={t('action.cancel')}
      okButtonProps={{ loading: act.busy, disabled: fen === 0 }}
      onOk={() => kind && act.run({ params: { county }, body: { ownerKind: kind } })}
      onCancel={onClose}
    >
      <p className="modal-words">
        {fen > 0 ? t('payout.prepareWords', { money: yuan(fen) }) : t('payout.prepareNothing')}
      </p>
      {act.error ? <ErrorState error={act.error} compact /> : null}
    </Modal>
  );
}
