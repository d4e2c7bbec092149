import { useWords } from '../../i18n/index.tsx';
import { useCounty } from '../../session/session.ts';

/** Opens the photo of a paper of an agreement. */
export function PaperLink({ agreement, paper }: { agreement: string; paper: string }) {
  const { t } = useWords();
  const { county } = useCounty();
  return (
    <a href={`/api/counties/${county}/agreements/${agreement}/papers/${paper}`} target="_blank" rel="noreferrer">
      {t('agr.paper')}
    </a>
  );
}
