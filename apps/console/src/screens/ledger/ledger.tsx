import { useQuery } from '@tanstack/react-query';
import { Input } from 'antd';
import { Link, Navigate } from 'react-router';
import { ledger } from '#ledger/contract';
import { ask, dayOf } from '../../api/ask.ts';
import { today } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ShortTable } from '../../parts/DataTable.tsx';
import { CountCell, MoneyCell } from '../../parts/money.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { Answer, EmptyState } from '../../parts/states.tsx';
import { useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';

const balance = (county: number, url: URLSearchParams) =>
  ask('ledger', 'trialBalance', { params: { county }, query: { day: dayOf(url, 'day') } });

/** The whole ledger; whoever works for one organisation opens the accounts of that. */
export function Component() {
  const { county, may } = useCounty();
  return may(ledger.trialBalance) ? <TrialBalance /> : <Navigate to={paths.accounts(county)} replace />;
}

/** The whole ledger on one page, now or at the end of a day; every total opens what it is made of. */
function TrialBalance() {
  const { t } = useWords();
  const { county } = useCounty();
  const state = useUrlState();
  const query = useQuery(balance(county, state.params));
  const day = dayOf(state.params, 'day');
  return (
    <>
      <PageHeader
        title={t('menu.ledger')}
        about={day ? t('ledger.aboutDay', { day }) : t('ledger.about')}
        tags={
          query.data ? (
            <StatusTag tone={query.data.balanced ? 'good' : 'stop'}>
              {query.data.balanced ? t('ledger.balanced') : t('ledger.unbalanced')}
            </StatusTag>
          ) : null
        }
        actions={
          <Link className="button-link" to={paths.books(county)}>
            {t('menu.books')}
          </Link>
        }
      />
      <div className="list-tools">
        <span className="list-filter">
          <label className="mute" htmlFor="day">
            {t('ledger.dayEnd')}
          </label>
          <Input
            id="day"
            type="date"
            style={{ width: 150 }}
            max={today()}
            value={day ?? ''}
            onChange={(event) => state.set({ day: event.target.value || undefined })}
          />
        </span>
        {day ? (
          <button type="button" className="preset" onClick={() => state.set({ day: undefined })}>
            {t('ledger.now')}
          </button>
        ) : null}
      </div>
      <Answer query={query}>
        {(all) =>
          all.rows.length === 0 ? (
            <EmptyState title={day ? t('ledger.emptyThen') : t('ledger.empty')}>{t('ledger.emptyWords')}</EmptyState>
          ) : (
            <>
              <ShortTable
                caption={t('ledger.trial')}
                rows={all.rows}
                rowKey={(row) => row.kind}
                rowHref={(row) => paths.accounts(county, { kind: row.kind })}
                empty={t('ledger.empty')}
                columns={[
                  { key: 'kind', title: t('ledger.accountKind'), render: (row) => row.kindName, card: 'title' },
                  {
                    key: 'accounts',
                    title: t('ledger.accountCount'),
                    align: 'right',
                    render: (row) => <CountCell n={row.accounts} />,
                  },
                  {
                    key: 'debits',
                    title: t('ledger.debits'),
                    align: 'right',
                    render: (row) => <MoneyCell fen={row.debits} />,
                  },
                  {
                    key: 'credits',
                    title: t('ledger.credits'),
                    align: 'right',
                    render: (row) => <MoneyCell fen={row.credits} />,
                  },
                  {
                    key: 'pending',
                    title: t('ledger.pending'),
                    align: 'right',
                    render: (row) => <MoneyCell fen={row.pending} />,
                  },
                  {
                    key: 'balance',
                    title: t('ledger.balance'),
                    align: 'right',
                    card: 'corner',
                    render: (row) => <MoneyCell fen={row.balance} tone="strong" />,
                  },
                ]}
              />
              <p className="trial-sum">
                {t('ledger.sums')} <MoneyCell fen={all.debits} tone="strong" /> {all.balanced ? '=' : '≠'}{' '}
                <MoneyCell fen={all.credits} tone="strong" />
              </p>
            </>
          )
        }
      </Answer>
    </>
  );
}
