import { useQuery } from '@tanstack/react-query';
import { Button, Tabs } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { ledger } from '#ledger/contract';
import type { Account } from '../../api/answers.ts';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { dayTime, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { Figure, PageHeader } from '../../parts/PageHeader.tsx';
import { MoveButton, StatusTag } from '../../parts/StatusTag.tsx';
import { Answer } from '../../parts/states.tsx';
import { useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { AccountStatement, statement } from './AccountStatement.tsx';
import { AccountTransfers, transfersOfAccount } from './AccountTransfers.tsx';

const account = (county: number, id: string) => ask('ledger', 'account', { params: { county, id } });

export const loader = ahead((county, url, id) => [
  account(county, id),
  url.get('tab') === 'transfers' ? transfersOfAccount(county, id, url) : statement(county, id, url),
]);

/** One account: what stands on it, its statement, and every transfer and hold that made it. */
export function Component() {
  const { t } = useWords();
  const { county, may } = useCounty();
  const id = useParams().id ?? '';
  const state = useUrlState();
  const one = useQuery(account(county, id));
  return (
    <Answer query={one}>
      {(a) => (
        <>
          <PageHeader
            title={a.ownerName || t('ledger.countyItself')}
            about={a.kindName}
            tags={a.closedAt ? <StatusTag tone="stop">{t('account.closed')}</StatusTag> : null}
            back={{ to: paths.accounts(county, { kind: a.kind }), label: a.kindName }}
            actions={
              <>
                <OwnerLink county={county} account={a} />
                {may(ledger.closeAccount) ? <Closing county={county} account={a} /> : null}
              </>
            }
          />
          {a.moves[0] ? (
            <p className="mute">
              {t(a.moves[0].to === 'closed' ? 'account.closedBy' : 'account.openedBy', {
                who: a.moves[0].by ?? '—',
                at: dayTime(a.moves[0].at),
                reason: a.moves[0].reason,
              })}
            </p>
          ) : null}
          <div className="figures">
            <Figure
              label={t('ledger.balance')}
              value={yuan(a.balance)}
              note={t(a.side === 'debit' ? 'ledger.debit' : 'ledger.credit')}
              tone="pine"
            />
            <Figure label={t('ledger.pending')} value={yuan(a.pending)} note={t('ledger.pendingWords')} />
          </div>
          {may(ledger.transfers) ? (
            <Tabs
              activeKey={state.get('tab') ?? 'statement'}
              onChange={(tab) => state.set({ tab: tab === 'statement' ? undefined : tab, page: 1 })}
              destroyOnHidden
              items={[
                {
                  key: 'statement',
                  label: t('account.statement'),
                  children: <AccountStatement county={county} id={id} />,
                },
                {
                  key: 'transfers',
                  label: t('account.everything'),
                  children: <AccountTransfers county={county} id={id} />,
                },
              ]}
            />
          ) : (
            <AccountStatement county={county} id={id} />
          )}
        </>
      )}
    </Answer>
  );
}

/** Closes an account, or opens it again; both with a reason that stays. */
function Closing({ county, account }: { county: number; account: Account }) {
  const { t } = useWords();
  const [asking, setAsking] = useState(false);
  const done = { onDone: () => setAsking(false) };
  const close = useAct(api.ledger.closeAccount, done);
  const reopen = useAct(api.ledger.reopenAccount, done);
  const closed = Boolean(account.closedAt);
  const act = closed ? reopen : close;
  const label = t(closed ? 'account.reopen' : 'account.close');
  return (
    <>
      {closed ? (
        <Button onClick={() => setAsking(true)}>{label}</Button>
      ) : (
        <MoveButton
          label={label}
          why={account.closable ? undefined : t('account.notClosable')}
          danger
          onClick={() => setAsking(true)}
        />
      )}
      <ConfirmWithReason
        open={asking}
        title={label}
        confirm={label}
        danger={!closed}
        busy={act.busy}
        error={act.error}
        onConfirm={(reason) => act.run({ params: { county, id: account.id }, body: { reason } })}
        onCancel={() => {
          act.reset();
          setAsking(false);
        }}
      >
        {t(closed ? 'account.reopenWords' : 'account.closeWords')}
      </ConfirmWithReason>
    </>
  );
}

const ofOrganisations = ['merchant', 'station', 'purchase_cost', 'wage_cost', 'dividend_cost', 'buyer_cash'];

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
