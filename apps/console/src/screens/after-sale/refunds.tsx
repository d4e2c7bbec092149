import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { Link } from 'react-router';
import { refundMoves, refundStates, trade } from '#trade/contract';
import type { Refund } from '../../api/answers.ts';
import { ahead, ask, given, oneOf } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { dayTime } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { MoneyCell } from '../../parts/money.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { StatusTag, type Tone } from '../../parts/StatusTag.tsx';
import { ErrorState } from '../../parts/states.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { wordOf } from '../payments/words.ts';

const list = (county: number, url: URLSearchParams) =>
  ask('trade', 'refunds', {
    params: { county },
    query: { ...pageOf(url), state: oneOf(refundStates, url.get('state')), q: given(url, 'q') },
  });

export const loader = ahead((county, url) => [list(county, url)]);

const tones: Record<Refund['state'], Tone> = { asked: 'go', done: 'good', failed: 'stop' };

/** Every refund of the county, those that are not through first. */
export function Component() {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const again = useAct(api.trade.askRefundAgain);
  const columns: Column<Refund>[] = [
    {
      key: 'order',
      title: t('order.number'),
      card: 'title',
      render: (r) => (
        <Link className="num" to={paths.order(county, r.order)}>
          {r.orderNumber}
        </Link>
      ),
    },
    {
      key: 'state',
      title: t('case.state'),
      card: 'corner',
      width: 110,
      render: (r) => <StatusTag tone={tones[r.state]}>{say(refundMoves.states[r.state])}</StatusTag>,
    },
    {
      key: 'fen',
      title: t('refund.fen'),
      align: 'right',
      render: (r) => <MoneyCell fen={r.fen} tone="strong" />,
    },
    { key: 'provider', title: t('refund.provider'), render: (r) => wordOf(t, 'provider', r.provider) },
    {
      key: 'why',
      title: t('refund.why'),
      card: 'wide',
      render: (r) => (
        <>
          {r.reason}
          {r.state === 'failed' && r.refused ? (
            <div className="mute">{t('refund.refused', { why: r.refused })}</div>
          ) : null}
        </>
      ),
    },
    {
      key: 'case',
      title: t('case.number'),
      render: (r) =>
        r.case ? (
          <Link className="num" to={paths.case(county, r.case)}>
            {r.caseNumber}
          </Link>
        ) : (
          '—'
        ),
    },
    { key: 'asked', title: t('refund.askedAt'), render: (r) => <span className="num">{dayTime(r.askedAt)}</span> },
    {
      key: 'done',
      title: t('refund.doneAt'),
      render: (r) => <span className="num">{r.doneAt ? dayTime(r.doneAt) : '—'}</span>,
    },
    {
      key: 'do',
      title: '',
      card: 'wide',
      render: (r) =>
        refundMoves.allows(r.state, 'asked') && may(trade.askRefundAgain) ? (
          <span className="row-actions">
            <Button size="small" disabled={again.busy} onClick={() => again.run({ params: { county, id: r.id } })}>
              {t('refund.again')}
            </Button>
          </span>
        ) : null,
    },
  ];
  return (
    <>
      <PageHeader title={t('menu.refunds')} about={t('refund.about')} />
      {again.error ? <ErrorState compact error={again.error} /> : null}
      <DataTable
        caption={t('menu.refunds')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(r) => r.id}
        search={t('refund.search')}
        filters={[
          {
            key: 'state',
            label: t('case.state'),
            options: refundStates.map((value) => ({ value, label: say(refundMoves.states[value]) })),
          },
        ]}
        empty={{ title: t('refund.empty') }}
      />
    </>
  );
}
