import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import type { TraceEvent } from '../../api/answers.ts';
import { ahead, ask } from '../../api/ask.ts';
import { dayTime } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ShortTable } from '../../parts/DataTable.tsx';
import { Facts, PageHeader, Part } from '../../parts/PageHeader.tsx';
import { Answer, EmptyState } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { amountOf, placeText, SourceTags, TypeName, useStepName } from './EventCells.tsx';

const about = (county: number, eventId: string) =>
  ask('trace', 'traceEvents', { params: { county }, query: { q: eventId, size: 10 } });

export const loader = ahead((county, _url, id) => [about(county, id)]);

/** One event: what it says in words, and the event whole. What declares it wrong stands beside it. */
export function Component() {
  const { t } = useWords();
  const { county } = useCounty();
  const id = useParams().id ?? '';
  const stepName = useStepName();
  const query = useQuery(about(county, id));
  return (
    <Answer query={query}>
      {({ rows }) => {
        const own = rows.filter((row) => row.eventId === id);
        const [event] = own.toReversed();
        if (!event) return <EmptyState title={t('event.empty')} />;
        return (
          <>
            <PageHeader
              title={stepName(event)}
              tags={<SourceTags event={event} />}
              about={<TypeName type={event.type} />}
              back={{ to: paths.events(county), label: t('menu.events') }}
            />
            <div className="columns">
              <div className="stack">
                <Part title={t('event.things')}>
                  <ShortTable
                    caption={t('event.things')}
                    rows={event.things.map((thing, n) => ({ ...thing, n }))}
                    rowKey={(thing) => String(thing.n)}
                    empty="—"
                    columns={[
                      { key: 'role', title: t('event.type'), render: (thing) => t(`event.role.${thing.role}`) },
                      {
                        key: 'uri',
                        title: t('event.things'),
                        card: 'title',
                        render: (thing) => <span className="long">{thing.uri}</span>,
                      },
                      {
                        key: 'quantity',
                        title: t('event.quantity'),
                        align: 'right',
                        card: 'corner',
                        render: (thing) => <span className="num">{amountOf(thing)}</span>,
                      },
                    ]}
                  />
                </Part>
                {own.map((one) => (
                  <Document key={one.id} event={one} />
                ))}
              </div>
              <div className="stack">
                <Part title={t('event.title')}>
                  <Facts
                    items={[
                      [t('event.at'), dayTime(event.at)],
                      [t('event.place'), placeText(event.place)],
                      [t('event.action'), event.action ?? '—'],
                      [t('event.recorded'), dayTime(event.recordedAt)],
                      event.outside && event.byOrg
                        ? [t('event.from'), t('event.by', { org: event.byOrg })]
                        : [t('event.from'), t('event.ours')],
                      [
                        t('event.id'),
                        <span key="id" className="long">
                          {event.eventId}
                        </span>,
                      ],
                    ]}
                  />
                </Part>
              </div>
            </div>
          </>
        );
      }}
    </Answer>
  );
}

function Document({ event }: { event: TraceEvent }) {
  const { t } = useWords();
  const known = Object.keys(event.document).length > 0;
  return (
    <Part title={t('event.document')} question={t('event.documentWords')}>
      {known ? (
        <div className="raw">
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key */}
          <pre tabIndex={0}>{JSON.stringify(event.document, null, 2)}</pre>
        </div>
      ) : (
        <p className="mute">{t('event.notYours')}</p>
      )}
    </Part>
  );
}
