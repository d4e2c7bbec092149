import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { payeeKindWords, payeeMoves, payeeStates, payoutChannelWords, trade } from '#trade/contract';
import type { Payee } from '../../api/answers.ts';
import { ahead, ask, oneOf } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { day } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { ErrorState } from '../../parts/states.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { useCounty } from '../../session/session.ts';
import { AddPayee } from './AddPayee.tsx';
import { payeeTones } from './payout-tones.ts';

const owners = ['household', 'organisation'] as const;
const list = (county: number, url: URLSearchParams) =>
  ask('trade', 'payees', {
    params: { county },
    query: {
      ...pageOf(url),
      ownerKind: oneOf(owners, url.get('ownerKind')),
      state: oneOf(payeeStates, url.get('state')),
    },
  });

export const loader = ahead((county, url) => [list(county, url)]);

/** Accounts that money is paid to: masked, whole only with a reason that is kept. */
export function Component() {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const [adding, setAdding] = useState(false);
  const [finding, setFinding] = useState(false);
  const [closing, setClosing] = useState<Payee>();
  const [reading, setReading] = useState<Payee>();
  const columns: Column<Payee>[] = [
    { key: 'owner', title: t('payee.owner'), card: 'title', render: (p) => p.ownerName },
    { key: 'village', title: t('note.village'), render: (p) => p.villageName ?? '—' },
    {
      key: 'kind',
      title: t('payee.kind'),
      card: 'wide',
      render: (p) => (
        <span>
          {p.kind === 'wallet' && p.provider !== 'wechat'
            ? say(payoutChannelWords[p.provider] ?? payeeKindWords.wallet)
            : say(payeeKindWords[p.kind])}
          {p.bankName ? ` · ${p.bankName}` : ''}
        </span>
      ),
    },
    {
      key: 'tail',
      title: t('payee.account'),
      render: (p) => <span className="num">{t('payout.tail', { tail: p.tail })}</span>,
    },
    {
      key: 'state',
      title: t('payee.state'),
      card: 'corner',
      render: (p) => <StatusTag tone={payeeTones[p.state]}>{say(payeeMoves.states[p.state])}</StatusTag>,
    },
    { key: 'since', title: t('payee.since'), render: (p) => <span className="num">{day(p.createdAt)}</span> },
    {
      key: 'do',
      title: '',
      card: 'wide',
      render: (p) => (
        <span className="row-actions">
          {p.ownerKind === 'household' && may(trade.readPayee) ? (
            <Button size="small" onClick={() => setReading(p)}>
              {t('payee.read')}
            </Button>
          ) : null}
          {may(trade.closePayee) &&
          (payeeMoves.allows(p.state, 'closing') || payeeMoves.allows(p.state, 'closed')) &&
          p.state !== 'closing' ? (
            <Button size="small" onClick={() => setClosing(p)}>
              {t('payee.close')}
            </Button>
          ) : null}
        </span>
      ),
    },
  ];
  return (
    <>
      <PageHeader
        title={t('menu.payees')}
        about={t('payee.about')}
        actions={
          <>
            {may(trade.findPayee) ? <Button onClick={() => setFinding(true)}>{t('payee.find')}</Button> : null}
            {may(trade.addPayee) ? (
              <Button type="primary" onClick={() => setAdding(true)}>
                {t('payee.add')}
              </Button>
            ) : null}
          </>
        }
      />
      <DataTable
        caption={t('menu.payees')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(p) => p.id}
        filters={[
          {
            key: 'ownerKind',
            label: t('payee.ownerOf'),
            options: owners.map((value) => ({ value, label: t(`payee.${value}`) })),
          },
          {
            key: 'state',
            label: t('payee.state'),
            options: payeeStates.map((value) => ({ value, label: say(payeeMoves.states[value]) })),
          },
        ]}
        empty={{ title: t('payee.none'), words: t('payee.noneWords') }}
      />
      {adding ? <AddPayee onClose={() => setAdding(false)} /> : null}
      <ClosePayee payee={closing} onClose={() => setClosing(undefined)} />
      {reading ? <ReadPayee payee={reading} onClose={() => setReading(undefined)} /> : null}
      {finding ? <FindPayee onClose={() => setFinding(false)} /> : null}
    </>
  );
}

function ClosePayee({ payee, onClose }: { payee: Payee | undefined; onClose: () => void }) {
  const { t } = useWords();
  const { county } = useCounty();
  const act = useAct(api.trade.closePayee, { onDone: onClose });
  return (
    <Modal
      open={Boolean(payee)}
      title={t('payee.closeTitle')}
      okText={t('payee.close')}
      cancelText={t('action.cancel')}
      okButtonProps={{ danger: true, loading: act.busy }}
      onOk={() => payee && act.run({ params: { county, id: payee.id }, body: {} })}
      onCancel={onClose}
    >
      {payee ? (
        <p className="modal-words">{t('payee.closeWords', { who: payee.ownerName, tail: payee.tail })}</p>
      ) : null}
      {act.error ? <ErrorState error={act.error} compact /> : null}
    </Modal>
  );
}

function ReadPayee({ payee, onClose }: { payee: Payee; onClose: () => void }) {
  const { t } = useWords();
  const { county } = useCounty();
  const act = useAct(api.trade.readPayee, { quiet: true });
  if (act.answer) {
    return (
      <Modal open title={payee.ownerName} footer={null} onCancel={onClose}>
        <p className="payee-number num">{act.answer.account.replace(/(\d{4})(?=\d)/g, '$1 ')}</p>
        <p>{act.answer.holder}</p>
      </Modal>
    );
  }
  return (
    <ConfirmWithReason
      open
      title={t('payee.readTitle')}
      confirm={t('payee.readNow')}
      presets={[t('household.whyPay')]}
      busy={act.busy}
      error={act.error}
      onConfirm={(reason) => act.run({ params: { county, id: payee.id }, body: { reason } })}
      onCancel={onClose}
    >
      {t('payee.readWords')}
    </ConfirmWithReason>
  );
}

function FindPayee({ onClose }: { onClose: () => void }) {
  const { t, say } = useWords();
  const { county } = useCounty();
  const [account, setAccount] = useState('');
  const act = useAct(api.trade.findPayee, { quiet: true });
  return (
    <Modal
      open
      title={t('payee.find')}
      okText={t('payee.find')}
      cancelText={t('action.cancel')}
      okButtonProps={{ loading: act.busy, disabled: account.replace(/\s/g, '').length < 6 }}
      onOk={() => act.run({ params: { county }, body: { account: account.replace(/\s/g, '') } })}
      onCancel={onClose}
    >
      <Input
        aria-label={t('payee.findPlaceholder')}
        placeholder={t('payee.findPlaceholder')}
        value={account}
        maxLength={80}
        onChange={(event) => setAccount(event.target.value)}
      />
      {act.error ? <ErrorState error={act.error} compact /> : null}
      {act.answer?.length === 0 ? <p className="modal-words">{t('payee.findNone')}</p> : null}
      <ul className="plain-list">
        {act.answer?.map((p) => (
          <li key={p.id} className="list-row">
            <span>
              <b>{p.ownerName}</b>
              <span className="mute">
                {say(payeeKindWords[p.kind])} {t('payout.tail', { tail: p.tail })}
              </span>
            </span>
            <StatusTag tone={payeeTones[p.state]}>{say(payeeMoves.states[p.state])}</StatusTag>
          </li>
        ))}
      </ul>
    </Modal>
  );
}
