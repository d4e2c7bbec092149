import type { Purchase } from '../../api/answers.ts';
import { useWords } from '../../i18n/index.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';

/** Whether a note stands, was reversed, or is itself a reversal. */
export function NoteTag({ note }: { note: Pick<Purchase, 'reverses' | 'reversedBy'> }) {
  const { t } = useWords();
  if (note.reverses) return <StatusTag tone="stop">{t('note.isReversal')}</StatusTag>;
  if (note.reversedBy) return <StatusTag tone="quiet">{t('note.reversed')}</StatusTag>;
  return null;
}
