import type { Lang } from '../i18n/index.ts';

// A regular expression, because `toLocaleString` takes a hundred times as long.
const THOUSANDS = /\B(?=(\d{3})+$)/g;

/** Fen as yuan without needless zeros: 3980 → 39.8, 6800 → 68. */
export function yuan(fen: number): string {
  const sign = fen < 0 ? '-' : '';
  const whole = Math.floor(Math.abs(fen) / 100);
  const rest = Math.abs(fen) % 100;
  const decimals = rest === 0 ? '' : `.${String(rest).padStart(2, '0').replace(/0$/, '')}`;
  return `${sign}${String(whole).replace(THOUSANDS, ',')}${decimals}`;
}

/** Fen as yuan with both decimals, for sums that stand one below the other: 3980 → 39.80, 6800 → 68.00. */
export function yuanInColumn(fen: number): string {
  const [whole, decimals = ''] = yuan(fen).split('.');
  return `${whole}.${decimals.padEnd(2, '0')}`;
}

/** Price of one jin (500 g), in yuan. */
export function yuanPerJin(fen: number, grams: number): string {
  return yuan(Math.round((fen * 500) / grams));
}

/** Grams as people say them: 500 g, 2.5 kg, 1.2 t. */
export function weight(grams: number): string {
  if (grams < 1000) return `${grams} g`;
  if (grams < 1_000_000) return `${trim(grams / 1000, 2)} kg`;
  return `${trim(grams / 1_000_000, 2)} t`;
}

/** A pack as a line names it, its net weight in grams said once: `250 g 袋装`, but `300 g × 6 瓶 · 1.8 kg`. */
export function packWords(size: string, netGrams: number): string {
  const net = weight(netGrams);
  return new RegExp(`(?<![\\d.])${net}`).test(size) ? size : `${size} · ${net}`;
}

/** Basis points of a whole as percent with one decimal: 6840 → 68.4. Also "yuan of every hundred". */
export function perHundred(bp: number): string {
  return trim(bp / 100, 1);
}

/** Basis points of a part, by its fen; 0 when there is no whole. */
export function bpOf(part: number, whole: number): number {
  return whole > 0 ? Math.round((part * 10_000) / whole) : 0;
}

function trim(value: number, decimals: number): string {
  return String(Number(value.toFixed(decimals)));
}

const zone = 'Asia/Shanghai';
const day = {
  zh: new Intl.DateTimeFormat('zh-CN', { timeZone: zone, month: 'long', day: 'numeric' }),
  en: new Intl.DateTimeFormat('en-GB', { timeZone: zone, month: 'short', day: 'numeric' }),
};
const fullDay = {
  zh: new Intl.DateTimeFormat('zh-CN', { timeZone: zone, year: 'numeric', month: 'long', day: 'numeric' }),
  en: new Intl.DateTimeFormat('en-GB', { timeZone: zone, year: 'numeric', month: 'short', day: 'numeric' }),
};
const monthOf = {
  zh: new Intl.DateTimeFormat('zh-CN', { timeZone: zone, year: 'numeric', month: 'long' }),
  en: new Intl.DateTimeFormat('en-GB', { timeZone: zone, year: 'numeric', month: 'short' }),
};
const clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' });

/** A calendar day in Shanghai: 11月22日. */
export const showDay = (at: string | Date, lang: Lang): string => day[lang].format(new Date(at));
/** The same with its year, for anything that may be older. */
export const showFullDay = (at: string | Date, lang: Lang): string => fullDay[lang].format(new Date(at));
/** A month of a statement, `2026-11`: 2026年11月. */
export const showMonth = (month: string, lang: Lang): string =>
  monthOf[lang].format(new Date(`${month}-01T00:00+08:00`));
/** Day and clock time. */
export const showMoment = (at: string | Date, lang: Lang): string =>
  `${showDay(at, lang)} ${clock.format(new Date(at))}`;
