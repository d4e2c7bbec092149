import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { ledger } from '#ledger/contract';
import type { Movement } from '../../api/answers.ts';
import { ask, dayOf } from '../../api/ask.ts';
import { dayTime, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { Figure } from '../../parts/PageHeader.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { EvidenceLink } from './evidence.tsx';
import { Reason } from './transfer-columns.tsx';

export const statement = (county: number, id: string, url: URLSearchParams) =>
  ask('ledger', 'accountStatement', {
    params: { county, id },
    query: { ...pageOf(url), from: dayOf(url, 'from'), to: dayOf(url, 'to') },
  });

/** What an account opened with, each movement with the balance after it, what it closed with. */
export function AccountStatement({ county, id }: { county: number; id: string }) {
  const { t } = useWords();
  const { may } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...statement(county, id, state.params), placeholderData: keepPreviousData });
  const all = query.data;
  const link = (to: string, words: string) => (may(ledger.transfer) ? <Link to={to}>{words}</Link> : words);
  const side = (fen: number) => (fen ? <MoneyCell fen={fen} /> : <span className="mute">—</span>);
  const columns: Column<Movement>[] = [
    {
      key: 'at',
      title: t('ledger.at'),
      width: 140,
      card: 'title',
      render: (m) => <span className="num">{dayTime(m.at)}</span>,
    },
    { key: 'reason', title: t('ledger.reason'), card: 'wide', render: (m) => <Reason of={m.reason} /> },
    {
      key: 'other',
      title: t('ledger.otherSide'),
      card: 'wide',
      render: (m) => link(paths.account(county, m.other), m.otherName),
    },
    {
      key: 'evidence',
      title: t('ledger.evidence'),
      render: (m) => <EvidenceLink kind={m.evidenceKind} id={m.evidence} />,
    },
    { key: 'debit', title: t('ledger.debit'), align: 'right', render: (m) => side(m.debit) },
    { key: 'credit', title: t('ledger.credit'), align: 'right', render: (m) => side(m.credit) },
    {
      key: 'balance',
      title: t('account.after'),
      align: 'right',
      card: 'corner',
      render: (m) => <MoneyCell fen={m.balance} tone="strong" />,
    },
  ];
  return (
    <DataTable
      caption={t('account.statement')}
      columns={columns}
      state={state}
      query={query}
      rowKey={(m) => m.transfer}
      rowHref={may(ledger.transfer) ? (m) => paths.transfer(county, m.transfer) : undefined}
      filters={[
        { key: 'from', label: t('order.from'), type: 'date' },
        { key: 'to', label: t('order.until'), type: 'date' },
      ]}
      summary={
        all ? (
          <div className="figures">
            <Figure
              label={t('account.opening')}
              value={yuan(all.opening)}
              note={t('account.dayBegin', { day: all.from })}
            />
            <Figure
              label={t('account.movement')}
              value={yuan(all.closing - all.opening)}
              note={t('account.movements', { debits: yuan(all.debits), credits: yuan(all.credits) })}
            />
            <Figure
              label={t('account.closing')}
              value={yuan(all.closing)}
              note={t('account.dayEnd', { day: all.to, pending: yuan(all.pending) })}
              tone="pine"
            />
          </div>
        ) : null
      }
      empty={{ title: t('account.quiet'), words: t('account.quietWords') }}
    />
  );
}
