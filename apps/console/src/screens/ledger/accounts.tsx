import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type AccountKind, accountKinds, ledger } from '#ledger/contract';
import type { AccountRow } from '../../api/answers.ts';
import { ahead, ask, given, oneOf } from '../../api/ask.ts';
import { useWords } from '../../i18n/index.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';

const kinds = Object.keys(accountKinds) as AccountKind[];
const list = (county: number, url: URLSearchParams) =>
  ask('ledger', 'accounts', {
    params: { county },
    query: { ...pageOf(url), kind: oneOf(kinds, url.get('kind')), owner: given(url, 'owner') },
  });

export const loader = ahead((county, url) => [list(county, url)]);

/** Accounts of the county; of one kind when the trial balance led here. */
export function Component() {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const kind = oneOf(kinds, state.get('kind'));
  const columns: Column<AccountRow>[] = [
    { key: 'owner', title: t('ledger.owner'), card: 'title', render: (a) => <Owner account={a} /> },
    { key: 'kind', title: t('ledger.accountKind'), render: (a) => a.kindName },
    { key: 'side', title: t('ledger.side'), render: (a) => t(a.side === 'debit' ? 'ledger.debit' : 'ledger.credit') },
    { key: 'pending', title: t('ledger.pending'), align: 'right', render: (a) => <MoneyCell fen={a.pending} /> },
    {
      key: 'balance',
      title: t('ledger.balance'),
      align: 'right',
      card: 'corner',
      render: (a) => <MoneyCell fen={a.balance} tone="strong" />,
    },
  ];
  return (
    <>
      <PageHeader
        title={kind ? say(accountKinds[kind]) : t('ledger.accounts')}
        about={may(ledger.trialBalance) ? undefined : t('account.own')}
        back={may(ledger.trialBalance) ? { to: paths.ledger(county), label: t('menu.ledger') } : undefined}
      />
      <DataTable
        caption={t('ledger.accounts')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(a) => a.id}
        rowHref={(a) => paths.account(county, a.id)}
        filters={[
          {
            key: 'kind',
            label: t('ledger.accountKind'),
            width: 180,
            options: kinds.map((value) => ({ value, label: say(accountKinds[value]) })),
          },
        ]}
        empty={{ title: t('ledger.empty') }}
      />
    </>
  );
}

/** Whose it is, and whether it is closed. */
function Owner({ account }: { account: AccountRow }) {
  const { t } = useWords();
  return (
    <>
      {account.ownerName || t('ledger.countyItself')}{' '}
      {account.closedAt ? <StatusTag tone="stop">{t('account.closed')}</StatusTag> : null}
    </>
  );
}
