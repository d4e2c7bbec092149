import { useNavigate } from 'react-router';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { useWords } from '../../i18n/index.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { OrganisationForm } from './OrganisationForm.tsx';

/** Registers an organisation. */
export function Component() {
  const { t } = useWords();
  const { county } = useCounty();
  const navigate = useNavigate();
  const act = useAct(api.registry.addOrganisation, {
    onDone: (made) => void navigate(paths.organisation(county, made.id), { replace: true }),
  });
  return (
    <>
      <PageHeader title={t('org.add')} back={{ to: paths.organisations(county), label: t('menu.organisations') }} />
      <OrganisationForm
        initial={{ region: String(county) }}
        busy={act.busy}
        error={act.error}
        onSubmit={(body) => act.run({ params: { county }, body })}
      />
    </>
  );
}
