import { useQuery } from '@tanstack/react-query';
import { Button, Segmented } from 'antd';
import { useState } from 'react';
import { certificateBasisWords, type LabelContent, type LabelSize, labelSizes, layoutLabel } from '#trace/contract';
import type { Certificate, Lot } from '../../api/answers.ts';
import { ask } from '../../api/ask.ts';
import { weight } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { Part } from '../../parts/PageHeader.tsx';
import { SmallNumber } from '../../parts/SmallNumber.tsx';
import { Label } from '../../print/Label.tsx';
import { usePrint } from '../../print/Printable.tsx';
import { useCounty } from '../../session/session.ts';

/** The labels that a certificate's words fit on at a size that can be read. */
const sizesFor = (content: LabelContent) =>
  (Object.keys(labelSizes) as LabelSize[]).filter((size) => !layoutLabel(size, content).cut);

/**
 * What stands on the paper of a certificate. It is a Chinese legal paper and stays Chinese whatever
 * language the screen speaks.
 */
function contentOf(certificate: Certificate): LabelContent {
  return {
    title: '承诺达标合格证',
    statement: certificate.statement,
    lines: [
      `承诺依据：${certificate.basis.map((basis) => certificateBasisWords[basis].zh).join('、')}`,
      `产品名称：${certificate.productName}`,
      `数量（重量）：${weight(certificate.grams, 'zh')}`,
      `产地：${certificate.originName}`,
      `生产者：${certificate.issuerName}`,
      `联系方式：${certificate.contact}`,
      `开具日期：${certificate.issuedOn}`,
      `证号：${certificate.number}`,
    ],
  };
}

/** The lot certificate as it is printed, at its true size, and the button that prints it. */
export function CertificatePart({ certificate, lot }: { certificate: Certificate; lot: Lot }) {
  const { t } = useWords();
  const { county } = useCounty();
  const [size, setSize] = useState<LabelSize>('60x40');
  const [copies, setCopies] = useState(1);
  const [print, printing] = usePrint(`${labelSizes[size].width}mm ${labelSizes[size].height}mm`);
  const codes = useQuery({
    ...ask('trace', 'codes', { params: { county, id: lot.id }, query: { from: 1, count: 1 } }),
    enabled: lot.kind === 'packed',
  });
  // A packed lot has a public page; a raw one has none, so its code carries the certificate's own words.
  const link = codes.data
    ? `${location.origin}/01/${codes.data.gtin}/10/${encodeURIComponent(codes.data.lotNumber)}`
    : `承诺达标合格证 ${certificate.number} 批次 ${certificate.lotNumber} ${certificate.productName} ${certificate.issuerName} ${certificate.issuedOn}`;
  const label = <Label size={size} content={contentOf(certificate)} code={{ text: link }} />;
  return (
    <Part
      title={t('certificate.title')}
      question={t('certificate.rule', { rule: certificate.rule })}
      more={
        <Button type="primary" onClick={print}>
          {t('action.print')}
        </Button>
      }
    >
      <div className="label-tools">
        <Segmented
          size="small"
          aria-label={t('label.size')}
          options={sizesFor(contentOf(certificate)).map((value) => ({ value, label: value.replace('x', '×') }))}
          value={size}
          onChange={setSize}
        />
        <SmallNumber label={t('label.copies')} max={200} value={copies} onChange={setCopies} />
      </div>
      <div className="preview">{label}</div>
      {printing(
        Array.from({ length: copies }, (_, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: copies are the same
          <div className="sheet" key={i}>
            {label}
          </div>
        )),
      )}
    </Part>
  );
}
