import { useQuery } from '@tanstack/react-query';
import { ahead, ask } from '../../api/ask.ts';
import { useWords } from '../../i18n/index.tsx';
import { ShortTable } from '../../parts/DataTable.tsx';
import { CountCell, MoneyCell } from '../../parts/money.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { Answer, EmptyState } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';

const balance = (county: number) => ask('ledger', 'trialBalance', { params: { county } });

export const loader = ahead((county) => [balance(county)]);

/** The whole ledger on one page; every total opens what it is made of. */
export function Component() {
  const { t } = useWords();
  const { county } = useCounty();
  const query = useQuery(balance(county));
  return (
    <>
      <PageHeader
        title={t('menu.ledger')}
        about={t('ledger.about')}
        tags={
          query.data ? (
            <StatusTag tone={query.data.balanced ? 'good' : 'stop'}>
              {query.data.balanced ? t('ledger.balanced') : t('ledger.unbalanced')}
            </StatusTag>
          ) : null
        }
      />
      <Answer query={query}>
        {(all) =>
          all.rows.length === 0 ? (
            <EmptyState title={t('ledger.empty')}>{t('ledger.emptyWords')}</EmptyState>
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
