import type { Lang } from '../i18n/index.ts';

/** The words of a record in the visitor's language; Chinese where nobody has translated them. */
export const say = (lang: Lang, zh: string, en: string | null | undefined): string => (lang === 'en' && en ? en : zh);

/** Township and village together, the township once: 店村镇新村. */
export const placeName = (township: string, village: string): string =>
  village.startsWith(township) ? village : `${township}${village}`;
