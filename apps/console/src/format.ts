/**
 * How figures become words. Money is whole fen and weight whole grams everywhere in the program;
 * only here do they turn into yuan, kilograms and jin, and only here are they read back from a form.
 */
import type { Locale } from './i18n/locale.ts';

const ZONE = 'Asia/Shanghai';

/** 3980 → 「¥39.80」; −100 → 「−¥1.00」. `fen` must be a whole number. */
export function yuan(fen: number): string {
  const whole = Math.trunc(Math.abs(fen) / 100);
  const rest = String(Math.abs(fen) % 100).padStart(2, '0');
  return `${fen < 0 ? '−' : ''}¥${groupThousands(whole)}.${rest}`;
}

/** For big figures: whole yuan, and 万 from a hundred thousand on (English keeps the digits). */
export function yuanShort(fen: number, locale: Locale): string {
  const abs = Math.abs(fen);
  if (abs < 10_000_000) return yuan(fen);
  const sign = fen < 0 ? '−' : '';
  if (locale === 'zh') return `${sign}¥${trimZeros((abs / 1_000_000).toFixed(2))} 万`;
  return `${sign}¥${groupThousands(Math.round(abs / 100))}`;
}

/** 「39.8」 → 3980; undefined when it is not an amount of at most two decimals. */
export function readYuan(text: string): number | undefined {
  const clean = text.trim().replace(/^¥/, '').replaceAll(',', '');
  const found = /^(\d{1,12})(?:\.(\d{0,2}))?$/.exec(clean);
  if (!found) return undefined;
  return Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0'));
}

/**
 * A price for a jin as markets say it, 「13.375」 → 2675 fen for a kilogram, which is how prices are kept: half a fen a jin
 * is a whole one a kilogram. Undefined when it is no price, or finer than that.
 */
export function readPerJin(text: string): number | undefined {
  const found = /^(\d{1,7})(?:\.(\d{0,2})([05]?))?$/.exec(text.trim().replace(/^¥/, '').replaceAll(',', ''));
  if (!found) return undefined;
  const [, whole, rest = '', half] = found;
  return (Number(whole) * 100 + Number(rest.padEnd(2, '0'))) * 2 + (half === '5' ? 1 : 0);
}

/** 3980 → 「39.8」, the way a person would type it into a form. */
export function yuanInput(fen: number): string {
  return trimZeros((fen / 100).toFixed(2));
}

export type WeightUnit = 'kg' | 'jin' | 'g';
const GRAMS: Record<WeightUnit, number> = { kg: 1000, jin: 500, g: 1 };
const UNIT_NAME: Record<Locale, Record<WeightUnit, string>> = {
  zh: { kg: '公斤', jin: '斤', g: '克' },
  en: { kg: 'kg', jin: 'jin', g: 'g' },
};

/** 「公斤」, 「斤」, 「克」. */
export function unitName(unit: WeightUnit, locale: Locale): string {
  return UNIT_NAME[locale][unit];
}

/** 1_864_000 → 「1,864 公斤」; below a kilogram grams are kept, so that nothing is rounded away. */
export function weight(grams: number, locale: Locale, unit: WeightUnit = 'kg'): string {
  const shown = unit === 'kg' && Math.abs(grams) < 1000 && grams !== 0 ? 'g' : unit;
  return `${weightNumber(grams, shown)} ${unitName(shown, locale)}`;
}

/** For a glance: one decimal, never rounded up, tonnes from ten tonnes on. */
export function weightRound(grams: number, locale: Locale, unit: WeightUnit = 'kg'): string {
  if (Math.abs(grams) < 1000) return weight(grams, locale, unit === 'kg' ? 'g' : unit);
  if (unit === 'kg' && Math.abs(grams) >= 10_000_000) {
    return `${groupThousands(Math.trunc(grams / 1_000_000))}.${Math.trunc(Math.abs(grams) / 100_000) % 10} ${locale === 'zh' ? '吨' : 't'}`;
  }
  const tenth = GRAMS[unit] / 10;
  return weight(Math.trunc(grams / tenth) * tenth, locale, unit);
}

/** The number alone in the unit, with as many decimals as the grams need: 2500 g in kg → 「2.5」. */
export function weightNumber(grams: number, unit: WeightUnit): string {
  const sign = grams < 0 ? '−' : '';
  const value = trimZeros((Math.abs(grams) / GRAMS[unit]).toFixed(3));
  const [whole = '0', rest] = value.split('.');
  return `${sign}${groupThousands(Number(whole))}${rest ? `.${rest}` : ''}`;
}

