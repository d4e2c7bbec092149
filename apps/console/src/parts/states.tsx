import { Button, Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { asProblem } from '../api/as-problem.ts';
import { useWords } from '../i18n/index.tsx';
import { Contours } from './Contours.tsx';

/** Nothing here yet: why that is so, and the next step. */
export function EmptyState({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      <Contours width={560} height={240} levels={7} />
      <div className="empty-words">
        <p className="empty-title">{title}</p>
        {children ? <p className="mute">{children}</p> : null}
        {action ? <div className="empty-action">{action}</div> : null}
      </div>
    </div>
  );
}

/** A call failed: the server's title, its field errors when no form shows them, and a way on. */
export function ErrorState({ error, retry, compact }: { error: unknown; retry?: () => void; compact?: boolean }) {
  const { t } = useWords();
  const problem = asProblem(error, t);
  return (
    <div className={compact ? 'failed failed-compact' : 'failed'} role="alert">
      <p className="failed-title">{problem.title}</p>
      {problem.fields.length > 0 ? (
        <ul>
          {problem.fields.map((f) => (
            <li key={`${f.field}-${f.message}`}>
              <span className="mute">{f.field}</span> {f.message}
            </li>
          ))}
        </ul>
      ) : null}
      {retry ? (
        <p>
          <Button onClick={retry}>{t('action.retry')}</Button>
        </p>
      ) : null}
    </div>
  );
}

/** While the first answer is on its way. */
export function Loading({ rows = 5 }: { rows?: number }) {
  const { t } = useWords();
  return (
    <output className="loading" aria-label={t('state.loading')}>
      <Skeleton active title={false} paragraph={{ rows }} />
    </output>
  );
}

/** Loading, failed or the answer; the three faces of a query in one place. */
export function Answer<T>({
  query,
  children,
  rows,
}: {
  query: { data: T | undefined; error: unknown; isPending: boolean; refetch: () => unknown };
  children: (data: T) => ReactNode;
  rows?: number;
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  return <Loading rows={rows} />;
}

/** A full-page message: not found, not allowed. */
export function FullPage({
  title,
  children,
  to,
  action,
}: {
  title: string;
  children?: ReactNode;
  to?: string;
  action?: string;
}) {
  return (
    <div className="full-page">
      <EmptyState
        title={title}
        action={
          to && action ? (
            <Link className="button-link" to={to}>
              {action}
            </Link>
          ) : undefined
        }
      >
        {children}
      </EmptyState>
    </div>
  );
}
