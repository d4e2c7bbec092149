import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { urlOf } from '#platform/http/client.ts';
import { invoiceMoves, invoiceStates, trade } from '#trade/contract';
import type { Invoice } from '../../api/answers.ts';
import { ahead, ask, oneOf } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { dayTime, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { StatusTag, type Tone } from '../../parts/StatusTag.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { IssueInvoice } from './IssueInvoice.tsx';

const list = (county: number, url: URLSearchParams) =>
  ask('trade', 'invoices', {
    params: { county },
    query: { ...pageOf(url), state: oneOf(invoiceStates, url.get('state')) },
  });

export const loader = ahead((county, url) => [list(county, url)]);

const tones: Record<Invoice['state'], Tone> = {
  asked: 'go',
  issued: 'good',
  void: 'quiet',
  refused: 'stop',
  withdrawn: 'quiet',
};

/** Invoices that buyers ask for, those to be issued first. */
export function Component() {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const [issuing, setIssuing] = useState<Invoice>();
  const [refusing, setRefusing] = useState<Invoice>();
  const refuse = useAct(api.trade.refuseInvoice, { onDone: () => setRefusing(undefined) });
  const columns: Column<Invoice>[] = [
    {
      key: 'title',
      title: t('invoice.title'),
      card: 'title',
      render: (i) => (
        <>
          {i.title}
          <span className="mute block num">{i.taxNumber ?? t('invoice.personal')}</span>
          {i.email ? <span className="mute block">{i.email}</span> : null}
        </>
      ),
    },
    {
      key: 'state',
      title: t('case.state'),
      card: 'corner',
      width: 150,
      render: (i) => (
        <>
          <StatusTag tone={i.wrong ? 'stop' : tones[i.state]}>
            {i.wrong ? t('invoice.wrong') : say(invoiceMoves.states[i.state])}
          </StatusTag>
          {i.reason ? <span className="mute block">{i.reason}</span> : null}
        </>
      ),
    },
    {
      key: 'order',
      title: t('order.number'),
      render: (i) => (
        <Link className="num" to={paths.order(county, i.order)}>
          {i.orderNumber}
        </Link>
      ),
    },
    { key: 'seller', title: t('case.seller'), card: 'wide', render: (i) => i.orgName },
    {
      key: 'due',
      title: t('invoice.due'),
      align: 'right',
      render: (i) => <MoneyCell fen={i.dueFen} tone="strong" />,
    },
    {
      key: 'papers',
      title: t('invoice.papers'),
      card: 'wide',
      render: (i) => (
        <ul className="plain-list">
          {i.papers.map((paper) => (
            <li key={paper.id} className={paper.inForce ? 'num' : 'num mute'}>
              {paper.colour === 'red' ? '−' : ''}
              {yuan(paper.fen)} {paper.number}{' '}
              {paper.fileType ? (
                <a href={urlOf(trade.invoiceFile, { params: { county, id: i.id, paper: paper.id } })} download>
                  {t('invoice.download')}
                </a>
              ) : null}
            </li>
          ))}
        </ul>
      ),
    },
    { key: 'asked', title: t('case.opened'), render: (i) => <span className="num">{dayTime(i.askedAt)}</span> },
    ...(may(trade.issueInvoice)
      ? [
          {
            key: 'acts',
            title: '',
            render: (i: Invoice) => (
              <span className="row-acts">
                {i.state === 'asked' || i.wrong ? (
                  <Button size="small" type="primary" onClick={() => setIssuing(i)}>
                    {say(
                      (
                        invoiceMoves.moves.find((m) => m.act === (i.wrong ? 'correct' : 'issue')) ?? {
                          label: { zh: '', en: '' },
                        }
                      ).label,
                    )}
                  </Button>
                ) : null}
                {i.state === 'asked' ? (
                  <Button size="small" onClick={() => setRefusing(i)}>
                    {t('invoice.refuseTitle')}
                  </Button>
                ) : null}
              </span>
            ),
          },
        ]
      : []),
  ];
  return (
    <>
      <PageHeader title={t('menu.invoices')} about={t('invoice.about')} />
      <DataTable
        caption={t('menu.invoices')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(i) => i.id}
        filters={[
          {
            key: 'state',
            label: t('case.state'),
            options: invoiceStates.map((value) => ({ value, label: say(invoiceMoves.states[value]) })),
          },
        ]}
        empty={{ title: t('invoice.empty'), words: t('invoice.emptyWords') }}
      />
      <IssueInvoice invoice={issuing} onClose={() => setIssuing(undefined)} />
      <ConfirmWithReason
        open={Boolean(refusing)}
        title={t('invoice.refuseTitle')}
        confirm={t('invoice.refuseTitle')}
        danger
        busy={refuse.busy}
        error={refuse.error}
        onConfirm={(reason) => refusing && refuse.run({ params: { county, id: refusing.id }, body: { reason } })}
        onCancel={() => setRefusing(undefined)}
      >
        {t('invoice.refuseWords')}
      </ConfirmWithReason>
    </>
  );
}
