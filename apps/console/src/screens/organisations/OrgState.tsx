import type { Organisation } from '../../api/answers.ts';
import { useWords } from '../../i18n/index.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';

/** Whether an organisation works now. */
export function OrgState({ state }: { state: Organisation['state'] }) {
  const { t } = useWords();
  return <StatusTag tone={state === 'active' ? 'good' : 'stop'}>{t(`org.${state}`)}</StatusTag>;
}
