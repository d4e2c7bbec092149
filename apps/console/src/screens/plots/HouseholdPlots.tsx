import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { trace } from '#trace/contract';
import { ask } from '../../api/ask.ts';
import { useWords } from '../../i18n/index.tsx';
import { ShortTable } from '../../parts/DataTable.tsx';
import { Part } from '../../parts/PageHeader.tsx';
import { Answer } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { usePlotColumns } from './PlotCells.tsx';

/** A household's land on its page. */
export function HouseholdPlots({ household }: { household: string }) {
  const { t } = useWords();
  const { county, may } = useCounty();
  const query = useQuery(ask('trace', 'plots', { params: { county }, query: { household, size: 100 } }));
  const columns = usePlotColumns(false);
  return (
    <Part
      title={t('menu.plots')}
      question={t('plot.noneWords')}
      more={may(trace.addPlot) ? <Link to={paths.newPlot(county, { household })}>{t('plot.add')}</Link> : null}
    >
      <Answer query={query}>
        {({ rows }) => (
          <ShortTable
            caption={t('menu.plots')}
            rows={rows}
            rowKey={(p) => p.id}
            rowHref={(p) => paths.plot(county, p.id)}
            empty={t('plot.none')}
            columns={columns}
          />
        )}
      </Answer>
    </Part>
  );
}
