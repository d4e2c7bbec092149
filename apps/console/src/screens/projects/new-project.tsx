import { useNavigate } from 'react-router';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { useWords } from '../../i18n/index.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { ProjectForm } from './ProjectForm.tsx';

/** Drafts a crowdfunding project; it is submitted and opened on its page. */
export function Component() {
  const { t } = useWords();
  const { county } = useCounty();
  const navigate = useNavigate();
  const act = useAct(api.presale.draftProject, {
    onDone: (made) => void navigate(paths.project(county, made.id), { replace: true }),
  });
  return (
    <>
      <PageHeader
        title={t('crowd.new')}
        about={t('crowd.newAbout')}
        back={{ to: paths.projects(county), label: t('menu.projects') }}
      />
      <ProjectForm
        busy={act.busy}
        error={act.error}
        onSubmit={(body) => act.run({ params: { county }, body })}
        onCancel={() => void navigate(-1)}
      />
    </>
  );
}
