import type { ProjectRow } from '../../api/answers.ts';
import { yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';

/** What is raised of the goal: in words, and as a bar that is full when the goal is reached. */
export function Raised({ project }: { project: Pick<ProjectRow, 'raisedFen' | 'goalFen'> }) {
  const { t } = useWords();
  const { raisedFen, goalFen } = project;
  const percent = Math.floor((raisedFen * 100) / goalFen);
  return (
    <span className="raised">
      <span className="num">
        {t('crowd.ofGoal', { raised: yuan(raisedFen), goal: yuan(goalFen) })}{' '}
        <b>{t('crowd.percent', { n: percent })}</b>
      </span>
      <span className="share-bar" aria-hidden="true">
        {raisedFen > 0 ? (
          <span className="share-part share-purchase" style={{ flexGrow: Math.min(raisedFen, goalFen) }} />
        ) : null}
        {raisedFen < goalFen ? (
          <span className="share-part raised-rest" style={{ flexGrow: goalFen - raisedFen }} />
        ) : null}
      </span>
    </span>
  );
}
