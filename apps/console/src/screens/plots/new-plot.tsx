import { useNavigate } from 'react-router';
import { ahead } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { today } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { cropsQuestion } from '../../parts/crops.ts';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { useUrlState } from '../../parts/use-url-state.ts';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { contentOf, PlotForm } from './PlotForm.tsx';

export const loader = ahead(() => [cropsQuestion()]);

/** Registers a plot. */
export function Component() {
  const { t } = useWords();
  const { county } = useCounty();
  const navigate = useNavigate();
  const household = useUrlState().get('household');
  const act = useAct(api.trace.addPlot, {
    onDone: (made) => void navigate(paths.plot(county, made.id), { replace: true, state: { warnings: made.warnings } }),
  });
  return (
    <>
      <PageHeader
        title={t('plot.add')}
        about={t('plot.addAbout')}
        back={
          household
            ? { to: paths.household(county, household, { tab: 'plots' }), label: t('plot.ofHousehold') }
            : { to: paths.plots(county), label: t('menu.plots') }
        }
      />
      <PlotForm
        isNew
        initial={{ ownerKind: 'household', household, name: '', from: today() }}
        busy={act.busy}
        error={act.error}
        onSubmit={(values) =>
          act.run({
            params: { county },
            body: {
              ...(values.ownerKind === 'org' ? { org: values.org } : { household: values.household }),
              ...(values.village && { village: values.village }),
              ...contentOf(values),
            },
          })
        }
      />
    </>
  );
}
