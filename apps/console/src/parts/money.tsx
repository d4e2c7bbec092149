import { count, perJin, type WeightUnit, weight, yuan } from '../format.ts';
import { useWords } from '../i18n/index.tsx';

/** An amount in fen, aligned by its digits; the tone says whether money came or went. */
export function MoneyCell({ fen, tone }: { fen: number | null | undefined; tone?: 'price' | 'in' | 'out' | 'strong' }) {
  if (fen === null || fen === undefined) return <span className="mute">—</span>;
  return (
    <span className={`num money${tone ? ` money-${tone}` : ''}${fen < 0 ? ' money-minus' : ''}`}>{yuan(fen)}</span>
  );
}

/** An amount that counts, or is struck out since it was taken back. */
export function StandingMoney({ fen, takenBack }: { fen: number; takenBack: string | null }) {
  return takenBack === null ? <MoneyCell fen={fen} tone="strong" /> : <del className="mute num">{yuan(fen)}</del>;
}

/** Grams as kilograms, with jin beside when asked. */
export function WeightCell({
  grams,
  jin,
  unit = 'kg',
}: {
  grams: number | null | undefined;
  jin?: boolean;
  unit?: WeightUnit;
}) {
  const { locale } = useWords();
  if (grams === null || grams === undefined) return <span className="mute">—</span>;
  return (
    <span className={`num${grams < 0 ? ' money-minus' : ''}`}>
      {weight(grams, locale, unit)}
      {jin ? <span className="mute"> · {weight(grams, locale, 'jin')}</span> : null}
    </span>
  );
}

/** A farm-gate price kept per kilogram and shown per jin, as markets say it, with the kilogram beside. */
export function PricePerWeight({ fenPerKg }: { fenPerKg: number | null | undefined }) {
  const { t } = useWords();
  if (fenPerKg === null || fenPerKg === undefined) return <span className="mute">—</span>;
  return (
    <span>
      <span className="num">{t('unit.perJin', { price: perJin(fenPerKg) })}</span>{' '}
      <span className="num mute">· {t('unit.perKg', { price: yuan(fenPerKg) })}</span>
    </span>
  );
}

/** A whole number with thousands apart. */
export function CountCell({ n }: { n: number | null | undefined }) {
  return n === null || n === undefined ? <span className="mute">—</span> : <span className="num">{count(n)}</span>;
}
