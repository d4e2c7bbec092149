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
import { AgreementForm } from './AgreementForm.tsx';

const question = (county: number, id: string) => ask('benefit', 'agreement', { params: { county, id } });

export const loader = ahead((county, _, id) => [question(county, id), cropsQuestion()]);

/** Writes the next version of an agreement, from what the newest one says. */
export function Component() {
  const { t } = useWords();
  const { county } = useCounty();
  const id = useParams().id ?? '';
  const navigate = useNavigate();
  const query = useQuery(question(county, id));
  const act = useAct(api.benefit.changeAgreement, {
    onDone: () => void navigate(paths.agreement(county, id), { replace: true }),
  });
  return (
    <Answer query={query}>
      {(agreement) => (
        <>
          <PageHeader
            title={`${t('agr.change')} ${agreement.number}`}
            about={t('agr.changeAbout')}
            back={{ to: paths.agreement(county, id), label: agreement.number }}
          />
          <AgreementForm
            of={agreement}
            busy={act.busy}
            error={act.error}
            onSubmit={({ terms, startsOn, endsOn, words }) =>
              act.run({ params: { county, id }, body: { version: agreement.latest, terms, startsOn, endsOn, words } })
            }
            onCancel={() => void navigate(-1)}
          />
        </>
      )}
    </Answer>
  );
}
