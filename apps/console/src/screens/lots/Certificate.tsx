import { Button, Segmented } from 'antd';
import { useState } from 'react';
import {
  a4Grid,
  certificateBasisWords,
  type LabelContent,
  type LabelSize,
  labelSizes,
  layoutLabel,
  trace,
} from '#trace/contract';
import type { Certificate, Lot } from '../../api/answers.ts';
import { weight } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { Part } from '../../parts/PageHeader.tsx';
import { SmallNumber } from '../../parts/SmallNumber.tsx';
import { Label } from '../../print/Label.tsx';
import { usePrint } from '../../print/Printable.tsx';
import { useCounty } from '../../session/session.ts';
import { ReplaceCertificate } from './ReplaceCertificate.tsx';

const sizes = Object.keys(labelSizes) as LabelSize[];

/**
 * What stands on the paper of a certificate. It is a Chinese legal paper and stays Chinese whatever
 * language the screen speaks.
 */
function whole(certificate: Certificate): LabelContent {
  const reports = certificate.reports.map((report) => report.number).join('、');
  return {
    title: '承诺达标合格证',
    statement: certificate.statement,
    lines: [
      `承诺依据：${certificate.basis.map((basis) => certificateBasisWords[basis].zh).join('、')}${reports && `（${reports}）`}`,
      `产品名称：${certificate.productName}`,
      `数量（重量）：${weight(certificate.grams, 'zh')}`,
      `产地：${certificate.originName}`,
      `开具主体：${certificate.issuerName}`,
      `联系方式：${certificate.contact}`,
      `开具日期：${certificate.issuedOn}`,
      `证号：${certificate.code}`,
    ],
    caption: '扫码查验',
  };
}

/** For a label too small for the whole: the words beside the code that leads to it, as the rule allows. */
function short(certificate: Certificate): LabelContent {
  return {
    title: '承诺达标合格证',
    lines: [certificate.productName, certificate.issuerName, certificate.issuedOn, certificate.code],
    caption: '扫码看全文',
  };
}

const contentFor = (size: LabelSize, certificate: Certificate): LabelContent => {
  const full = whole(certificate);
  return layoutLabel(size, full).cut ? short(certificate) : full;
};

/** The lot certificate as it is printed, at its true size: one for each pack, on labels or on A4 sheets. */
export function CertificatePart({ certificate, lot }: { certificate: Certificate; lot: Lot }) {
  const { t } = useWords();
  const { may } = useCounty();
  const [size, setSize] = useState<LabelSize>('60x40');
  const [paper, setPaper] = useState<'roll' | 'a4'>('roll');
  const [copies, setCopies] = useState(() => Math.min(lot.packs ?? 1, 200));
  const [replacing, setReplacing] = useState(false);
  const [print, printing] = usePrint(
    paper === 'a4' ? 'A4' : `${labelSizes[size].width}mm ${labelSizes[size].height}mm`,
  );
  // Drawn by the server, which knows the shop's public address.
  const label = (
    <Label
      size={size}
      content={contentFor(size, certificate)}
      code={{ src: `/api/certificates/${certificate.code}/qr.svg` }}
    />
  );
  return (
    <Part
      title={t('certificate.title')}
      question={t('certificate.rule', { rule: certificate.rule })}
      more={
        <>
          {may(trace.replaceCertificate) ? (
            <Button onClick={() => setReplacing(true)}>{t('certificate.replace')}</Button>
          ) : null}{' '}
          <Button type="primary" onClick={print}>
            {t('action.print')}
          </Button>
        </>
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
        <Segmented
          size="small"
          aria-label={t('certificate.sheet')}
          options={[
            { value: 'roll', label: t('certificate.roll') },
            { value: 'a4', label: t('certificate.a4') },
          ]}
          value={paper}
          onChange={setPaper}
        />
        <SmallNumber label={t('label.copies')} max={200} value={copies} onChange={setCopies} />
      </div>
      <div className="preview">{label}</div>
      <p className="hint">
        <a href={`/certificates/${certificate.code}`} target="_blank" rel="noreferrer">
          {t('certificates.verify')}
        </a>
      </p>
      {printing(
        sheetsOf(size, paper, copies).map((many, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: sheets are the same
          <div className="sheet" key={i} style={paper === 'a4' ? sheetStyle(size) : undefined}>
            {Array.from({ length: many }, (_, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: copies are the same
              <div key={at}>{label}</div>
            ))}
          </div>
        )),
      )}
      <ReplaceCertificate open={replacing} lot={lot} onClose={() => setReplacing(false)} />
    </Part>
  );
}

/** How many labels stand on each sheet. */
function sheetsOf(size: LabelSize, paper: 'roll' | 'a4', copies: number): number[] {
  const { columns, rows } = a4Grid(size);
  const each = paper === 'a4' ? columns * rows : 1;
  return Array.from({ length: Math.ceil(copies / each) }, (_, i) => Math.min(each, copies - i * each));
}

/** An A4 sheet with its labels where scissors expect them. */
function sheetStyle(size: LabelSize) {
  const { columns, left, top } = a4Grid(size);
  return {
    display: 'grid',
    gridTemplateColumns: `repeat(${columns}, max-content)`,
    alignContent: 'start',
    gap: '2mm',
    padding: `${top}mm ${left}mm`,
    width: '210mm',
    height: '297mm',
    boxSizing: 'border-box',
  } as const;
}
