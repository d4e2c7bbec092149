import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { bizStepWords, eventTypeWords, trace } from '#trace/contract';
import type { TraceEvent } from '../../api/answers.ts';
import { ahead, ask, given, oneOf } from '../../api/ask.ts';
import { dayTime } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { CaptureDocument } from './CaptureDocument.tsx';
import { placeText, SourceTags, ThingsCell, TypeName, useStepName } from './EventCells.tsx';

const sources = ['ours', 'outside'] as const;
const list = (county: number, url: URLSearchParams) => {
  const source = oneOf(sources, url.get('source'));
  return ask('trace', 'traceEvents', {
    params: { county },
    query: {
      ...pageOf(url),
      q: given(url, 'q'),
      type: given(url, 'type'),
      bizStep: given(url, 'step'),
      ...(source && { outside: source === 'outside' }),
    },
  });
};

export const loader = ahead((county, url) => [list(county, url)]);

/** Every event of the county's EPCIS repository that the person may see, newest first. */
export function Component() {
  const { t, say } = useWords();
  const { county, may } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const stepName = useStepName();
  const [capturing, setCapturing] = useState(false);
  const columns: Column<TraceEvent>[] = [
    {
      key: 'at',
      title: t('event.at'),
      width: 150,
      card: 'wide',
      render: (e) => <span className="num">{dayTime(e.at)}</span>,
    },
    { key: 'step', title: t('event.step'), card: 'title', render: stepName },
    { key: 'type', title: t('event.type'), render: (e) => <TypeName type={e.type} /> },
    { key: 'things', title: t('event.things'), card: 'wide', render: (e) => <ThingsCell things={e.things} /> },
    { key: 'place', title: t('event.place'), card: 'none', render: (e) => placeText(e.place) },
    { key: 'source', title: t('event.from'), card: 'corner', render: (e) => <SourceTags event={e} /> },
  ];
  return (
    <>
      <PageHeader
        title={t('menu.events')}
        about={t('event.about')}
        actions={
          may(trace.epcisCapture) ? (
            <Button type="primary" onClick={() => setCapturing(true)}>
              {t('event.capture')}
            </Button>
          ) : null
        }
      />
      <DataTable
        caption={t('menu.events')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(e) => e.id}
        rowHref={(e) => paths.event(county, e.eventId)}
        search={t('event.search')}
        filters={[
          {
            key: 'type',
            label: t('event.type'),
            options: Object.entries(eventTypeWords).map(([value, words]) => ({ value, label: say(words) })),
          },
          {
            key: 'step',
            label: t('event.step'),
            options: Object.entries(bizStepWords).map(([value, words]) => ({ value, label: say(words) })),
          },
          {
            key: 'source',
            label: t('event.from'),
            options: sources.map((value) => ({ value, label: t(`event.${value}`) })),
          },
        ]}
        empty={{ title: t('event.empty'), words: t('event.emptyWords') }}
      />
      <CaptureDocument open={capturing} onClose={() => setCapturing(false)} />
    </>
  );
}
