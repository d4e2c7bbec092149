import type { Lot } from '../../api/answers.ts';
import { useWords } from '../../i18n/index.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';

/** What a lot is, whether it is certified, and whether it may still grow. */
export function LotTags({ lot }: { lot: Pick<Lot, 'kind' | 'state' | 'certificate' | 'inTransit'> }) {
  const { t } = useWords();
  return (
    <span className="page-tags">
      <StatusTag tone="quiet">{t(`lot.${lot.kind}`)}</StatusTag>
      {lot.state === 'recalled' ? <StatusTag tone="stop">{t('lot.recalled')}</StatusTag> : null}
      {lot.inTransit ? <StatusTag tone="wait">{t('lot.inTransit')}</StatusTag> : null}
      {lot.state === 'open' && !lot.certificate ? <StatusTag tone="wait">{t('lot.open')}</StatusTag> : null}
      {lot.certificate ? <StatusTag tone="gold">{t('lot.certified')}</StatusTag> : null}
    </span>
  );
}
