import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { ledger } from '#ledger/contract';
import { batchMoves, lineMoves, payoutChannelWords, trade } from '#trade/contract';
import type { PayoutBatch, PayoutLine } from '../../api/answers.ts';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { dayTime, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { type Column, ShortTable } from '../../parts/DataTable.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { Facts, Figure, PageHeader, Part } from '../../parts/PageHeader.tsx';
import { MoveButton, StatusTag } from '../../parts/StatusTag.tsx';
import { Answer, ErrorState } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { BankFiles } from './BankFiles.tsx';
import { batchTones, lineTones } from './payout-tones.ts';

const one = (county: number, id: string) => ask('trade', 'payoutBatch', { params: { county, id } });

export const loader = ahead((county, _url, id) => [one(county, id)]);

/** A batch: who prepared it, who approves it, and every payment with what became of it. */
export function Component() {
  const { county } = useCounty();
  const query = useQuery(one(county, useParams().id as string));
  return <Answer query={query}>{(batch) => <Batch batch={batch} />}</Answer>;
}

type Doing = { line: PayoutLine; what: 'cancel' | 'paid' | 'failed' | 'return' };

function Batch({ batch }: { batch: PayoutBatch }) {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const [approving, setApproving] = useState(false);
  const [cancelling, setCancelling] = useState(false);
  const [doing, setDoing] = useState<Doing>();
  const cancel = useAct(api.trade.cancelPayouts, { onDone: () => setCancelling(false) });
  const recall = useAct(api.trade.recallPayout);
  const params = { county, id: batch.id };
  const started = batch.rows.some((line) => line.hold !== null);
  const mayCancel = may(trade.cancelPayouts) && batchMoves.allows(batch.state, 'cancelled') && !started;
  const whyNot =
    batch.mayApprove === 'same-person'
      ? t('payout.whySame')
      : batch.mayApprove === 'approver-set-account'
        ? t('payout.whyAccount')
        : undefined;
  return (
    <>
      <PageHeader
        title={t('payout.batchTitle', { number: batch.number })}
        back={{ to: paths.payouts(county), label: t('menu.payouts') }}
        tags={<StatusTag tone={batchTones[batch.state]}>{say(batchMoves.states[batch.state])}</StatusTag>}
        actions={
          <>
            {mayCancel ? <Button onClick={() => setCancelling(true)}>{t('payout.cancelBatch')}</Button> : null}
            {may(trade.approvePayouts) && batch.state === 'prepared' ? (
              <MoveButton label={t('payout.approve')} primary why={whyNot} onClick={() => setApproving(true)} />
            ) : null}
          </>
        }
      />
      <div className="figures">
        <Figure label={t('payout.total')} value={yuan(batch.totalFen)} tone="pine" />
        <Figure label={t('payout.waitingFen')} value={yuan(batch.waitingFen)} />
        <Figure label={t('payout.underWayFen')} value={yuan(batch.underWayFen)} />
        <Figure label={t('payout.arrived')} value={yuan(batch.paidFen)} />
        <Figure
          label={t('payout.again')}
          value={yuan(batch.owedAgainFen)}
          tone={batch.owedAgainFen > 0 ? 'persimmon' : undefined}
        />
      </div>
      <Part title={t('payout.facts')}>
        <Facts
          items={[
            [t('payout.for'), t(batch.ownerKind === 'household' ? 'payout.forHouseholds' : 'payout.forOrgs')],
            [t('payout.preparedBy'), `${batch.preparedByName} · ${dayTime(batch.preparedAt)}`],
            [
              t('payout.approvedBy'),
              batch.approvedAt ? `${batch.approvedByName} · ${dayTime(batch.approvedAt)}` : undefined,
            ],
            batch.approvedFen !== null && [t('payout.approvedFen'), yuan(batch.approvedFen)],
            batch.reason !== null && [t('field.reason'), batch.reason],
          ]}
        />
      </Part>
      {batch.files.length > 0 || batch.unfiled > 0 ? <BankFiles batch={batch} /> : null}
      <Part title={t('payout.rows')} question={t('payout.rowsQuestion')}>
        {recall.error ? <ErrorState error={recall.error} compact /> : null}
        <ShortTable
          caption={t('payout.rows')}
          rows={batch.rows}
          rowKey={(line) => line.id}
          empty="—"
          columns={columnsOf(setDoing, (line) => recall.run({ params: { county, id: line.id }, body: {} }))}
        />
      </Part>
      <ApproveDialog batch={batch} open={approving} onClose={() => setApproving(false)} />
      <ConfirmWithReason
        open={cancelling}
        title={t('payout.cancelBatch')}
        confirm={t('payout.cancelBatch')}
        danger
        busy={cancel.busy}
        error={cancel.error}
        onConfirm={(reason) => cancel.run({ params, body: { reason } })}
        onCancel={() => setCancelling(false)}
      >
        {t('payout.cancelBatchWords')}
      </ConfirmWithReason>
      <LineDialogs doing={doing} onClose={() => setDoing(undefined)} />
    </>
  );

  function columnsOf(act: (doing: Doing) => void, takeBack: (line: PayoutLine) => void): Column<PayoutLine>[] {
    return [
      {
        key: 'position',
        title: '#',
        width: 50,
        card: 'none',
        render: (l) => <span className="num">{l.position}</span>,
      },
      {
        key: 'owner',
        title: t('payout.payee'),
        card: 'title',
        render: (l) => (
          <Link
            to={l.ownerKind === 'household' ? paths.household(county, l.owner) : paths.organisation(county, l.owner)}
          >
            {l.ownerName}
          </Link>
        ),
      },
      { key: 'village', title: t('note.village'), render: (l) => l.villageName ?? '—' },
      {
        key: 'how',
        title: t('owed.kind'),
        card: 'wide',
        render: (l) => (
          <span>
            {l.stationName
              ? t('payout.byStation', { station: l.stationName })
              : payoutChannelWords[l.channel]
                ? say(payoutChannelWords[l.channel] as { zh: string; en: string })
                : l.channel}
            {l.tail ? <span className="mute num"> {t('payout.tail', { tail: l.tail })}</span> : null}
          </span>
        ),
      },
      {
        key: 'state',
        title: t('payout.state'),
        card: 'corner',
        render: (l) => <StatusTag tone={lineTones[l.state]}>{say(lineMoves.states[l.state])}</StatusTag>,
      },
      {
        key: 'why',
        title: t('field.reason'),
        card: 'wide',
        render: (l) => l.why ?? (l.reference ? <span className="num mute">{l.reference}</span> : '—'),
      },
      {
        key: 'fen',
        title: t('payout.amount'),
        align: 'right',
        render: (l) => <MoneyCell fen={l.fen} tone="strong" />,
      },
      {
        key: 'do',
        title: '',
        card: 'wide',
        render: (l) => (
          <span className="row-actions">
            {l.hold && may(ledger.transfer) ? (
              <Link to={paths.transfer(county, l.hold)}>{t('payout.transfer')}</Link>
            ) : null}
            {l.state === 'waiting' && may(trade.cancelPayout) ? (
              <Button size="small" onClick={() => act({ line: l, what: 'cancel' })}>
                {t('payout.cancelLine')}
              </Button>
            ) : null}
            {l.hold && lineMoves.allows(l.state, 'paid') && l.channel === 'bank' && may(trade.recordPayout) ? (
              <Button size="small" onClick={() => act({ line: l, what: 'paid' })}>
                {t('payout.bankPaid')}
              </Button>
            ) : null}
            {(l.state === 'handing' || (l.state === 'under_way' && l.channel === 'bank')) && may(trade.recordPayout) ? (
              <Button size="small" onClick={() => act({ line: l, what: 'failed' })}>
                {t('payout.bankFailed')}
              </Button>
            ) : null}
            {l.state === 'confirming' && may(trade.recallPayout) ? (
              <Button size="small" onClick={() => takeBack(l)}>
                {t('payout.recall')}
              </Button>
            ) : null}
            {l.state === 'paid' && l.channel !== 'station' && may(trade.returnPayout) ? (
              <Button size="small" onClick={() => act({ line: l, what: 'return' })}>
                {t('payout.returned')}
              </Button>
            ) : null}
          </span>
        ),
      },
    ];
  }
}

function ApproveDialog({ batch, open, onClose }: { batch: PayoutBatch; open: boolean; onClose: () => void }) {
  const { t } = useWords();
  const { county } = useCounty();
  const act = useAct(api.trade.approvePayouts, { onDone: onClose });
  return (
    <Modal
      open={open}
      title={t('payout.approveTitle')}
      okText={t('payout.approveNow')}
      cancelText={t('action.cancel')}
      okButtonProps={{ loading: act.busy }}
      onOk={() =>
        act.run({
          params: { county, id: batch.id },
          body: { version: batch.version, totalFen: batch.waitingFen },
        })
      }
      onCancel={onClose}
    >
      <p className="modal-words">{t('payout.approveWords', { n: batch.lines, money: yuan(batch.waitingFen) })}</p>
      {act.error ? <ErrorState error={act.error} compact /> : null}
    </Modal>
  );
}

function LineDialogs({ doing, onClose }: { doing: Doing | undefined; onClose: () => void }) {
  const { t } = useWords();
  const { county } = useCounty();
  const [form] = Form.useForm<{ reference: string }>();
  const done = { onDone: onClose };
  const cancel = useAct(api.trade.cancelPayout, done);
  const record = useAct(api.trade.recordPayout, done);
  const back = useAct(api.trade.returnPayout, done);
  const line = doing?.line;
  const params = { county, id: line?.id ?? '' };
  const money = yuan(line?.fen ?? 0);
  return (
    <>
      <ConfirmWithReason
        open={doing?.what === 'cancel'}
        title={t('payout.cancelLineTitle')}
        confirm={t('payout.cancelLineTitle')}
        busy={cancel.busy}
        error={cancel.error}
        onConfirm={(reason) => cancel.run({ params, body: { reason } })}
        onCancel={onClose}
      >
        {t('payout.cancelBatchWords')}
      </ConfirmWithReason>
      <ConfirmWithReason
        open={doing?.what === 'failed'}
        title={t('payout.bankFailed')}
        confirm={t('payout.bankFailed')}
        presets={[t('payout.reasonName'), t('payout.reasonClosed'), t('payout.reasonAbsent')]}
        busy={record.busy}
        error={record.error}
        onConfirm={(why) => record.run({ params, body: { outcome: 'failed', why } })}
        onCancel={onClose}
      >
        {t('payout.bankPaidWords', { who: line?.ownerName ?? '', money })}
      </ConfirmWithReason>
      <ConfirmWithReason
        open={doing?.what === 'return'}
        title={t('payout.returnedTitle')}
        confirm={t('payout.returnedTitle')}
        presets={[t('payout.reasonClosed'), t('payout.reasonName')]}
        danger
        busy={back.busy}
        error={back.error}
        onConfirm={(reason) => back.run({ params, body: { reason } })}
        onCancel={onClose}
      >
        {t('payout.returnedWords', { money })}
      </ConfirmWithReason>
      <FormModal
        form={form}
        busy={record.busy}
        open={doing?.what === 'paid'}
        title={t('payout.bankPaidTitle')}
        okText={t('payout.bankPaid')}
        onClose={onClose}
      >
        <p className="modal-words">{t('payout.bankPaidWords', { who: line?.ownerName ?? '', money })}</p>
        <Form
          form={form}
          layout="vertical"
          onFinish={({ reference }) => record.run({ params, body: { outcome: 'paid', reference: reference.trim() } })}
        >
          <Form.Item
            name="reference"
            label={t('payout.reference')}
            rules={[{ required: true, min: 4, whitespace: true, message: t('payout.referenceNeeded') }]}
          >
            <Input maxLength={64} />
          </Form.Item>
          <FormProblem error={record.error} form={form} />
        </Form>
      </FormModal>
    </>
  );
}
