import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { trace } from '#trace/contract';
import { ahead, ask, given, oneOf } from '../../api/ask.ts';
import { useWords } from '../../i18n/index.tsx';
import { cropsQuestion, useCrops } from '../../parts/crops.ts';
import { DataTable } from '../../parts/DataTable.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { RegionPicker } from '../../parts/RegionPicker.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { narrowest } from './narrowest.ts';
import { usePlotColumns } from './PlotCells.tsx';

const states = ['worked', 'blocked', 'ended'] as const;
const list = (county: number, url: URLSearchParams) =>
  ask('trace', 'plots', {
    params: { county },
    query: {
      ...pageOf(url),
      q: given(url, 'q'),
      village: /^(\d{9}|\d{12})$/.exec(url.get('village') ?? '')?.[0],
      crop: given(url, 'crop'),
      state: oneOf(states, url.get('state')),
    },
  });

export const loader = ahead((county, url) => [list(county, url), cropsQuestion()]);

/** The plots of one's villages, with what stands against their harvest. */
export function Component() {
  const { t } = useWords();
  const { county, may, memberships } = useCounty();
  const state = useUrlState();
  const crops = useCrops();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const columns = usePlotColumns(true);
  const within = narrowest(memberships);
  return (
    <>
      <PageHeader
        title={t('menu.plots')}
        about={t('plot.about')}
        actions={
          may(trace.addPlot) ? (
            <Link className="button-link primary" to={paths.newPlot(county)}>
              {t('plot.add')}
            </Link>
          ) : null
        }
      />
      <DataTable
        caption={t('menu.plots')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(p) => p.id}
        rowHref={(p) => paths.plot(county, p.id)}
        search={t('plot.search')}
        filters={[
          {
            key: 'state',
            label: t('plot.state'),
            options: states.map((value) => ({ value, label: t(`plot.${value}`) })),
          },
          { key: 'crop', label: t('household.crop'), options: crops.grown },
        ]}
        extra={
          within.length === 12 ? null : (
            <div className="plot-village">
              <RegionPicker
                county={county}
                level="any"
                within={within}
                value={state.get('village')}
                onChange={(village) => state.set({ village })}
              />
            </div>
          )
        }
        empty={{ title: t('plot.none'), words: t('plot.noneWords') }}
      />
    </>
  );
}
