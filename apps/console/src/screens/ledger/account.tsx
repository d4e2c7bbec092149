import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import type { Account } from '../../api/answers.ts';
import { ahead, ask } from '../../api/ask.ts';
import { yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { DataTable } from '../../parts/DataTable.tsx';
import { Figure, PageHeader } from '../../parts/PageHeader.tsx';
import { Answer } from '../../parts/states.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { useTransferColumns } from './transfer-columns.tsx';

const account = (county: number, id: string) => ask('ledger', 'account', { params: { county, id } });
const transfers = (county: number, id: string, url: URLSearchParams) =>
  ask('ledger', 'transfers', { params: { county }, query: { ...pageOf(url), account: id } });

export const loader = ahead((county, url, id) => [account(county, id), transfers(county, id, url)]);

/** One account: its balance, and every transfer that made it. */
export function Component() {
  const { t } = useWords();
  const { county } = useCounty();
  const id = useParams().id ?? '';
  const state = useUrlState();
  const one = useQuery(account(county, id));
  const moved = useQuery({ ...transfers(county, id, state.params), placeholderData: keepPreviousData });
  const columns = useTransferColumns(county, id);
  return (
    <Answer query={one}>
      {(a) => (
        <>
          <PageHeader
            title={a.ownerName || t('ledger.countyItself')}
            about={a.kindName}
            back={{ to: paths.accounts(county, { kind: a.kind }), label: a.kindName }}
            actions={<OwnerLink county={county} account={a} />}
          />
          <div className="figures">
            <Figure
              label={t('ledger.balance')}
              value={yuan(a.balance)}
              note={t(a.side === 'debit' ? 'ledger.debit' : 'ledger.credit')}
              tone="pine"
            />
            <Figure label={t('ledger.pending')} value={yuan(a.pending)} note={t('ledger.pendingWords')} />
          </div>
          <DataTable
            caption={t('ledger.transfers')}
            columns={columns}
            rows={moved.data?.rows}
            total={moved.data?.total}
            state={state}
            query={moved}
            rowKey={(x) => x.id}
            rowHref={(x) => paths.transfer(county, x.id)}
            empty={{ title: t('ledger.noTransfers') }}
          />
        </>
      )}
    </Answer>
  );
}

const ofOrganisations = ['merchant', 'station', 'purchase_cost', 'buyer_cash'];

/** Whose account it is, where that is a household or an organisation. */
function OwnerLink({ county, account }: { county: number; account: Account }) {
  const { t } = useWords();
  if (account.kind === 'household') {
    return (
      <Link className="button-link" to={paths.household(county, account.owner, { tab: 'statement' })}>
        {t('household.statement')}
      </Link>
    );
  }
  if (ofOrganisations.includes(account.kind) && /^[0-9a-f-]{36}$/.test(account.owner)) {
    return (
      <Link className="button-link" to={paths.organisation(county, account.owner)}>
        {t('org.what')}
      </Link>
    );
  }
  return null;
}
