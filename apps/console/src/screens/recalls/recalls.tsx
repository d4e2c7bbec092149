import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { recallMoves, recallStates } from '#trace/contract';
import type { RecallRow } from '../../api/answers.ts';
import { ahead, ask, given, oneOf } from '../../api/ask.ts';
import { dayTime } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { CountCell } from '../../parts/money.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { recallTones } from './recall-tones.ts';

const list = (county: number, url: URLSearchParams) =>
  ask('trace', 'recalls', {
    params: { county },
    query: { ...pageOf(url), state: oneOf(recallStates, url.get('state')), q: given(url, 'q') },
  });

export const loader = ahead((county, url) => [list(county, url)]);

/** The county's recalls, the newest first. */
export function Component() {
  const { t, say } = useWords();
  const { county } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const columns: Column<RecallRow>[] = [
    { key: 'number', title: t('recall.number'), card: 'line', render: (r) => <span className="num">{r.number}</span> },
    {
      key: 'lot',
      title: t('recall.lot'),
      card: 'title',
      render: (r) => (
        <>
          <span className="num">{r.lotNumber}</span> {r.cropName} {r.grade}
        </>
      ),
    },
    {
      key: 'state',
      title: t('recall.state'),
      card: 'corner',
      render: (r) => <StatusTag tone={recallTones[r.state]}>{say(recallMoves.states[r.state])}</StatusTag>,
    },
    { key: 'reason', title: t('recall.reason'), card: 'wide', render: (r) => r.reason },
    { key: 'lots', title: t('recall.lots'), align: 'right', render: (r) => <CountCell n={r.lots} /> },
    {
      key: 'at',
      title: t('recall.at'),
      render: (r) => (
        <>
          <span className="num">{dayTime(r.at)}</span> {r.byName}
        </>
      ),
    },
  ];
  return (
    <>
      <PageHeader title={t('menu.recalls')} about={t('recall.about')} />
      <DataTable
        caption={t('menu.recalls')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(r) => r.id}
        rowHref={(r) => paths.recall(county, r.id)}
        search={t('recall.search')}
        filters={[
          {
            key: 'state',
            label: t('recall.state'),
            options: recallStates.map((value) => ({ value, label: say(recallMoves.states[value]) })),
          },
        ]}
        empty={{ title: t('recall.empty') }}
      />
    </>
  );
}
