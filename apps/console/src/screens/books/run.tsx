import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { ahead, ask } from '../../api/ask.ts';
import { dayTime } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ShortTable } from '../../parts/DataTable.tsx';
import { PageHeader, Part } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { Answer } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { RunTag, secondsOf } from './runs.tsx';

const run = (county: number, id: string) => ask('ledger', 'reconcileRun', { params: { county, id } });

export const loader = ahead((county, _url, id) => [run(county, id)]);

/** One night: every rule that was asked, and the rows of this county that broke one. */
export function Component() {
  const { t } = useWords();
  const { county } = useCounty();
  const query = useQuery(run(county, useParams().id ?? ''));
  return (
    <Answer query={query}>
      {(one) => {
        const broken = one.findings.filter((finding) => finding.count > 0);
        return (
          <>
            <PageHeader
              title={dayTime(one.begunAt)}
              about={t('books.runAbout', { n: one.asked, seconds: secondsOf(one) })}
              tags={<RunTag run={one} />}
              back={{ to: paths.books(county), label: t('menu.books') }}
            />
            {broken.map((finding) => (
              <Part key={finding.name} title={finding.name} question={t('books.breaches', { n: finding.count })}>
                {finding.breaches.length > 0 ? (
                  <ul className="breaches">
                    {finding.breaches.map((line) => (
                      <li key={line}>{line}</li>
                    ))}
                  </ul>
                ) : (
                  <p className="mute">{t('books.elsewhere')}</p>
                )}
              </Part>
            ))}
            <Part title={t('books.all')} flush>
              <ShortTable
                caption={t('books.all')}
                rows={one.findings}
                rowKey={(finding) => finding.name}
                empty={t('books.empty')}
                columns={[
                  { key: 'name', title: t('books.rule'), card: 'title', render: (finding) => finding.name },
                  {
                    key: 'result',
                    title: t('books.result'),
                    card: 'corner',
                    width: 120,
                    render: (finding) => (
                      <StatusTag tone={finding.count === 0 ? 'good' : 'stop'}>
                        {finding.count === 0 ? t('books.ruleHolds') : t('books.ruleBroken')}
                      </StatusTag>
                    ),
                  },
                  {
                    key: 'ms',
                    title: t('books.took'),
                    align: 'right',
                    width: 110,
                    render: (finding) => <span className="num">{finding.ms} ms</span>,
                  },
                ]}
              />
            </Part>
          </>
        );
      }}
    </Answer>
  );
}
