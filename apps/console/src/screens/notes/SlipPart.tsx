import { Segmented } from 'antd';
import type { ReactNode } from 'react';
import { useWords } from '../../i18n/index.tsx';
import { Part } from '../../parts/PageHeader.tsx';
import { Slip, type SlipNote, type SlipPaper, slipPapers } from './Slip.tsx';

/** A note's slip as it will be on the paper that is chosen, and both copies of it for the printer. */
export function SlipPart({
  note,
  paper,
  onPaper,
  printing,
}: {
  note: SlipNote;
  paper: SlipPaper;
  onPaper: (paper: SlipPaper) => void;
  printing: (sheets: ReactNode) => ReactNode;
}) {
  const { t } = useWords();
  return (
    <Part
      title={t('note.paper')}
      more={
        <Segmented
          aria-label={t('note.paper')}
          options={slipPapers.map((value) => ({ value, label: t(`note.paper.${value}`) }))}
          value={paper}
          onChange={onPaper}
        />
      }
    >
      <div className="preview preview-slip">
        <Slip note={note} copy="household" paper={paper === 'a5' ? 'roll80' : paper} />
      </div>
      {printing(
        <>
          <Slip note={note} copy="household" paper={paper} />
          <Slip note={note} copy="station" paper={paper} />
        </>,
      )}
    </Part>
  );
}
