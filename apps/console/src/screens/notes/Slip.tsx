import { paymentWords } from '#trace/contract';
import type { Purchase } from '../../api/answers.ts';
import { dayTime, perJin, produce, weight, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import '../../print/print.css';

/** Receipt rolls of 80 and 58 mm, and A5 across. */
export const slipPapers = ['roll80', 'roll58', 'a5'] as const;
export type SlipPaper = (typeof slipPapers)[number];
export const slipPages: Record<SlipPaper, string> = { roll80: '80mm 170mm', roll58: '58mm 190mm', a5: '210mm 148mm' };

/** What stands on the paper, whether the server has numbered it yet or not. */
export interface SlipNote {
  /** the county's number; null until the note has arrived */
  number: string | null;
  /** the device's own, where a device wrote it */
  deviceNumber?: string;
  at: string | Date;
  stationName: string;
  buyerName: string;
  headMasked: string;
  householdCode: string;
  villageName: string;
  cropName: string;
  variety?: string;
  grade: string;
  grams: number;
  fenPerKg: number;
  amountFen: number;
  referenceFenPerKg: number | null;
  paid: Purchase['paid'];
  lotNumber: string | null;
  byName: string;
  reason: string | null;
  isReversal: boolean;
  isReversed: boolean;
}

/** The paper of a note that the server has. */
export const slipOf = (note: Purchase): SlipNote => ({
  ...note,
  isReversal: note.reverses !== null,
  isReversed: note.reversedBy !== null,
});

/** The purchase note as it goes on paper: one copy for the household, one for the station. */
export function Slip({ note, copy, paper }: { note: SlipNote; copy: 'household' | 'station'; paper: SlipPaper }) {
  const { t, locale, say } = useWords();
  const rows: [string, string][] = [
    ...(note.number ? [[t('note.number'), note.number] as [string, string]] : []),
    ...(note.deviceNumber ? [[t('device.number'), note.deviceNumber] as [string, string]] : []),
    [t('note.at'), dayTime(note.at)],
    [t('note.household'), `${note.headMasked} ${note.householdCode}`],
    [t('note.village'), note.villageName],
    [t('note.buyer'), note.buyerName],
    [t('note.crop'), produce(note)],
    [t('note.grams'), `${weight(note.grams, locale)}（${weight(note.grams, locale, 'jin')}）`],
    [
      t('note.price'),
      `${yuan(note.fenPerKg)}/${locale === 'zh' ? '公斤' : 'kg'}（${t('unit.perJin', { price: perJin(note.fenPerKg) })}）`,
    ],
    [
      t('note.reference'),
      note.referenceFenPerKg ? t('unit.perKg', { price: yuan(note.referenceFenPerKg) }) : t('note.noReference'),
    ],
    [t('note.paid'), say(paymentWords[note.paid])],
    ...(note.lotNumber ? [[t('note.lot'), note.lotNumber] as [string, string]] : []),
  ];
  return (
    <div className={`slip slip-${paper} sheet`}>
      <h2>{note.stationName}</h2>
      <p className="slip-copy">
        {t('note.title')} · {copy === 'household' ? t('note.copyHousehold') : t('note.copyStation')}
      </p>
      {note.isReversal ? <p className="slip-void">{t('note.isReversal')}</p> : null}
      {note.isReversed ? <p className="slip-void">{t('note.reversed')}</p> : null}
      <dl>
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <div className="slip-total">
          <dt>{t('note.amount')}</dt>
          <dd>{yuan(note.amountFen)}</dd>
        </div>
      </dl>
      <div className="slip-sign">
        <span>{t('note.signHousehold')}</span>
        <span>
          {t('note.signKeeper')} {note.byName}
        </span>
      </div>
      {note.reason ? (
        <p className="slip-foot">
          {t('field.reason')}：{note.reason}
        </p>
      ) : null}
      <p className="slip-foot">{t('note.foot')}</p>
    </div>
  );
}
