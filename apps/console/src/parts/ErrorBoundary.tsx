import { isRouteErrorResponse, useRouteError } from 'react-router';
import { Problem } from '#platform/http/client.ts';
import { useWords } from '../i18n/index.tsx';
import { NotAllowed, NotFound } from './full-pages.tsx';
import { ErrorState } from './states.tsx';

/** What a screen shows when it cannot: not found, not allowed, an old version after an update, or a bug. */
export function ScreenError() {
  const { t } = useWords();
  const error = useRouteError();
  if (isRouteErrorResponse(error)) return error.status === 403 ? <NotAllowed /> : <NotFound />;
  if (error instanceof Problem) {
    if (error.status === 404) return <NotFound />;
    if (error.status === 403) return <NotAllowed />;
    return <ErrorState error={error} retry={() => location.reload()} />;
  }
  // After a new version is put up, a piece that an open page asks for is gone; a reload fetches the new ones.
  const moved = error instanceof TypeError && /dynamically imported module|module script/i.test(error.message);
  return (
    <div className="failed" role="alert">
      <p className="failed-title">{moved ? t('error.newVersion') : t('error.page')}</p>
      {moved ? null : <p>{t('error.pageWords')}</p>}
      <button type="button" className="button-link" onClick={() => location.reload()}>
        {t('error.reload')}
      </button>
    </div>
  );
}
