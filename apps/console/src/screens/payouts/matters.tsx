import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { matterWords, trade } from '#trade/contract';
import type { PayoutMatter } from '../../api/answers.ts';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { dayTime } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';

const list = (county: number, url: URLSearchParams) =>
  ask('trade', 'payoutMatters', {
    params: { county },
    query: {
      ...pageOf(url),
      open: url.get('open') === 'closed' ? false : url.get('open') === 'all' ? undefined : true,
    },
  });

export const loader = ahead((county, url) => [list(county, url)]);

/** What the machine could not settle of payments and shares, and what people did about it. */
export function Component() {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const [closing, setClosing] = useState<PayoutMatter>();
  const act = useAct(api.trade.closeMatter, { onDone: () => setClosing(undefined) });
  const columns: Column<PayoutMatter>[] = [
    {
      key: 'kind',
      title: t('matter.what'),
      card: 'title',
      render: (m) =>
        m.batch ? (
          <Link to={paths.payoutBatch(county, m.batch)}>{say(matterWords[m.kind])}</Link>
        ) : m.order ? (
          <Link to={paths.order(county, m.order)}>{say(matterWords[m.kind])}</Link>
        ) : (
          say(matterWords[m.kind])
        ),
    },
    { key: 'who', title: t('payout.payee'), card: 'wide', render: (m) => m.about ?? '—' },
    {
      key: 'state',
      title: t('payout.state'),
      card: 'corner',
      render: (m) => (
        <StatusTag tone={m.closedAt ? 'quiet' : 'wait'}>{t(m.closedAt ? 'matter.closed' : 'matter.open')}</StatusTag>
      ),
    },
    { key: 'why', title: t('matter.why'), card: 'wide', render: (m) => m.note ?? m.why },
    { key: 'since', title: t('matter.since'), render: (m) => <span className="num">{dayTime(m.openedAt)}</span> },
    { key: 'fen', title: t('payout.amount'), align: 'right', render: (m) => <MoneyCell fen={m.fen} tone="strong" /> },
    ...(may(trade.closeMatter)
      ? [
          {
            key: 'close',
            title: '',
            render: (m: PayoutMatter) =>
              m.closedAt ? null : (
                <Button size="small" onClick={() => setClosing(m)}>
                  {t('matter.close')}
                </Button>
              ),
          },
        ]
      : []),
  ];
  return (
    <>
      <PageHeader
        title={t('matter.title')}
        about={t('matter.about')}
        back={{ to: paths.payouts(county), label: t('menu.payouts') }}
      />
      <DataTable
        caption={t('matter.title')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(m) => m.id}
        filters={[
          {
            key: 'open',
            label: t('matter.open'),
            options: [
              { value: 'closed', label: t('matter.closed') },
              { value: 'all', label: t('action.all') },
            ],
          },
        ]}
        empty={{ title: t('matter.none'), words: t('matter.noneWords') }}
      />
      <ConfirmWithReason
        open={Boolean(closing)}
        title={t('matter.close')}
        label={t('matter.note')}
        confirm={t('matter.close')}
        presets={[t('matter.presetAccount'), t('matter.presetAgain')]}
        busy={act.busy}
        error={act.error}
        onConfirm={(note) => closing && act.run({ params: { county, id: closing.id }, body: { note } })}
        onCancel={() => setClosing(undefined)}
      >
        {closing ? say(matterWords[closing.kind]) : null} {t('matter.closeWords')}
      </ConfirmWithReason>
    </>
  );
}
