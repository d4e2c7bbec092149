import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { Link } from 'react-router';
import { ledger } from '#ledger/contract';
import { settlementParts, settlementPartWords, statementStates, statementStateWords, trade } from '#trade/contract';
import type { StatementRow } from '../../api/answers.ts';
import { ahead, ask, given, monthOf, oneOf } from '../../api/ask.ts';
import { dayTime, monthName, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { type Column, DataTable, ShortTable } from '../../parts/DataTable.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { PageHeader, Part } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { pageOf, type UrlState, useUrlState } from '../../parts/use-url-state.ts';
import { paths, withSearch } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';

const statement = (county: number, url: URLSearchParams) =>
  ask('trade', 'statement', {
    params: { county },
    query: {
      ...pageOf(url),
      month: monthOf(url, 'month'),
      org: given(url, 'org'),
      part: oneOf(settlementParts, url.get('part')),
      state: oneOf(statementStates, url.get('state')),
    },
  });

/** The filters of the page, for the workbook. */
const sheetOf = ({ get }: UrlState) => ({
  month: get('month'),
  org: get('org'),
  part: get('part'),
  state: get('state'),
});

const tones = {
  posted: 'good',
  held: 'wait',
  voided: 'quiet',
  reversed: 'stop',
  fee: 'quiet',
  paid: 'good',
  returned: 'stop',
} as const;

export const loader = ahead((county, url) => [statement(county, url)]);

/** What a month's orders brought to each: held until received, posted after. */
export function Component() {
  const { t, locale, say } = useWords();
  const { county, may } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...statement(county, state.params), placeholderData: keepPreviousData });
  const columns: Column<StatementRow>[] = [
    { key: 'at', title: t('ledger.at'), width: 148, render: (r) => <span className="num">{dayTime(r.at)}</span> },
    {
      key: 'order',
      title: t('settle.source'),
      card: 'title',
      width: 130,
      render: (r) => <Source row={r} />,
    },
    {
      key: 'line',
      card: 'wide',
      title: t('settle.line'),
      render: (r) => (r.lineName ? `${r.lineName} ×${r.packs}` : '—'),
    },
    { key: 'part', title: t('order.part'), render: (r) => say(settlementPartWords[r.part]) },
    { key: 'org', card: 'wide', title: t('order.payee'), render: (r) => r.orgName ?? '—' },
    {
      key: 'state',
      title: t('order.state'),
      render: (r) => <StatusTag tone={tones[r.state]}>{say(statementStateWords[r.state])}</StatusTag>,
    },
    ...(may(ledger.transfer)
      ? [
          {
            key: 'transfer',
            width: 92,
            title: t('menu.ledger'),
            render: (r: StatementRow) => <Link to={paths.transfer(county, r.transfer)}>{t('benefit.transfer')}</Link>,
          },
        ]
      : []),
    {
      key: 'fen',
      title: t('ledger.amount'),
      align: 'right',
      card: 'corner',
      render: (r) => <MoneyCell fen={r.fen} tone="strong" />,
    },
  ];
  return (
    <>
      <PageHeader
        title={t('menu.statements')}
        about={query.data ? t('settle.about', { month: monthName(query.data.month, locale) }) : undefined}
        actions={
          <>
            <Button href={withSearch(`/api/counties/${county}/statements/sheet.xlsx`, sheetOf(state))} download>
              {t('settle.sheet')}
            </Button>
            <Button onClick={() => window.print()}>{t('action.print')}</Button>
          </>
        }
      />
      <Part title={t('settle.totals')} flush>
        <ShortTable
          caption={t('settle.totals')}
          rows={query.data?.totals ?? []}
          rowKey={(x) => `${x.part}-${x.org ?? ''}`}
          rowHref={(x) =>
            withSearch(paths.statements(county), { month: query.data?.month, part: x.part, org: x.org ?? undefined })
          }
          empty={query.isPending ? '…' : t('settle.none')}
          columns={[
            { key: 'part', title: t('order.part'), card: 'title', render: (x) => say(settlementPartWords[x.part]) },
            { key: 'org', card: 'wide', title: t('order.payee'), render: (x) => x.orgName ?? '—' },
            { key: 'held', title: t('part.held'), align: 'right', render: (x) => <MoneyCell fen={x.heldFen} /> },
            { key: 'voided', title: t('part.voided'), align: 'right', render: (x) => <MoneyCell fen={x.voidedFen} /> },
            {
              key: 'reversed',
              title: say(statementStateWords.reversed),
              align: 'right',
              render: (x) => <MoneyCell fen={x.reversedFen === 0 ? 0 : -x.reversedFen} />,
            },
            {
              key: 'fee',
              title: say(statementStateWords.fee),
              align: 'right',
              render: (x) => <MoneyCell fen={x.feeFen === 0 ? 0 : -x.feeFen} />,
            },
            {
              key: 'posted',
              title: t('part.posted'),
              align: 'right',
              card: 'corner',
              render: (x) => <MoneyCell fen={x.postedFen} tone="strong" />,
            },
            {
              key: 'paid',
              title: say(statementStateWords.paid),
              align: 'right',
              render: (x) => <MoneyCell fen={x.paidFen} />,
            },
            {
              key: 'account',
              title: t('settle.account'),
              align: 'right',
              card: 'wide',
              render: (x) =>
                x.accountFen !== null && x.accountFen < 0 ? (
                  <StatusTag tone="stop">{t('settle.debt', { yuan: yuan(-x.accountFen) })}</StatusTag>
                ) : (
                  <MoneyCell fen={x.accountFen} />
                ),
            },
          ]}
        />
      </Part>
      <Part title={t('settle.rows')} flush>
        <DataTable
          caption={t('settle.rows')}
          columns={columns}
          state={state}
          query={query}
          rowKey={(r) => `${r.transfer}-${r.part}-${r.state}`}
          filters={[
            { key: 'month', label: t('benefit.by.month'), type: 'month', unset: query.data?.month },
            {
              key: 'part',
              label: t('order.part'),
              options: settlementParts.map((value) => ({ value, label: say(settlementPartWords[value]) })),
            },
            {
              key: 'state',
              label: t('order.state'),
              options: statementStates.map((value) => ({ value, label: say(statementStateWords[value]) })),
            },
          ]}
          extra={
            state.get('org') ? (
              <button type="button" className="preset" onClick={() => state.set({ org: undefined })}>
                {query.data?.rows[0]?.orgName ?? t('settle.oneOrg')} ✕
              </button>
            ) : null
          }
          empty={{ title: t('settle.none'), words: t('settle.noneWords') }}
        />
      </Part>
    </>
  );
}

/** Where a row comes from: its order, or the batch that paid it out. */
function Source({ row }: { row: StatementRow }) {
  const { county, may } = useCounty();
  if (row.order) return <Link to={paths.order(county, row.order)}>{row.orderNumber}</Link>;
  if (row.batch && may(trade.payoutBatch)) {
    return <Link to={paths.payoutBatch(county, row.batch)}>{row.batchNumber}</Link>;
  }
  return <>{row.batchNumber ?? '—'}</>;
}
