import { useWords } from '../../i18n/index.tsx';
import type { DeviceNote } from '../../offline/device-notes.ts';
import { StatusTag } from '../../parts/StatusTag.tsx';

/** How it stands with a note of this device, in one word. */
export function DeviceNoteTag({ note, reversed }: { note: DeviceNote; reversed: boolean }) {
  const { t } = useWords();
  const { answer, said } = note;
  return (
    <>
      {said.kind === 'reversal' ? <StatusTag tone="stop">{t('note.isReversal')}</StatusTag> : null}
      {reversed ? <StatusTag tone="quiet">{t('note.reversed')}</StatusTag> : null}
      {answer === null ? <StatusTag tone="wait">{t('device.state.waiting')}</StatusTag> : null}
      {answer?.state === 'refused' ? <StatusTag tone="stop">{t('device.state.refused')}</StatusTag> : null}
      {answer && answer.conflicts.length > 0 ? <StatusTag tone="gold">{t('device.state.conflict')}</StatusTag> : null}
    </>
  );
}