/** 「12.5」 in kg → 12_500; undefined when it is no weight or not a whole number of grams. */
export function readWeight(text: string, unit: WeightUnit): number | undefined {
  const clean = text.trim().replaceAll(',', '');
  if (!/^\d{1,9}(\.\d{0,3})?$/.test(clean)) return undefined;
  // Read digit by digit: 1.005 × 1000 in floating point is not 1005.
  const [whole = '0', rest = ''] = clean.split('.');
  const thousandths = Number(whole) * 1000 + Number(rest.padEnd(3, '0'));
  const grams = (thousandths * GRAMS[unit]) / 1000;
  return Number.isInteger(grams) ? grams : undefined;
}

/** Fen for a kilogram as fen for a jin (half), kept to a tenth of a fen for odd prices. */
export function perJin(fenPerKg: number): string {
  return `¥${trimZeros((fenPerKg / 200).toFixed(3), 2)}`;
}

/** 1284 → 「1,284」. */
export function count(n: number): string {
  return `${n < 0 ? '−' : ''}${groupThousands(Math.abs(n))}`;
}

/** 684 of 1000 → 「68.4」, the words around it say 「每百元」. */
export function ofHundred(permille: number): string {
  return trimZeros((permille / 10).toFixed(1), 1);
}

const dateFormat = new Intl.DateTimeFormat('sv-SE', {
  timeZone: ZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});
const timeFormat = new Intl.DateTimeFormat('sv-SE', {
  timeZone: ZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
});

/** The calendar day in Shanghai: 「2026-11-22」. Accepts an instant or a plain date. */
export function day(when: string | Date): string {
  if (typeof when === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(when)) return when;
  return dateFormat.format(new Date(when));
}

/** Day and minute in Shanghai: 「2026-11-22 14:05」. */
export function dayTime(when: string | Date): string {
  return timeFormat.format(new Date(when));
}

/** 「11 月 22 日」 / 「22 Nov」: for headings and short lists. */
export function shortDay(when: string | Date, locale: Locale): string {
  const iso = day(when);
  const month = Number(iso.slice(5, 7));
  const date = Number(iso.slice(8, 10));
  if (locale === 'zh') return `${month} 月 ${date} 日`;
  return `${date} ${MONTHS[month - 1]}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** 「2026-11」 → 「2026 年 11 月」 / 「Nov 2026」. */
export function monthName(month: string, locale: Locale): string {
  const [year = '', number = ''] = month.split('-');
  return locale === 'zh' ? `${year} 年 ${Number(number)} 月` : `${MONTHS[Number(number) - 1]} ${year}`;
}

/** Today's date in Shanghai. */
export function today(now: Date = new Date()): string {
  return day(now);
}

/** `day` moved by whole days, both as 「2026-11-22」. */
export function addDays(date: string, days: number): string {
  const at = new Date(`${date}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** 10000 fen split over parts must read as the same 100: figures per hundred yuan by largest remainder. */
export function perHundred(parts: readonly number[], total: number): number[] {
  if (total <= 0) return parts.map(() => 0);
  const exact = parts.map((part) => (part * 1000) / total);
  const floors = exact.map(Math.floor);
  const target = Math.round(exact.reduce((a, b) => a + b, 0));
  let left = target - floors.reduce((a, b) => a + b, 0);
  const order = exact
    .map((value, i) => ({ i, rest: value - Math.floor(value) }))
    .sort((a, b) => b.rest - a.rest || a.i - b.i);
  for (const { i } of order) {
    if (left <= 0) break;
    floors[i] = (floors[i] ?? 0) + 1;
    left -= 1;
  }
  return floors.map((tenths) => tenths / 10);
}

function groupThousands(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

function trimZeros(text: string, keep = 0): string {
  if (!text.includes('.')) return text;
  const [whole = '', rest = ''] = text.split('.');
  const kept = rest.replace(/0+$/, '').padEnd(keep, '0');
  return kept ? `${whole}.${kept}` : whole;
}

/** What was weighed in, as notes and slips say it: 「核桃 · 清香 · 一级」; a note may name no variety. */
export const produce = (of: { cropName: string; variety?: string; grade: string }): string =>
  [of.cropName, of.variety, of.grade].filter(Boolean).join(' · ');

/** Several names in one line: 核桃、花椒; Walnuts, eggs; and semicolons where a name has a comma of its own. */
export function listed(names: readonly string[], locale: Locale): string {
  if (locale === 'zh') return names.join('、');
  return names.join(names.some((name) => name.includes(',')) ? '; ' : ', ');
}
