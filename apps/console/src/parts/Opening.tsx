import { useWords } from '../i18n/index.tsx';

/** The first moment, before anything is known. */
export function Opening() {
  const { t } = useWords();
  return (
    <output className="opening">
      <span className="visually-hidden">{t('state.loading')}</span>
    </output>
  );
}
