import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lineMoves, payoutChannelWords } from '#trade/contract';
import type { OrgMovement } from '../../api/answers.ts';
import { ahead, ask, given } from '../../api/ask.ts';
import { dayTime, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { type Column, DataTable, ShortTable } from '../../parts/DataTable.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { Figure, PageHeader, Part } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { Answer } from '../../parts/states.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { lineTones } from './payout-tones.ts';

const owed = (county: number, url: URLSearchParams) =>
  ask('trade', 'organisationOwed', { params: { county }, query: { ...pageOf(url), org: given(url, 'org') } });

export const loader = ahead((county, url) => [owed(county, url)]);

/** What an organisation is owed, what is on its way and what it was paid, each payment with its state. */
export function Component() {
  const { t, say } = useWords();
  const { county } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...owed(county, state.params), placeholderData: keepPreviousData });
  const columns: Column<OrgMovement>[] = [
    { key: 'at', title: t('owed.at'), width: 140, render: (m) => <span className="num">{dayTime(m.at)}</span> },
    {
      key: 'kind',
      title: t('owed.kind'),
      card: 'title',
      render: (m) => (
        <span>
          {t(`owed.${m.kind}`)}
          {m.orderNumber ? <span className="mute num"> {m.orderNumber}</span> : null}
        </span>
      ),
    },
    { key: 'org', title: t('owed.org'), card: 'wide', render: (m) => m.orgName },
    {
      key: 'channel',
      title: t('owed.channel'),
      render: (m) => say(payoutChannelWords[m.channel] ?? { zh: m.channel, en: m.channel }),
    },
    {
      key: 'state',
      title: t('payout.state'),
      card: 'corner',
      render: (m) => <StatusTag tone={lineTones[m.state]}>{say(lineMoves.states[m.state])}</StatusTag>,
    },
    { key: 'why', title: t('field.reason'), card: 'wide', render: (m) => m.why ?? '—' },
    { key: 'fen', title: t('payout.amount'), align: 'right', render: (m) => <MoneyCell fen={m.fen} tone="strong" /> },
  ];
  return (
    <>
      <PageHeader title={t('menu.owed')} about={t('owed.about')} />
      <Answer query={query} rows={2}>
        {({ owed: rows }) =>
          rows.length === 1 && rows[0] ? (
            <div className="figures">
              <Figure label={t('owed.now')} value={yuan(rows[0].owedFen)} note={t('owed.nowNote')} tone="pine" />
              <Figure label={t('owed.balance')} value={yuan(rows[0].balanceFen)} />
              {rows[0].setOffFen > 0 ? <Figure label={t('owed.setOff')} value={yuan(rows[0].setOffFen)} /> : null}
              <Figure label={t('owed.underWay')} value={yuan(rows[0].underWayFen)} />
              <Figure
                label={t('owed.paid')}
                value={yuan(rows[0].paidFen + rows[0].sharedFen)}
                note={`${t('owed.shared')} ${yuan(rows[0].sharedFen)}`}
              />
            </div>
          ) : (
            <Part title={t('owed.now')} flush>
              <ShortTable
                caption={t('owed.now')}
                rows={rows}
                rowKey={(r) => r.org}
                rowHref={(r) => paths.owed(county, { org: r.org })}
                empty={t('owed.nothing')}
                columns={[
                  { key: 'org', title: t('owed.org'), card: 'title', render: (r) => r.orgName },
                  {
                    key: 'balance',
                    title: t('owed.balance'),
                    align: 'right',
                    render: (r) => <MoneyCell fen={r.balanceFen} />,
                  },
                  {
                    key: 'setOff',
                    title: t('owed.setOff'),
                    align: 'right',
                    render: (r) => <MoneyCell fen={r.setOffFen} />,
                  },
                  {
                    key: 'underWay',
                    title: t('owed.underWay'),
                    align: 'right',
                    render: (r) => <MoneyCell fen={r.underWayFen} />,
                  },
                  {
                    key: 'paid',
                    title: t('owed.paid'),
                    align: 'right',
                    render: (r) => <MoneyCell fen={r.paidFen + r.sharedFen} />,
                  },
                  {
                    key: 'now',
                    title: t('owed.now'),
                    align: 'right',
                    card: 'corner',
                    render: (r) => <MoneyCell fen={r.owedFen} tone="strong" />,
                  },
                ]}
              />
            </Part>
          )
        }
      </Answer>
      <Part title={t('owed.rows')} question={t('owed.rowsQuestion')} flush>
        <DataTable
          caption={t('owed.rows')}
          columns={columns}
          state={state}
          query={query}
          rowKey={(m) => `${m.kind}-${m.id}-${m.org}-${m.fen}`}
          empty={{ title: t('owed.none'), words: t('owed.noneWords') }}
        />
      </Part>
    </>
  );
}
