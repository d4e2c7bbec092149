import { useQuery } from '@tanstack/react-query';
import { ask } from '../../api/ask.ts';
import { dayTime } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ShortTable } from '../../parts/DataTable.tsx';
import { Part } from '../../parts/PageHeader.tsx';
import { Answer } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { placeText, SourceTags, useStepName } from './EventCells.tsx';

/** What is told of a lot, by us and by others. */
export function LotEvents({ lot }: { lot: string }) {
  const { t } = useWords();
  const { county } = useCounty();
  const stepName = useStepName();
  const query = useQuery(ask('trace', 'traceEvents', { params: { county }, query: { lot, size: 50 } }));
  return (
    <Part title={t('event.ofLot')} question={t('event.ofLotWords')}>
      <Answer query={query} rows={2}>
        {({ rows }) => (
          <ShortTable
            caption={t('event.ofLot')}
            rows={rows}
            rowKey={(e) => e.id}
            rowHref={(e) => paths.event(county, e.eventId)}
            empty={t('event.noneOfLot')}
            columns={[
              {
                key: 'at',
                title: t('event.at'),
                card: 'wide',
                render: (e) => <span className="num">{dayTime(e.at)}</span>,
              },
              { key: 'step', title: t('event.step'), card: 'title', render: stepName },
              { key: 'place', title: t('event.place'), render: (e) => placeText(e.place) },
              { key: 'by', title: t('event.from'), card: 'corner', render: (e) => <SourceTags event={e} /> },
            ]}
          />
        )}
      </Answer>
    </Part>
  );
}
