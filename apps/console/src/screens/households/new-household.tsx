import { useNavigate } from 'react-router';
import { ahead } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { useWords } from '../../i18n/index.tsx';
import { cropsQuestion } from '../../parts/crops.ts';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { HouseholdForm, yieldsOf } from './HouseholdForm.tsx';

export const loader = ahead(() => [cropsQuestion()]);

/** Registers a household. */
export function Component() {
  const { t } = useWords();
  const { county } = useCounty();
  const navigate = useNavigate();
  const act = useAct(api.registry.addHousehold, {
    onDone: (made) => void navigate(paths.household(county, made.id), { replace: true }),
  });
  return (
    <>
      <PageHeader
        title={t('household.add')}
        about={t('household.addAbout')}
        back={{ to: paths.households(county), label: t('menu.households') }}
      />
      <HouseholdForm
        isNew
        initial={{ category: 'general', members: [{ relation: 'head', name: '' }], yields: [] }}
        busy={act.busy}
        error={act.error}
        onSubmit={(values) =>
          act.run({
            params: { county },
            body: {
              village: values.village ?? '',
              category: values.category,
              members: (values.members ?? []).map((m) => ({
                relation: m.relation,
                name: m.name.trim(),
                ...(m.idNumber ? { idNumber: m.idNumber } : {}),
                ...(m.phone ? { phone: m.phone } : {}),
              })),
              yields: yieldsOf(values.yields),
            },
          })
        }
      />
    </>
  );
}
