import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { urlOf } from '#platform/http/client.ts';
import { reportKindNames, reportKinds, trace } from '#trace/contract';
import type { TestReport } from '../../api/answers.ts';
import { ahead, ask, given, oneOf } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { RecordReport } from './RecordReport.tsx';

const list = (county: number, url: URLSearchParams) =>
  ask('trace', 'reports', {
    params: { county },
    query: {
      ...pageOf(url),
      q: given(url, 'q'),
      lot: given(url, 'lot'),
      kind: oneOf(reportKindNames, url.get('kind')),
      passed: url.get('passed') === null ? undefined : url.get('passed') === 'yes',
    },
  });

export const loader = ahead((county, url) => [list(county, url)]);

/** Test reports of lots, the newest first. */
export function Component() {
  const { t, say, listed } = useWords();
  const { county, may } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const [recording, setRecording] = useState(false);
  const [taken, setTaken] = useState<TestReport>();
  const withdraw = useAct(api.trace.withdrawReport, { onDone: () => setTaken(undefined) });
  const columns: Column<TestReport>[] = [
    {
      key: 'number',
      title: t('reports.number'),
      card: 'title',
      render: (r) => (
        <>
          <span className="num">{r.number}</span> <span className="mute">{say(reportKinds[r.kind].words)}</span>
        </>
      ),
    },
    {
      key: 'lab',
      title: t('reports.lab'),
      card: 'wide',
      render: (r) => (
        <>
          {r.lab}
          {r.cma ? <div className="mute num">CMA {r.cma}</div> : null}
        </>
      ),
    },
    {
      key: 'lot',
      title: t('reports.lot'),
      render: (r) => (
        <Link className="num" to={paths.lot(county, r.lot)}>
          {r.lotNumber}
        </Link>
      ),
    },
    {
      key: 'items',
      title: t('reports.items'),
      card: 'wide',
      render: (r) => listed(r.items.map((item) => item.name)),
    },
    {
      key: 'dates',
      title: t('reports.dates'),
      card: 'wide',
      render: (r) => (
        <span className="num">
          {r.sampledOn} / {r.issuedOn}
        </span>
      ),
    },
    {
      key: 'verdict',
      title: t('reports.verdict'),
      card: 'corner',
      render: (r) => (
        <>
          <StatusTag tone={r.withdrawn !== null ? 'quiet' : r.passed ? 'good' : 'stop'}>
            {t(r.withdrawn !== null ? 'reports.withdrawn' : r.passed ? 'reports.passed' : 'reports.failed')}
          </StatusTag>
          {r.recall ? (
            <div>
              <Link to={paths.recall(county, r.recall)}>{t('reports.recall')}</Link>
            </div>
          ) : null}
        </>
      ),
    },
    {
      key: 'do',
      title: '',
      card: 'wide',
      render: (r) => (
        <span className="row-actions">
          {r.hasFile ? (
            <a href={urlOf(trace.reportFile, { params: { county, id: r.id } })} download>
              {t('received.open')}
            </a>
          ) : null}
          {may(trace.withdrawReport) && r.withdrawn === null ? (
            <Button size="small" onClick={() => setTaken(r)}>
              {t('reports.withdraw')}
            </Button>
          ) : null}
        </span>
      ),
    },
  ];
  return (
    <>
      <PageHeader
        title={t('menu.reports')}
        about={t('reports.about')}
        actions={
          may(trace.recordReport) ? (
            <Button type="primary" onClick={() => setRecording(true)}>
              {t('reports.add')}
            </Button>
          ) : null
        }
      />
      <DataTable
        caption={t('menu.reports')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(r) => r.id}
        search={t('reports.search')}
        filters={[
          {
            key: 'kind',
            label: t('reports.kind'),
            options: reportKindNames.map((value) => ({ value, label: say(reportKinds[value].words) })),
          },
          {
            key: 'passed',
            label: t('reports.verdict'),
            options: [
              { value: 'yes', label: t('reports.passed') },
              { value: 'no', label: t('reports.failed') },
            ],
          },
        ]}
        empty={{ title: t('reports.none'), words: t('reports.noneText') }}
      />
      <RecordReport open={recording} lot={given(state.params, 'lot')} onClose={() => setRecording(false)} />
      <ConfirmWithReason
        open={Boolean(taken)}
        title={t('reports.withdrawTitle')}
        confirm={t('reports.withdraw')}
        busy={withdraw.busy}
        error={withdraw.error}
        onCancel={() => setTaken(undefined)}
        onConfirm={(reason) => taken && withdraw.run({ params: { county, id: taken.id }, body: { reason } })}
      >
        <p className="modal-words">{t('reports.withdrawWords')}</p>
      </ConfirmWithReason>
    </>
  );
}
