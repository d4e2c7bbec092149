import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { ledger } from '#ledger/contract';
import type { ReconcileRun } from '../../api/answers.ts';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { dayTime } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';

const runs = (county: number, url: URLSearchParams) =>
  ask('ledger', 'reconcileRuns', { params: { county }, query: pageOf(url) });

export const loader = ahead((county, url) => [runs(county, url)]);

/** Every night all that must hold is asked; what was found, night by night. */
export function Component() {
  const { t } = useWords();
  const { county, may } = useCounty();
  const { message } = App.useApp();
  const state = useUrlState();
  const query = useQuery({ ...runs(county, state.params), placeholderData: keepPreviousData });
  const start = useAct(api.ledger.startReconcile, { onDone: () => void message.success(t('books.started')) });
  const columns: Column<ReconcileRun>[] = [
    {
      key: 'at',
      title: t('ledger.at'),
      card: 'title',
      render: (r) => <span className="num">{dayTime(r.begunAt)}</span>,
    },
    {
      key: 'result',
      title: t('books.result'),
      card: 'corner',
      render: (r) => <RunTag run={r} />,
    },
    { key: 'asked', title: t('books.asked'), align: 'right', render: (r) => <span className="num">{r.asked}</span> },
    {
      key: 'seconds',
      title: t('books.took'),
      align: 'right',
      render: (r) => <span className="num">{t('books.seconds', { n: secondsOf(r) })}</span>,
    },
  ];
  return (
    <>
      <PageHeader
        title={t('menu.books')}
        about={t('books.about')}
        back={{ to: paths.ledger(county), label: t('menu.ledger') }}
        actions={
          may(ledger.startReconcile) ? (
            <Button type="primary" loading={start.busy} onClick={() => start.run({ params: { county } })}>
              {t('books.start')}
            </Button>
          ) : null
        }
      />
      <DataTable
        caption={t('menu.books')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(r) => r.id}
        rowHref={(r) => paths.booksRun(county, r.id)}
        empty={{ title: t('books.empty'), words: t('books.emptyWords') }}
      />
    </>
  );
}

/** In one word whether all held. */
export function RunTag({ run }: { run: Pick<ReconcileRun, 'broken'> }) {
  const { t } = useWords();
  return (
    <StatusTag tone={run.broken === 0 ? 'good' : 'stop'}>
      {run.broken === 0 ? t('books.holds') : t('books.broken', { n: run.broken })}
    </StatusTag>
  );
}

export const secondsOf = (run: Pick<ReconcileRun, 'begunAt' | 'endedAt'>): string =>
  ((new Date(run.endedAt).getTime() - new Date(run.begunAt).getTime()) / 1000).toFixed(1);
