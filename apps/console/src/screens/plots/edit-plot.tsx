import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from 'react-router';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { today } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { cropsQuestion } from '../../parts/crops.ts';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { Answer } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { contentOf, PlotForm } from './PlotForm.tsx';

const plot = (county: number, id: string) => ask('trace', 'plot', { params: { county, id } });

export const loader = ahead((county, _url, id) => [plot(county, id), cropsQuestion()]);

/** Says anew what a plot is, from a day on. */
export function Component() {
  const { t } = useWords();
  const { county } = useCounty();
  const id = useParams().id ?? '';
  const navigate = useNavigate();
  const query = useQuery(plot(county, id));
  const act = useAct(api.trace.changePlot, {
    onDone: (made) => void navigate(paths.plot(county, id), { replace: true, state: { warnings: made.warnings } }),
  });
  return (
    <Answer query={query}>
      {({ plot: one }) => (
        <>
          <PageHeader
            title={t('plot.edit')}
            about={t('plot.editAbout')}
            back={{ to: paths.plot(county, id), label: one.name }}
          />
          <PlotForm
            isNew={false}
            initial={{
              ...{ ownerKind: 'household', name: one.name, crop: one.crop, from: today(), boundary: one.boundary },
              ...{ mu: one.areaCentimu ? one.areaCentimu / 100 : null, trees: one.trees || null },
              kilograms: one.yieldGrams / 1000,
            }}
            busy={act.busy}
            error={act.error}
            onSubmit={(values) =>
              act.run({
                params: { county, id },
                body: { version: one.version, ...contentOf(values), reason: (values.reason ?? '').trim() },
              })
            }
          />
        </>
      )}
    </Answer>
  );
}
