import { paymentWords } from '#trace/contract';
import type { Purchase } from '../../api/answers.ts';
import { dayTime, perJin, weight, yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import '../../print/print.css';

export type SlipPaper = 'roll' | 'a5';
export const slipPages: Record<SlipPaper, string> = { roll: '80mm 160mm', a5: '210mm 148mm' };

/** The purchase note as it goes on paper: one copy for the household, one for the station. */
export function Slip({ note, copy, paper }: { note: Purchase; copy: 'household' | 'station'; paper: SlipPaper }) {
  const { t, locale, say } = useWords();
  const rows: [string, string][] = [
    [t('note.number'), note.number],
    [t('note.at'), dayTime(note.at)],
    [t('note.household'), `${note.headMasked} ${note.householdCode}`],
    [t('note.village'), note.villageName],
    [t('note.buyer'), note.buyerName],
    [t('note.crop'), `${note.cropName} · ${note.grade}`],
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
    [t('note.lot'), note.lotNumber],
  ];
  return (
    <div className={`slip slip-${paper} sheet`}>
      <h2>{note.stationName}</h2>
      <p className="slip-copy">
        {t('note.title')} · {copy === 'household' ? t('note.copyHousehold') : t('note.copyStation')}
      </p>
      {note.reverses ? <p className="slip-void">{t('note.isReversal')}</p> : null}
      {note.reversedBy ? <p className="slip-void">{t('note.reversed')}</p> : null}
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
