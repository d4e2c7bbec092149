import { useQuery } from '@tanstack/react-query';
import { Button, Segmented } from 'antd';
import { useState } from 'react';
import { type LabelSize, labelSizes, packLabel } from '#trace/contract';
import type { Lot } from '../../api/answers.ts';
import { ask } from '../../api/ask.ts';
import { useWords } from '../../i18n/index.tsx';
import { Part } from '../../parts/PageHeader.tsx';
import { SmallNumber } from '../../parts/SmallNumber.tsx';
import { Answer } from '../../parts/states.tsx';
import { Label } from '../../print/Label.tsx';
import { usePrint } from '../../print/Printable.tsx';

const sizes = Object.keys(labelSizes) as LabelSize[];

/** Where the drawing of a pack's code is: the server knows the shop's public address, this page may not. */
export const qrOf = (path: string) =>
  path.replace(/^\/01\/([^/]+)\/10\/([^/]+)\/21\/([^/]+)$/, '/api/codes/$1/$2/$3/qr.svg');

/** Labels with a code for each pack of a lot, printed in stretches. */
export function PackLabels({ county, lot }: { county: number; lot: Lot }) {
  const { t } = useWords();
  const [size, setSize] = useState<LabelSize>('60x40');
  const [from, setFrom] = useState(1);
  const [many, setMany] = useState(() => Math.min(lot.packs ?? 1, 50));
  const [print, printing] = usePrint(`${labelSizes[size].width}mm ${labelSizes[size].height}mm`);
  const query = useQuery(ask('trace', 'codes', { params: { county, id: lot.id }, query: { from, count: many } }));
  return (
    <Part
      title={t('label.packs')}
      question={t('label.packsWords')}
      more={
        query.data ? (
          <Button type="primary" onClick={print}>
            {t('label.print', { n: query.data.codes.length })}
          </Button>
        ) : null
      }
    >
      <div className="label-tools">
        <Segmented
          size="small"
          aria-label={t('label.size')}
          options={sizes.map((value) => ({ value, label: value.replace('x', '×') }))}
          value={size}
          onChange={setSize}
        />
        <SmallNumber label={t('label.from')} max={lot.packs ?? 1} value={from} onChange={setFrom} />
        <SmallNumber label={t('label.count')} max={200} value={many} onChange={setMany} />
      </div>
      <Answer query={query} rows={2}>
        {({ codes }) => (
          <>
            <div className="preview">
              {codes.slice(0, 1).map((code) => (
                <Label
                  key={code.serial}
                  size={size}
                  content={packLabel(lot, code.serial)}
                  code={{ src: qrOf(code.path) }}
                />
              ))}
            </div>
            {codes[0] ? (
              <p className="hint">
                <a href={codes[0].path} target="_blank" rel="noreferrer">
                  {t('label.seePage')}
                </a>
              </p>
            ) : null}
            {printing(
              codes.map((code) => (
                <div className="sheet" key={code.serial}>
                  <Label size={size} content={packLabel(lot, code.serial)} code={{ src: qrOf(code.path) }} />
                </div>
              )),
            )}
          </>
        )}
      </Answer>
    </Part>
  );
}
