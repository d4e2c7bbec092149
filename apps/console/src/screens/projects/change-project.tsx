import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from 'react-router';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { useWords } from '../../i18n/index.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { Answer } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { ProjectForm } from './ProjectForm.tsx';

const question = (county: number, id: string) => ask('presale', 'projectFile', { params: { county, id } });

export const loader = ahead((county, _, id) => [question(county, id)]);

/** Changes a project that is still a draft. */
export function Component() {
  const { t } = useWords();
  const { county } = useCounty();
  const id = useParams().id ?? '';
  const navigate = useNavigate();
  const query = useQuery(question(county, id));
  const act = useAct(api.presale.changeProject, {
    onDone: () => void navigate(paths.project(county, id), { replace: true }),
  });
  return (
    <Answer query={query}>
      {(project) => (
        <>
          <PageHeader
            title={t('crowd.edit')}
            about={`${project.number} · ${project.titleZh}`}
            back={{ to: paths.project(county, id), label: project.titleZh }}
          />
          <ProjectForm
            of={project}
            busy={act.busy}
            error={act.error}
            onSubmit={(body) => act.run({ params: { county, id }, body })}
            onCancel={() => void navigate(-1)}
          />
        </>
      )}
    </Answer>
  );
}
