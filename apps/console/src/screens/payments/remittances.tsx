import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { trade } from '#trade/contract';
import type { BankReturn, RemittanceRow, WaitingRefund } from '../../api/answers.ts';
import { ahead, ask, given, oneOf } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { dayTime, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { type Column, DataTable, ShortTable } from '../../parts/DataTable.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { Figure, PageHeader, Part } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty, useSession } from '../../session/session.ts';
import { AskReturn } from './AskReturn.tsx';
import { ImportStatement } from './ImportStatement.tsx';
import { PayTerms } from './PayTerms.tsx';
import { SendReturn } from './SendReturn.tsx';

const states = ['open', 'part', 'done'] as const;
const list = (county: number, url: URLSearchParams) =>
  ask('trade', 'remittances', {
    params: { county },
    query: { ...pageOf(url), q: given(url, 'q'), state: oneOf(states, url.get('state')) },
  });
const returns = (county: number) => ask('trade', 'bankReturns', { params: { county } });

export const loader = ahead((county, url) => [list(county, url), returns(county)]);

/** Money by bank: what came in, what of it belongs to which payment, and what is to be sent. */
export function Component() {
  const { t } = useWords();
  const { county, may } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const [open, setOpen] = useState<'import' | 'terms'>();
  const sums = query.data?.sums;
  const columns: Column<RemittanceRow>[] = [
    {
      key: 'booked',
      title: t('remit.bookedOn'),
      width: 110,
      render: (r) => <span className="num">{r.bookedOn}</span>,
    },
    { key: 'payer', title: t('remit.payer'), card: 'title', render: (r) => r.payerName },
    {
      key: 'state',
      title: t('pays.state'),
      card: 'none',
      render: (r) => (
        <StatusTag tone={r.state === 'done' ? 'good' : r.state === 'part' ? 'gold' : 'wait'}>
          {t(`remit.state.${r.state}`)}
        </StatusTag>
      ),
    },
    { key: 'remark', title: t('remit.remark'), card: 'wide', render: (r) => r.remark || '—' },
    {
      key: 'number',
      title: t('remit.bankNumber'),
      card: 'wide',
      render: (r) => <span className="num mute">{r.bankNumber}</span>,
    },
    { key: 'left', title: t('remit.left'), align: 'right', render: (r) => <MoneyCell fen={r.leftFen} /> },
    {
      key: 'fen',
      title: t('pays.amount'),
      align: 'right',
      card: 'corner',
      render: (r) => <MoneyCell fen={r.fen} tone="strong" />,
    },
  ];
  return (
    <>
      <PageHeader
        title={t('menu.remittances')}
        about={t('remit.about')}
        actions={
          may(trade.importRemittances) ? (
            <>
              <Button onClick={() => setOpen('terms')}>{t('remit.terms')}</Button>
              <Button type="primary" onClick={() => setOpen('import')}>
                {t('remit.import')}
              </Button>
            </>
          ) : null
        }
      />
      {sums ? (
        <div className="figures">
          <Figure label={t('remit.in')} value={yuan(sums.inFen)} />
          <Figure label={t('remit.matched')} value={yuan(sums.matchedFen)} tone="pine" />
          <Figure
            label={t('remit.unmatched')}
            value={yuan(sums.unmatchedFen)}
            tone={sums.unmatchedFen > 0 ? 'persimmon' : undefined}
          />
          <Figure label={t('remit.returned')} value={yuan(sums.returnedFen)} />
        </div>
      ) : null}
      <DataTable
        caption={t('menu.remittances')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(r) => r.id}
        rowHref={(r) => paths.remittance(county, r.id)}
        search={t('remit.search')}
        filters={[
          {
            key: 'state',
            label: t('pays.state'),
            options: states.map((value) => ({ value, label: t(`remit.state.${value}`) })),
          },
        ]}
        empty={{ title: t('remit.empty'), words: t('remit.emptyWords') }}
      />
      <Returns />
      <ImportStatement open={open === 'import'} onClose={() => setOpen(undefined)} />
      <PayTerms open={open === 'terms'} onClose={() => setOpen(undefined)} />
    </>
  );
}

function Returns() {
  const { t } = useWords();
  const { county, may } = useCounty();
  const { person } = useSession();
  const query = useQuery(returns(county));
  const [asking, setAsking] = useState<WaitingRefund>();
  const [sending, setSending] = useState<BankReturn>();
  const withdraw = useAct(api.trade.withdrawReturn);
  const { rows = [], waiting = [] } = query.data ?? {};
  const acts = (r: BankReturn) => {
    if (r.state !== 'asked' || !may(trade.sendReturn)) return null;
    return (
      <span className="row-acts">
        {r.askedById === person ? (
          <span className="mute">{t('remit.secondLook')}</span>
        ) : (
          <Button size="small" type="primary" onClick={() => setSending(r)}>
            {t('remit.send')}
          </Button>
        )}
        <Button size="small" onClick={() => withdraw.run({ params: { county, id: r.id } })}>
          {t('remit.withdraw')}
        </Button>
      </span>
    );
  };
  return (
    <>
      {waiting.length > 0 ? (
        <Part title={t('remit.waiting')} flush>
          <ShortTable
            caption={t('remit.waiting')}
            rows={waiting}
            rowKey={(w) => w.refund}
            empty=""
            columns={[
              { key: 'payer', title: t('remit.payer'), card: 'title', render: (w) => w.payerName ?? '—' },
              { key: 'code', title: t('remit.code'), render: (w) => <span className="num">{w.code}</span> },
              {
                key: 'order',
                title: t('pays.order'),
                render: (w) => (w.order ? <Link to={paths.order(county, w.order)}>{t('pays.order')}</Link> : '—'),
              },
              { key: 'reason', title: t('field.reason'), card: 'wide', render: (w) => w.reason },
              {
                key: 'fen',
                title: t('pays.amount'),
                align: 'right',
                card: 'corner',
                render: (w) => <MoneyCell fen={w.fen} tone="strong" />,
              },
              {
                key: 'act',
                title: '',
                card: 'wide',
                render: (w) =>
                  may(trade.askReturn) ? (
                    <Button size="small" onClick={() => setAsking(w)}>
                      {t('remit.askRefund')}
                    </Button>
                  ) : null,
              },
            ]}
          />
        </Part>
      ) : null}
      <Part title={t('remit.returns')} question={t('remit.returnsAbout')} flush>
        <ShortTable
          caption={t('remit.returns')}
          rows={rows}
          rowKey={(r) => r.id}
          empty={query.isPending ? '…' : t('remit.noReturns')}
          columns={[
            { key: 'payee', title: t('remit.payee'), card: 'title', render: (r) => r.payeeName },
            {
              key: 'state',
              title: t('pays.state'),
              render: (r) => (
                <StatusTag tone={r.state === 'asked' ? 'wait' : r.state === 'sent' ? 'good' : 'quiet'}>
                  {t(`remit.return.${r.state}`)}
                </StatusTag>
              ),
            },
            {
              key: 'account',
              title: t('remit.payeeAccount'),
              card: 'wide',
              render: (r) => <span className="num">{r.payeeAccount}</span>,
            },
            { key: 'reason', title: t('field.reason'), card: 'wide', render: (r) => r.reason },
            {
              key: 'asked',
              title: t('remit.askedBy'),
              card: 'wide',
              render: (r) => (
                <>
                  {r.askedBy} <span className="num mute">{dayTime(r.askedAt)}</span>
                </>
              ),
            },
            {
              key: 'sent',
              title: t('remit.outNumber'),
              card: 'wide',
              render: (r) =>
                r.bankNumber ? (
                  <>
                    <span className="num">{r.bankNumber}</span> <span className="mute">{r.endedBy}</span>
                  </>
                ) : (
                  (acts(r) ?? '—')
                ),
            },
            {
              key: 'fen',
              title: t('pays.amount'),
              align: 'right',
              card: 'corner',
              render: (r) => <MoneyCell fen={r.fen} tone="strong" />,
            },
          ]}
        />
      </Part>
      {asking ? (
        <AskReturn
          of={{ refund: asking.refund }}
          fen={asking.fen}
          whole
          payeeName={asking.payerName ?? ''}
          onClose={() => setAsking(undefined)}
        />
      ) : null}
      {sending ? <SendReturn of={sending} onClose={() => setSending(undefined)} /> : null}
    </>
  );
}
