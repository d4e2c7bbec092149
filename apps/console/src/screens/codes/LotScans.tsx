import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { Lot } from '../../api/answers.ts';
import { ask } from '../../api/ask.ts';
import { count, dayTime } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ShortTable } from '../../parts/DataTable.tsx';
import { CountCell } from '../../parts/money.tsx';
import { Facts, Part } from '../../parts/PageHeader.tsx';
import { Answer } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';

/** How buyers looked up a lot's packs, and where. */
export function LotScans({ lot }: { lot: Lot }) {
  const { t } = useWords();
  const { county } = useCounty();
  const query = useQuery(ask('trace', 'lotScans', { params: { county, id: lot.id } }));
  return (
    <Part
      title={t('scans.title')}
      question={t('scans.words')}
      more={<Link to={paths.codeAlerts(county, { lot: lot.id })}>{t('scans.alerts')}</Link>}
    >
      <Answer query={query} rows={2}>
        {(all) =>
          all.packs === 0 ? (
            <p className="mute">{t('scans.none')}</p>
          ) : (
            <>
              <Facts
                items={[
                  [t('scans.packs'), count(all.packs)],
                  [t('scans.scans'), count(all.scans)],
                  [t('scans.last'), all.lastAt ? dayTime(all.lastAt) : null],
                ]}
              />
              <ShortTable
                caption={t('scans.title')}
                rows={all.places}
                rowKey={(place) => place.province}
                empty={t('scans.noPlaces')}
                columns={[
                  { key: 'province', title: t('scans.province'), card: 'title', render: (place) => place.name },
                  {
                    key: 'packs',
                    title: t('scans.packs'),
                    align: 'right',
                    render: (place) => <CountCell n={place.packs} />,
                  },
                  {
                    key: 'scans',
                    title: t('scans.scans'),
                    align: 'right',
                    card: 'corner',
                    render: (place) => <CountCell n={place.scans} />,
                  },
                ]}
              />
            </>
          )
        }
      </Answer>
    </Part>
  );
}
