import { useEffect } from 'react';
import { useWords } from '../i18n/index.tsx';
import { paths } from '../paths.ts';
import { FullPage } from './states.tsx';

/** 404: nothing here, and the way home. */
export function NotFound() {
  const { t } = useWords();
  useTitle(t('error.notFound'));
  return (
    <FullPage title={t('error.notFound')} to={paths.home()} action={t('error.toHome')}>
      {t('error.notFoundWords')}
    </FullPage>
  );
}

/** 403: the person's roles do not open this. */
export function NotAllowed() {
  const { t } = useWords();
  useTitle(t('error.notAllowed'));
  return (
    <FullPage title={t('error.notAllowed')} to={paths.home()} action={t('error.toHome')}>
      {t('error.notAllowedWords')}
    </FullPage>
  );
}

function useTitle(title: string) {
  const { t } = useWords();
  useEffect(() => {
    document.title = `${title} · ${t('app.name')}`;
  }, [title, t]);
}
