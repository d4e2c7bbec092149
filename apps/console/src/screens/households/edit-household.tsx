import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from 'react-router';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { useWords } from '../../i18n/index.tsx';
import { cropsQuestion } from '../../parts/crops.ts';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { Answer } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { HouseholdForm, yieldsOf } from './HouseholdForm.tsx';

const household = (county: number, id: string) => ask('registry', 'household', { params: { county, id } });

export const loader = ahead((county, _url, id) => [household(county, id), cropsQuestion()]);

/** Changes a household's category and what it can yield. */
export function Component() {
  const { t } = useWords();
  const { county } = useCounty();
  const id = useParams().id ?? '';
  const navigate = useNavigate();
  const query = useQuery(household(county, id));
  const act = useAct(api.registry.changeHousehold, {
    onDone: () => void navigate(paths.household(county, id), { replace: true }),
  });
  return (
    <Answer query={query}>
      {(one) => (
        <>
          <PageHeader
            title={t('household.edit')}
            about={`${one.code} · ${one.villageName}`}
            back={{ to: paths.household(county, id), label: one.code }}
          />
          <HouseholdForm
            isNew={false}
            initial={{
              category: one.category,
              yields: one.yields.map((y) => ({
                crop: y.crop,
                mu: y.areaCentimu ? y.areaCentimu / 100 : null,
                trees: y.trees || null,
              })),
            }}
            busy={act.busy}
            error={act.error}
            onSubmit={(values) =>
              act.run({ params: { county, id }, body: { category: values.category, yields: yieldsOf(values.yields) } })
            }
          />
        </>
      )}
    </Answer>
  );
}
