import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearchParams } from 'react-router';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { useWords } from '../../i18n/index.tsx';
import { cropsQuestion } from '../../parts/crops.ts';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { Loading } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { AgreementForm } from './AgreementForm.tsx';

export const loader = ahead(() => [cropsQuestion()]);

/** Drafts an agreement; both sides then sign it on its page. */
export function Component() {
  const { t } = useWords();
  const { county } = useCounty();
  const navigate = useNavigate();
  const project = useSearchParams()[0].get('project');
  const on = useQuery({
    ...ask('presale', 'projectFile', { params: { county, id: project ?? '' } }),
    enabled: project !== null,
  });
  const act = useAct(api.benefit.draftAgreement, {
    onDone: (made) => void navigate(paths.agreement(county, made.id), { replace: true }),
  });
  return (
    <>
      <PageHeader
        title={t('agr.new')}
        about={t('agr.newAbout')}
        back={{ to: paths.agreements(county), label: t('menu.agreements') }}
      />
      {project !== null && on.isPending ? (
        <Loading />
      ) : (
        <AgreementForm
          on={on.data}
          busy={act.busy}
          error={act.error}
          onSubmit={({ org, households, villages, ...agreed }) =>
            act.run({ params: { county }, body: { org: org ?? '', households, villages, ...agreed } })
          }
          onCancel={() => void navigate(-1)}
        />
      )}
    </>
  );
}
